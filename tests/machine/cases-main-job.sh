# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-machine.sh
# The main job on a server that is spread over four disks of four kinds.
swap=UUID=7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e02
all="$target $target/boot/efi $target/home $target/srv $target/var "

r mount --read-only --yes --accept-guesses
is "$status" 0 "mount --read-only is done"
is "$(mounts)" "$all" "everything is mounted"
r umount --yes
is "$status" 0 "umount is done"
is "$(images)" "$before" "a read-only mount has changed not one byte"
nothing_left "after a read-only mount"

r mount --yes --accept-guesses --with $swap
is "$status" 0 "mount --with swap is done"
is "$(mounts)" "$all" "everything is mounted"
g "findmnt -n -o SOURCE,FSTYPE $target/var; findmnt -n -o SOURCE,FSTYPE $target/boot/efi
	findmnt -n -o SOURCE,FSTYPE $target/home"
like "$output" "/dev/nvme0n1p1 +xfs" "/var is on NVMe"
like "$output" "/dev/sda1 +vfat" "the EFI system partition is on SATA, as vfat"
like "$output" "/dev/sdb5 +ext[34]" "/home is on the logical partition"
g "tail -n +2 /proc/swaps | cut -d ' ' -f 1"
is "$output" /dev/sda3 "swap is on"
g "echo kept >$target/home/note && echo kept >$target/boot/efi/note && echo kept >$target/var/note"
is "$status" 0 "files are written"
r chroot -- cat /etc/hostname /home/note
is "$status $output" "0 web01
kept" "a command in the system"
r chroot -- sh -c "'exit 7'"
is "$status" 7 "its exit status"
r umount --yes
is "$status" 0 "umount is done"
nothing_left "after umount"
after=$(images)
[ "$after" != "$before" ]
ok $? "the checksums tell when something was written"
r mount --yes --accept-guesses
g "cat $target/home/note $target/var/note $target/boot/efi/note"
is "$output" "kept
kept
kept" "what was written is there after the next mount"
r umount --yes
nothing_left "after the second umount"
