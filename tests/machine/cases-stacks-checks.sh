# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-stacks.sh
# Checks of filesystems on arrays and volumes and in containers: these are brought up for the check and taken
# down after it, and their members are left alone.
key="--passphrase-file /run/passphrase"

# checks ARGUMENT...: a look at the whole system, then a repair
checks()
{
	r check-fs --yes "$@"
	done_well "a look at all filesystems"
	is "$(grep -c 'nothing is wrong' <<<"$output")" "$places_count" "$scene: each of them"
	is "$(images)" "$before" "$scene: not one byte has changed"
	nothing_left "$scene: after a look"
	r check-fs --repair --yes "$@"
	done_well "a repair of all filesystems"
	nothing_left "$scene: after a repair"
}

scene luks-lvm-md
places_count=3
# shellcheck disable=SC2086 # words
checks $key
r check-fs sda1 --repair --yes
[ "$status" -ne 0 ]
ok $? "$scene: a member of an array is not checked ($status)"
like "$output $errors" "part of something bigger" "$scene: and that is said"
r check-fs / --yes </dev/null
[ "$status" -ne 0 ]
ok $? "$scene: nor is what is locked"
nothing_left "$scene: after refusals"
if is_full; then
	scene lvm-md
	places_count=4
	checks
	scene btrfs-two
	r check-fs --yes
	done_well "a look at a btrfs on two disks"
	is "$(images)" "$before" "$scene: not one byte has changed"
	scene md-12
	"$guest_py" pull "$folder" DISK-B
	r check-fs --yes
	[ "$status" -ne 0 ]
	ok $? "$scene: an array that lacks a member is not started for a check"
	r check-fs --yes --degraded
	done_well "with --degraded it is"
	nothing_left "$scene: after a check"
fi
