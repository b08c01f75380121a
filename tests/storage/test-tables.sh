#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Partition tables of every kind in disk images, whole and damaged, and what is in the partitions.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program sfdisk mkfs.ext4 mkfs.vfat mkswap jq dd

image=$scratch/disk.img

# show QUERY: what disks --json has, through jq
show()
{
	"$refloat" --image "$image" disks --json 2>"$scratch/stderr" | jq -r "$1"
}

part()
{
	show ".devices[] | select(.name == \"disk.img$1\") | $2"
}

# put FILE START-IN-MIB: a filesystem into the image
put()
{
	dd if="$1" of="$image" bs=1M seek="$2" conv=notrunc status=none
}

image_make "$scratch/ext4" 16M
mkfs.ext4 -q -L inside -U 11111111-2222-3333-4444-555555555555 "$scratch/ext4"
image_make "$scratch/vfat" 16M
mkfs.vfat -n FATTY -i 1a2b3c4d "$scratch/vfat" >/dev/null
image_make "$scratch/swap" 16M
mkswap -q -U 99999999-2222-3333-4444-555555555555 "$scratch/swap" >/dev/null 2>&1

# --- MBR with extended and logical partitions
image_make "$image" 128M
sfdisk -q "$image" <<-EOF
	label: dos
	label-id: 0x1234abcd
	start=1MiB, size=16MiB, type=83, bootable
	start=17MiB, size=100MiB, type=5
	start=18MiB, size=16MiB, type=c
	start=40MiB, size=16MiB, type=82
EOF
put "$scratch/ext4" 1
put "$scratch/vfat" 18
put "$scratch/swap" 40
is "$(show '[.devices[].name] | join(" ")')" "disk.img disk.img1 disk.img2 disk.img5 disk.img6" \
	"dos: primary, extended and logical partitions"
is "$(part 1 .fstype),$(part 1 .label)" "ext4,inside" "dos: what is in a primary one"
is "$(part 5 .fstype),$(part 5 .uuid)" "vfat,1A2B-3C4D" "dos: what is in a logical one"
is "$(part 6 .fstype)" swap "dos: what is in the last one"
is "$(part 5 .partuuid)" 1234abcd-05 "dos: PARTUUID is the disk's signature and the number"
is "$(part 1 .size)" 16777216 "dos: sizes are bytes"
is "$(part 1 .pttype)" dos "dos: the kind of table"

# --- an extended partition whose chain leads back to itself
cp "$image" "$scratch/loop.img"
dd if=<(dd if="$image" bs=1M skip=17 count=1 status=none) of="$scratch/loop.img" bs=1M seek=39 \
	conv=notrunc status=none
printf '\0\0\0\0\5\0\0\0\0\0\0\0\0\20\0\0' | dd of="$scratch/loop.img" bs=1 \
	seek=$((17 * 1048576 + 462)) conv=notrunc status=none
run timeout 20 "$refloat" --image "$scratch/loop.img" disks
is "$status" 0 "dos: a chain in a circle ends"

# --- GPT, whole and with either copy damaged
image_make "$image" 64M
sfdisk -q "$image" <<-EOF
	label: gpt
	label-id: AAAAAAAA-BBBB-CCCC-DDDD-EEEEEEEEEEEE
	start=1MiB, size=16MiB, type=L, name="The Root", uuid=12121212-3434-5656-7878-909090909090
	start=20MiB, size=16MiB, type=U
EOF
put "$scratch/ext4" 1
put "$scratch/vfat" 20
is "$(part 1 .partlabel),$(part 1 .partuuid)" "The Root,12121212-3434-5656-7878-909090909090" \
	"gpt: name and PARTUUID"
