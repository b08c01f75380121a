#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The disks of scenes, made in a guest and kept: build-guest.sh's folder has them, too.
#
#   build-stacks.sh            the scenes and what they are
#   build-stacks.sh SCENE...   makes those that are not there; prints a line for each: SCENE FOLDER
#   build-stacks.sh --copy SCENE FOLDER
#                              copies the scene's disks to FOLDER, with FOLDER/table for guest.py
#
# A scene is made anew when its recipe or a tool changes. It takes about 3 seconds, after a start of 10.
# "all" stands for every scene. Exit status 77, with the reason on standard error: it cannot be made here.
set -eu
here=$(dirname "$(readlink -f "$0")")
cache=${REFLOAT_CACHE:-${XDG_CACHE_HOME:-/var/cache}/refloat-tests}
stacks=$here/make-stacks.sh
guest_py=$here/guest.py
work=
machine=

end_guest()
{
	[ -z "$machine" ] || { kill "$machine" && wait "$machine"; } 2>/dev/null || true
	[ -z "$work" ] || rm -rf "$work"
	machine=
}
trap end_guest EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# folder_of SCENE: where it is kept
folder_of()
{
	local sum
	sum=$({
		bash "$stacks" recipe "$1"
		echo "$tools"
	} | sha256sum | cut -c 1-16)
	echo "$cache/scene-$1-$sum"
}

# versions of what writes on the disks
tools_here()
{
	{
		PATH=$PATH:/usr/sbin:/sbin
		mdadm --version
		# what it says of open files and of this machine is not the same each time
		lvm version 2>/dev/null | grep 'LVM version'
		cryptsetup --version
		mke2fs -V
		mkfs.btrfs --version
		sfdisk --version
	} 2>&1 || true
}

# start_guest: once
start_guest()
{
	local base
	[ -z "$machine" ] || return 0
	base=$("$here/build-guest.sh") || exit
	work=$(mktemp -d "$cache/making.XXXXXX")
	mkdir "$work/share"
	cp "$stacks" "$work/share/"
	"$guest_py" serve "$work/guest" --kernel "$base/vmlinux" --initrd "$base/initrd.cpio" --slots 4 \
		--share "$work/share" &
	machine=$!
	"$guest_py" wait "$work/guest" 300
}

# table_of SCENE FOLDER: the disks that the finished scene has; with "whole" as $3 all of them
table_of()
{
	local disk number=0 kind absent letter letters=ABCDEFGH
	for disk in $(bash "$stacks" list | awk -v name="$1" '$1 == name {$1 = ""; print}'); do
		IFS=: read -r kind _ absent <<<"$disk"
		letter=${letters:number:1}
		number=$((number + 1))
		[ -n "$absent" ] && [ "${3-}" != whole ] && continue
		echo "$kind DISK-$letter $2/disk-$letter.img"
	done
}

# make_scene SCENE FOLDER; 124: the guest does not answer any more
make_scene()
{
	local size image status
	start_guest
	rm -rf "$work/scene"
	mkdir "$work/scene"
	table_of "$1" "$work/scene" whole >"$work/whole"
	bash "$stacks" list | awk -v name="$1" '$1 == name {for (i = 2; i <= NF; i++) print $i}' |
		cut -d : -f 2 >"$work/sizes"
	while read -r _ _ image size; do
		truncate -s "$size" "$image"
	done < <(paste -d ' ' "$work/whole" "$work/sizes")
	"$guest_py" insert "$work/guest" "$work/whole" || return
	status=0
	"$guest_py" run "$work/guest" --limit 200 "bash /share/make-stacks.sh make $1 2>&1" >"$work/said" || status=$?
	if [ $status -ne 0 ]; then
		echo "build-stacks.sh: $1 cannot be made:" >&2
		cat "$work/said" >&2
		end_guest
		return $status
	fi
	"$guest_py" run "$work/guest" "cat /proc/mdstat; dmsetup ls; ls -d /dev/vg[0-9]* /dev/web* /dev/md[0-9]*; losetup --list --noheadings" \
		>"$work/left" 2>/dev/null
	if grep -qE '^md|\(|^/dev/' "$work/left"; then
		echo "build-stacks.sh: $1 leaves something in the guest:" >&2
		cat "$work/left" "$work/said" >&2
		end_guest
		return 1
	fi
	"$guest_py" remove "$work/guest" || return
	table_of "$1" "@" >"$work/scene/table"
	for image in "$work"/scene/*.img; do
		grep -q "/${image##*/}$" "$work/scene/table" || rm "$image"
	done
	for image in "$work"/scene/*.img; do
		fallocate --dig-holes "$image"
	done
	find "$cache" -maxdepth 1 -name "scene-$1-????????????????" -mmin +1440 -exec rm -rf {} +
	mv -T "$work/scene" "$2"
}

# make_again SCENE FOLDER: the same, once more in a fresh guest where the first stood still, which was seen once in
# some hundred scenes: nothing that is under test runs in it
make_again()
{
	local status=0
	make_scene "$@" || status=$?
	[ $status -eq 124 ] || return $status
	echo "build-stacks.sh: $1 is made in a fresh guest" >&2
	make_scene "$@"
}

# one clone of the sources at a time makes scenes
make_scenes()
{
	local scene at failed=0 all
	tools=$(tools_here)
	if [ "$*" = all ]; then
		mapfile -t all < <(bash "$stacks" list | awk '{print $1}')
		set -- "${all[@]}"
	fi
	mkdir -p "$cache" 2>/dev/null || true
	[ -w "$cache" ] || { echo "no folder to keep scenes in: $cache" >&2 && exit 77; }
	for scene in "$@"; do
		bash "$stacks" list | grep -q "^$scene " || { echo "no such scene: $scene" >&2 && exit 2; }
		at=$(folder_of "$scene")
		if [ ! -s "$at/table" ] && [ -z "$machine" ]; then
			exec 8>"$cache/scenes.lock"
			flock 8
		fi
		[ -s "$at/table" ] || make_again "$scene" "$at" || failed=1
		[ ! -s "$at/table" ] || { touch "$at" && echo "$scene $at"; }
	done
	[ $failed = 0 ]
}

# copy_scene SCENE FOLDER
copy_scene()
{
	local at image
	make_scenes "$1" >/dev/null
	at=$(folder_of "$1")
	mkdir -p "$2"
	rm -f "$2"/*.img
	for image in "$at"/*.img; do
		cp --sparse=always --reflink=auto "$image" "$2/"
	done
	sed "s,@,$(readlink -f "$2")," "$at/table" >"$2/table"
}

case ${1-} in
"") bash "$stacks" list | while read -r name _; do
	printf '%-20s %s\n' "$name" "$(bash "$stacks" about "$name")"
done ;;
--copy) copy_scene "$2" "$3" ;;
*) make_scenes "$@" ;;
esac
