# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # the names are those of tests/lib/tap.sh
# Filesystems with known contents, and many ways to damage them.
#
# Sourced behind tests/lib/tap.sh. damage_make TYPE FILE makes a filesystem, damage_contents TYPE FILE prints
# what can be read of it as "checksum path" lines, and damage_NAME FILE damages one: each takes its
# place from the filesystem's own tools, so that another version of mkfs still has the damage meant.

# --- bytes

# poke FILE OFFSET HEX: writes bytes, "00ff12"
poke()
{
	printf '%b' "$(sed 's/../\\x&/g' <<<"$3")" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# fill FILE OFFSET LENGTH [OCTAL]: LENGTH bytes of one value, zeros where none is said
fill()
{
	head -c "$3" /dev/zero | tr '\000' "\\${4:-000}" |
		dd of="$1" bs=64K seek="$2" oflag=seek_bytes conv=notrunc status=none
}

# peek FILE OFFSET LENGTH: prints a little-endian number
peek()
{
	od -An -v -tu"$3" -j "$2" -N "$3" "$1" | tr -d ' '
}

# copy_image FROM TO: with the holes
copy_image()
{
	cp --sparse=always "$1" "$2"
}

# --- contents

# damage_tree FOLDER: the files that every filesystem of the tests has; names that vfat can have, too
damage_tree()
{
	local i
	mkdir -p "$1"/etc/conf "$1"/home/ada/letters "$1"/srv/www/deep/er/still "$1"/var/many
	echo web01 >"$1/etc/hostname"
	for i in $(seq 12); do
		seq "$i" $((i * 500)) >"$1/etc/conf/part-$i"
		echo "letter $i" >"$1/home/ada/letters/letter-$i"
	done
	for i in $(seq 150); do
		echo "file $i of many" >"$1/var/many/file-number-$i-of-many"
	done
	seq 1 300000 >"$1/srv/big"
	seq 300000 -1 200000 >"$1/srv/www/second"
	seq 500 900 >"$1/srv/www/deep/er/still/here"
	: >"$1/home/ada/empty"
}

# damage_links FOLDER: what only filesystems of Unix have
damage_links()
{
	ln "$1/etc/hostname" "$1/home/ada/hostname"
	ln -s ../srv/big "$1/etc/big"
	truncate -s 3M "$1/srv/sparse"
	echo end >>"$1/srv/sparse"
}

# damage_fill TYPE FILE: copies the tree in through the kernel
damage_fill()
{
	mkdir -p "$scratch/fill"
	mount -o loop "$1" "$scratch/fill" || return
	cp -a "$scratch/tree-unix/." "$scratch/fill/"
	umount "$scratch/fill"
}

# damage_make BASE FILE: BASE is a type, or a type with a peculiarity: ext4-4k, vfat-16
damage_make()
{
	[ -d "$scratch/tree" ] || {
		damage_tree "$scratch/tree"
		cp -a "$scratch/tree" "$scratch/tree-unix"
		damage_links "$scratch/tree-unix"
	}
	rm -f "$2"
	case $1 in
	ext4)
		# six groups, with backups of the superblock in the first, third and fifth
		truncate -s 48M "$2"
		mkfs.ext4 -q -b 1024 -L damaged -d "$scratch/tree-unix" "$2"
		;;
	ext4-4k)
		truncate -s 300M "$2"
		mkfs.ext4 -q -b 4096 -L damaged -d "$scratch/tree-unix" "$2"
		;;
	ext4-odd)
		# its last group would be small, so that mke2fs makes all of them shorter: no backup is
		# where one expects it
		truncate -s 260M "$2"
		mkfs.ext4 -q -b 4096 -L damaged -d "$scratch/tree-unix" "$2"
		;;
	ext3)
		# block maps in place of extents, and no checksums
		truncate -s 48M "$2"
		mkfs.ext3 -q -b 1024 -L damaged -d "$scratch/tree-unix" "$2"
		;;
	ext2)
		truncate -s 24M "$2"
		mkfs.ext2 -q -b 1024 -L damaged -d "$scratch/tree-unix" "$2"
		;;
	xfs)
		truncate -s 300M "$2"
		mkfs.xfs -q -L damaged "$2" && damage_fill "$2"
		;;
	btrfs)
		truncate -s 128M "$2"
		mkfs.btrfs -q -m dup -d single -L damaged --rootdir "$scratch/tree-unix" "$2" >/dev/null
		;;
	vfat)
		# FAT32: a backup of the boot sector, and FSINFO
		truncate -s 40M "$2"
		mkfs.vfat -F 32 -s 1 -n DAMAGED "$2" >/dev/null
		mcopy -s -Q -i "$2" "$scratch"/tree/* ::
		;;
	vfat-16)
		truncate -s 24M "$2"
		mkfs.vfat -F 16 -n DAMAGED "$2" >/dev/null
		mcopy -s -Q -i "$2" "$scratch"/tree/* ::
		;;
	exfat)
		truncate -s 16M "$2"
		mkfs.exfat -L damaged "$2" >/dev/null
		;;
	ntfs)
		truncate -s 16M "$2"
		mkntfs -q -F -Q -L damaged "$2" >/dev/null 2>&1
		;;
	f2fs)
		truncate -s 64M "$2"
		mkfs.f2fs -q -l damaged "$2" >/dev/null # sload.f2fs leaves what fsck.f2fs complains of
		;;
	esac
}

# damage_type BASE: the type as libblkid calls it
damage_type()
{
	echo "${1%%-*}"
}

# damage_list FOLDER: "checksum path" of every file in it, by checksum
damage_list()
{
	(cd "$1" && find . -type f -print0 2>/dev/null | LC_ALL=C sort -z |
		xargs -0 -r sha256sum 2>/dev/null) | LC_ALL=C sort
}

# damage_contents TYPE FILE: what can be read without writing to FILE; nothing where nothing can
damage_contents()
{
	local at=$scratch/contents options=ro,loop file
	rm -rf "$at"
	mkdir -p "$at"
	case $1 in
	ext*)
		debugfs -R "rdump / $at" "$2" >/dev/null 2>&1
		damage_list "$at"
		;;
	vfat)
		# one by one: mcopy -s ends with the first that is damaged
		mdir -i "$2" -/ -b :: 2>/dev/null | grep -v '/$' | while read -r file; do
			mkdir -p "$at/$(dirname "${file#::/}")"
			mcopy -n -Q -i "$2" "$file" "$at/${file#::/}" 2>/dev/null </dev/null
		done
		damage_list "$at"
		;;
	xfs | btrfs)
		[ "$1" != xfs ] || options+=,norecovery,nouuid
		[ "$1" != btrfs ] || options+=,rescue=nologreplay
		mount -t "$1" -o "$options" "$2" "$at" 2>/dev/null || return 0
		damage_list "$at"
		umount "$at"
		;;
	esac
	rm -rf "$at"
}

# --- where things are

# debug FILE: debugfs commands from standard input, one a line
debug()
{
	debugfs -w -f - "$1" >/dev/null 2>&1
}

# ext_block FILE GROUP WORD: the block of a group's "Block bitmap", "Inode bitmap", "Inode table"
ext_block()
{
	dumpe2fs "$1" 2>/dev/null |
		awk -v group="Group $2:" -v word="$3 at " '
			index($0, "Group ") == 1 {inside = index($0, group) == 1}
			inside && (i = index($0, word)) {
				print substr($0, i + length(word)) + 0
				exit
			}'
}

# ext_inode FILE PATH
ext_inode()
{
	debugfs -R "stat $2" "$1" 2>/dev/null | awk '$1 == "Inode:" {print $2; exit}'
}

# ext_inode_offset FILE PATH: the byte of its inode
ext_inode_offset()
{
	local block offset
	read -r block offset < <(debugfs -R "imap $2" "$1" 2>/dev/null |
		sed -n 's/.*located at block \([0-9]*\), offset \(0x[0-9a-f]*\).*/\1 \2/p')
	echo $((block * $(ext_block_size "$1") + offset))
}

