#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Disks that cannot read some of their blocks: said as a disk problem, and no repair writes over such a
# block or throws away what it held. By hand, "e2fsck -y" and "xfs_repair" do. And folders without room.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.ext4 debugfs dumpe2fs losetup
need_filesystem ext4
bad_disk=${top_builddir:-.}/tests/action/bad_disk_fuse
bad_disk=$(readlink -f "$bad_disk")
[ -x "$bad_disk" ] || skip_all "bad_disk_fuse was not built: libfuse3 is missing"
[ -c /dev/fuse ] || skip_all "there is no /dev/fuse"
private_namespace "$@"

# attach FILE BYTE: shows FILE as a disk whose 4 KiB at BYTE cannot be read; sets $loop and $place
attach()
{
	place=$(($2 / 4096))
	mkdir -p "$scratch/disk"
	"$bad_disk" "$scratch/disk" "$1" $((place * 8)) &
	for _ in $(seq 600); do
		[ -e "$scratch/disk/disk" ] && break
		sleep 0.1
	done
	loop=$(losetup --show --find "$scratch/disk/disk")
}

detach()
{
	losetup --detach "$loop"
	for _ in $(seq 600); do
		umount "$scratch/disk" 2>/dev/null && break
		sleep 0.1
	done
	wait
}

# block FILE: the checksum of what the bad place holds
block()
{
	dd if="$1" bs=4096 skip="$place" count=1 status=none | sha256sum
}

# try NAME FILE BYTE ARGUMENT...: a repair of FILE with a bad place
try()
{
	local name=$1 before
	cp --sparse=always "$2" "$scratch/try.img"
	attach "$scratch/try.img" "$3"
	shift 3
	before=$(block "$scratch/try.img")
	run "$refloat" check-fs "${loop#/dev/}" --yes "$@"
	is "$status" 3 "$name: nobody calls it repaired"
	like "$output" "disk could not be read" "$name: it is the disk"
	like "$output" "ddrescue" "$name: an image comes first"
	unlike "$output" "loop[0-9]+: repaired:" "$name: nothing is repaired on it"
	detach
	is "$(block "$scratch/try.img")" "$before" "$name: what cannot be read is not written over"
}

mkdir "$scratch/tree" "$scratch/tree/folder" "$scratch/undo"
for i in $(seq 300); do
	echo "$i" >"$scratch/tree/folder/file-with-a-name-$i"
done
image=$scratch/ext4.img
truncate -s 64M "$image"
mkfs.ext4 -q -b 4096 -d "$scratch/tree" "$image"

# first WORDS: the first block that dumpe2fs says behind WORDS
first()
{
	dumpe2fs "$image" 2>/dev/null | sed -n "s/^ *$1 \([0-9]*\).*/\1/p" | head -n 1
}

directory=$(debugfs -R "blocks /folder" "$image" 2>/dev/null | awk '{print $2}')
declare -A places=(
	[directory]=$directory
	["block bitmap"]=$(first "Block bitmap at")
	["inode table"]=$(($(first "Inode table at") + 5))
)
for what in "${!places[@]}"; do
	try "ext4, $what" "$image" $((places[$what] * 4096)) --repair-all
	try "ext4, $what, undo file" "$image" $((places[$what] * 4096)) --repair-all --undo-file "$scratch/undo"
	try "ext4, $what, --repair" "$image" $((places[$what] * 4096)) --repair
done

# what is not hindered is repaired by the same way of answering, as with -y
cp --sparse=always "$image" "$scratch/damaged.img"
for inode in $(seq 14 60); do
	debugfs -w -R "clri <$inode>" "$scratch/damaged.img" 2>/dev/null
done
cp --sparse=always "$scratch/damaged.img" "$scratch/hand.img"
e2fsck -f -y "$scratch/hand.img" >/dev/null 2>&1
run_with_loops "$refloat" --image "$scratch/damaged.img" check-fs damaged.img --repair-all --yes
is "$status" 0 "without bad blocks it is repaired"
e2fsck -f -n "$scratch/damaged.img" >/dev/null 2>&1
is $? 0 "and clean"
for file in damaged hand; do
	debugfs -R "ls -p /folder" "$scratch/$file.img" 2>/dev/null >"$scratch/$file.list"
done
[ -s "$scratch/hand.list" ] && cmp -s "$scratch/hand.list" "$scratch/damaged.list"
ok $? "with what e2fsck -y leaves"

if command -v xfs_repair >/dev/null && grep -qw xfs /proc/filesystems; then
	image=$scratch/xfs.img
	truncate -s 300M "$image"
	mkfs.xfs -q "$image"
	mkdir "$scratch/fill"
	mount -o loop "$image" "$scratch/fill"
	# away from the superblock, which is read with what is beside it
	fallocate -l 20M "$scratch/fill/filler"
	mkdir "$scratch/fill/folder"
	for i in $(seq 3000); do
		: >"$scratch/fill/folder/file-with-a-name-$i"
	done
	umount "$scratch/fill"
	byte=$(xfs_db -r -c 'path /folder' -c 'dblock 25' -c addr "$image" | sed -n 's/.*byte offset \([0-9]*\),.*/\1/p')
	try "xfs, directory" "$image" "$byte" --repair
	try "xfs, directory, --repair-all" "$image" "$byte" --repair-all
else
	skip "no xfs here" "xfs"
fi

# --- a folder for the undo file, or the copy of the metadata, that has no room
mkdir "$scratch/small"
mount -t tmpfs -o size=28k tmpfs "$scratch/small"
for inode in $(seq 14 200); do
	echo "clri <$inode>"
done >"$scratch/commands"
cp --sparse=always "$scratch/ext4.img" "$scratch/damaged.img"
debugfs -w -f "$scratch/commands" "$scratch/damaged.img" >/dev/null 2>&1
cp --sparse=always "$scratch/damaged.img" "$scratch/before.img"
run_with_loops "$refloat" --image "$scratch/damaged.img" check-fs damaged.img --repair-all --undo-file "$scratch/small" --yes
is "$status" 3 "no room for the undo file: nobody calls it repaired"
like "$(tr -s '\n ' ' ' <<<"$output")" "may not be enough: without room e2fsck stops in the middle" "it is said before"
like "$output" "undo file had no room left" "and after it"
cmp -s "$scratch/damaged.img" "$scratch/before.img"
is $? 1 "something was repaired till then"
run "$refloat" undo --yes
is "$status" 3 "that is taken back"
like "$output" "repair had not come to its end" "and a check is asked for"
# but for the superblock, in which e2undo notes that
cmp -s -i 4096 "$scratch/damaged.img" "$scratch/before.img"
ok $? "all else is as it was, byte for byte"
rm -f "$scratch/small"/*
run_with_loops "$refloat" --image "$scratch/damaged.img" check-fs damaged.img --repair-all --save-metadata "$scratch/small" --yes
is "$status" 1 "no room for the metadata: refused"
like "$errors" "No space left" "it is said why"
like "$errors" "folder with more room" "and what to do"
cmp -s -i 4096 "$scratch/damaged.img" "$scratch/before.img"
ok $? "nothing was repaired"
done_testing