is "$(part 2 .parttype)" c12a7328-f81f-11d2-ba4b-00a0c93ec93b "gpt: type, in lower case"
before=$(checksum "$image")
"$refloat" --image "$image" disks >/dev/null
is "$(checksum "$image")" "$before" "gpt: reading changes nothing"
cp "$image" "$scratch/whole"
dd if=/dev/zero of="$image" bs=512 seek=1 count=1 conv=notrunc status=none
is "$(part 1 .label)" inside "gpt: the first header gone, the backup is read"
like "$("$refloat" --image "$image" disks)" "first GPT is damaged" "gpt: and said"
cp "$scratch/whole" "$image"
dd if=/dev/zero of="$image" bs=512 seek=$((64 * 2048 - 1)) count=1 conv=notrunc status=none
is "$(part 1 .label)" inside "gpt: the backup gone, the first is read"
like "$("$refloat" --image "$image" disks)" "backup GPT .* missing or damaged" "gpt: and said"
dd if=/dev/zero of="$image" bs=512 seek=1 count=33 conv=notrunc status=none
run "$refloat" --image "$image" disks
is "$status" 0 "gpt: both copies gone, no crash"

# --- a partition beyond the end of the disk
cp "$scratch/whole" "$image"
truncate -s 25M "$image"
run "$refloat" --image "$image" disks
is "$status" 0 "an image cut short is shown"
like "$output" "GPT" "and that it had a GPT, too"

# --- BSD, Sun, SGI through sfdisk; Mac through parted
for label in sun sgi; do
	image_make "$image" 64M
	printf 'label: %s\nstart=16065, size=32130\n' $label | sfdisk -q "$image" >/dev/null 2>&1
	is "$(show '.devices[0].pttype')" $label "$label: the table is recognised"
	[ "$(show '.devices | length')" -ge 2 ]
	ok $? "$label: its partitions are listed"
done
if command -v parted >/dev/null; then
	for label in mac bsd; do
		image_make "$image" 64M
		name=()
		[ $label = bsd ] || name=(name)
		parted -s "$image" mklabel $label mkpart "${name[@]}" ext2 1MiB 17MiB >/dev/null 2>&1
		put "$scratch/ext4" 1
		is "$(show '.devices[0].pttype')" $label "$label: the table is recognised"
		like "$(show '[.devices[].label] | join(" ")')" inside \
			"$label: what is in its partition is found"
	done
else
	skip "needs parted" "mac and bsd tables"
fi

# --- a filesystem on the whole disk, two signatures, random bytes in a table
cp "$scratch/ext4" "$image"
is "$(show '.devices[0].fstype')" ext4 "a disk that is one filesystem"
cp "$scratch/whole" "$image"
dd if=/dev/urandom of="$image" bs=512 seek=2 count=32 conv=notrunc status=none
run "$refloat" --image "$image" disks
is "$status" 0 "random bytes in the entries, no crash"
# --- what is found only by searching: a LUKS container whose first header is gone, an external XFS log
whole=$scratch/whole.img
type_of_whole()
{
	"$refloat" --image "$whole" disks --json | jq -r '.devices[0].fstype'
}
if command -v cryptsetup >/dev/null; then
	image_make "$whole" 32M
	printf secret | cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
		"$whole" - 2>/dev/null
	is "$(type_of_whole)" crypto_LUKS "LUKS"
	dd if=/dev/zero of="$whole" bs=4096 count=1 conv=notrunc status=none
	is "$(type_of_whole)" crypto_LUKS "LUKS by its second header"
else
	skip "needs cryptsetup" "LUKS"
	skip "needs cryptsetup" "LUKS by its second header"
fi
if command -v mkfs.xfs >/dev/null; then
	rm -f "$whole"
	image_make "$whole" 64M
	image_make "$scratch/xfs" 400M
	mkfs.xfs -q -l "logdev=$whole,size=64m" "$scratch/xfs" >/dev/null 2>&1
	is "$(type_of_whole)" xfs_external_log "an external log of XFS"
else
	skip "needs mkfs.xfs" "an external log of XFS"
fi

# --- several images stand in the order in which they were given: it is that of the disks
cp "$scratch/ext4" "$scratch/z.img"
cp "$scratch/vfat" "$scratch/a.img"
is "$("$refloat" --image "$scratch/z.img" --image "$scratch/a.img" disks --json |
	jq -r '[.devices[].name] | join(" ")')" "z.img a.img" "images in the order given"
done_testing
