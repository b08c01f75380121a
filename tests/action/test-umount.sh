#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Taking down: what is busy, what others have mounted, one step or all, two programs at once, another
# mount namespace, and the printed commands.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.ext4 debugfs jq losetup
need_filesystem ext4
private_namespace "$@"

target=/mnt/web01
others=()
image=$scratch/root.img
root=$scratch/root
mkdir -p "$root"/{etc,bin,usr/bin,usr/lib/systemd,srv/www,srv/data,var,proc,sys,dev,run,tmp}
cp -L /bin/true "$root/usr/lib/systemd/systemd"
printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$root/etc/os-release"
echo web01 >"$root/etc/hostname"
cat >"$root/etc/fstab" <<'FSTAB'
LABEL=down-root /           ext4 defaults 0 1
/srv/www        /var/a/made none bind     0 0
FSTAB
image_make "$image" 24M
mkfs.ext4 -q -L down-root -d "$root" "$image"

r()
{
	run "$refloat" --image "$image" --target "$target" "$@"
}

mounts()
{
	awk -v t="$target" 'index($5, t) == 1 {print $5}' /proc/self/mountinfo | tr '\n' ' '
}

nothing_left()
{
	is "$(mounts)" "" "$1: no mount is left"
	[ ! -e $target ]
	ok $? "$1: the target folder is gone again"
	is "$(debugfs -R 'ls -p /var' "$image" 2>/dev/null | grep -c /a/)" 0 \
		"$1: the folder made in the system is gone again"
}

# the number of the last operation
operation()
{
	"$refloat" status --json | jq '.operations[-1].number'
}

# reuse_namespace: keeps a namespace that has the number of the one that the journal speaks of, which is
# gone; a kernel that has no other way to tell them apart keeps none
reuse_namespace()
{
	local old now _
	old=$(grep -o '"namespace": *"[^"]*"' /run/refloat/journal | tail -n 1 | grep -o 'mnt:.*[]0-9]')
	[ "${old#*/}" != "$old" ] || return
	for _ in $(seq 50); do
		unshare --mount --propagation private sleep 600 &
		others+=($!)
		for _ in $(seq 200); do
			now=$(readlink "/proc/$!/ns/mnt")
			[ "$now" = "$(readlink /proc/self/ns/mnt)" ] || break
			sleep 0.01
		done
		[ "$now" != "${old%/*}" ] || return
	done
	note "no namespace got the number ${old%/*}"
}

# wait_until COMMAND...: within two minutes, or the test ends here
wait_until()
{
	local _
	for _ in $(seq 2400); do
		"$@" && return
		sleep 0.05
	done
	ok 1 "waited in vain for: $*"
	done_testing
}

# shellcheck disable=SC2317 # called through wait_until
works_in()
{
	[ "$(readlink "/proc/$1/cwd")" = "$2" ]
}

# sleeper FOLDER: a process that works in there; $sleeper is its PID
sleeper()
{
	(cd "$1" && exec sleep 300) &
	sleeper=$!
	wait_until works_in $sleeper "$1"
	wait_until grep -qx sleep /proc/$sleeper/comm
}

# --- nothing to do
r umount --yes
is $status 4 "nothing to undo: exit status 4"
like "$errors" "there is nothing to undo" "  and it is said"
r undo --yes
is $status 4 "undo with nothing to undo: exit status 4"

