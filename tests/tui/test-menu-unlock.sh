#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Encrypted containers in the menu: a passphrase is asked for, tried and never shown; a wrong one is
# said, and after three what to look at; one that fits is tried on the others; no byte changes.
# What is in an opened container is seen where the kernel has device-mapper: tests/machine.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_terminal vt100 xterm-256color
need_root
private_namespace "$@"
need_program cryptsetup losetup infocmp

passphrase="tide and harbour"
for name in first second; do
	truncate -s 20M "$scratch/$name.img"
	printf %s "$passphrase" | cryptsetup luksFormat -q --label "$name-label" --pbkdf pbkdf2 \
		--pbkdf-force-iterations 1000 "$scratch/$name.img" - ||
		skip_all "cryptsetup makes no container here"
done
truncate -s 20M "$scratch/third.img"
printf other | cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$scratch/third.img" -
menu=("$refloat" --image "$scratch/first.img" --image "$scratch/second.img" --image "$scratch/third.img"
	--target /mnt/web01 --log "$scratch/menu.log")
export ASAN_OPTIONS=handle_segv=0:handle_abort=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
unset REFLOAT_ACCEPT SHELL NO_COLOR
before=$(sha256sum "$scratch"/*.img)

for terminal in vt100 xterm-256color; do
	play "unlocking on $terminal" -- "${menu[@]}" <<-EOS
		term $terminal
		limit 120
		start
		wait "locked: first.img 20M" 30
		wait "what is locked must be unlocked first" 60
		key m
		wait "what is locked must be unlocked first (o)"
		key o
		wait "second-label"
		key Enter
		wait "Passphrase:"
		expect "first.img (20M, first-label) is an encrypted container"
		key Esc
		wait-gone "Passphrase:"
		key Enter
		wait "Passphrase:"
		type wrong one
		settle
		expect-not "wrong one"
		key Enter
		wait "this is none of its passphrases" 60
		expect-not "keyboard"
		type wrong two
		wait "*********"
		key Enter
		wait-gone "*********" 60
		wait "this is none of its passphrases" 60
		type wrong three
		key Enter
		wait "keyboard of this rescue system" 60
		dump $scratch/advice-$terminal.txt
		type $passphrase
		settle
		expect-not "$passphrase"
		key Enter
		wait-gone "Passphrase:"
		wait "unlocked" 60
		settle 1500 60
		dump $scratch/after-$terminal.txt
		key q
		wait "locked: third.img 20M" 60
		key q
		expect-exit 0
		terminal-restored
		no-process-left
	EOS
	is "$(grep -c ' locked *$' "$scratch/after-$terminal.txt")" 1 \
		"$terminal: one passphrase opened two, and the third stays locked"
done
is "$(sha256sum "$scratch"/*.img)" "$before" "not a byte of the containers has changed"
is "$(grep -c "$passphrase" "$scratch/menu.log")" 0 "no passphrase is in the log"
is "$(losetup --list --noheadings | grep -c "$scratch")" 0 "no loop device is left"
done_testing
