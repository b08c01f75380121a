# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # tap.sh has the variables
# Scripts played in a terminal from shell tests: each check of theirs becomes one of the test's.
# Sourced behind tap.sh. tests/tui/README.md has the commands of scripts.

terminal_play=${TERMINAL_PLAY:-${top_builddir:-$PWD}/tests/tui/terminal_play}

# need_terminal [TYPE...]: terminal_play was built, and terminfo knows these terminals
need_terminal()
{
	local type
	[ -x "$terminal_play" ] || skip_all "needs libvterm and ncurses (tests/tui/terminal_play was not built)"
	for type in "$@"; do
		infocmp "$type" >/dev/null 2>&1 || skip_all "terminfo has no $type"
	done
}

# play TITLE [OPTION...] -- PROGRAM [ARGUMENT...]: the script comes from standard input
play()
{
	local line title=$1 options=() found=0
	shift
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	cat >"$scratch/script"
	while IFS= read -r line; do
		case $line in
		"ok "*) ok 0 "${line#ok * - }" ;;
		"not ok "*) ok 1 "${line#not ok * - }" ;;
		"# "*) printf '%s\n' "$line" ;;
		"status "[01]) found=1 ;;
		1..*) ;;
		*) note "$line" ;;
		esac
	done < <("$terminal_play" --title "$title" "${options[@]}" "$scratch/script" "$@" 2>&1
		echo "status $?")
	[ $found = 1 ] || ok 1 "$title: the script can be played"
}
