#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# refloat beside the programs that an administrator would otherwise run, in one run, as ratios.
#
#   bench.sh REFLOAT [RUNS]
#
# Makes its own loop devices in a mount namespace of its own and takes them away at the end. What
# the machine lacks is said in the line where it would stand.
set -u
refloat=$(readlink -f "$1")
runs=${2:-9}
here=$(dirname "$(readlink -f "$0")")
stall=${REFLOAT_STALL-$(dirname "$refloat")/tests/storage/stall_fuse}
machines=$here/../machines
[ "$(id -u)" -eq 0 ] || {
	echo "bench: needs root, for loop devices" >&2
	exit 1
}
if [ "${REFLOAT_BENCH_NAMESPACE-}" != yes ]; then
	REFLOAT_BENCH_NAMESPACE=yes REFLOAT_STALL=$stall \
		exec unshare --mount --propagation private "$0" "$refloat" "$runs"
fi
scratch=$(mktemp -d)
loops=()
stall_pid=

detach_all()
{
	local loop
	# the server first: its end fails every read that waits, so that the loop can go
	[ -z "$stall_pid" ] || kill -KILL "$stall_pid" 2>/dev/null
	stall_pid=
	umount -l "$scratch/stall" 2>/dev/null
	for loop in "${loops[@]}"; do
		losetup -d "$loop" 2>/dev/null
	done
	loops=()
}

cleanup()
{
	detach_all
	rm -rf "$scratch"
}
trap cleanup EXIT

# milliseconds COMMAND...: prints how long one run takes
milliseconds()
{
	local start=${EPOCHREALTIME/./} end
	"$@" >/dev/null 2>&1
	end=${EPOCHREALTIME/./}
	echo $(((end - start) / 10))
}

# median COMMAND...: of $runs runs, in hundredths of a millisecond, after one that warms up
median()
{
	local i
	"$@" >/dev/null 2>&1
	for ((i = 0; i < runs; i++)); do
		milliseconds "$@"
	done | sort -n | sed -n "$((runs / 2 + 1))p"
}

# peak COMMAND...: its largest resident set and its children's, in KiB
peak()
{
	python3 - "$@" <<-'EOF'
		import resource, subprocess, sys
		subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
		print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	EOF
}

# as_ms HUNDREDTHS
as_ms()
{
	awk -v n="$1" 'BEGIN {printf "%9.1f ms", n / 100}'
}

ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN {if (b > 0) printf "%.2f", a / b; else printf "-"}'
}

row()
{
	printf '%-52s %14s %14s %7s\n' "$@"
}

