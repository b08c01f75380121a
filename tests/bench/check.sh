#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A check as a job of refloat beside the same check by e2fsck itself, in turns, as a ratio of medians.
#
#   check.sh REFLOAT [RUNS]
#
# The filesystem is on a loop device over a sparse file, with millions of inodes, each of which both look at;
# what the kernel remembers of the device is dropped before each run, as of a disk that was just plugged in. The
# file is in memory where that is possible: a disk that others use, too, is slower one time than another.
set -u
refloat=$(readlink -f "$1")
runs=${2:-5}
inodes=${REFLOAT_BENCH_INODES:-48000000}
# the folder of the jobs is one of our own
if [ "${REFLOAT_BENCH_CHECK-}" != yes ]; then
	REFLOAT_BENCH_CHECK=yes exec unshare --mount --propagation private "$0" "$refloat" "$runs"
fi
mount -t tmpfs -o mode=755 tmpfs /run
memory=/dev/shm
[ -w $memory ] || memory=${TMPDIR:-/tmp}
scratch=$(mktemp -d -p "$memory")
loop=
trap '[ -z "$loop" ] || losetup -d "$loop"; rm -rf "$scratch"' EXIT
image=$scratch/big.img

# take COMMAND...: sets $status and $took, in milliseconds
take()
{
	local start
	blockdev --flushbufs "$loop"
	start=${EPOCHREALTIME/./}
	"$@" >"$scratch/out" 2>&1
	status=$?
	took=$(((${EPOCHREALTIME/./} - start) / 1000))
}

# middle FIGURE...: the median
middle()
{
	printf '%s\n' "$@" | sort -n | sed -n "$(($# / 2 + 1))p"
}

echo "a check as a job: ext4 with $inodes inodes, $runs runs of each in turns"
if ! command -v e2fsck >/dev/null || ! command -v mkfs.ext4 >/dev/null; then
	echo "  not run: e2fsck or mkfs.ext4 is missing"
	exit 0
fi
truncate -s 200G "$image"
mkfs.ext4 -q -F -N "$inodes" -E lazy_itable_init=1 -O ^metadata_csum,^uninit_bg,^has_journal "$image"
loop=$(losetup --find --show "$image") || exit 1
take e2fsck -f -n "$loop" # warms up
for ((i = 0; i < runs; i++)); do
	take e2fsck -f -n "$loop"
	tool+=("$took")
	[ $status -eq 0 ] || echo "  e2fsck ended with $status"
	take "$refloat" check-fs "${loop#/dev/}" --yes
	ours+=("$took")
	[ $status -eq 0 ] || {
		echo "  refloat check-fs ended with $status"
		sed 's/^/    /' "$scratch/out"
	}
done
by_tool=$(middle "${tool[@]}")
by_us=$(middle "${ours[@]}")
printf '  %-50s %8.2f s   (%s)\n' "e2fsck -f -n" "${by_tool}e-3" "${tool[*]}"
printf '  %-50s %8.2f s   (%s)\n' "refloat check-fs, all of it" "${by_us}e-3" "${ours[*]}"
printf '  %-50s %8s     (at most 1.03)\n' "ratio" "$(awk -v a="$by_us" -v b="$by_tool" 'BEGIN {printf "%.3f", a / b}')"
