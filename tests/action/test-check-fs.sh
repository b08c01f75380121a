#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Filesystems damaged in many ways: each is found without a byte being written, said in words,
# repaired or honestly refused, and what the plain tool by hand saves is saved as well.
#
#   test-check-fs.sh [CASE...]     only these
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.ext4 debugfs jq
need_filesystem ext4
private_namespace "$@"
# shellcheck source=tests/action/damage.sh
. "$top_srcdir/tests/action/damage.sh"

# One case a line: the damage, the filesystem, how it ends, and the words that must be in the look. How it ends:
#   safe      --repair puts it right
#   quiet     the same, but the tool's own look says nothing of it, and so does ours
#   full      --repair leaves something and says so, --repair-all puts it right
#   backup    as full, but --repair must not change a byte: what a repair starts from is a copy
#   refused   nobody can: said, and not one byte is changed by either
#   kept      the tool cannot, but what can still be read is left as it is, and how to get at it is said
cases='
ext4_super_zeroed        ext4      safe     superblock
ext4_supers_zeroed       ext4      safe     superblock
ext4_super_4k            ext4-4k   safe     superblock
ext4_super_odd           ext4-odd  safe     superblock
ext4_super_garbled       ext4      safe     superblock
ext4_supers_gone         ext4      refused  .
ext4_group_descriptors   ext4      safe     descriptors of its groups
ext4_journal_dirty       ext4      safe     journal.*replay|replay
ext4_journal_super       ext4      safe     journal
ext4_journal_dirty_super ext4      safe     journal
ext4_journal_inode       ext4      safe     journal
ext4_block_bitmap        ext4      safe     map of used blocks
ext4_inode_bitmap        ext4      safe     map of used inodes
ext4_inode_table         ext4      full     damaged inode|lead to nothing|leads to nothing
ext4_inode_table_zeroed  ext4      safe     director(y entry|y entries)
ext4_mode                ext4      full     inode
ext4_link_count          ext4      safe     number of names
ext4_size                ext4      safe     .
ext4_blocks              ext4      safe     .
ext4_entry_to_free       ext4      safe     directory entr
ext4_directory_zeroed    ext4      full     director
ext4_directory_garbled   ext4      full     director
ext4_dotdot              ext4      full     director
ext4_orphan              ext4      safe     deleted|inode
ext4_orphan_list         ext4      safe     inode
ext4_lost_files          ext4      full     no directory names
ext4_duplicate_blocks    ext4      full     blocks that (others|another)
ext4_block_in_table      ext4      full     blocks
ext4_free_counts         ext4      safe     counts of free
ext4_lost_and_found      ext4      quiet    nothing is wrong
ext4_extent_header       ext4      full     blocks|inode
ext4_inode_checksum      ext4      safe     inode
ext4_error_flag          ext4      safe     error
ext4_truncated           ext4      refused  larger than|smaller than
ext4_root_gone           ext4      full     root
ext4_extents_sparse      ext4      quiet    nothing is wrong
ext4_future              ext4      quiet    nothing is wrong
ext4_hostile_names       ext4      full     found: (.*names|.*damaged inode)
ext4_journal_unknown     ext4      full     superblock does not know of
ext4_group_uninit        ext4      full     root directory is damaged
ext4_attributes          ext4      full     inode|attributes
ext4_duplicate_name      ext4      full     directory entr
ext4_resize_inode        ext4      full     keeps for itself
ext4_two_parents         ext4      full     directory entr
ext3_indirect_block      ext3      full     block
ext2_not_clean           ext2      safe     map of used blocks|not (cleanly )?unmounted
xfs_log_dirty            xfs       safe     log
xfs_log_broken           xfs       full     log
xfs_super_zeroed         xfs       safe     superblock
xfs_super_secondary      xfs       safe     superblock
xfs_supers_gone          xfs       refused  .
xfs_agf                  xfs       safe     free space|AGF
xfs_agi                  xfs       safe     inode|AGI
xfs_free_space_tree      xfs       safe     free space
xfs_inode                xfs       safe     inode
xfs_inode_tree           xfs       safe     inode
xfs_directory            xfs       safe     director
xfs_link_count           xfs       safe     names|link
xfs_free_list            xfs       safe     free space
xfs_counts               xfs       safe     counts
xfs_root_gone            xfs       safe     director|inode
xfs_duplicate_blocks     xfs       safe     damaged inodes
xfs_truncated            xfs       refused  larger than|smaller than|size
btrfs_super_zeroed       btrfs     safe     superblock
btrfs_super_checksum     btrfs     safe     checksum of its first superblock
btrfs_fs_tree            btrfs     kept     no good copy
btrfs_supers_gone        btrfs     refused  .
btrfs_root_one_copy      btrfs     kept     checksum|cop(y|ies)
btrfs_root_both_copies   btrfs     kept     tree|root
btrfs_extent_tree        btrfs     kept     tree|extent
btrfs_data               btrfs     kept     checksum|scrub
btrfs_log_dirty          btrfs     kept     log
btrfs_log_broken         btrfs     kept     log
btrfs_truncated          btrfs     refused  larger|smaller|size
vfat_boot_gone           vfat      safe     boot sector|superblock
vfat_boot_16_gone        vfat-16   refused  .
vfat_fats_differ         vfat      safe     FAT|tables
vfat_cross_linked        vfat      full     cluster
vfat_lost_clusters       vfat      safe     cluster
vfat_dirty               vfat      safe     not (cleanly )?unmounted|dirty
vfat_fsinfo              vfat      safe     free
vfat_start_cluster       vfat      full     cluster
vfat_size                vfat      safe     size|chain|cluster
vfat_circular            vfat      full     chain of clusters
vfat_label               vfat      safe     label
vfat_dots                vfat      safe     links to itself
vfat_tables_gone         vfat      refused  tables of clusters
vfat_truncated           vfat      refused  larger|smaller|size|boot sector
exfat_boot_checksum      exfat     full     boot
ntfs_mirror              ntfs      refused  MFT|mirror
f2fs_checkpoint          f2fs      safe     .
'