attach_until()
{
	local file loop
	while [ ${#loops[@]} -lt "$1" ]; do
		file=$scratch/disk${#loops[@]}
		truncate -s 24M "$file"
		mkfs.ext4 -q -L "disk${#loops[@]}" "$file"
		loop=$(losetup --find --show "$file") || exit 1
		loops+=("$loop")
	done
}

listing()
{
	local count ours theirs
	echo "listing with contents, median of $runs runs"
	row "loop devices with ext4" "refloat" "lsblk -J -O" "ratio"
	for count in 50 100 200; do
		attach_until $count
		ours=$(median "$refloat" disks --json)
		theirs=$(median lsblk -J -O)
		row "  $count" "$(as_ms "$ours")" "$(as_ms "$theirs")" "$(ratio "$ours" "$theirs")"
		[ $count != 50 ] || first=$ours
		last=$ours
		all_json=$ours
	done
	row "  growth of refloat from 50 to 200 (4.00 is linear)" "" "" "$(ratio "$last" "$first")"
	echo "    of these 200 refloat shows the contents of $("$refloat" disks --json | grep -c '"ext4"')," \
		"lsblk (from udev's database) of $(lsblk -J -O | grep -c '"fstype":"ext4"')"
	ours=$(median "$refloat" disks)
	theirs=$(median lsblk -f)
	row "  200, as a tree for people (beside lsblk -f)" "$(as_ms "$ours")" "$(as_ms "$theirs")" \
		"$(ratio "$ours" "$theirs")"
	theirs=$(median blkid -c /dev/null)
	row "  200 (beside blkid -c /dev/null, which reads them)" "$(as_ms "$ours")" \
		"$(as_ms "$theirs")" "$(ratio "$ours" "$theirs")"
	theirs=$(median fdisk -l)
	row "  200 (beside fdisk -l)" "$(as_ms "$ours")" "$(as_ms "$theirs")" "$(ratio "$ours" "$theirs")"
}

# limited SECONDS COMMAND...: how long, or that it hung
limited()
{
	local start=${EPOCHREALTIME/./} end
	timeout --kill-after=1 "$@" >"$scratch/out" 2>&1
	if [ $? -ge 124 ]; then
		echo "hangs (> $1 s)"
	else
		end=${EPOCHREALTIME/./}
		as_ms $(((end - start) / 10))
	fi
}

stalled()
{
	local loop wait=2
	echo
	echo "the same with one disk that never answers (deadline set to $wait s)"
	if [ ! -x "$stall" ]; then
		echo "  not run: $stall was not built (libfuse3 is missing)"
		return
	fi
	mkdir "$scratch/stall"
	"$stall" "$scratch/stall" &
	stall_pid=$!
	for _ in $(seq 50); do
		mountpoint -q "$scratch/stall" && break
		sleep 0.1
	done
	loop=$(timeout 10 losetup --find --show "$scratch/stall/disk") || {
		echo "  not run: the stalled file cannot be attached"
		return
	}
	loops+=("$loop")
	row "201 loop devices, ${loop#/dev/} is silent" "time" "without it" "waits"
	timeout 60 "$refloat" --wait $wait disks >"$scratch/tree" 2>&1 # warms up
	row "  refloat --wait $wait disks" "$(limited 60 "$refloat" --wait $wait disks)" \
		"$(as_ms "$all_json")" "$wait s"
	grep -i "${loop#/dev/}" "$scratch/out" | grep -i answer | head -n 2 | sed 's/^/    /'
	echo "    $(grep -c 'loop[0-9].*ext4' "$scratch/out") of 200 others shown with their contents"
	row "  lsblk -f" "$(limited 10 lsblk -f)" "" ""
	row "  blkid" "$(limited 10 blkid -c /dev/null)" "" ""
}

memory()
{
	echo
	echo "peak memory, a recorded machine with 1,000 disks"
	if [ ! -x "$machines/make-machine.sh" ]; then
		echo "  not run: $machines/make-machine.sh is missing"
		return
	fi
	"$machines/make-machine.sh" many "$scratch/many" >/dev/null || {
		echo "  not run: the machine could not be made"
		return
	}
	printf '  %-50s %d KiB (at most 24576)\n' "refloat --sysroot disks --json" \
		"$(peak "$refloat" --sysroot "$scratch/many" disks --json)"
	printf '  %-50s %d KiB\n' "lsblk --sysroot -J -O" \
		"$(peak lsblk --sysroot "$scratch/many" -J -O)"
}

# in_terminal [--start]: the menu beside others, with the loop devices as they are now
in_terminal()
{
	echo
	echo "with ${#loops[@]} loop devices attached${1:+, one of them silent}"
	"$here/terminal.sh" "$@" "$refloat" "$runs"
}

listing
in_terminal
stalled
in_terminal --start
detach_all # mount(8) would wait for the silent one for ever
memory
if [ -x "$here/compare-mount-all.sh" ]; then
	echo
	"$here/compare-mount-all.sh" "$(dirname "$refloat")"
fi
if [ -x "$here/stacks.sh" ]; then
	echo
	"$here/stacks.sh" "$refloat"
fi
if [ -x "$here/check.sh" ]; then
	echo
	"$here/check.sh" "$refloat"
fi
