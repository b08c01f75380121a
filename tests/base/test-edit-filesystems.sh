#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Changing a file on real filesystems: everything of it is kept, flags, a full and a read-only disk,
# and death at every moment.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
need_program setfattr getfattr setfacl getfacl chattr lsattr
tool=${top_builddir:-$PWD}/tests/base/edit_tool
at=$scratch/mnt
mkdir "$at"
seq 1 3000 >"$scratch/one"
seq 7000 9000 >"$scratch/two"
printf 'short\n' >"$scratch/short"

edit()
{
	run "$tool" "$at" "$@"
}

# what FILE is besides its bytes; its times and its inode are its own
properties()
{
	stat -c '%a %u %g' "$1"
	getfattr --absolute-names -h -d -m - "$1" | sort
	getfacl --absolute-names -n -p "$1"
	lsattr "$1" | cut -d ' ' -f 1 | tr -d 'eIc'
}

leftovers()
{
	find "$at" -name '.edited.*' | wc -l
}

keeps()
{
	local type=$1 before
	mkdir "$at/etc"
	cp "$scratch/one" "$at/etc/edited"
	chown 7:42 "$at/etc/edited"
	chmod 2640 "$at/etc/edited"
	setfacl -m u:1234:r "$at/etc/edited"
	setfattr -n user.note -v 'a note' "$at/etc/edited"
	setfattr -n trusted.mark -v 0x00ff "$at/etc/edited"
	setfattr -n security.selinux -v system_u:object_r:shadow_t:s0 "$at/etc/edited"
	chattr +d "$at/etc/edited" 2>/dev/null
	setfacl -d -m u:99:rw "$at/etc" # new files would get it
	before=$(properties "$at/etc/edited")
	like "$before" 'shadow_t' "$type: the file has a label"
	edit /etc/edited "$scratch/two"
	is "$output" "done" "$type: it is changed"
	cmp -s "$at/etc/edited" "$scratch/two"
	ok $? "  whole"
	is "$(properties "$at/etc/edited")" "$before" "  with all that it was"
	edit /etc/made "$scratch/short" made
	is "$(stat -c '%a %u %g %s' "$at/etc/made")" "604 12 34 6" "$type: a file is made"
	is "$(getfacl -c -p "$at/etc/made" | grep -c 99)" 0 "  without what its folder gives to others"
	edit /etc/made -
	[ ! -e "$at/etc/made" ]
	ok $? "$type: and removed"
	cp "$scratch/one" "$at/etc/edited"
}

nocow()
{
	touch "$at/etc/nocow"
	chattr +C "$at/etc/nocow"
	edit /etc/nocow "$scratch/two"
	like "$(lsattr "$at/etc/nocow")" '^[^ ]*C' "btrfs: no copy-on-write stays so"
}

flags()
{
	local type=$1 flag inode
	for flag in i a; do
		chattr +$flag "$at/etc/edited"
		edit /etc/edited "$scratch/two"
		like "$output" "EPERM.*chattr \+$flag" "$type: +$flag is a reason, in words"
		cmp -s "$at/etc/edited" "$scratch/one"
		ok $? "  and nothing is changed"
		edit /etc/edited "$scratch/two" lift
		is "$output" "done" "  it is lifted where that is asked for"
		like "$(lsattr "$at/etc/edited")" "^[^ ]*$flag" "  and is there again"
		chattr -$flag "$at/etc/edited"
		cp "$scratch/one" "$at/etc/edited"
		chattr +$flag "$at/etc"
		edit /etc/edited "$scratch/two"
		like "$output" "EPERM.*folder.*chattr \+$flag" "$type: +$flag of the folder, too"
		edit /etc/edited "$scratch/two" lift
		is "$output" "done" "  and is lifted"
		like "$(lsattr -d "$at/etc")" "^[^ ]*$flag" "  and is there again"
		chattr -$flag "$at/etc"
		cp "$scratch/one" "$at/etc/edited"
	done
	# a name more, and a flag: both at once
	ln "$at/etc/edited" "$at/etc/second"
	chattr +i "$at/etc/edited" "$at/etc"
	inode=$(stat -c %i "$at/etc/edited")
	edit /etc/edited "$scratch/two" lift write
	is "$output" "done" "$type: a file with two names, immutable, in an immutable folder"
	is "$(stat -c %i "$at/etc/edited")" "$inode" "  is written in place"
	cmp -s "$at/etc/second" "$scratch/two"
	ok $? "  for both names"
	like "$(lsattr "$at/etc/edited")" "^[^ ]*i" "  and immutable again"
	chattr -i "$at/etc/edited" "$at/etc"
	rm "$at/etc/second"
	cp "$scratch/one" "$at/etc/edited"
}