# --- busy
r mount --yes
is $status 0 "the server mounts"
sleeper $target/srv/data
r umount --yes
is $status 3 "busy, and something is undone: exit status 3"
like "$errors" "done in part; this failed:" "  which is said"
like "$errors" "this is left to do:" "  with what is left"
is "$(sed -n '/this is left/,$p' <<<"$errors" | grep -c '^  - Unmount')" 1 "  and nothing that is gone"
like "$errors" "sleep \($sleeper\) works in $target/srv/data" "  names who holds it, and how"
like "$errors" "umount --kill" "  and says what next"
is "$(mounts)" "$target " "  what was not busy is taken down"
r status --json
is "$(jq .undo <<<"$output")" 1 "  the rest is still known"
r status
like "$output" "undone in part" "  and status says so"
like "$output" "web01 is mounted under $target" "  and that the system is still mounted"
r umount --yes
is $status 1 "busy still, nothing is undone: exit status 1"
unlike "$errors" "in part" "  and nothing else is said"
r umount --yes --json
is "$status $(jq -r '.result' <<<"$output")" "1 failed" "  in JSON too"
r umount --kill --plan
like "$output" "End the programs that use $target: sleep \($sleeper\)" "--kill --plan names them"
like "$output" "^ +kill $sleeper$" "  and prints the command"
kill -0 $sleeper
ok $? "  and ends nobody"
r umount --kill --yes
is $status 0 "--kill: exit status 0"
nothing_left "--kill"
wait $sleeper 2>/dev/null
is $? 143 "the program was asked to end, not killed"

# --- a program that does not want to end, and our own shell
r mount --yes
(
	cd $target/srv/data || exit
	exec 2>/dev/null bash -c "trap '' TERM; : >$scratch/stubborn; while :; do sleep 0.2; done"
) &
stubborn=$!
wait_until works_in $stubborn $target/srv/data
wait_until test -e "$scratch/stubborn"
r umount --kill --yes
is $status 0 "a program that ignores SIGTERM: exit status 0"
nothing_left "--kill of a stubborn program"
wait $stubborn 2>/dev/null
is $? 137 "  it was killed in the end"
r mount --yes
(
	cd $target/srv/data || exit
	exec 2>/dev/null bash -c "trap '' TERM; : >$scratch/breeder; while :; do sleep 300 & sleep 0.02; done"
) &
stubborn=$!
wait_until works_in $stubborn $target/srv/data
wait_until test -e "$scratch/breeder"
r umount --kill --yes
is $status 0 "one that starts others all the time: exit status 0"
nothing_left "--kill of what multiplies"
wait $stubborn 2>/dev/null
r mount --yes
cd $target/srv || exit
r umount --kill --yes
is $status 3 "our own shell holds it: exit status 3"
like "$(tr -s "\n " " " <<<"$output")" "refloat was started from it and does not end it" "  it is not ended, and what to do is said"
cd /
r umount --kill --yes
is $status 0 "  after it left: exit status 0"
nothing_left "own shell"

# --- what others have mounted: beside, below, and on top of ours
r mount --yes
mount -t tmpfs theirs $target/srv/data
mkdir $target/srv/data/deep
mount -t tmpfs theirs $target/srv/data/deep
mount -t tmpfs theirs $target/var/a/made
last=$(operation)
r undo "$last.4" --plan --json
is "$(jq '.steps | length' <<<"$output")" 2 "undo of one step takes down only what lies on it"
r umount --plan
like "$output" "Unmount $target/srv/data/deep, which refloat did not mount" "foreign mounts are named"
r umount --yes
is $status 0 "foreign mounts: exit status 0"
nothing_left "foreign mounts"

# --- back to a step
r mount --yes
r status
like "$output" "4\. Mount /srv/www at $target/var/a/made: done" "status numbers the steps"
last=$(operation)
for wrong in x 0 1. .2 1.2.3 1.0 -1 99999999999; do
	r undo --yes -- "$wrong"
	is $status 2 "undo $wrong: exit status 2"
done
r undo 99 --yes
is $status 4 "undo of an operation that is not there: exit status 4"
r undo "$last.9" --yes
is $status 4 "undo of a step that is not there: exit status 4"
is "$(mounts)" "$target $target/var/a/made " "  and nothing was undone"
r undo "$last.3" --yes
is $status 0 "undo back to step 3: exit status 0"
is "$(mounts)" "$target " "  the root is still mounted"
[ ! -e $target/var/a ]
ok $? "  and the folder of step 3 is gone"

