# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # variables of the tests, which read those that are set here
# What the tests with a machine share.

# one_machine: waits for its turn, and sets $base, the folder with kernel and initramfs
one_machine()
{
	exec 9>"${TMPDIR:-/tmp}/refloat-test-machine.lock"
	flock --wait 3600 9 || skip_all "another test machine is running here"
	base=$("$here/build-guest.sh" 2>"$scratch/errors") || skip_all "no guest: $(tail -n 1 "$scratch/errors")"
}

# start_machine OPTION...: of guest.py serve; with the program in it
start_machine()
{
	mkdir -p "$scratch/share"
	"$here/build-guest.sh" --program "$refloat" "$scratch/program.cpio"
	cat "$base/initrd.cpio" "$scratch/program.cpio" >"$scratch/initrd.cpio"
	"$guest_py" serve "$folder" --kernel "$base/vmlinux" --initrd "$scratch/initrd.cpio" \
		--share "$scratch/share" "$@" 9>&- &
	machine=$!
	trap 'kill $machine 2>/dev/null; wait $machine 2>/dev/null; tap_cleanup' EXIT
	"$guest_py" wait "$folder" 300 2>"$scratch/errors" || {
		ok 1 "the machine starts"
		note "$(cat "$scratch/errors" "$folder/qemu.log" 2>&1)"
		note "$(tail -n 20 "$folder/kernel.log" 2>&1)"
		done_testing
	}
	ok 0 "the machine starts"
}

# g COMMAND: in the guest; sets $status, $output, $errors
g()
{
	run "$guest_py" run "$folder" "$1"
}

# r ARGUMENT...: refloat in the guest
r()
{
	g "refloat --target $target $*"
}

# images: the checksum of all disks, when the guest has written what it had to
images()
{
	g sync
	checksum "$disks"/*.img
}

# mounts: what is mounted under the target
mounts()
{
	g "awk '\$5 ~ \"^$target\" {print \$5}' /proc/self/mountinfo | sort | tr '\n' ' '"
	echo "$output"
}

# nothing_left NAME: no mount, no loop or network block device, no swap, no target folder, no array, no mapping
nothing_left()
{
	g "awk '\$5 ~ \"^$target\" {print \$5}' /proc/self/mountinfo; tail -n +2 /proc/swaps
		for i in \$(seq 100); do losetup --list --noheadings | grep -q . || break; sleep 0.2; done
		losetup --list --noheadings; cat /sys/block/nbd*/pid 2>/dev/null; ls -d $target 2>/dev/null
		ls /sys/block | grep -E '^(dm-|md)'; ls -d /dev/mapper/* /dev/md/* 2>/dev/null | grep -v '/control$'"
	is "$output" "" "$1: no mount, loop device, network block device, swap, folder, array or mapping is left"
}

# --- the serial console

# console TITLE RATE [ARGUMENT...]: plays the script of standard input with refloat on the console
console()
{
	local title=$1 rate=$2
	shift 2
	if [ ! -x "$terminal_play" ]; then
		skip "needs libvterm and ncurses (tests/tui/terminal_play was not built)" "$title"
		return
	fi
	play "$title" --limit 900 -- "$guest_py" terminal "$folder" --rate "$rate" \
		"export TERM=vt100; exec refloat --target $target $*"
}

# hand ACT DISK: what a script types for a hand that pulls or plugs a disk
hand()
{
	printf 'type "\\x1e%s"\n' "$guest_py $1 $folder $2\\x1e"
}

# --- scenes (build-stacks.sh)

# scene NAME [reverse|KIND]: its disks, fresh ones, are the only ones; sets $scene and $before
scene()
{
	scene=$1
	g "bash /share/make-stacks.sh close >/dev/null 2>&1; losetup -D; rm -rf /run/refloat* $target"
	"$guest_py" remove "$folder" 2>"$scratch/errors"
	"$here/build-stacks.sh" --copy "$scene" "$disks" >"$scratch/errors" 2>&1 || {
		ok 1 "$scene: its disks are made"
		note "$(cat "$scratch/errors")"
		return 1
	}
	case ${2-} in
	"") ;;
	reverse) tac "$disks/table" >"$disks/turned" && mv "$disks/turned" "$disks/table" ;;
	*) sed -i "s/^[a-z]*/$2/" "$disks/table" ;;
	esac
	"$guest_py" insert "$folder" "$disks/table" 2>"$scratch/errors" || {
		ok 1 "$scene: its disks are put in"
		note "$(cat "$scratch/errors")"
		return 1
	}
	before=$(images)
}