ext_block_size()
{
	echo $((1024 << $(peek "$1" 1048 4)))
}

# ext_data FILE PATH: its first block
ext_data()
{
	debugfs -R "blocks $2" "$1" 2>/dev/null | awk '{print $1}'
}

# xfs_value FILE WHERE FIELD: WHERE as xfs_db has it: "agf 0", "sb 0", "inode 131"
xfs_value()
{
	xfs_db -r -c "$2" -c "print $3" "$1" | awk '{print $3}'
}

# xfs_inode FILE PATH: inode numbers stay as they are, so a mount may tell
xfs_inode()
{
	local at=$scratch/inode
	mkdir -p "$at"
	mount -t xfs -o ro,loop,norecovery,nouuid "$1" "$at"
	stat -c %i "$at$2"
	umount "$at"
}

# btrfs_physical FILE LOGICAL: the bytes on the device where copies of LOGICAL are
btrfs_physical()
{
	btrfs-map-logical -l "$2" "$1" 2>/dev/null |
		sed -n 's/.*physical \([0-9]*\) device.*/\1/p'
}

# btrfs_tree FILE TREE: the logical address of the root block of "root", "extent", "fs", "csum"
btrfs_tree()
{
	btrfs inspect-internal dump-tree -t "$2" "$1" 2>/dev/null |
		awk '$1 == "node" || $1 == "leaf" {print $2; exit}'
}