# what each filesystem needs here
declare -A tools=([ext]=e2fsck [xfs]=xfs_db [btrfs]=btrfs-map-logical [vfat]=mshowfat [exfat]=fsck.exfat
	[ntfs]=ntfsfix [f2fs]=fsck.f2fs)

# by_hand_look TYPE FILE: the tool's own word
by_hand_look()
{
	case $1 in
	ext*) e2fsck -f -n "$2" ;;
	xfs) xfs_repair -n -f "$2" ;;
	btrfs) btrfs check --readonly "$2" ;;
	vfat) fsck.fat -n "$2" ;;
	exfat) fsck.exfat -n "$2" ;;
	ntfs) ntfsfix -n "$2" ;;
	f2fs) fsck.f2fs --dry-run "$2" ;;
	esac >/dev/null 2>&1 </dev/null
}

# by_hand_repair TYPE FILE: what an administrator would type without refloat
by_hand_repair()
{
	local at=$scratch/by-hand
	case $1 in
	ext*) e2fsck -f -y "$2" ;;
	xfs)
		mkdir -p "$at"
		mount -t xfs -o loop,nouuid "$2" "$at" 2>/dev/null && umount "$at"
		xfs_repair -f "$2" || xfs_repair -f -L "$2"
		;;
	vfat) fsck.fat -a "$2" ;;
	*) return 0 ;; # no plain tool that one would use without thinking
	esac >/dev/null 2>&1 </dev/null
}

# what a person must say as well for some of them
declare -A choices=([xfs_log_broken]=--zero-log [btrfs_data]=--check-data)

# check FILE ARGUMENT...: what a person does about damage $name
check()
{
	local file=$1
	shift
	run_with_loops "$refloat" --image "$file" check-fs "${file##*/}" --yes "$@" ${choices[$name]:+"${choices[$name]}"}
}

# same FILE: it is as it was damaged, byte for byte
same()
{
	cmp -s "$1" "$damaged"
}

# sums FILE: the checksums in a list of contents that the undamaged filesystem had
sums()
{
	cut -d ' ' -f 1 "$1" | sort -u | comm -12 - "$whole.sums"
}

# try_repair NAME TYPE END FILE: repairs it as far as it goes; sets $said to all that was said
try_repair()
{
	local name=$1 end=$3 file=$4 more=
	[ "$name" != xfs_log_broken ] || more=" --zero-log"
	check "$file" --repair
	said="$output $errors"
	case $end in
	safe | quiet)
		is "$status" 0 "$name: --repair puts it right"
		[ "$status" -eq 0 ] || note "$said"
		;;
	full | backup)
		like "$status" "^[13]$" "$name: --repair leaves something"
		like "$said" "repair-all$more" "$name: and says what to do next"
		unlike "$said" '\\x0A' "$name: in lines"
		[ "$end" = full ] || {
			same "$file"
			ok $? "$name: --repair has not changed a byte"
		}
		# shellcheck disable=SC2086 # none where it is empty
		check "$file" --repair-all $more
		said="$output $errors"
		is "$status" 0 "$name: --repair-all puts it right"
		[ "$status" -eq 0 ] || note "$said"
		;;
	refused | kept)
		[ "$status" -ne 0 ] || [ "$end" = kept ]
		ok $? "$name: --repair does not claim to have repaired it ($status)"
		[ "$end" = kept ] || {
			check "$file" --repair-all
			[ "$status" -ne 0 ]
			ok $? "$name: nor does --repair-all ($status)"
		}
		same "$file"
		ok $? "$name: not one byte has changed"
		;;
	esac
}

