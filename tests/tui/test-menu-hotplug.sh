#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk that is plugged in and pulled while the menu is open, on this machine: it appears in Disks
# and goes, without a key. It is a loop device; nothing but looking is done.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_program mkfs.ext4 losetup
need_terminal vt100
private_namespace "$@"
export LC_ALL=C
unset REFLOAT_ACCEPT

label=plug$$
image_make "$scratch/plugged.img" 16M
mkfs.ext4 -q -L $label "$scratch/plugged.img"

# seen WORD: waits until the program has sent it
seen()
{
	local _
	for _ in {1..3000}; do
		grep -q -- "$1" "$scratch/sent" 2>/dev/null && return 0
		sleep 0.1
	done
	return 1
}

# plug IMAGE WORD: attaches the disk once the program has sent WORD, and prints its name
plug()
{
	seen "$2" && sleep 0.5
	loop_attach "$1" >"$scratch/loop"
}

# pull WORD: detaches it once the program has sent WORD
pull()
{
	seen "$1" && sleep 0.5
	losetup -d "$(cat "$scratch/loop")"
	: >"$scratch/pulled"
}

(plug "$scratch/plugged.img" SIZE && pull $label) &
play "Disks" --log "$scratch/sent" -- "$refloat" --target /mnt/w <<-EOS
	limit 90
	size 50 120
	start
	wait "Quit"
	settle 500
	key k
	wait SIZE
	expect-not $label
	name what is plugged in appears without a key
	wait $label 40
	name what is pulled goes without a key
	wait-gone $label 40
	keys q q
	expect-exit 0
	only-printable
	no-process-left
EOS
wait
rm -f "$scratch/sent" "$scratch/pulled"

# a disk with a system, pulled while the form of its mount is open
root=$scratch/root
mkdir -p "$root"/{etc,usr/bin,usr/lib/systemd,var,proc,sys,dev,run}
cp -L "$(type -P true)" "$root/usr/lib/systemd/systemd"
printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$root/etc/os-release"
echo "$label" >"$root/etc/hostname"
echo "LABEL=${label}r / ext4 defaults 0 1" >"$root/etc/fstab"
image_make "$scratch/root.img" 16M
mkfs.ext4 -q -L ${label}r -d "$root" "$scratch/root.img"
before=$(checksum "$scratch/root.img")

(plug "$scratch/root.img" "Quit" && pull "Show the plan") &
play "a system" --log "$scratch/sent" -- "$refloat" --target /mnt/w <<-EOS
	limit 90
	size 24 120
	start
	wait "Quit"
	name a system that is plugged in appears on the first screen without a key
	wait "$label: Sample Linux 12" 40
	settle 300
	key i
	wait "LAST USED"
	wait "$label"
	name its own screen
	key /
	type "$label"
	settle
	key Enter
	settle
	key Enter
	wait "LABEL=${label}r"
	settle
	key m
	wait "Show the plan"
	settle
	name its disk is pulled while the form is open: there is no plan, and it says why
	wait-file $scratch/pulled
	sleep 8000
	key p
	wait "system"
	settle 1000
	expect-not "Risk:"
	expect-running
	keys q q q q
	name it is gone from the first screen
	wait-gone "$label" 40
	keys q
	expect-exit 0
	only-printable
	no-process-left
EOS
wait
is "$(checksum "$scratch/root.img")" "$before" "not one byte of it has changed"
is "$(losetup --list --noheadings --output BACK-FILE | grep -c "$scratch")" 0 \
	"looking holds nothing that was pulled"
done_testing