# fat_field NAME FILE: of the boot sector
fat_field()
{
	case $1 in
	sector) peek "$2" 11 2 ;;
	cluster) peek "$2" 13 1 ;;
	reserved) peek "$2" 14 2 ;;
	fats) peek "$2" 16 1 ;;
	length) # sectors of a FAT
		if [ "$(peek "$2" 22 2)" -ne 0 ]; then peek "$2" 22 2; else peek "$2" 36 4; fi
		;;
	esac
}

# fat_offset FILE CLUSTER [COPY]: the byte of a cluster's entry in a FAT (of FAT32)
fat_offset()
{
	local sector reserved length
	sector=$(fat_field sector "$1")
	reserved=$(fat_field reserved "$1")
	length=$(fat_field length "$1")
	echo $(((reserved + ${3-0} * length) * sector + $2 * 4))
}

# fat_cluster FILE PATH: its first
fat_cluster()
{
	mshowfat -i "$1" "::$2" | sed 's/.*<\([0-9]*\).*/\1/'
}

# fat_set FILE CLUSTER NEXT: in all copies of a FAT32; NEXT in hexadecimal, as it stands on disk
fat_set()
{
	poke "$1" "$(fat_offset "$1" "$2" 0)" "$3"
	poke "$1" "$(fat_offset "$1" "$2" 1)" "$3"
}

# fat_data FILE CLUSTER: the byte of a cluster's data (FAT32)
fat_data()
{
	local sector
	sector=$(fat_field sector "$1")
	echo $((($(fat_field reserved "$1") + $(fat_field fats "$1") * $(fat_field length "$1") +
		($2 - 2) * $(fat_field cluster "$1")) * sector))
}

# --- ext2, ext3, ext4

damage_ext4_super_zeroed()
{
	fill "$1" 1024 1024
}

damage_ext4_supers_zeroed()
{
	fill "$1" 1024 1024
	fill "$1" $((8193 * 1024)) 1024
}

damage_ext4_super_4k()
{
	fill "$1" 1024 1024
}

damage_ext4_super_odd()
{
	fill "$1" 1024 1024
}

