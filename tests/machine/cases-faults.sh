# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-machine.sh
# A disk that answers no more, one that is pulled while it is mounted, kill -9, and a qcow2 image.
all="$target $target/boot/efi $target/home $target/srv $target/var "

# disk ACT SERIAL: pulls, plugs, stalls a disk
disk()
{
	"$guest_py" "$1" "$folder" "$2" 2>"$scratch/errors"
	ok $? "$2: $1"
}

# --- a disk stalls: it is named, everything else works
g "echo 3 >/proc/sys/vm/drop_caches"
disk stall STALL-VIRT
r --wait 8 disks --json
is "$status" 0 "disks is done with a disk that does not answer"
is "$(jq -r '.devices[] | select(.serial == "STALL-VIRT" or .name == "vdc") | .state' <<<"$output")" silent \
	"it is shown as silent"
is "$(jq -r '[.devices[] | select(.state == "silent")] | length' <<<"$output")" 1 "and no other"
r --wait 8 disks
like "$output" "vdc.*DOES NOT ANSWER" "said in words"
like "$output" "vdc: did not answer within 8 s" "and for how long"
r --wait 8 mount --yes --accept-guesses
is "$status" 0 "mount is done all the same"
is "$(mounts)" "$all" "everything is mounted"
r --wait 8 umount --yes
is "$status" 0 "and taken down"
nothing_left "with a silent disk"
console "a silent disk" 0 <<-EOS
	size 24 80
	term vt100
	start
	wait "q  Quit" 120
	name the first screen is there before the disk's time is over
	expect-not "(not answering)"
	time-screen "q  Quit" "the first screen"
	name everything else is found out
	wait "not mounted; 4 filesystems" 120
	wait "(not answering)" 120
	key q
	expect-exit 0
EOS
disk flow STALL-VIRT
g "for i in \$(seq 200); do ps | grep -v grep | grep -q ' refloat' || break; sleep 0.3; done
	ps | grep -v grep | grep ' refloat'"
is "$output" "" "no child waits for the disk once it answers again"
r disks --json
is "$(jq -r '.devices[] | select(.name == "vdc") | .label' <<<"$output")" stalled "it is read again"

# --- kill -9 in the middle of a mount, which hangs at a disk that does not answer
g "cat >/run/killer <<'KILLER'
	refloat --target $target mount --yes --accept-guesses >/run/mount.out 2>&1 &
	pid=\$!
	until [[ \$(</proc/self/mountinfo) == *' $target '* ]] || ((SECONDS > 60)); do :; done
	kill -KILL \$pid
	wait \$pid
	echo \$?
KILLER
bash /run/killer 2>/dev/null"
is "$output" 137 "refloat is killed in the middle of a mount"
r status --json
like "$(jq -r '.operations[-1].state' <<<"$output")" "^cut-off$" "status knows of it"
r umount --yes
is "$status" 0 "a new start takes down what it had mounted"
nothing_left "after kill -9"

# --- kill -9 while a mount hangs at a disk that answers no more
g "cat >/run/killer <<'KILLER'
	refloat --target $target mount --yes --accept-guesses >/run/mount.out 2>&1 &
	pid=\$!
	until [[ \$(</proc/self/mountinfo) == *' $target '* ]] || ((SECONDS > 60)); do :; done
	echo 3 >/proc/sys/vm/drop_caches
	kill -STOP \$pid
	echo \$pid >/run/pid
KILLER
bash /run/killer 2>/dev/null"
disk stall WEB01-VIRT
g "kill -CONT \$(cat /run/pid); sleep 2; kill -KILL \$(cat /run/pid)"
disk flow WEB01-VIRT
r umount --yes
like "$status" "^[03]$" "what was mounted before is taken down"
g "for i in \$(seq 300); do ps | grep -v grep | grep -q 'mount -t' || break; sleep 0.2; done"
r umount --yes
nothing_left "after kill -9 while a mount hangs"

# --- a disk is pulled while it is mounted
r mount --yes --accept-guesses
is "$(mounts)" "$all" "mounted once more"
disk pull WEB01-VIRT
r disks
is "$status" 0 "disks is done after a mounted disk was pulled"
r umount --yes
is "$status" 0 "umount is done after a mounted disk was pulled"
nothing_left "after a mounted disk was pulled"
disk plug WEB01-VIRT
g "for i in \$(seq 600); do lsblk -n -o SERIAL /dev/vd? | grep -q WEB01-VIRT && break; sleep 0.1; done"
r mount --yes --accept-guesses
is "$status" 0 "the disk is back, under whatever name, and everything is mounted"
is "$(mounts)" "$all" "with nothing missing"
r umount --yes
nothing_left "at last"

# --- a system in a qcow2 image, through a network block device
b()
{
	g "refloat --image /tmp/box02,1.qcow2 --target $target $*"
}
g "cp /share/box02.qcow2 /tmp/box02,1.qcow2 && sha256sum </tmp/box02,1.qcow2"
sum=$output
g "grep -c '^nbd ' /proc/modules"
is "$output" 0 "nobody has loaded the nbd driver"
b disks --json
is "$(jq -r '.devices[0] | "\(.type) \(.fstype) \(.label) \(.size)"' <<<"$output")" \
	"image ext4 box02-root 16777216" "a qcow2 image is attached, and what is in it is shown"
b systems --json
is "$(jq -r '.systems[].hostname' <<<"$output")" box02 "the system in it is found"
b mount --read-only --yes
is "$status" 0 "it is mounted read-only"
b umount --yes
g "sha256sum </tmp/box02,1.qcow2"
is "$output" "$sum" "not one byte of the image has changed"
nothing_left "after looking at an image"
b mount --yes
is "$status $errors" "0 " "it is mounted"
g "cat $target/etc/hostname; cat /sys/block/nbd*/pid | wc -l; echo kept >$target/note"
is "$output" "box02
1" "through one network block device, with no other in use"
b chroot -- cat /note
is "$output" kept "a command in it"
b umount --yes
is "$status $errors" "0 " "and it is taken down"
nothing_left "after the image"
b mount --read-only --yes
g "cat $target/note"
is "$output" kept "what was written is there"
b umount --yes
nothing_left "after the image once more"
console "a qcow2 image" 0 --image /tmp/box02,1.qcow2 <<-EOS
	size 24 80
	term vt100
	start
	wait "box02" 120
	wait "not mounted" 120
	settle 1000
	key m
	wait "Show the plan" 120
	key p
	wait "Attach the image" 120
	key Enter
	wait "Done." 120
	key Enter
	wait "mounted under /mnt/web01" 120
	key q
	name leaving says that it stays mounted
	wait "Leave refloat?" 120
	key y
	expect-exit 0
EOS
b umount --yes
nothing_left "after the menu on an image"