# contents_saved NAME TYPE FILE DAMAGED: FILE has all that the tool by hand saves from DAMAGED
contents_saved()
{
	local lost
	by_hand_repair "$2" "$4"
	damage_contents "$2" "$4" >"$scratch/hand.list"
	damage_contents "$2" "$3" >"$scratch/ours.list"
	lost=$(comm -23 <(sums "$scratch/hand.list") <(sums "$scratch/ours.list") | wc -l)
	is "$lost" 0 "$1: what the tool by hand saves is saved ($(sums "$scratch/hand.list" | wc -l) contents, ours $(
		sums "$scratch/ours.list" | wc -l
	))"
}

one_case()
{
	local name=$1 base=$2 end=$3 words=$4 type file=$scratch/case.img damaged=$scratch/damaged.img said
	type=$(damage_type "$base")
	whole=$scratch/$base.img
	[ -e "$whole" ] || {
		damage_make "$base" "$whole" || {
			skip "this machine makes no $base" "$name"
			return
		}
		damage_contents "$type" "$whole" | cut -d ' ' -f 1 | sort -u >"$whole.sums"
		check "$whole"
		is "$status" 0 "$base: one that is whole is clean"
	}
	copy_image "$whole" "$damaged"
	"damage_$name" "$damaged" 2>/dev/null
	cmp -s "$whole" "$damaged" && {
		ok 1 "$name: the damage is there"
		return
	}
	copy_image "$damaged" "$file"

	check "$file"
	said=$(printf '%s\n' "$output" "$errors" | tr '\n' ' ')
	if [ "$end" = quiet ]; then
		is "$status" 0 "$name: a look says as little as the tool by hand"
	else
		like "$status" "^[123]$" "$name: it is found"
	fi
	like "$said" "$words" "$name: it is said in words"
	same "$file"
	ok $? "$name: looking has not changed a byte"

	try_repair "$name" "$type" "$end" "$file"
	case $end in
	safe | quiet | full | backup)
		contents_saved "$name" "$type" "$file" "$damaged"
		by_hand_look "$type" "$file"
		is $? 0 "$name: its own tool finds nothing any more"
		check "$file"
		is "$status" 0 "$name: a second look finds nothing"
		[ "$status" -eq 0 ] || note "$output $errors"
		;;
	esac
}

wanted=" $* "
while read -r name base end words; do
	[ -n "$name" ] || continue
	[ "$wanted" = "  " ] || [[ $wanted == *" $name "* ]] || continue
	family=${name%%_*}
	family=${family%[234]}
	if ! command -v "${tools[$family]}" >/dev/null; then
		skip "needs ${tools[$family]}" "$name"
		continue
	fi
	one_case "$name" "$base" "$end" "$words"
done <<<"$cases"

# btrfs check --force would not mind: nobody can mount what is checked or repaired
if [ "$wanted" = "  " ] && command -v btrfs >/dev/null && [ -e "$scratch/btrfs.img" ]; then
	program=$(readlink -f "$(command -v btrfs)")
	cp "$program" "$scratch/btrfs.real"
	cat >"$scratch/btrfs.sh" <<-TRIES
		#!/bin/sh
		for node; do :; done
		[ "\$1" != check ] || mount -t btrfs "\$node" "$scratch/mounted" 2>/dev/null
		exec "$scratch/btrfs.real" "\$@"
	TRIES
	chmod +x "$scratch/btrfs.sh"
	mkdir "$scratch/mounted"
	mount --bind "$scratch/btrfs.sh" "$program"
	name=exclusive
	copy_image "$scratch/btrfs.img" "$scratch/case.img"
	check "$scratch/case.img"
	is "$status,$(mountpoint "$scratch/mounted" >/dev/null && echo mounted)" "0," "btrfs: what is checked cannot be mounted"
	check "$scratch/case.img" --repair-all
	is "$status,$(mountpoint "$scratch/mounted" >/dev/null && echo mounted)" "0," "btrfs: nor what is repaired"
	umount "$program"
	rm -f "$scratch/case.img"
fi

# what the first repair has uncovered is repaired with the same undo file: all of it can be taken back
if [ "$wanted" = "  " ]; then
	file=$scratch/case.img
	damage_make ext4 "$file"
	damage_ext4_group_uninit "$file"
	copy_image "$file" "$scratch/damaged.img"
	mkdir "$scratch/keep"
	mount -t tmpfs tmpfs "$scratch/keep" # another disk
	name=undo
	check "$file" --repair-all --undo-file "$scratch/keep"
	is "$status" 0 "two repairs with one undo file: everything is repaired"
	by_hand_look ext4 "$file"
	is $? 0 "  e2fsck finds nothing any more"
	run "$refloat" undo --yes
	is "$status" 0 "  it is taken back"
	cmp -s "$file" "$scratch/damaged.img"
	ok $? "  byte for byte"
fi
done_testing
