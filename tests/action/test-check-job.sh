#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A check outlives its terminal: SIGHUP and kill -9 of whoever started it, on the command line and in the
# menu; another login follows it; it is stopped in the way that is safe; its progress moves.
# shellcheck disable=SC2317 # wait_until calls them
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_program mkfs.ext4 e2fsck jq
need_filesystem ext4
private_namespace "$@"
unset REFLOAT_ACCEPT

# many inodes, each of which is looked at; hardly any bytes
image=$scratch/big.img
truncate -s 30G "$image"
mkfs.ext4 -q -N 4000000 -E lazy_itable_init=1 -O ^metadata_csum,^uninit_bg,^has_journal "$image"
check=("$refloat" --image "$image" check-fs big.img --yes)

# e2fsck stands still when it begins, in this mount namespace alone: on some machine a check would be over before
# it is held
e2fsck_path=$(readlink -f "$(command -v e2fsck)")
mkdir "$scratch/real"
cp "$e2fsck_path" "$scratch/real/e2fsck"
printf '#!/bin/sh\nkill -STOP $$\nexec %s "$@"\n' "$scratch/real/e2fsck" >"$scratch/e2fsck.sh"
chmod +x "$scratch/e2fsck.sh"
mount --bind "$scratch/e2fsck.sh" "$e2fsck_path"

jobs_json()
{
	"$refloat" jobs --json 2>/dev/null
}

# last FILTER: of the newest job
last()
{
	jobs_json | jq -r ".jobs[-1] | $1"
}

# wait_until SECONDS COMMAND...: until it succeeds
wait_until()
{
	local tenths=$(($1 * 10))
	shift
	for ((; tenths > 0; tenths--)); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}

state_is()
{
	[ "$(last .state)" = "$1" ]
}

count_is()
{
	[ "$(jobs_json | jq '.jobs | length')" = "$1" ]
}

# checker: prints the process that does the work of the job that runs
checker()
{
	local pid
	for pid in $(pgrep -x e2fsck); do
		[ "$(readlink "/proc/$pid/ns/mnt")" = "$(readlink /proc/self/ns/mnt)" ] && echo "$pid" && return
	done
	return 1
}

# stands_still: what is held is there, and does nothing; what has ended has no progress any more
stands_still()
{
	grep -q '^State:.*T' "/proc/$held/status" 2>/dev/null
}

# hold: the program of the job is there, and stands still; sets $held
hold()
{
	local tries
	for ((tries = 0; tries < 3000; tries++)); do
		held=$(checker) && stands_still && return
		sleep 0.02
	done
	return 1
}

# go_on: what was held does its work
go_on()
{
	[ -z "${held-}" ] || kill -CONT "$held" 2>/dev/null
}

# stands: the job runs, whoever started it is gone
stands()
{
	state_is running && kill -0 "$held"
}

over()
{
	! state_is running && ! state_is stopping
}

# --- SIGHUP and kill -9 of the one that follows
for signal in HUP KILL; do
	env --default-signal=HUP setsid "${check[@]}" >"$scratch/first" 2>&1 & # these tests may run under nohup
	first=$!
	number=$((${number-0} + 1))
	hold
	ok $? "$signal: the check is held"
	is "$(jobs_json | jq '.jobs | length')" "$number" "$signal: it runs as a job"
	kill -$signal $first
	wait $first
	! kill -0 $first 2>/dev/null
	ok $? "$signal: what started it has ended"
	sleep 0.5
	stands
	ok $? "$signal: the job runs on"
	run "$refloat" jobs
	like "$output" "running" "$signal: a new login sees it"
	run "$refloat" status
	like "$output" "running now" "$signal: so does status"
	"$refloat" jobs $number >"$scratch/second" 2>&1 &
	second=$!
	"$refloat" jobs $number >"$scratch/third" 2>&1 &
	third=$!
	sleep 0.3
	go_on
	wait $second
	is $? 0 "$signal: the new login follows it to its end"
	wait $third
	is $? 0 "$signal: so does another one"
	like "$(cat "$scratch/second")" "nothing is wrong" "$signal: and reads the verdict"
	is "$(last .state)" "done" "$signal: the job has ended well"
	like "$(cat "$(last .log)")" "Pass 5" "$signal: all that e2fsck said is kept"
done

