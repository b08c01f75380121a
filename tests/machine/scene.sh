#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A scene by hand: a machine with a small server on a storage stack, and the program in it.
#
#   scene.sh                   the scenes
#   scene.sh [OPTION...] SCENE starts the machine, or takes the one that runs: its disks are changed for
#                              fresh copies of the scene's, and the program for the one that is built now
#   scene.sh run COMMAND       runs a command in it
#   scene.sh console COMMAND   runs a command on its serial console, which is this terminal
#   scene.sh program           takes over the program that was built last
#   scene.sh sums              the checksum of each disk, taken outside
#   scene.sh end               ends the machine
#
# Options: --reverse (the disks in the opposite order), --as KIND (all are ahci, scsi, nvme or virtio).
# The machine is in $SCENE_FOLDER, /tmp/refloat-scene-$USER if it is not set; several folders are several
# machines. The program is $REFLOAT, else refloat in $top_builddir, the current folder or build/*.
set -eu
here=$(dirname "$(readlink -f "$0")")
folder=${SCENE_FOLDER:-/tmp/refloat-scene-$(id -un)}
guest_py=$here/guest.py
reverse=
kind=

die()
{
	echo "scene.sh: $*" >&2
	exit 1
}

is_up()
{
	[ -s "$folder/pid" ] && kill -0 "$(cat "$folder/pid")" 2>/dev/null
}

end()
{
	is_up && "$guest_py" qmp "$folder/guest" quit >/dev/null 2>&1
	while is_up; do sleep 0.1; done
	rm -rf "$folder"
}

find_program()
{
	local file
	for file in "${REFLOAT-}" "${top_builddir:-.}/refloat" "$here"/../../refloat "$here"/../../build/*/refloat; do
		[ -n "$file" ] && [ -x "$file" ] && [ -f "$file" ] && readlink -f "$file" && return
	done
	return 1
}

# take_program: into the running machine, when it is another one than last time
take_program()
{
	local file
	file=$(find_program) || die "no program was built: set REFLOAT or top_builddir"
	[ "$file" -nt "$folder/share/program.cpio" ] || [ "$file" != "$(cat "$folder/program" 2>/dev/null)" ] ||
		return 0
	"$here/build-guest.sh" --program "$file" "$folder/program.cpio"
	mv "$folder/program.cpio" "$folder/share/"
	"$guest_py" run "$folder/guest" "cd / && cpio -id -u </share/program.cpio 2>&1 | grep -v 'blocks$'" || true
	echo "$file" >"$folder/program"
}

start()
{
	local base
	is_up && return
	rm -rf "$folder"
	mkdir -p "$folder/share"
	base=$("$here/build-guest.sh")
	setsid "$guest_py" serve "$folder/guest" --kernel "$base/vmlinux" --initrd "$base/initrd.cpio" \
		--slots 4 --share "$folder/share" --stay --limit 7200 </dev/null >"$folder/log" 2>&1 &
	echo $! >"$folder/pid"
	"$guest_py" wait "$folder/guest" 300
}

# set_scene SCENE
set_scene()
{
	local table=$folder/disks/table
	start
	take_program
	cp "$here/make-stacks.sh" "$folder/share/"
	"$guest_py" run "$folder/guest" "bash /share/make-stacks.sh close; losetup -D" || true
	"$guest_py" remove "$folder/guest"
	"$here/build-stacks.sh" --copy "$1" "$folder/disks"
	[ -z "$kind" ] || sed -i "s/^[a-z]*/$kind/" "$table"
	[ -z "$reverse" ] || { tac "$table" >"$table.new" && mv "$table.new" "$table"; }
	"$guest_py" insert "$folder/guest" "$table"
	echo "$1: $("$here/make-stacks.sh" about "$1")"
	"$guest_py" run "$folder/guest" "lsblk -o NAME,SIZE,TYPE,FSTYPE,LABEL,SERIAL"
}

while [ $# -gt 0 ]; do
	case $1 in
	--reverse) reverse=yes ;;
	--as) kind=$2 && shift ;;
	-h | --help) sed -n '3,18s/^# \{0,1\}//p' "$0" && exit ;;
	-*) die "no such option: $1" ;;
	*) break ;;
	esac
	shift
done
case ${1-} in
"") "$here/build-stacks.sh" ;;
run) shift && exec "$guest_py" run "$folder/guest" "$*" ;;
console) shift && exec "$guest_py" terminal "$folder/guest" "export TERM=${TERM:-vt100}; $*" ;;
program) take_program ;;
sums) "$guest_py" run "$folder/guest" sync && sha256sum "$folder"/disks/*.img ;;
end) end ;;
*) set_scene "$1" ;;
esac
