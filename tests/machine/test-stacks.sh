#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The program on storage stacks: md RAID, LVM, LUKS and btrfs, one on another, in a machine (QEMU) whose disks
# are changed from scene to scene while it runs. Looking is checked by checksums taken outside the machine.
#
# REFLOAT_MACHINE=full plays every scene (half an hour); without it, those that differ most (five minutes).
# REFLOAT_CASES="md lvm" plays only these parts.
# shellcheck disable=SC2154 # tap.sh has the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_program qemu-system-x86_64 qemu-img python3 cpio busybox jq sfdisk mkfs.ext4 mkfs.btrfs flock mdadm lvm \
	dmsetup cryptsetup
[ "$(uname -m)" = x86_64 ] || skip_all "needs an x86_64 machine"
here=$top_srcdir/tests/machine
guest_py=$here/guest.py
disks=$scratch/disks
folder=$scratch/guest
target=/mnt/web01

export PYTHONDONTWRITEBYTECODE=1

# is_full: everything is wanted
# shellcheck disable=SC2317 # the cases call it
is_full()
{
	[ "${REFLOAT_MACHINE-}" = full ]
}

# shellcheck source=tests/machine/machine.sh
. "$here/machine.sh"
one_machine
mkdir -p "$disks" "$scratch/share"
cp "$here/make-stacks.sh" "$scratch/share/"
start_machine --slots 4
g "printf 'tide and harbour\n' >/run/passphrase; printf 'rocks\n' >/run/wrong"

for part in ${REFLOAT_CASES:-md lvm luks mixed faults console checks}; do
	# shellcheck source=/dev/null
	. "$here/cases-stacks-$part.sh"
done
done_testing