# nothing is changed and nothing is left
whole()
{
	cmp -s "$at/etc/edited" "$scratch/one"
	ok $? "  the file is what it was"
	is "$(leftovers)" 0 "  and nothing is left beside it"
}

full()
{
	local type=$1
	head -c 24M /dev/urandom >"$scratch/big"
	dd if=/dev/zero of="$at/fill" bs=1M 2>/dev/null
	dd if=/dev/zero of="$at/fill2" bs=4k 2>/dev/null
	sync -f "$at"
	head -c 12M "$scratch/big" >"$scratch/large"
	edit /etc/edited "$scratch/large"
	like "$output" 'ENOSPC.*no space' "$type: a full disk"
	whole
	ln "$at/etc/edited" "$at/etc/second" 2>/dev/null && edit /etc/edited "$scratch/large" write
	like "$output" 'ENOSPC.*no space' "$type: a full disk, and a file written in place"
	whole
	rm -f "$at/fill" "$at/fill2" "$at/etc/second"
	sync -f "$at"
}

read_only()
{
	mount -o remount,ro "$at"
	edit /etc/edited "$scratch/two"
	like "$output" 'EROFS.*read-only' "$1: a read-only filesystem"
	edit /etc/edited - lift
	like "$output" 'EROFS.*read-only' "  is none to remove from"
	mount -o remount,rw "$at"
	whole
}

# killed at the NUMBER-th kibibyte that it writes, by the limit of a file's size
cut_off()
{
	local blocks bad=0 died=0
	for blocks in 0 1 2 3 5 7; do
		rm -f "$at/etc"/.edited.*
		{
			(
				ulimit -f $blocks -c 0
				exec "$tool" "$at" /etc/edited "$scratch/two" >/dev/null 2>&1
			) || died=$((died + 1))
		} 2>/dev/null
		cmp -s "$at/etc/edited" "$scratch/one" || bad=$((bad + 1))
	done
	is $died 6 "$1: cut off while it writes"
	is $bad 0 "  the old file stays each time"
	rm -f "$at/etc"/.edited.*
}

killed()
{
	local moment bad=0 pid old=0 new=0
	for moment in $(seq 1 15); do
		"$tool" "$at" /etc/edited "$scratch/two" "for-ever=$scratch/one" >/dev/null 2>&1 &
		pid=$!
		sleep "0.$(printf '%03d' $((20 + moment * 13)))"
		kill -9 $pid
		wait $pid 2>/dev/null
		if cmp -s "$at/etc/edited" "$scratch/one"; then
			old=$((old + 1))
		elif cmp -s "$at/etc/edited" "$scratch/two"; then
			new=$((new + 1))
		else
			bad=$((bad + 1))
		fi
		[ "$(leftovers)" -le 1 ] || bad=$((bad + 1))
	done
	is $bad 0 "$1: killed at 15 moments, the file is one of both and whole ($old, $new)"
	edit /etc/edited "$scratch/one"
	whole
}

for type in ext4 xfs btrfs; do
	if ! command -v mkfs.$type >/dev/null || ! grep -qw $type /proc/filesystems; then
		skip "no $type here" "$type"
		continue
	fi
	size=64M
	[ $type = xfs ] && size=300M
	[ $type = btrfs ] && size=128M
	image_make "$scratch/$type" $size
	mkfs.$type -q "$scratch/$type" >/dev/null 2>&1 && mount -o loop "$scratch/$type" "$at"
	ok $? "$type: a filesystem"
	keeps $type
	[ $type = btrfs ] && nocow
	flags $type
	read_only $type
	cut_off $type
	full $type
	killed $type
	umount "$at"
	rm "$scratch/$type"
done
done_testing