damage_ext4_super_garbled()
{
	# its blocks are more than there ever were, and the checksum does not fit
	poke "$1" 1028 ffffff7f
}

damage_ext4_supers_gone()
{
	local group
	fill "$1" 1024 1024
	for group in 1 3 5 7; do
		fill "$1" $(((8192 * group + 1) * 1024)) 1024
	done
}

# the kernel writes, and the disk is taken away under it
damage_ext4_journal_dirty()
{
	local at=$scratch/dirty
	mkdir -p "$at"
	mount -o loop "$1" "$at"
	seq 1 5000 >"$at/home/ada/written-last"
	mkdir "$at/home/ada/made-last"
	mv "$at/etc/conf/part-1" "$at/home/ada/made-last/"
	sync "$at/home/ada/written-last"
	copy_image "$1" "$1.taken"
	umount "$at"
	mv "$1.taken" "$1"
}

damage_ext4_journal_super()
{
	fill "$1" $(($(ext_data "$1" '<8>') * 1024)) 512
}

damage_ext4_journal_inode()
{
	debug "$1" <<<"clri <8>"
}

damage_ext4_journal_dirty_super()
{
	damage_ext4_journal_dirty "$1"
	damage_ext4_journal_super "$1"
}

damage_ext4_block_bitmap()
{
	fill "$1" $(($(ext_block "$1" 0 "Block bitmap") * 1024)) 1024
}

damage_ext4_inode_bitmap()
{
	fill "$1" $(($(ext_block "$1" 0 "Inode bitmap") * 1024)) 1024
}

damage_ext4_group_descriptors()
{
	fill "$1" 2048 1024 252
}

damage_ext4_inode_table()
{
	# the block with the inode of a file: it and its neighbours
	local offset
	offset=$(ext_inode_offset "$1" /etc/conf/part-7)
	fill "$1" $((offset / 1024 * 1024)) 1024 252
}

damage_ext4_inode_table_zeroed()
{
	local offset
	offset=$(ext_inode_offset "$1" /etc/conf/part-7)
	fill "$1" $((offset / 1024 * 1024)) 1024
}

damage_ext4_mode()
{
	debug "$1" <<<"sif /etc/conf/part-3 mode 0170000"
}

damage_ext4_link_count()
{
	debug "$1" <<-'COMMANDS'
		sif /home/ada/letters/letter-1 links_count 7
		sif /home/ada links_count 9
	COMMANDS
}

damage_ext4_size()
{
	debug "$1" <<<"sif /srv/www/second size 1024"
}

damage_ext4_blocks()
{
	debug "$1" <<<"sif /srv/www/second blocks 2"
}

damage_ext4_entry_to_free()
{
	# an entry whose inode was given back
	debug "$1" <<-COMMANDS
		clri /home/ada/letters/letter-2
		freei <$(ext_inode "$1" /home/ada/letters/letter-2)>
	COMMANDS
}

damage_ext4_directory_zeroed()
{
	fill "$1" $(($(ext_data "$1" /home/ada/letters) * 1024)) 1024
}

damage_ext4_directory_garbled()
{
	fill "$1" $(($(ext_data "$1" /home/ada/letters) * 1024 + 100)) 300 125
}

damage_ext4_dotdot()
{
	# ".." of a directory leads to another; its entry is the second, behind 12 bytes
	poke "$1" $(($(ext_data "$1" /srv/www/deep) * 1024 + 12)) \
		"$(printf '%08x' "$(ext_inode "$1" /etc)" | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/')"
}

damage_ext4_orphan()
{
	# deleted while it was open, and the machine went down
	local inode
	inode=$(ext_inode "$1" /srv/www/deep/er/still/here)
	debug "$1" <<-COMMANDS
		unlink /srv/www/deep/er/still/here
		sif <$inode> links_count 0
		sif <$inode> dtime 0
		ssv last_orphan $inode
	COMMANDS
}