# --- a shell in the system does not stand between undo and the mount
r chroot --yes -- /nothing/there
is $status 127 "a command that is not there: exit status 127"
r status --json
is "$(jq .undo <<<"$output")" "$last" "after a chroot, undo still means the mount"
r undo --yes
is $status 0 "undo: exit status 0"
nothing_left "undo"
r status --json
is "$(jq -r '[.operations[] | select(.action == "mount") | .state] | unique | join(" ")' <<<"$output")" \
	undone "every mount is noted as undone"

# --- a folder that is not empty any more stays, and keeps nothing mounted
r mount --yes
umount $target/var/a/made
touch $target/var/a/made/file
r umount --yes
is $status 0 "a made folder with a file in it: exit status 0"
like "$output" "$target/var/a/made is not empty any more and stays" "  it is told of"
is "$(mounts)" "" "  and all is unmounted"
debugfs -w -R 'rm /var/a/made/file' "$image" 2>/dev/null
debugfs -w -R 'rmdir /var/a/made' "$image" 2>/dev/null
debugfs -w -R 'rmdir /var/a' "$image" 2>/dev/null

# --- two at once
r mount --yes
sleeper $target/srv/data
kill -STOP $sleeper # it cannot end when it is asked to: the first one waits some seconds for it
"$refloat" --image "$image" --target "$target" umount --kill --yes >"$scratch/first" 2>&1 &
first=$!
wait_until test -s /run/refloat/lock
r umount --yes
is $status 1 "while another is at work: exit status 1"
like "$errors" "another refloat is at work: refloat process $first .*Take down everything" \
	"  it is named, with what it does"
r status
is $status 0 "  status can be seen all the same"
wait $first
is $? 0 "the first one ends as if alone"
nothing_left "two at once"

# --- another mount namespace
r mount --yes
run unshare --mount --propagation private "$refloat" umount --yes
is $status 1 "from another mount namespace: exit status 1"
like "$errors" "another mount namespace.*" "  with the reason"
like "$errors" "nsenter" "  and what next"
is "$(mounts)" "$target $target/var/a/made " "  and nothing was undone"
r umount --yes
is $status 0 "from its own it works"
nothing_left "another namespace"
if [ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ]; then
	mkdir $target
	run unshare --mount --propagation private "$refloat" --image "$image" \
		--target $target mount --yes
	is $status 0 "a mount in a namespace that ends then"
	rmdir $target
	reuse_namespace
	r umount --yes
	is $status 4 "  has nothing to undo any more"
	r mount --yes
	is $status 0 "  and is in nobody's way"
	r umount --yes
	kill "${others[@]}"
else
	skip "this is a container" "a mount in a namespace that ends then"
fi

# --- the printed commands, pasted
debugfs -w -R 'rmdir /var/a/made' "$image" 2>/dev/null
debugfs -w -R 'rmdir /var/a' "$image" 2>/dev/null
r mount --plan --json
jq -r '.steps[].command' <<<"$output" >"$scratch/mount.sh"
run sh -e "$scratch/mount.sh"
is $status 0 "the commands of mount --plan work when pasted"
is "$(mounts)" "$target $target/var/a/made " "  and mount the same"
umount -R $target
rmdir $target
debugfs -w -R 'rmdir /var/a/made' "$image" 2>/dev/null
debugfs -w -R 'rmdir /var/a' "$image" 2>/dev/null
r mount --yes
r umount --plan --json
jq -r '.steps[].command' <<<"$output" >"$scratch/umount.sh"
run sh -e "$scratch/umount.sh"
is $status 0 "the commands of umount --plan work when pasted"
nothing_left "pasted"
r umount --yes
is $status 0 "refloat then finds that all is gone already"
r umount --yes
is $status 4 "  and forgets it"
done_testing
