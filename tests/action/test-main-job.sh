#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The main job on the sample server, with the real program and real filesystems: looking changes
# nothing, mount follows fstab, the chroot works and leaves nothing, umount takes it all down.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.xfs mkfs.btrfs sfdisk jq
need_filesystem ext4 xfs btrfs
private_namespace "$@"

server=$scratch/server
"$top_srcdir/tests/sample/make-server.sh" --dirty --new-uuids "$server" >/dev/null 2>&1
ok $? "the sample server is made"
target=/mnt/web01

r()
{
	run "$refloat" --image "$server/web01-a.img" --image "$server/web01-b.img" \
		--target $target "$@"
}

mounts()
{
	awk -v t=" $target" 'index(" " $5, t) == 1 {print $5}' /proc/self/mountinfo | sort | tr '\n' ' '
}

# nothing of ours is left: no mount, no loop device on the images, no target folder
nothing_left()
{
	is "$(mounts)" "" "$1: no mount is left"
	is "$(losetup --list --noheadings --output BACK-FILE | grep -c "$server")" 0 \
		"$1: no loop device is left"
	[ ! -e $target ]
	ok $? "$1: the target folder is gone again"
}

# --- looking never writes, also with journals to replay
before=$(checksum "$server"/*.img)
r disks --json
is "$(jq -r '.devices[] | select(.label == "web01-var") | .fstype' <<<"$output")" xfs \
	"disks finds /var by its label"
r systems --json
is "$(jq -r '.systems[0].hostname' <<<"$output")" web01 "systems finds web01"
is "$(jq -r '.systems[0].kernels[0]' <<<"$output")" 6.1.0-37-amd64 "its newest kernel comes first"
is "$(jq -r '.systems[0].fstab[] | select(.mountpoint == "/srv/backup") | .guess' \
	<<<"$output")" true "a plain name that is gone is a guess"
r mount --plan
is "$status" 0 "mount --plan is done"
r mount --read-only --plan --json
is "$(jq -r '.steps | length' <<<"$output")" 4 "the read-only plan has its four steps"
is "$(checksum "$server"/*.img)" "$before" "not one byte has changed by disks, systems, mount --plan"
nothing_left "after looking"

# --- read-only: everything can be read, nothing changes
r mount --read-only --yes
is "$status" 3 "mount --read-only is done in part"
is "$(mounts)" "$target $target/home $target/var " "what can be is mounted"
like "$output" "/var/www is not mounted: its folder is missing" \
	"a folder that only the journal of /var has is missing, and that is said"
like "$output" "journal of web01-b.img1 is not replayed" "so is the reason"
is "$(cat $target/etc/hostname)" web01 "the files are there"
touch $target/etc/x 2>/dev/null
is "$?" 1 "nothing can be written"
r umount --yes
is "$status" 0 "umount is done"
is "$(checksum "$server"/*.img)" "$before" "not one byte has changed by a read-only mount"
nothing_left "after the read-only mount"

# --- read-write, with the guess
r mount --yes --accept-guesses
is "$status" 0 "mount with the guess accepted is done"
is "$(mounts)" "$target $target/home $target/srv/backup $target/var $target/var/www " \
	"the whole tree is mounted"
like "$output" "refused the options nobarrier" "the retry without a refused option is said"
is "$(cat $target/srv/backup/README)" "full backup of 2026-11-14" "the guess was right"
r mount --yes
is "$status" 1 "a second mount is refused"
like "$errors" "mounted there already" "and says what is there"
r status --json
is "$status" 0 "status answers while it is mounted"

# --- the chroot
r chroot -- cat /etc/hostname
is "$status,$output" "0,web01" "chroot -- COMMAND gives the command's output and nothing else"
r chroot -- sh -c 'exit 42'
is "$status" 42 "chroot -- COMMAND gives the command's exit status"
r chroot -- sh -c 'kill -9 $$'
is "$status" 137 "a command that is killed gives 128 and the signal"
r chroot -- no-such-program
is "$status" 127 "a program that is missing gives 127"
like "$errors" "no such program in the system" "and says so"
unlike "$errors" "exec failed" "never with the words exec failed"
output=$(echo through the pipe | "$refloat" --image "$server/web01-a.img" \
	--image "$server/web01-b.img" --target $target chroot -- cat)
is "$output" "through the pipe" "standard input reaches the command"
r chroot -- sh -c 'ls /proc/self/exe /dev/null /sys/block /dev/pts >/dev/null && echo there'
is "$output" there "/proc, /dev, /sys and /dev/pts are there"
r chroot -- sh -c 'echo $$'
[ "${output:-99}" -lt 10 ]
ok $? "processes are numbered from the start: a PID namespace of its own"
r chroot -- env
unlike "$output" "REFLOAT_TEST_SECRET|SUDO" "the environment is clean"
like "$output" "^SYSTEMD_OFFLINE=1" "services are not started in it"
readlink $target/etc/resolv.conf >"$scratch/link"
r chroot -- cat /etc/resolv.conf
is "$output" "$(cat /etc/resolv.conf 2>/dev/null)" "resolv.conf works through a dangling symlink"
is "$(readlink $target/etc/resolv.conf)" "$(cat "$scratch/link")" "the symlink is as it was"
is "$(ls $target/run)" "" "nothing was left in the system's /run"
# runs_on WORDS: how many processes have them; what was told to end has its turn for it
runs_on()
{
	local _
	for _ in {1..100}; do
		pgrep -f "^$1" >/dev/null || break
		sleep 0.1
	done
	pgrep -f "^$1" | wc -l
}
r chroot -- sh -c "sleep 1$$ & exit 0"
is "$(runs_on "sleep 1$$")" 0 "what runs on in the background is ended with the chroot"
is "$(mounts)" "$target $target/home $target/srv/backup $target/var $target/var/www " \
	"the chroot has left no mount"

# kill -9 in the middle of the chroot takes everything in it along
"$refloat" --image "$server/web01-a.img" --image "$server/web01-b.img" --target $target \
	chroot -- sh -c "sleep 2$$" &
victim=$!
for _ in $(seq 600); do
	pgrep -f "^sleep 2$$" >/dev/null && break
	sleep 0.1
done
kill -KILL $victim
wait $victim 2>/dev/null
is "$(runs_on "sleep 2$$")" 0 "kill -9 of refloat ends what runs in the chroot"

# --- busy: named, not torn away
(cd $target/var && exec sleep 3000) &
holder=$!
until [ "$(cat /proc/$holder/comm)" = sleep ]; do sleep 0.1; done
r umount --yes
is "$status" 3 "a busy tree is not unmounted whole"
like "$errors$output" "sleep \($holder\)" "the program that holds it is named"
r umount --kill --yes
is "$status" 0 "umount --kill ends it and takes everything down"
wait $holder 2>/dev/null
nothing_left "after umount --kill"

# --- a mount that somebody else made below is taken down, and said
r mount --yes
mount -t tmpfs tmpfs $target/tmp
r umount --plan
like "$output" "$target/tmp, which refloat did not mount" "a foreign mount stands in the plan"
r umount --yes
is "$status" 0 "and goes with the rest"
nothing_left "after a foreign mount"

# --- chroot mounts what it needs, and takes it down
r chroot --yes -- sh -c 'cat /var/www/index.html'
is "$status,$output" "0,<h1>It works, or did until Friday</h1>" "chroot mounts the system first"
nothing_left "after chroot on its own"

# --- the printed commands really work
r mount --plan --json --skip /var/www
jq -r '.steps[].command' <<<"$output" >"$scratch/commands"
sed -i 's/,nobarrier//' "$scratch/commands"
sh -e "$scratch/commands"
ok $? "the printed commands work when pasted"
is "$(mounts)" "$target $target/home $target/var " "and mount the same tree"
umount -R $target && rmdir $target

# --- choices
r mount --yes --skip /home --skip /var/
is "$(mounts)" "$target " "--skip leaves entries out"
like "$errors" "/var/www" "and what lay on them is said to have failed"
r undo --yes
is "$status" 0 "undo takes the last operation back"
r mount --yes --with /tmp
is "$(mounts)" "$target $target/home $target/tmp $target/var $target/var/www " "--with adds one"
r umount --yes
r mount --yes --skip /nowhere
is "$status" 2 "a choice that names nothing is wrong usage"
like "$errors" "/home" "and the ones there are, are named"
r umount --yes
is "$status" 4 "nothing to take down is said by exit status 4"
nothing_left "at the end"
done_testing
