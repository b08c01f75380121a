#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The menu in a terminal beside cfdisk and htop in the same run: how soon it stands, how much it sends.
#
#   terminal.sh [--start] REFLOAT [RUNS]
#
# --start: only how soon, for a machine with a disk that never answers. TERM=vt100, 80x24.
set -u
only_start=no
if [ "${1-}" = --start ]; then
	only_start=yes
	shift
fi
refloat=$(readlink -f "$1")
runs=${2:-9}
play=${TERMINAL_PLAY:-$(dirname "$refloat")/tests/tui/terminal_play}
idle_seconds=5
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# name, text that stands on the full screen, key that moves, key that opens a screen, text on that
# screen, command
programs=(refloat cfdisk htop)
declare -A full=([refloat]='q  Quit' [cfdisk]='[  Quit  ]' [htop]='F10Quit')
declare -A move=([refloat]=Down [cfdisk]=Down [htop]=Down)
declare -A open=([refloat]='?' [cfdisk]=h [htop]=h)
declare -A opened=([refloat]='Help' [cfdisk]='Press a key to continue' [htop]='Released under')
command_of()
{
	case $1 in
	refloat) command=("$refloat") ;;
	cfdisk) command=(cfdisk "$scratch/disk.img") ;;
	*) command=("$1") ;;
	esac
}

declare -A figure # PROGRAM/NAME: its value

# play_script PROGRAM: the script on standard input; its values go to $scratch/values
play_script()
{
	command_of "$1"
	{
		echo "env LC_ALL=C NO_COLOR= HOME=$scratch"
		cat
	} >"$scratch/script"
	timeout --kill-after=20 120 "$play" "$scratch/script" -- "${command[@]}" >"$scratch/out" 2>&1 || return
	sed -n 's/^# value //p' "$scratch/out" >"$scratch/values"
}

# keep PROGRAM: each value as it is
keep()
{
	local name value
	while read -r name value _; do
		figure[$1/$name]=$value
	done <"$scratch/values"
}

# median NAME FILE: of the values with that name
median()
{
	awk -v name="$1" '$1 == name {print $2}' "$2" | sort -g |
		awk '{value[NR] = $1} END {print value[int((NR + 1) / 2)]}'
}

# A program that cannot be measured leaves its figures out: they are shown as "-".
measure_start()
{
	local i
	: >"$scratch/all"
	for ((i = 0; i <= runs; i++)); do
		play_script "$1" <<-EOF || return
			start
			time-first-byte first-byte
			time-screen "${full[$1]}" full-screen
			settle 100
			bytes-print first-bytes
		EOF
		[ $i = 0 ] || cat "$scratch/values" >>"$scratch/all" # the first one warms up
	done
	for name in first-byte full-screen first-bytes; do
		figure[$1/$name]=$(median $name "$scratch/all")
	done
}

measure_use()
{
	play_script "$1" <<-EOF && keep "$1"
		limit 110
		start
		wait "${full[$1]}"
		settle 1000
		bytes-reset
		delay-reset
		key ${move[$1]}
		settle 1000
		bytes-print move-bytes
		delay-print move-time
		bytes-reset
		key ${move[$1]}
		settle 1000
		bytes-print second-move-bytes
		bytes-reset
		delay-reset
		key ${open[$1]}
		wait "${opened[$1]}"
		settle 1000
		bytes-print open-bytes
		delay-print open-time
	EOF
	play_script "$1" <<-EOF && keep "$1"
		start
		wait "${full[$1]}"
		settle 1000
		cpu-idle $idle_seconds
	EOF
	play_script "$1" <<-EOF && keep "$1"
		baud 9600
		start
		time-screen "${full[$1]}" slow-screen
	EOF
}

ratio()
{
	awk -v a="${1:--}" -v b="${2:--}" 'BEGIN {
		if (a == "-" || b == "-") print "-"
		else if (b > 0) printf "%.2f", a / b
		else print (a > 0 ? "more" : "same")
	}'
}

# row FIGURE UNIT TITLE
row()
{
	local program values=()
	for program in "${programs[@]}"; do
		values+=("${figure[$program/$1]:--}")
	done
	printf '%-44s %9s %9s %9s %-8s %8s %8s\n' "  $3" "${values[@]}" "$2" \
		"$(ratio "${values[0]}" "${values[1]}")" "$(ratio "${values[0]}" "${values[2]}")"
}

if [ ! -x "$play" ]; then
	echo "in a terminal: not run, $play was not built (libvterm or ncurses is missing)"
	exit 0
fi
truncate -s 64M "$scratch/disk.img"
sfdisk --quiet --no-reread --no-tell-kernel "$scratch/disk.img" <<-EOF
	label: gpt
	size=16MiB
	size=16MiB
	size=16MiB
EOF
for program in "${programs[@]}"; do
	command_of "$program"
	if ! command -v "${command[0]}" >/dev/null; then
		echo "  $program: not on this machine"
		continue
	fi
	if ! measure_start "$program"; then
		echo "  $program: its first screen (\"${full[$program]}\") did not come:"
		grep '^#' "$scratch/out" | head -n 6
		continue
	fi
	[ $only_start = yes ] || measure_use "$program"
done
printf '%-44s %9s %9s %9s %-8s %8s %8s\n' "in a terminal, median of $runs starts" \
	"${programs[@]}" "" "/cfdisk" "/htop"
row first-byte ms "start to first byte"
row full-screen ms "start to full screen (at most 50)"
row first-bytes bytes "first screen"
if [ $only_start = no ]; then
	row move-bytes bytes "a cursor move (at most 200)"
	row second-move-bytes bytes "a further one"
	row move-time ms "... until it stands"
	row open-bytes bytes "opening a screen (at most 4096)"
	row open-time ms "... until it stands"
	row idle-bytes bytes "idle for $idle_seconds s (none)"
	row idle-wakeups times "... woken up (never)"
	row slow-screen ms "first screen at 9600 baud (at most 5000)"
fi