# --- it is left to run from the start
run "$refloat" --job --image "$image" check-fs big.img --yes
number=$((number + 1))
is "$status" 0 "--job starts it and returns"
like "$output" "$number" "with its number"
hold
ok $? "it is held"
run "$refloat" jobs $number --json
is "$(jq -r '.state // .jobs[0].state' <<<"$output")" running "its state is there for programs"
go_on
wait_until 300 over
is "$(last .state)" "done" "it ends well"

# --- progress moves
# has_moved: three figures at least were seen
has_moved()
{
	[ "$(printf '%s\n' "${figures[@]}" | sort -u | wc -l)" -ge 3 ]
}

for _ in 1 2 3 4 5; do # one that comes to its end between two looks was seen at one place only
	"$refloat" --job --image "$image" check-fs big.img --yes >/dev/null
	number=$((number + 1))
	figures=()
	hold
	for look in {1..60}; do
		sleep 1.1
		stands_still || break
		figures+=("$(last '.progress.done // 0')")
		# a slow machine comes less far between two looks
		[ "$look" -ge 12 ] && has_moved && break
		go_on
		sleep 0.1
		kill -STOP "$held" 2>/dev/null || break
	done
	go_on
	wait_until 300 over
	has_moved && break
done
sorted=$(printf '%s\n' "${figures[@]}" | sort -n | tr '\n' ' ')
is "$(printf '%s\n' "${figures[@]}" | tr '\n' ' ')" "$sorted" "progress never goes back (${#figures[@]} looks)"
has_moved
ok $? "and moves: $(printf '%s\n' "${figures[@]}" | sort -n -u | tr '\n' ' ')"

# --- stopped
"$refloat" --job --image "$image" check-fs big.img --yes >/dev/null
number=$((number + 1))
hold
run "$refloat" jobs $number --stop --yes
is "$status" 0 "a job is asked to stop, its program stands still"
like "$output $errors" "nothing was changed|ends at once" "what that means is said"
wait_until 300 over
is "$(last .state)" stopped "and has stopped"
! kill -0 "$held" 2>/dev/null
ok $? "with its program"

# --- the menu: the line goes, then its process is killed; another menu follows
if [ -x "$terminal_play" ]; then
	for end in hangup "signal KILL"; do
		rm -rf /run/refloat "$scratch/held"
		(hold && echo "$held" >"$scratch/held") &
		play "menu, $end" --limit 120 -- "$refloat" --image "$image" <<-EOS
			size 24 80
			term vt100
			start
			keep-jobs
			wait "q  Quit" 20
			settle 500
			key f
			wait "clean" 20
			key c
			wait "Look only" 20
			settle 300
			keys Down p
			wait "Enter do it" 20
			key Enter
			name the job's screen is there
			wait "s stop" 20
			wait "It goes on" 20
			wait-file $scratch/held
			$end
		EOS
		wait
		held=$(cat "$scratch/held")
		stands
		ok $? "menu, $end: the job runs on"
		play "menu after $end" --limit 120 -- "$refloat" --image "$image" <<-EOS
			size 24 80
			term vt100
			start
			name a new login is told at once
			wait "Check big.img is running since" 20
			wait "1 job: Check big.img" 20
			key Enter
			wait-gone "is running since" 20
			name and gets there with a key
			key j
			wait "running" 20
			key Enter
			wait "s stop" 20
			key q
			wait-gone "s stop" 20
			key q
			wait "q  Quit" 20
			name leaving says that it goes on
			key q
			wait "Leave refloat?" 20
			wait "It goes on" 20
			key y
			expect-exit 0
		EOS
		go_on
		wait_until 300 over
		is "$(last .state)" "done" "menu, $end: it ends well"
	done
else
	skip "terminal_play was not built" "the menu"
fi

# --- the job itself is killed: cut off, not running
"$refloat" --job --image "$image" check-fs big.img --yes >/dev/null
number=$((number + 1))
hold
job=$(last .pid)
kill -KILL "$job"
kill -KILL "$held"
wait_until 300 over
is "$(last .state)" cut-off "a job whose process is killed is cut off"
run "$refloat" jobs
like "$output" "CUT OFF" "and listed so"
run "$refloat" status
unlike "$output" "running now" "status does not call it running"

run "$refloat" undo --yes
is "$status" 0 "what it left is taken down by undo"
is "$(losetup --list --noheadings --output BACK-FILE | grep -c "$scratch")" 0 "no loop device is left"
done_testing
