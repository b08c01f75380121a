#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every screen of the menu in a terminal: each way out leaves the terminal as it was, Ctrl-Z and back,
# sizes, a lost line, bytes and wake-ups, keys at random, hostile names.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
private_namespace "$@"
need_terminal vt100 xterm-256color
# shellcheck source=tests/lib/menu.sh
. "$(dirname "$0")/../lib/menu.sh"

# Each screen: the keys that lead there, a text by which it is known.
screens=(home disks device device-help glossary systems system form changed-form plan commands guess
	undo log searching accounts account)
declare -A path=(
	[home]="" [disks]="k" [device]="k Down Down Enter" [device-help]="k Down Down Enter ?"
	[glossary]="? w" [systems]="i" [system]="i Enter" [form]="m"
	[changed-form]="m Down Down Down Down Down Space" [plan]="m p" [commands]="m p v"
	[guess]="m Down Down Down Down Down Space p Enter" [undo]="u" [log]="l" [searching]="k / w e b"
	[accounts]="a" [account]="a Enter"
)
declare -A text=(
	[home]="1 is a guess" [disks]="web01-b.img3" [device]="LABEL        web01-root"
	[device-help]="Keys of this screen" [glossary]="Several disks or partitions" [systems]="LAST USED"
	[system]="/srv/backup" [form]="Show the plan" [changed-form]="/srv/backup  [x] yes"
	[plan]="5. Mount /srv/www" [commands]="mount --bind" [guess]="Is that right?"
	[undo]="nothing to undo" [log]="Nothing was done here" [searching]="web"
	[accounts]="> root" [account]="gets in"
)

# walk_to SCREEN: the lines of a script that lead there. Plans are made, and accounts read, by processes of
# their own.
walk_to()
{
	local key
	echo 'settings-saved'
	echo 'start'
	echo 'wait "1 is a guess" 20'
	for key in ${path[$1]}; do
		echo "keys $key"
		[ "$key" != p ] || echo 'wait "Risk:" 20'
		[ "$key" != a ] || echo 'wait "> root" 20'
	done
	echo "wait \"${text[$1]}\" 20"
	echo 'settle 200'
}

# --- every way out of every screen
for screen in "${screens[@]}"; do
	for signal in TERM HUP SEGV; do
		play "$screen, SIG$signal" -- "${menu[@]}" <<-EOF
			$(walk_to "$screen")
			signal $signal
			expect-signal $signal
			settings-same
			terminal-restored
			only-printable
			no-process-left
		EOF
	done
done
for screen in home form guess plan; do
	play "$screen, SIGINT, SIGABRT" -- "${menu[@]}" <<-EOF
		$(walk_to "$screen")
		signal ABRT
		expect-signal ABRT
		settings-same
		terminal-restored
	EOF
	play "$screen, the line drops" -- "${menu[@]}" <<-EOF
		$(walk_to "$screen")
		hangup
		expect-signal HUP
		no-process-left
	EOF
	play "$screen, the line drops without a signal" -- "${menu[@]}" <<-EOF
		$(walk_to "$screen")
		hangup silent
		expect-exit 1
		no-process-left
	EOF
done

# --- Ctrl-Z and back; sizes; and the screen is the same again
for screen in "${screens[@]}"; do
	play "$screen" --expected "$scratch" -- "${menu[@]}" <<-EOF
		$(walk_to "$screen")
		dump before.txt
		suspend
		settings-same
		terminal-restored
		continue
		settle 300
		name the same screen after Ctrl-Z
		compare before.txt
		resize 30 100
		settle 200
		resize 10 40
		settle 200
		expect-running
		resize 9 39
		settle 200
		name too small, and it says so
		expect "too small"
		resize 24 80
		settle 300
		name the same screen after other sizes
		compare before.txt
		only-printable
		name a new screen costs little
		bytes-reset
		key Ctrl-L
		settle 200
		bytes-max 4096
		bytes-reset
		key Down
		settle 200
		name a move costs little
		bytes-max 200
		sleep 500
		name nothing is sent without a reason
		bytes-reset
		cpu-idle 1 0 nothing wakes it up
		bytes-max 0
	EOF
done

# --- a serial line that knows no size
play "no size, the terminal says it" -- "${menu[@]}" <<-EOF
	size 30 100
	size-zero
	start
	wait "1 is a guess" 20
	expect-line -1 "Enter open"
	key q
	expect-exit 0
EOF
play "no size, no answer" -- "${menu[@]}" <<-EOF
	size 30 100
	size-zero
	no-reports
	start
	wait "1 is a guess" 20
	expect-line 24 "Enter open"
	key q
	expect-exit 0
EOF

# --- what is mounted stays, and that is said first
play "leaving with the system mounted" -- "${menu[@]}" <<-EOF
	settings-saved
	start
	wait "1 is a guess" 20
	keys m p
	wait "Risk:" 20
	key Enter
	wait "Done, without" 30
	keys Enter q
	wait "Leave refloat?"
	suspend
	continue
	wait "Leave refloat?"
	resize 12 50
	wait "Leave"
	key y
	expect-exit 0
	settings-same
	terminal-restored
EOF
is "$(grep -c ' /mnt/web01' /proc/self/mountinfo)" 4 "it is still mounted"
"$refloat" umount --yes >/dev/null 2>&1
nothing_left "and the command takes it down"

# Esc is pressed slowly: quickly followed by a key it would be Alt.
# --- keys at random on recorded machines, where nothing can be changed; a shell there ends at once
keys="Up Down Left Right Enter Esc Tab Shift-Tab Space PgUp PgDn Home End Backspace Delete ? / k i m u
	l p v o n w y g G x a e r s . F1 Ctrl-L Ctrl-C Alt-x ä"
keys=${keys//$'\n'/ } # one line of the script
"$top_srcdir/tests/machines/make-machine.sh" sata-md "$scratch/sata-md" >/dev/null
"$top_srcdir/tests/machines/make-machine.sh" "$top_srcdir/tests/cli/hostile.machine" "$scratch/hostile" >/dev/null
for machine in sata-md hostile; do
	for seed in 1 2 3; do
		play "$machine, random keys from $seed" --limit 300 -- "$refloat" --sysroot "$scratch/$machine" <<-EOF
			env SHELL=/bin/true LC_ALL=C.UTF-8
			term xterm-256color
			settings-saved
			start
			wait "Quit"
			random-keys $seed ${REFLOAT_RANDOM_KEYS:-600} $keys
			$(for _ in {1..40}; do printf 'key Esc\nsettle 120\n'; done)
			name there is a way back from everywhere
			expect-exit 0
			only-printable
			settings-same
			terminal-restored
			no-process-left
		EOF
	done
done
done_testing