damage_ext4_orphan_list()
{
	# the list leads to a file that is in use
	local inode
	inode=$(ext_inode "$1" /srv/www/deep/er/still/here)
	debug "$1" <<-COMMANDS
		sif <$inode> dtime 4000000
		ssv last_orphan $inode
	COMMANDS
}

damage_ext4_lost_files()
{
	# entries gone, inodes still there
	debug "$1" <<-'COMMANDS'
		unlink /home/ada/letters/letter-3
		unlink /srv/www/deep
	COMMANDS
}

damage_ext4_duplicate_blocks()
{
	# a file claims blocks of another
	local block
	block=$(ext_data "$1" /srv/www/second)
	debug "$1" <<-COMMANDS
		extent_open /etc/conf/part-12
		root
		replace_node 0 4 $block
		extent_close
	COMMANDS
}

damage_ext4_free_counts()
{
	debug "$1" <<-'COMMANDS'
		ssv free_blocks_count 77
		ssv free_inodes_count 5
		set_bg 0 free_blocks_count 9
		set_bg 0 checksum calc
	COMMANDS
}

damage_ext4_lost_and_found()
{
	debug "$1" <<<"rmdir /lost+found"
}

damage_ext4_extent_header()
{
	debug "$1" <<<"sif /srv/www/second block[0] 0x12345678"
}

damage_ext4_inode_checksum()
{
	debug "$1" <<<"sif /srv/www/second checksum 0x1234"
}

damage_ext4_error_flag()
{
	debug "$1" <<-'COMMANDS'
		ssv state 2
		ssv error_count 3
		ssv last_error_time 20260102030405
		ssv first_error_time 20260102030405
	COMMANDS
}

damage_ext4_truncated()
{
	truncate -s 40M "$1"
}

damage_ext4_root_gone()
{
	debug "$1" <<<"clri <2>"
}

damage_ext4_block_in_table()
{
	# a file whose data lie where the inode table is
	debug "$1" <<-COMMANDS
		extent_open /etc/conf/part-12
		root
		replace_node 0 2 $(ext_block "$1" 0 "Inode table")
		extent_close
	COMMANDS
}

damage_ext3_indirect_block()
{
	# the first indirect block of a large file points to nowhere
	local block
	block=$(debugfs -R "stat /srv/big" "$1" 2>/dev/null | sed -n 's/.*(IND):\([0-9]*\).*/\1/p')
	fill "$1" $((block * 1024)) 512 377
}

damage_ext2_not_clean()
{
	# pulled out while it was mounted, with a bitmap that was not written
	debug "$1" <<-COMMANDS
		freeb $(ext_data "$1" /srv/big) 20
		ssv state 0
	COMMANDS
}

damage_ext4_extents_sparse()
{
	# most of a file of many pieces is cut off: e2fsck would make its tree smaller, which is no damage
	local at=$scratch/sparse
	mkdir -p "$at"
	mount -o loop "$1" "$at"
	# every second block is all zeros, and not written
	awk 'BEGIN {for (i = 0; i < 1500; i++) printf "%01024d%01024d", 1, 0}' | tr 0 '\000' |
		dd of="$at/pieces" bs=1K iflag=fullblock conv=sparse status=none
	sync "$at/pieces"
	truncate -s 6145 "$at/pieces"
	umount "$at"
}

damage_ext4_hostile_names()
{
	# files that are called as e2fsck speaks of a disk that cannot be read
	debug "$1" <<-'COMMANDS'
		mkdir /home/Input
		mkdir "/home/Input/output error"
		ln /etc/hostname "/home/Input/output error/Error reading block 12, cancelled!"
		sif /etc/hostname links_count 3
		sif "/home/Input/output error" links_count 7
		symlink "/home/Input/output error/link" x
		sif "/home/Input/output error/link" size 300
	COMMANDS
}

