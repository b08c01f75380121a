#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The program on a machine with real disks (QEMU): partitions that a kernel shows, AHCI, NVMe and virtio,
# disks that are pulled, that cannot be read, that answer no more, and a serial console.
# One boot serves all cases; looking is checked first, by checksums taken outside the machine.
# shellcheck disable=SC2154 # tap.sh has the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_program qemu-system-x86_64 qemu-img python3 cpio busybox jq sfdisk mkfs.ext4 mkfs.xfs mkfs.fat flock
[ "$(uname -m)" = x86_64 ] || skip_all "needs an x86_64 machine"
here=$top_srcdir/tests/machine
guest_py=$here/guest.py
disks=$scratch/disks
folder=$scratch/guest
target=/mnt/web01

# shellcheck source=tests/machine/machine.sh
. "$here/machine.sh"
one_machine
mkdir -p "$disks" "$scratch/share"
"$here/make-disks.sh" "$disks" >"$scratch/errors" 2>&1 || {
	ok 1 "the disks are made"
	note "$(cat "$scratch/errors")"
	done_testing
}
cp "$disks"/nvme.sfdisk "$disks"/box02.qcow2 "$scratch/share"
start_machine --disks "$disks/table"
g "sfdisk --quiet /dev/nvme0n1 </share/nvme.sfdisk && sync"
is "$status" 0 "a GPT is written to an NVMe disk with sectors of 4096 bytes"

for part in ${REFLOAT_CASES:-looking main-job console faults udev checks}; do
	# shellcheck source=/dev/null
	. "$here/cases-$part.sh"
done
done_testing
