# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # tap.sh and the test have the variables
# Changes of files played by tests/action/edit_play, and killed at every call that matters. Sourced behind tap.sh;
# the test has a function tree, which prints all that can change, and one called whole (undone does for most).

play=${top_builddir:-$PWD}/tests/action/edit_play
edits=/run/refloat/edits

play()
{
	run "$play" "$@"
}

# undone WHAT: undoing makes the tree what it was
undone()
{
	play undo
	[ "$output" = "done" ] && [ "$(tree)" = "$before" ] && return 0
	note "$1: not undone: $output"
	note "$(diff <(echo "$before") <(tree))"
	return 1
}

# how many files are kept to undo with
kept()
{
	find $edits -type f 2>/dev/null | wc -l
}

# there_and_back NAME WORD...: changed and undone, with nothing left of it, and no $secret in the journal
there_and_back()
{
	local name=$1 before
	shift
	before=$(tree)
	play "$@"
	is "${output##*$'\n'}" "done" "$name"
	[ "$(tree)" != "$before" ]
	ok $? "  it is changed"
	if [ -n "${secret:-}" ]; then
		! grep -qF "$secret" /run/refloat/journal
		ok $? "  and the journal has nothing of it"
	fi
	play undo
	is "$output" "done" "  it is undone"
	is "$(tree)" "$before" "  exactly"
	is "$(kept)" 0 "  and nothing is kept any more"
}

can_trace()
{
	command -v strace >/dev/null && strace -e trace=none true 2>/dev/null
}

# die NAME UNDO CALLS WORD...: killed each time it makes one of these calls; UNDO: while it undoes
die()
{
	local name=$1 undo=$2 calls=$3 call count failed=0 total=0 killed
	shift 3
	before=$(tree)
	for call in $calls; do
		count=0
		killed=137
		while [ $killed -eq 137 ]; do
			count=$((count + 1))
			[ "$undo" = undo ] && play "$@"
			local -a words=("$@")
			[ "$undo" = undo ] && words=(undo)
			killed=0
			{
				ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace="$call" \
					-e inject="$call:signal=KILL:when=$count" \
					"$play" "${words[@]}" >/dev/null 2>&1 || killed=$?
			} 2>/dev/null
			[ $killed -eq 137 ] && total=$((total + 1))
			whole "$name: $call $count" || failed=$((failed + 1))
		done
	done
	is $failed 0 "$name, killed at each of $total calls: old or new, and undone"
	[ $total -ge "${die_least:-8}" ]
	ok $? "  and these were many"
}