damage_ext4_journal_unknown()
{
	# changes in the journal, and a superblock that says there are none
	damage_ext4_journal_dirty "$1"
	debug "$1" <<<"feature ^needs_recovery"
}

damage_ext4_group_uninit()
{
	# a group that is said to be empty: what one repair makes of it a second one has to mend
	debug "$1" <<-'COMMANDS'
		set_bg 0 flags 3
		set_bg 0 checksum calc
	COMMANDS
}

damage_ext4_attributes()
{
	local block
	debug "$1" <<<"ea_set /etc/conf/part-2 user.long $(printf 'v%.0s' {1..700})"
	block=$(debugfs -R "stat /etc/conf/part-2" "$1" 2>/dev/null | sed -n 's/.*File ACL: \([0-9]*\).*/\1/p')
	fill "$1" $((block * 1024)) 64 125
}

damage_ext4_duplicate_name()
{
	local at
	at=$(($(ext_data "$1" /home/ada/letters) * 1024))
	at=$((at + $(tail -c "+$((at + 1))" "$1" | head -c 1024 | grep -obUa letter-5 | head -n 1 | cut -d : -f 1)))
	poke "$1" $((at + 7)) 36
}

damage_ext4_future()
{
	# the clock was wrong: e2fsck writes the times anew, and nothing was damaged
	debug "$1" <<-'COMMANDS'
		ssv mtime 20391231000000
		ssv wtime 20391231000000
	COMMANDS
}

damage_ext4_resize_inode()
{
	debug "$1" <<<"clri <7>"
}

damage_ext4_two_parents()
{
	# a directory that two others have
	debug "$1" <<<"ln /srv/www /etc/www"
}

# --- xfs

damage_xfs_free_list()
{
	fill "$1" 1536 512 125
}

damage_xfs_counts()
{
	xfs_db -x -c 'sb 0' -c 'write -d fdblocks 7' -c 'write -d ifree 9999' -c 'write -d icount 3' \
		"$1" >/dev/null
}

damage_xfs_root_gone()
{
	xfs_db -x -c "inode $(xfs_value "$1" 'sb 0' rootino)" -c 'write -d core.magic 0' "$1" >/dev/null
}

damage_xfs_duplicate_blocks()
{
	# a file claims the blocks of another
	local from to start
	from=$(xfs_inode "$1" /srv/big)
	to=$(xfs_inode "$1" /srv/www/second)
	start=$(xfs_db -r -c "inode $from" -c 'print u3.bmx[0].startblock' "$1" | awk '{print $3}')
	xfs_db -x -c "inode $to" -c "write -d u3.bmx[0].startblock $start" "$1" >/dev/null
}

damage_xfs_log_dirty()
{
	local at=$scratch/dirty
	mkdir -p "$at"
	mount -o loop "$1" "$at"
	seq 1 5000 >"$at/home/ada/written-last"
	mv "$at/etc/conf/part-1" "$at/home/ada/"
	sync -f "$at"
	xfs_io -x -c 'shutdown -f' "$at"
	umount "$at"
}

damage_xfs_log_broken()
{
	# dirty, and no mount can replay it: neither its head nor its tail can be found
	local start
	damage_xfs_log_dirty "$1"
	start=$(xfs_db -r -c 'sb 0' -c "convert fsblock $(xfs_value "$1" 'sb 0' logstart) byte" "$1" |
		sed 's/.*(\([0-9]*\)).*/\1/')
	fill "$1" $((start + 512)) 4194304 125
}

damage_xfs_super_zeroed()
{
	fill "$1" 0 512
}

damage_xfs_super_secondary()
{
	local blocks
	blocks=$(xfs_value "$1" 'sb 0' agblocks)
	fill "$1" $((blocks * 4096)) 512 125
}

damage_xfs_supers_gone()
{
	local blocks ag
	blocks=$(xfs_value "$1" 'sb 0' agblocks)
	for ag in 0 1 2 3; do
		fill "$1" $((ag * blocks * 4096)) 512
	done
}

