#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input: each says what, why and what to do next, with its exit status, and leaves nothing.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.ext4
need_filesystem ext4
private_namespace "$@"

# refuses STATUS REGEX NAME ARGUMENTS...
refuses()
{
	local wanted=$1 regex=$2 name=$3
	shift 3
	run "$refloat" "$@"
	is "$status" "$wanted" "$name: exit status"
	like "$errors" "^refloat: .*: " "$name: what and why"
	like "$errors" "$regex" "$name: the reason"
	is "$(grep -c refloat-test /proc/self/mountinfo),$(ls /mnt)" "0," "$name: nothing is left"
}

empty=$scratch/empty.img
image_make "$empty" 32M
mkfs.ext4 -q "$empty"
head -c 100000 /dev/urandom >"$scratch/noise"
printf 'QFI\373\0\0\0\3%2000s' x >"$scratch/disk.qcow2"
printf '\037\213%2000s' x >"$scratch/disk.img.gz"
echo "not a disk" >"$scratch/short"

refuses 2 "No such file" "no such image" --image "$scratch/none" disks
refuses 2 "is a folder" "a folder as image" --image "$scratch" disks
refuses 2 "too short" "a short file" --image "$scratch/short" disks
refuses 2 "no disk image" "noise" --image "$scratch/noise" disks
refuses 1 "qcow2" "a qcow2 image without nbd" --image "$scratch/disk.qcow2" disks
like "$errors" "qemu-img convert" "a qcow2 image: what to do next"
refuses 2 "gzip" "a compressed image" --image "$scratch/disk.img.gz" disks
refuses 2 "given twice" "an image given twice" --image "$empty" --image "$empty" disks
refuses 4 "no installed system" "an image without a system" --image "$empty" mount --yes
refuses 2 "sys" "a sysroot that is none" --sysroot "$scratch" disks
refuses 2 "no-such-command|unknown" "an unknown command" no-such-command
refuses 2 "unknown|no-such-option" "an unknown option" disks --no-such-option
refuses 2 "yes" "no terminal and no --yes" --image "$empty" mount

# a system whose fstab names nothing that exists
broken=$scratch/broken.img
image_make "$broken" 64M
mkfs.ext4 -q "$broken"
mkdir "$scratch/m"
mount -o loop "$broken" "$scratch/m"
mkdir -p "$scratch/m"/{etc,bin,usr/bin,var,home}
echo 'PRETTY_NAME="Broken Linux"' >"$scratch/m/etc/os-release"
printf '%s\n' 'UUID=00000000-1111-2222-3333-444444444444 / ext4 defaults 0 1' \
	'LABEL=gone /var ext4 defaults 0 2' '/dev/disk/by-id/ata-GONE-part1 /home xfs defaults' \
	>"$scratch/m/etc/fstab"
umount "$scratch/m"
# the pipes to our children must not take the places of streams that the caller has closed
like "$("$refloat" --image "$broken" systems <&- 2>&-)" "Broken Linux" "closed streams harm nothing"
"$refloat" --image "$broken" systems >&- 2>"$scratch/lost"
is "$?" 1 "a closed standard output is an error"
run "$refloat" --image "$broken" --target /mnt/t mount --yes
is "$status" 3 "fstab names nothing that exists: the root is mounted all the same, done in part"
like "$output" "/var is not mounted: nothing on this machine has LABEL gone" "each with its reason"
run "$refloat" umount --yes
is "$status" 0 "and it comes down again"

mkdir -p /mnt/full
touch /mnt/full/file
run "$refloat" --image "$broken" --target /mnt/full mount --yes
is "$status" 1 "a target that is not empty is refused"
like "$errors" "not empty" "with the reason"
mkdir /mnt/busy
mount -t tmpfs tmpfs /mnt/busy
run "$refloat" --image "$broken" --target /mnt/busy mount --yes
is "$status" 1 "a target that is a mount point is refused"
like "$errors" "mounted there already" "with the reason"
umount /mnt/busy
run "$refloat" --image "$broken" --target /mnt/full/file mount --yes
is "$status" 1 "a target that is a file is refused"
like "$errors" "not a folder" "with the reason"

if id nobody >/dev/null 2>&1 && command -v setpriv >/dev/null; then
	chmod 755 "$scratch"
	chmod 644 "$broken"
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$refloat" --image "$broken" mount --yes
	is "$status" 1 "without root mount is refused"
	like "$errors" "needs root" "with the reason"
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$refloat" --image "$broken" disks
	is "$status" 0 "without root an image that can be read is listed"
else
	skip "needs setpriv and nobody" "without root"
fi
is "$(losetup --list --noheadings --output BACK-FILE | grep -c "$scratch")" 0 "no loop device is left"
done_testing
