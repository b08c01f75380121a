#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# From nothing to a mounted server on RAID and LVM: refloat beside a script of the commands that an
# administrator who knows all the names would type, by turns in the same guest (tests/machine).
#
#   stacks.sh REFLOAT [RUNS]
#
# refloat has to find out what the script was told: which disks, which system, what its fstab says. It looks
# read-only first, takes that down, makes its plan, runs it. Nothing of that is left out here.
set -u
refloat=$(readlink -f "$1")
runs=${2:-5}
here=$(dirname "$(readlink -f "$0")")
scene_sh=$here/../machine/scene.sh
scratch=$(mktemp -d)
export SCENE_FOLDER=$scratch/scene REFLOAT=$refloat

cleanup()
{
	"$scene_sh" end >/dev/null 2>&1
	rm -rf "$scratch"
}
trap cleanup EXIT

# by_hand MOUNTS...: the script for one scene; MOUNTS are DEVICE:PLACE, the root first.
by_hand()
{
	local each
	printf 'mkdir -p /mnt\nmdadm --assemble --scan\n'
	printf 'lvm vgchange --config "activation { verify_udev_operations=1 monitoring=0 }" -ay\n'
	for each; do
		printf 'mount %s /mnt%s\n' "${each%:*}" "${each##*:}"
	done
}

# take_down MOUNTS...: all of it again
take_down()
{
	local i
	for ((i = $#; i > 0; i--)); do
		printf 'umount /mnt%s\n' "${!i##*:}"
	done
	printf 'lvm vgchange --config "activation { verify_udev_operations=1 monitoring=0 }" -an\n'
	# shellcheck disable=SC2016 # for the guest's shell
	# without udev mdadm leaves the links, and would call the arrays otherwise the next time
	printf 'for each in /dev/md[0-9]*; do [ -b "$each" ] && mdadm --stop "$each"; done\nrm -rf /dev/md\n'
}

# in_guest FILE: runs it there and prints how long it took, in hundredths of a second
in_guest()
{
	cp "$1" "$SCENE_FOLDER/share/command"
	# shellcheck disable=SC2016 # for the guest's shell
	"$scene_sh" run '
		read before _ </proc/uptime
		sh /share/command >/tmp/bench.log 2>&1 || { echo failed; cp /tmp/bench.log /share/; }
		read after _ </proc/uptime
		echo $before $after' |
		awk '/failed/ { bad = 1 } NF == 2 { print bad ? "failed" : ($2 - $1) * 100 }'
}

median()
{
	sort -n | sed -n "$((runs / 2 + 1))p"
}

# compare SCENE MOUNTS...
compare()
{
	local scene=$1 i
	shift
	"$scene_sh" "$scene" >/dev/null 2>&1 || {
		printf '%-40s skipped: the scene cannot be made here\n' "$scene"
		return
	}
	by_hand "$@" >"$scratch/hand"
	take_down "$@" >"$scratch/hand-down"
	echo 'refloat mount --yes' >"$scratch/refloat"
	echo 'refloat umount --yes' >"$scratch/refloat-down"
	# once before, so that no run has to load drivers
	in_guest "$scratch/refloat" >/dev/null
	in_guest "$scratch/refloat-down" >/dev/null
	: >"$scratch/hand.times"
	: >"$scratch/refloat.times"
	for ((i = 0; i < runs; i++)); do
		in_guest "$scratch/hand" >>"$scratch/hand.times"
		in_guest "$scratch/hand-down" >/dev/null
		in_guest "$scratch/refloat" >>"$scratch/refloat.times"
		in_guest "$scratch/refloat-down" >/dev/null
	done
	if grep -q failed "$scratch"/*.times; then
		sed "s/^/  /" "$SCENE_FOLDER/share/bench.log" >&2
		printf '%-40s failed\n' "$scene"
		return
	fi
	awk -v scene="$scene" -v mine="$(median <"$scratch/refloat.times")" \
		-v theirs="$(median <"$scratch/hand.times")" \
		'BEGIN { printf "%-40s refloat %.2f s, script %.2f s, ratio %.2f\n", scene, mine / 100, theirs / 100, mine / theirs }'
}

command -v qemu-system-x86_64 >/dev/null || {
	echo "mounting through stacks: skipped, qemu-system-x86_64 is missing"
	exit 0
}
echo "from nothing to everything mounted, in a guest, medians of $runs runs by turns:"
compare lvm-plain /dev/mapper/vg0-root: /dev/sda1:/boot /dev/mapper/vg0-var:/var /dev/mapper/vg0-home:/home
compare lvm-md /dev/md/web01:1: /dev/md/web01:0:/boot /dev/mapper/vg0-var:/var /dev/mapper/vg0-home:/home