damage_xfs_agf()
{
	# free space of the first group
	fill "$1" $((512 + 16)) 64 125
}

damage_xfs_agi()
{
	# its inodes
	fill "$1" $((1024 + 16)) 64 125
}

damage_xfs_free_space_tree()
{
	xfs_db -x -c 'agf 0' -c 'addr bnoroot' -c 'blocktrash -o 64 -n 1 -x 400 -y 400 -z' "$1" >/dev/null
}

damage_xfs_inode()
{
	local inode
	inode=$(xfs_inode "$1" /etc/conf/part-3)
	xfs_db -x -c "inode $inode" -c 'write -d core.mode 0' "$1" >/dev/null
}

damage_xfs_inode_tree()
{
	xfs_db -x -c 'agi 0' -c 'addr root' -c 'blocktrash -o 64 -n 1 -x 400 -y 400 -z' "$1" >/dev/null
}

damage_xfs_directory()
{
	local inode
	inode=$(xfs_inode "$1" /var/many)
	xfs_db -x -c "inode $inode" -c 'dblock 0' -c 'blocktrash -o 800 -n 1 -x 4000 -y 4000 -z' "$1" >/dev/null
}

damage_xfs_link_count()
{
	local inode
	inode=$(xfs_inode "$1" /home/ada/hostname)
	xfs_db -x -c "inode $inode" -c 'write -d core.nlinkv2 9' "$1" >/dev/null
}

damage_xfs_truncated()
{
	truncate -s 250M "$1"
}

# --- btrfs

damage_btrfs_super_zeroed()
{
	fill "$1" 65536 4096
}

damage_btrfs_super_checksum()
{
	# its generation is another: it can be read, but not be trusted
	poke "$1" $((65536 + 72)) ff
}

damage_btrfs_fs_tree()
{
	local at
	for at in $(btrfs_physical "$1" "$(btrfs_tree "$1" fs)"); do
		fill "$1" $((at + 200)) 1000 125
	done
}

damage_btrfs_supers_gone()
{
	fill "$1" 65536 4096
	fill "$1" 67108864 4096
}

damage_btrfs_root_one_copy()
{
	local at
	at=$(btrfs_physical "$1" "$(btrfs_tree "$1" root)" | head -n 1)
	fill "$1" $((at + 200)) 1000 125
}

damage_btrfs_root_both_copies()
{
	local at
	for at in $(btrfs_physical "$1" "$(btrfs_tree "$1" root)"); do
		fill "$1" $((at + 200)) 1000 125
	done
}

damage_btrfs_extent_tree()
{
	local at
	for at in $(btrfs_physical "$1" "$(btrfs_tree "$1" extent)"); do
		fill "$1" $((at + 200)) 1000 125
	done
}

damage_btrfs_data()
{
	# one sector of a file: metadata are whole, its checksum tells
	local logical at
	logical=$(btrfs inspect-internal dump-tree -t 5 "$1" |
		awk '/extent data disk byte [1-9]/ {print $5; exit}')
	at=$(btrfs_physical "$1" "$logical" | head -n 1)
	fill "$1" "$at" 4096 125
}

damage_btrfs_log_dirty()
{
	local at=$scratch/dirty
	mkdir -p "$at"
	mount -o loop "$1" "$at"
	seq 1 5000 >"$at/home/ada/written-last"
	sync -f "$at"
	seq 1 3000 >"$at/home/ada/in-the-log"
	sync "$at/home/ada/in-the-log"
	copy_image "$1" "$1.taken"
	umount "$at"
	mv "$1.taken" "$1"
}

damage_btrfs_log_broken()
{
	local root at
	damage_btrfs_log_dirty "$1"
	root=$(btrfs inspect-internal dump-super "$1" | awk '$1 == "log_root" {print $2}')
	for at in $(btrfs_physical "$1" "$root"); do
		fill "$1" $((at + 100)) 1000 125
	done
}