# places PLACE...: these under the target, as mounts prints them
places()
{
	local place
	for place in "$@"; do
		[ "$place" = / ] && place=
		echo "$target$place"
	done | LC_ALL=C sort | tr '\n' ' '
}

# looks ARGUMENT...: disks, systems and mount --plan, these with ARGUMENTs, change nothing and leave nothing;
# --degraded is for the plan only
looks()
{
	local agreed=
	[ "${1-}" != --degraded ] || { agreed=$1 && shift; }
	r disks --json
	is "$status $errors" "0 " "$scene: disks is done"
	listed=$output
	r systems "$@" --json
	is "$status $errors" "0 " "$scene: systems is done"
	found=$output
	r mount --plan "$agreed" "$@"
	is "$status $errors" "0 " "$scene: mount --plan is done"
	planned=$output
	is "$(images)" "$before" "$scene: looking has changed not one byte on any disk"
	nothing_left "$scene: after looking"
}

# done_well WHAT: the last command has ended with 0
done_well()
{
	is "$status" 0 "$scene: $1"
	[ "$status" = 0 ] || note "$output
$errors"
}

# job "PLACE..." ARGUMENT...: mounts with ARGUMENTs, a command in the system, umount
job()
{
	local wanted
	# shellcheck disable=SC2086 # words
	wanted=$(places $1)
	shift
	r mount --yes "$@"
	done_well "everything is mounted"
	is "$(mounts)" "$wanted" "$scene: nothing is missing"
	r chroot -- cat /etc/hostname /home/note
	is "$output" "web01
home of web01" "$scene: a command in the system"
	r umount --yes
	done_well "and taken down"
	nothing_left "$scene: after umount"
}

# read_only_job "PLACE..." ARGUMENT...
read_only_job()
{
	local wanted
	# shellcheck disable=SC2086 # words
	wanted=$(places $1)
	shift
	r mount --read-only --yes "$@"
	done_well "everything is mounted read-only"
	is "$(mounts)" "$wanted" "$scene: nothing is missing read-only"
	r umount --yes
	done_well "and taken down"
	nothing_left "$scene: after a read-only mount"
	is "$(images)" "$before" "$scene: a read-only mount has changed not one byte"
}

# beside_looks "PLACE..." ARGUMENT...: mounts with ARGUMENTs and takes down, once, while other processes look all the
# time, two at once
beside_looks()
{
	local wanted
	# shellcheck disable=SC2086 # words
	wanted=$(places $1 | wc -w)
	shift
	g "touch /run/looking; rm -f /run/looks
		for i in 1 2; do
			while [ -e /run/looking ]; do
				refloat systems $* >/dev/null 2>&1
				echo \$? >>/run/looks
			done &
		done
		while [ ! -s /run/looks ]; do sleep 0.1; done
		refloat --target $target mount --yes $* >/run/said 2>&1 || cat /run/said
		awk '\$5 ~ \"^$target\" && \$6 ~ /^rw/ {n++} END {print n + 0}' /proc/self/mountinfo
		refloat --target $target umount --yes >/run/said 2>&1 || cat /run/said
		rm /run/looking; wait; sort -u /run/looks"
	is "$output" "$wanted
0" "$scene: beside looks all is mounted to be written and taken down, and each look finds the system"
	nothing_left "$scene: after looks beside a mount"
}

# system_word QUESTION: what systems --json said, as jq has it
system_word()
{
	jq -r "$1" <<<"$found"
}

# notes: all that disks --json remarked
notes()
{
	jq -r '.. | .notes? // empty | .[]' <<<"$listed"
}

# source_of PLACE: what is mounted there
source_of()
{
	g "findmnt -n -o SOURCE $target${1%/}"
	echo "$output"
}
