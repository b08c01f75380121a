#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Jobs and terminals: whoever follows may be hung up on, killed or leave, with his terminal, and the job
# goes on; what is shown of it on a terminal, in how many bytes; and the word at login.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
# shellcheck source=tests/cli/jobs.sh
. "$top_srcdir/tests/cli/jobs.sh"

# begun_on_terminal [COMMAND...]: COMMAND runs the rest of its words
begun_on_terminal()
{
	local known _
	touch "$hold"
	echo 10 >"$percent"
	for _ in $(seq 5); do # another may have taken the loop device, see start_check
		known=$("$refloat" jobs --json | jq '.jobs[-1].id // 0')
		on_terminal "$scratch/screen" "$@" "$refloat" --image "$disk" check-fs disk.img --yes
		wait_until sh -c "'$refloat' jobs --json | jq -e '.jobs[-1].id // 0 > $known'"
		id=$("$refloat" jobs --json | jq '.jobs[-1].id')
		wait_for '.progress.percent != null or .exit_status != null'
		[ "$(state .state)" = running ] && break
	done
	shows "$scratch/screen" '7%'
}

# goes_on NAME: the job has outlived what was done to its follower, and comes to its end
goes_on()
{
	is "$(state .state)" running "$1: the job goes on"
	echo 50 >"$percent"
	wait_for '.progress.percent == 35'
	ok $? "  and moves"
	let_go
	is "$(state '[.state,.exit_status] | @csv')" '"done",0' "  to its end"
	run "$refloat" jobs "$id"
	is "$status" 0 "  and a new login follows it"
	like "$output" "Check .* ok$" "  with all that it did"
}

# what follows is not what holds the job
begun_on_terminal
sid=$(ps -o sid= -p "$(state .pid)" | tr -d ' ')
[ "$sid" != "$(ps -o sid= -p "$(cat "$pid_file")" | tr -d ' ')" ] && [ "$sid" != "$(ps -o sid= -p $$ | tr -d ' ')" ]
ok $? "a job is in a session of its own"
is "$(ps -o tty= -p "$(state .pid)" | tr -d ' ')" "?" "  without a terminal"
kill -HUP "$(cat "$pid_file")"
await "$terminal"
goes_on "SIGHUP to what follows"

begun_on_terminal
kill -KILL "$(cat "$pid_file")"
await "$terminal"
goes_on "kill -9 of what follows"

begun_on_terminal
kill -KILL "$terminal" # the terminal is gone, and hangs up on whoever sits there
await "$terminal"
wait_until sh -c "! kill -0 $(cat "$pid_file")"
ok $? "a terminal that is gone takes what follows with it"
goes_on "kill -9 of the terminal"

begun_on_terminal
kill -TERM "$(cat "$pid_file")"
await "$terminal"
is "$ended" 143 "SIGTERM: the exit status says so"
goes_on "SIGTERM to what follows"

# the hold-up of a whole session, as sshd does it
# shellcheck disable=SC2016 # the inner shell expands it
begun_on_terminal bash -c '"$@"; :' login
kill -HUP -- "-$(cat "$pid_file")"
await "$terminal"
goes_on "SIGHUP to the whole login"

# Ctrl-C
begun_on_terminal
kill -INT "$(cat "$pid_file")"
await "$terminal"
is "$ended" 130 "Ctrl-C ends the following: exit status 130"
like "$(shown "$scratch/screen" | tail -n 2)" "refloat: the job goes on: \"refloat jobs $id\"" \
	"  and says how to come back"
like "$(shown "$scratch/screen" | tail -n 2)" "$id --stop" "  and how to stop it"
is "$(state .state)" running "  and the job goes on"

# two on terminals of their own
on_terminal "$scratch/one" "$refloat" jobs "$id"
one=$terminal
one_pid=$(cat "$pid_file")
on_terminal "$scratch/two" env TERM=vt100 LC_ALL=C.UTF-8 "$refloat" jobs "$id"
two=$terminal
shows "$scratch/one" '7%'
shows "$scratch/two" '7%'
ok $? "two see the same job on two terminals"
like "$(shown "$scratch/one")" "Ctrl-C ends the watching" "  and are told how to leave"
before=$(stat -c %s "$scratch/two")
for at in 20 30 40 50; do
	echo $at >"$percent"
	shows "$scratch/two" "$((at * 7 / 10))%" || break
done
sent=$(($(stat -c %s "$scratch/two") - before))
note "$sent bytes for four changes"
[ $sent -le 400 ]
ok $? "what changes is sent, and not more"
LC_ALL=C tail -c "$sent" "$scratch/two" | LC_ALL=C grep -qP '[\x00-\x07\x09-\x1f\x7f]'
is $? 1 "  in nothing but backspaces and characters"
kill -INT "$one_pid"
await $one
is "$ended" 130 "one leaves"
is "$(state .state)" running "  and the job goes on"
let_go
await $two
is "$ended" 0 "  and the other sees its end"
like "$(shown "$scratch/two")" "ok$" "  as the end of the step"

# what is asked on a terminal
begun_on_terminal
kill -INT "$(cat "$pid_file")"
await "$terminal"
on_terminal "$scratch/screen" sh -c "echo n | script -qec '$refloat jobs $id --stop' /dev/null"
await "$terminal"
is "$ended" 1 "a question that is answered with no"
like "$(shown "$scratch/screen")" "Stop it\?" "  was asked"
is "$(state .state)" running "  and the job goes on"

# the word at login, and beside other commands
on_terminal "$scratch/screen" "$refloat" --image "$disk" disks
await "$terminal"
like "$(shown "$scratch/screen" | head -n 3 | tr '\n' ' ')" "refloat: job $id: Check .* is running since" \
	"another command says on a terminal that a job runs"
on_terminal "$scratch/screen" "$refloat" jobs
await "$terminal"
unlike "$(shown "$scratch/screen")" "refloat: job" "  but jobs itself does not"

mkdir "$scratch/bin" "$scratch/home"
ln -s "$(readlink -f "$refloat")" "$scratch/bin/refloat"
login=$top_srcdir/data/profile.d/refloat.sh
# says_at_login SHELL...: what the file says when that shell reads it
says_at_login()
{
	env -i HOME="$scratch/home" PATH="$scratch/bin:$PATH" ASAN_OPTIONS="${ASAN_OPTIONS-}" "$@" 2>&1
}
for shell in sh bash; do
	like "$(says_at_login $shell -i -c ". $login" </dev/null)" "refloat: job $id: Check .* 7%" \
		"a new login is told ($shell)"
	is "$(says_at_login $shell -c ". $login" </dev/null)" "" "  and a script is not"
done
is "$(env -i PATH=/usr/bin:/bin sh -i -c ". $login" 2>&1 </dev/null | grep -v "job control\|tty")" "" \
	"without refloat in the path nothing is said"
let_go
is "$(says_at_login sh -i -c ". $login" </dev/null | grep -v "job control\|tty")" "" \
	"once it has ended nothing is said"
rm -rf /run/refloat
is "$(says_at_login sh -i -c "set -eu; . $login; echo on" </dev/null | grep -v "job control\|tty")" "on" \
	"nor where there was never a job"
done_testing