damage_btrfs_truncated()
{
	truncate -s 100M "$1"
}

# --- vfat

damage_vfat_boot_gone()
{
	fill "$1" 0 512
}

damage_vfat_boot_16_gone()
{
	fill "$1" 0 512
}

damage_vfat_fats_differ()
{
	# the second copy says that the first clusters of a file are free
	local cluster
	cluster=$(fat_cluster "$1" /srv/big)
	fill "$1" "$(fat_offset "$1" "$cluster" 1)" 64
}

damage_vfat_cross_linked()
{
	# the end of one chain leads into another
	local from to
	from=$(fat_cluster "$1" /home/ada/letters/letter-1)
	to=$(($(fat_cluster "$1" /etc/conf/part-12) + 3))
	fat_set "$1" "$from" "$(printf '%08x' "$to" | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/')"
}

damage_vfat_lost_clusters()
{
	# a chain that no entry has: the first byte of an entry says that it was deleted
	local at
	at=$(grep -obUa 'HERE       ' "$1" | head -n 1 | cut -d : -f 1)
	poke "$1" "$at" e5
}

damage_vfat_dirty()
{
	poke "$1" 65 01
}

damage_vfat_fsinfo()
{
	# free clusters: more than there are
	poke "$1" $((512 + 488)) 78563412
}

damage_vfat_start_cluster()
{
	# an entry whose first cluster is outside
	local at
	at=$(grep -obUa 'HOSTNAME   ' "$1" | head -n 1 | cut -d : -f 1)
	poke "$1" $((at + 20)) ff0f
	poke "$1" $((at + 26)) 0000
}

damage_vfat_size()
{
	# longer than its chain
	local at
	at=$(grep -obUa 'HOSTNAME   ' "$1" | head -n 1 | cut -d : -f 1)
	poke "$1" $((at + 28)) 00400000
}

# fat_little NUMBER: in hexadecimal, as it stands on disk
fat_little()
{
	printf '%08x' "$1" | sed 's/\(..\)\(..\)\(..\)\(..\)/\4\3\2\1/'
}

damage_vfat_circular()
{
	local cluster
	cluster=$(fat_cluster "$1" /srv/big)
	fat_set "$1" $((cluster + 3)) "$(fat_little "$cluster")"
}

damage_vfat_label()
{
	poke "$1" "$(grep -obUa 'DAMAGED    ' "$1" | tail -n 1 | cut -d : -f 1)" 01022f2a
}

damage_vfat_dots()
{
	# ".." of a directory leads to another
	poke "$1" $(($(fat_data "$1" "$(fat_cluster "$1" /home/ada)") + 32 + 26)) 0900
}

damage_vfat_tables_gone()
{
	local copy
	for copy in 0 1; do
		fill "$1" "$(fat_offset "$1" 2 "$copy")" 400
	done
}

damage_vfat_truncated()
{
	truncate -s 30M "$1"
}

# --- others

damage_exfat_boot_zeroed()
{
	fill "$1" 0 512
}

damage_exfat_boot_checksum()
{
	fill "$1" $((11 * 512)) 512 125
}

damage_ntfs_mirror()
{
	# the first records of the mirror of the MFT
	local cluster mirror
	cluster=$(($(peek "$1" 11 2) * $(peek "$1" 13 1)))
	mirror=$(peek "$1" 56 8)
	fill "$1" $((mirror * cluster)) 1024 125
}

damage_f2fs_checkpoint()
{
	# the first of two checkpoint packs
	local block
	block=$(peek "$1" $((1024 + 76)) 4) # cp_blkaddr of struct f2fs_super_block
	fill "$1" $((block * 4096)) 4096
}

damage_f2fs_super_zeroed()
{
	fill "$1" 1024 1024
}
