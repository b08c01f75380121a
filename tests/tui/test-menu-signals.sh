#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Signals and lost lines while the menu works: in the middle of a run, at its result, while a shell has
# the terminal. The terminal is as it was, nothing runs on, and what was half done is undone.
# shellcheck disable=SC2154 # menu.sh has the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_terminal vt100
private_namespace "$@"
# shellcheck source=tests/lib/menu.sh
. "$(dirname "$0")/../lib/menu.sh"

# mount.btrfs SOURCE TARGET [-o OPTIONS], which libmount asks: /home waits for the file go
go=$scratch/go
mkdir "$scratch/helpers"
cat >"$scratch/helpers/mount.btrfs" <<X
#!/bin/sh
[ "\$2" != /mnt/web01/home ] || until [ -e $go ]; do sleep 0.05; done
exec $(command -v mount) -i -t btrfs "\$@"
X
chmod +x "$scratch/helpers/mount.btrfs"
helpers=$(readlink -f /sbin)
mount -t overlay -o "lowerdir=$scratch/helpers:$helpers" overlay "$helpers" 2>/dev/null ||
	skip_all "overlay cannot be mounted here"

# in_run TITLE: the script on standard input is played while /home is being mounted, which goes on when the script
# dumps $go; /, /var are mounted by then
in_run()
{
	rm -f "$go"
	play "$1" -- "${menu[@]}" <<-EOS
		limit 60
		settings-saved
		start
		wait "1 is a guess" 20
		keys m p
		wait "Risk:" 20
		settle
		key Enter
		wait "now      Mount web01-b.img2" 20
		$(cat)
	EOS
}

# nothing_done NAME [STATE]: all is undone, and the journal has it so
nothing_done()
{
	run "$refloat" status --json
	is "$(jq -c '[.undo, .mounted, (.operations[-1] | .state)]' <<<"$output")" \
		"[null,null,\"${2-undone}\"]" \
		"$1: the journal has nothing to undo"
	nothing_left "$1: nothing is left"
}

# --- what goes on in the middle of a run, and does not stop it
{
	until [ -e "$go" ] && grep -q ' /mnt/web01/home ' /proc/self/mountinfo; do sleep 0.1; done
	: >"$scratch/home"
} &
home=$!
in_run "run" <<EOS
name sizes in the middle of it
resize 10 40
settle
expect-running
resize 8 30
settle
expect "too small"
resize 40 120
settle
expect "now      Mount web01-b.img2"
resize 24 80
settle
name q only says how to stop it
key q
wait "x stops it"
name help in the middle of it
key ?
wait "Keys of this screen"
settle
cpu-idle 0.5 20 nothing spins behind it
key q
wait "now      Mount"
settle
name Ctrl-Z in the middle of it
suspend
settings-same
terminal-restored
name it goes on by itself meanwhile
dump $go
wait-file $scratch/home
continue
wait "u takes it back" 20
settle
expect "ok       Mount web01-b.img2"
expect-line 1 "READ-WRITE"
key u
wait "Unmount /mnt/web01/home"
key u
wait "Risk:" 20
settle
key Enter
wait "Done." 20
settle
keys Enter
wait "nothing to undo"
key q
expect-exit 0
settings-same
terminal-restored
only-printable
no-process-left
EOS
kill $home 2>/dev/null
wait $home 2>/dev/null
nothing_done "a run that went on"

in_run "run, stopped by x" <<EOS
key x
wait "It stops before the next step"
dump $go
wait "has been undone" 20
settle
expect "undone   Mount web01-a.img2"
expect-line 1 "only looking"
key Enter
wait "nothing to undo"
key q
expect-exit 0
settings-same
no-process-left
EOS
nothing_done "a run that was stopped"

# --- what ends the program in the middle of a run: the run stops and undoes what it did
for signal in TERM HUP INT SEGV ABRT KILL; do
	in_run "run, SIG$signal" <<-EOS
		signal $signal
		expect-signal $signal
		$([ $signal = KILL ] || printf 'settings-same\nterminal-restored\n')
		dump $go
		no-process-left 30
	EOS
	nothing_done "run, SIG$signal"
done
for way in "" silent; do
	in_run "run, the line drops $way" <<-EOS
		hangup $way
		$([ -n "$way" ] && echo expect-exit 1 || echo expect-signal HUP)
		dump $go
		no-process-left 30
	EOS
	nothing_done "run, the line drops $way"
done

# --- a shell has the terminal
cat >"$scratch/shell" <<'SHELL'
#!/bin/sh
# no job control: as simple as a shell can be
echo "ready, $(stty size)"
while read -r line; do
	[ "$line" = end ] && exit 3
	echo "read $line, $(stty size)"
done
SHELL
chmod +x "$scratch/shell"

# in_shell TITLE [SHELL ITS-WORDS]: the script on standard input is played while the shell here is open
in_shell()
{
	play "$1" -- "${menu[@]}" <<-EOS
		env SHELL=${2-$scratch/shell} PS1=here: ENV= HISTFILE=
		settings-saved
		start
		wait "1 is a guess" 20
		settle
		key s
		wait "${3-ready, 24 80}"
		settle
		$(cat)
	EOS
}

