#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What can destroy data wants the name of what it is done to typed, in the menu and on the command line: the
# right name, a wrong one, none, Esc, the end of the input, Ctrl-C; without the right name not a byte changes.
# shellcheck disable=SC2154 # tap.sh has the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
private_namespace "$@"
need_terminal vt100 xterm-256color
need_program mkfs.btrfs btrfs mkfs.xfs xfs_repair jq losetup
need_filesystem btrfs xfs
export ASAN_OPTIONS=handle_segv=0:handle_abort=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
unset REFLOAT_ACCEPT SHELL NO_COLOR

image_make "$scratch/data.img" 120M
mkfs.btrfs -q -f "$scratch/data.img" >/dev/null 2>&1
image_make "$scratch/old.img" 320M
mkfs.xfs -q -f "$scratch/old.img"
btrfs=("$refloat" --image "$scratch/data.img" check-fs data.img --repair-all)
before=$(checksum "$scratch"/*.img)

# nothing_done NAME: no byte is another one, no job was begun and nothing is attached
nothing_done()
{
	is "$(checksum "$scratch"/*.img)" "$before" "$1: no byte is another one"
	is "$("$refloat" jobs --json | jq '.jobs | length')" 0 "$1: there is no job"
	is "$(losetup --list --noheadings --output BACK-FILE | grep -c "^$scratch/")" 0 "$1: nothing is attached"
}

# job_done NAME SUMMARY: the last job did it
job_done()
{
	local _
	for _ in $(seq 300); do
		run "$refloat" jobs --json
		[ "$(jq -r '.jobs[-1].exit_status' <<<"$output")" = null ] || break
		sleep 0.1
	done
	is "$(jq -r '.jobs[-1] | "\(.exit_status) \(.summary)"' <<<"$output")" "0 $2" "$1: it is done"
	for _ in $(jq -r '.jobs[].id' <<<"$output"); do
		run "$refloat" jobs "$_" --forget
	done
}

# --- on the command line
asked='limit 60
	size 40 100
	term vt100
	settings-saved
	start
	wait "This can destroy data, and nothing brings that back. Type data.img to do it all the same." 30
	wait "Name:"
	settle'
refused='wait "nothing was done"
	expect-exit 1
	settings-same'
play "a wrong name" -- "${btrfs[@]}" <<-EOS
	$asked
	type "data\r"
	wait "that is not data.img"
	$refused
EOS
nothing_done "a wrong name"
play "a yes is no name" -- "${btrfs[@]}" <<-EOS
	$asked
	type "y\r"
	wait "that is not data.img"
	$refused
EOS
play "a name in other letters" -- "${btrfs[@]}" <<-EOS
	$asked
	type "DATA.IMG\r"
	wait "that is not data.img"
	$refused
EOS
play "no name" -- "${btrfs[@]}" <<-EOS
	$asked
	type "\r"
	$refused
	expect-not "that is not"
EOS
play "the end of the input" -- "${btrfs[@]}" <<-EOS
	$asked
	eof
	$refused
EOS
play "Ctrl-C" -- "${btrfs[@]}" <<-EOS
	$asked
	type "data.im"
	key Ctrl-C
	expect-signal INT
	settings-same
EOS
play "a log that is thrown away: a wrong name" -- \
	"$refloat" --image "$scratch/old.img" check-fs old.img --repair-all --zero-log <<-EOS
	limit 60
	size 40 100
	start
	wait "Type old.img to do it all the same." 30
	wait "Name:"
	settle
	type "data.img\r"
	wait "that is not old.img"
	wait "nothing was done"
	expect-exit 1
EOS
nothing_done "on the command line"
run "${btrfs[@]}" </dev/null
is "$status" 2 "without a terminal nobody is asked, and nothing is done"
like "$errors" "no terminal to ask on" "  which is said"
run "${btrfs[@]}" --json </dev/null
is "$status" 2 "nor with --json"
nothing_done "nobody is asked"
play "the right name" -- "${btrfs[@]}" <<-EOS
	$asked
	type "data.img\r"
	wait "afterwards [1/2]" 60
	expect-exit 0
	settings-same
EOS
job_done "the right name" "Repair everything on data.img"
play "what destroys nothing asks for no name" -- "$refloat" --image "$scratch/old.img" check-fs old.img --repair-all <<-EOS
	limit 60
	size 40 100
	start
	wait "Do this? [y/N]" 30
	expect-not "Name:"
	settle
	type "n\r"
	wait "nothing was done"
	expect-exit 1
EOS
run "${btrfs[@]}" --yes
is "$status" 0 "--yes agrees to that, too"
job_done "--yes" "Repair everything on data.img"

# --- in the menu
before=$(checksum "$scratch"/*.img)
menu=("$refloat" --image "$scratch/data.img" --log "$scratch/menu.log")
plan='limit 90
	settings-saved
	start
	wait "none found" 20
	key f
	wait "MOUNT POINT" 20
	wait "btrfs" 20
	key c
	wait "How far to go"
	settle
	keys Down Down Space
	wait "(*)  repair everything"
	wait "can make a damaged filesystem worse"
	key p
	wait "Risk: destroys data" 20'
leave='key q
	wait "Installed systems"
	key q
	expect-exit 0
	settings-same
	terminal-restored
	no-process-left'
play "in the menu, Esc and wrong names" -- "${menu[@]}" <<-EOS
	term vt100
	$plan
	key Enter
	wait "Data can be lost"
	expect "This can destroy data, and nothing brings that back. Type data.img to"
	name Enter without a name is a no
	key Enter
	wait-gone "Data can be lost"
	expect "Risk: destroys data"
	key Enter
	wait "Data can be lost"
	type "data"
	key Enter
	wait "that is not data.img"
	expect "Data can be lost"
	key Ctrl-U
	type "y"
	key Enter
	wait "that is not data.img"
	expect "Data can be lost"
	key Ctrl-U
	type "data.img"
	name Esc behind the right name
	key Esc
	wait-gone "Data can be lost"
	expect "Risk: destroys data"
	name behind the other key as well
	key b
	wait "Data can be lost"
	type "data.im"
	key Enter
	wait "that is not data.img"
	key Esc
	wait-gone "Data can be lost"
	expect "Risk: destroys data"
	keys q q
	wait "MOUNT POINT"
	$leave
EOS
nothing_done "in the menu"
play "in the menu, killed in front of it" -- "${menu[@]}" <<-EOS
	term vt100
	$plan
	key Enter
	wait "Data can be lost"
	type "data.img"
	hangup
	expect-signal HUP
EOS
nothing_done "the line goes behind the right name"
play "in the menu, the right name" -- "${menu[@]}" <<-EOS
	term xterm-256color
	utf8 on
	env LC_ALL=C.UTF-8
	$plan
	key Enter
	wait "Data can be lost"
	type "data"
	key Enter
	wait "that is not data.img"
	type ".img"
	wait-gone "that is not"
	key Enter
	wait "nothing is wrong with it" 60
	wait "Done." 60
	key q
	wait "MOUNT POINT" 20
	settle
	wait-gone "1 job:" 60
	$leave
EOS
job_done "in the menu" "Repair everything on data.img"
is "$(losetup --list --noheadings --output BACK-FILE | grep -c "^$scratch/")" 0 "nothing is attached in the end"
done_testing
