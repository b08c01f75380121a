#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# refloat --keys FILE: keys from a file drive the menu; a bad file is refused with its line.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_terminal vt100
# jobs of this machine would stand in front of the menu
[ "$(id -u)" != 0 ] || private_namespace "$@"
"$top_srcdir/tests/machines/make-machine.sh" virtio "$scratch/machine" >/dev/null || exit 1

# walk NAME: plays the keys on standard input in the menu of a recorded machine
walk()
{
	cat >"$scratch/keys"
	printf 'term vt100\nenv LC_ALL=C.UTF-8\nstart\nexpect-exit 0\nonly-printable\n' >"$scratch/script"
	run "$terminal_play" --log "$scratch/bytes" "$scratch/script" -- \
		"$refloat" --sysroot "$scratch/machine" --keys "$scratch/keys"
	is "$status" 0 "$1"
	[ "$status" = 0 ] || note "$output$errors"
}

walk "keys, texts to type, waiting and comments" <<'END'
# what a demonstration looks like
wait "q  Quit"
k wait "NAME"   # the disks
/ "vda" Enter sleep 10
q ? wait "Help" q
Down Up Ctrl-L
q
END
like "$(cat "$scratch/bytes")" "NAME" "they open what they name"

# refused NAME REGEX: the file on standard input is not understood
refused()
{
	cat >"$scratch/keys"
	printf 'term vt100\nstart\nexpect-exit 2\n' >"$scratch/script"
	run "$terminal_play" --log "$scratch/bytes" "$scratch/script" -- \
		"$refloat" --sysroot "$scratch/machine" --keys "$scratch/keys"
	is "$status" 0 "$1: exit status 2"
	like "$(cat "$scratch/bytes")" "$2" "$1: it says where"
}
refused "a word that is no key" 'line 2: "Dwn" is no key' <<<$'k\nDwn'
refused "wait without a text" 'line 1: "wait" is no key' <<<'wait'
refused "sleep without a number" 'line 1: "sleep" is no key' <<<'sleep soon'
printf 'term vt100\nstart\nexpect-exit 2\n' >"$scratch/script"
run "$terminal_play" "$scratch/script" -- "$refloat" --sysroot "$scratch/machine" --keys "$scratch/none"
is "$status" 0 "a file that is not there"
done_testing
