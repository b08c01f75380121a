#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The menu in a terminal: the whole main job on the sample server, on every kind of terminal and on
# a line of 9600 baud.
# shellcheck disable=SC2154 # tap.sh and the tables have the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
private_namespace "$@"
need_terminal vt100 vt220 linux xterm-256color screen tmux
# shellcheck source=tests/lib/menu.sh
. "$(dirname "$0")/../lib/menu.sh"

# --- the whole main job, on each kind of terminal
# main_job TITLE [LINE OF THE SCRIPT]...
main_job()
{
	local title=$1
	shift
	play "$title" -- "${menu[@]}" <<-EOS
		limit 200
		$(printf '%s\n' "$@")
		settings-saved
		start
		name the first screen says what there is
		wait "not mounted; 4 filesystems, 1 is a guess" 20
		expect "web01-a.img 2G  web01-b.img 3G"
		expect "only looking"
		name Disks
		key k
		wait "web01-b.img3"
		name everything about a partition
		keys Down Down Enter
		wait "web01-root"
		wait "5a5c6d0e-8f6e-4b5e-9c51-6f0e1d2c3b01"
		name its help
		key ?
		wait "Keys of this screen"
		name back to the first screen
		keys q q q
		wait "nothing to undo"
		name Systems
		key i
		wait "LAST USED"
		name its fstab, and what would become of each line
		key Enter
		wait "/srv/backup"
		name back again
		keys q q
		wait "nothing to undo"
		name the form of the mount
		key m
		wait "Show the plan"
		name a guess can be switched on
		keys Down Down Down Down Down Space
		wait "/srv/backup  [x] yes"
		name the plan in sentences
		key p
		wait "6. Mount /srv/www at /mnt/web01/var/www" 20
		wait "Risk: writes to the disks"
		expect "5. Mount web01-b.img3"
		name the plan as commands
		key v
		wait "mount --bind /mnt/web01/srv/www /mnt/web01/var/www"
		name the guess is asked about
		key Enter
		wait "Is that right?"
		name every step is done
		key y
		wait "Done." 30
		expect "mounted READ-WRITE"
		expect "ok       Mount web01-b.img3"
		name the first screen says so
		key Enter
		wait "mounted under /mnt/web01"
		name a shell in the system
		key c
		wait "Open a shell in the system"
		key Enter
		wait "(web01)" 20
		name ... is inside it
		type "cat /etc/hostname; echo 'in''side'\r"
		wait inside
		name ... and comes back
		type "exit\r"
		expect-line -1 "Enter open"
		wait "mounted under /mnt/web01" 20
		name a shell here
		key s
		wait "goes back to refloat"
		settle
		type "echo 'out''side'; exit 3\r"
		expect-line -1 "Enter open"
		wait "mounted under /mnt/web01" 20
		name what can be undone
		key u
		wait "WHAT UNDOING DOES"
		expect "Mount Debian"
		name the plan to undo it all
		key u
		wait "Take down everything" 20
		wait "Risk:" 20
		expect "1. Unmount /mnt/web01/var/www"
		name all is undone
		key Enter
		wait "Done." 30
		name the first screen says so
		key Enter
		wait "nothing to undo"
		expect "only looking"
		name the log of it
		key l
		wait "Mount Debian"
		delay-max 5 no screen is waited for longer than five seconds
		name the end
		keys q q
		expect-exit 0
		settings-same
		terminal-restored
		only-printable
		no-process-left
	EOS
	nothing_left "$title: nothing is left mounted"
}

for type in vt100 vt220 linux xterm-256color screen tmux; do
	main_job "$type" "term $type"
done
main_job "xterm in UTF-8" "term xterm-256color" "env LC_ALL=C.UTF-8"
main_job "9600 baud" "term vt100" "baud 9600"

# --- what is no terminal for it
# refuses TITLE TEXT LINE...: it says so and what to do, and ends
refuses()
{
	local title=$1 text=$2
	shift 2
	play "$title" -- "${menu[@]}" <<-EOS
		$(printf '%s\n' "$@")
		size 24 200
		settings-saved
		start
		wait "$text"
		wait "refloat --help lists them"
		expect-exit 1
		settings-same
		terminal-restored
		no-process-left
	EOS
}
refuses "an unknown terminal" "does not know such a terminal" "term refloat-none"
refuses "no TERM" "it is not set" "term none"
refuses "a terminal that cannot place its cursor" "cannot place its cursor" "term dumb"
run "${menu[@]}" </dev/null
like "$status $(head -n 1 <<<"$errors")" "^[12] .*(not a terminal|Usage: refloat)" "no terminal at all"
done_testing