in_shell "shell here" <<'EOS'
resize 30 100
type "a line\r"
name it sees the new size
wait "read a line, 30 100"
type "end\r"
name the menu comes back in that size
expect-line 30 "Enter open"
wait "1 is a guess"
settle
key s
wait "ready, 30 100"
name Ctrl-C in the shell is not for the menu
type "\x03"
expect-line 30 "Enter open"
wait "1 is a guess"
settle
expect-running
key s
wait "ready, 30 100"
name a shell that stops goes on, since nobody else could wake it
type "\x1a"
settle
type "still there\r"
wait "read still there"
eof
expect-line 30 "Enter open"
wait "1 is a guess"
settle
expect-running
key q
expect-exit 0
settings-same
terminal-restored
no-process-left
EOS

for signal in TERM HUP SEGV KILL; do
	in_shell "shell here, SIG$signal" <<-EOS
		signal $signal
		expect-signal $signal
		$([ $signal = KILL ] || printf 'settings-same\nterminal-restored\n')
		no-process-left
	EOS
done
for way in "" silent; do
	in_shell "shell here, the line drops $way" <<-EOS
		hangup $way
		$([ -n "$way" ] && echo expect-exit 1 || echo expect-signal HUP)
		no-process-left
	EOS
done

printf '#!/bin/sh\nexec bash --norc -i\n' >"$scratch/bash"
chmod +x "$scratch/bash"
in_shell "bash here" "$scratch/bash" here: <<'EOS'
type "sleep 100\r"
settle
name Ctrl-C and Ctrl-Z are for the shell's own jobs
type "\x03"
settle
type "sleep 100\r"
settle
type "\x1a"
wait "Stopped"
type "kill %1; wait; echo jobs' 'done\r"
wait "jobs done"
name a shell that suspends itself goes on
type "suspend -f\r"
settle
type "echo still' 'there\r"
wait "still there"
type "exit\r"
expect-line -1 "Enter open"
wait "1 is a guess"
settle
expect-running
key q
expect-exit 0
settings-same
terminal-restored
no-process-left
EOS
in_shell "bash here, SIGTERM" "$scratch/bash" here: <<'EOS'
signal TERM
expect-signal TERM
settings-same
terminal-restored
no-process-left
EOS

# in_system TITLE: the script on standard input is played while the shell in the system is open,
# which was mounted for it
in_system()
{
	play "$1" -- "${menu[@]}" <<-EOS
		settings-saved
		start
		wait "1 is a guess" 20
		settle
		key c
		wait "Risk:" 20
		settle
		key Enter
		wait "(web01)" 20
		settle
		$(cat)
	EOS
}

in_system "shell in the system" <<'EOS'
resize 30 100
type "stty -a | head -n 0; echo in' 'side\r"
wait "in side"
name Ctrl-C in the shell is not for the menu
type "sleep 100\r"
settle
type "\x03"
settle
type "echo still' 'there\r"
wait "still there"
name a shell that suspends itself goes on
type "suspend -f\r"
settle
type "echo there' 'again\r"
wait "there again"
eof
expect "What is worth knowing"
wait "1 is a guess" 20
settle
key Enter
settle
expect-line 30 "Enter open"
expect-line 1 "only looking"
key q
expect-exit 0
settings-same
terminal-restored
no-process-left
EOS
nothing_done "the shell in the system"

for signal in TERM HUP; do
	in_system "shell in the system, SIG$signal" <<-EOS
		signal $signal
		expect-signal $signal
		settings-same
		terminal-restored
		no-process-left
	EOS
	nothing_done "shell in the system, SIG$signal"
done
for signal in SEGV KILL; do
	in_system "shell in the system, SIG$signal" <<-EOS
		signal $signal
		expect-signal $signal
		no-process-left
	EOS
	run "${menu[@]}" umount --yes
	is "$status" 0 "shell in the system, SIG$signal: what is left can be taken down"
	nothing_done "shell in the system, SIG$signal" cut-off
done
for way in "" silent; do
	in_system "shell in the system, the line drops $way" <<-EOS
		hangup $way
		$([ -n "$way" ] && echo expect-exit 1 || echo expect-signal HUP)
		no-process-left
	EOS
	nothing_done "shell in the system, the line drops $way"
done

# --- the result of a run, and the question when leaving
for signal in TERM SEGV; do
	play "result, SIG$signal" -- "${menu[@]}" <<-EOS
		settings-saved
		start
		wait "1 is a guess" 20
		keys m p
		wait "Risk:" 20
		settle
		key Enter
		wait "u takes it back" 20
		settle
		suspend
		settings-same
		continue
		settle
		resize 8 30
		settle
		resize 10 40
		settle
		expect "u takes it back"
		resize 24 80
		$([ $signal = TERM ] || printf 'keys q q\nwait "Leave refloat?"\n')
		settle
		signal $signal
		expect-signal $signal
		settings-same
		terminal-restored
		no-process-left
	EOS
	is "$(grep -c ' /mnt/web01' /proc/self/mountinfo)" 4 "result, SIG$signal: what was mounted stays"
	run "${menu[@]}" umount --yes
	nothing_done "result, SIG$signal"
done
done_testing
