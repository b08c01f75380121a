#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Jobs on the command line: listed, followed, stopped, forgotten; actions that become one by --job.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
# shellcheck source=tests/cli/jobs.sh
. "$top_srcdir/tests/cli/jobs.sh"

# --- none, and words that make no sense
r jobs
is "$status,$errors" "0," "jobs where there are none is no failure"
like "$output" "No job" "  and says so"
r jobs --json
is "$(jq -c . <<<"$output")" '{"jobs":[]}' "  and has an empty list"
r jobs --running
is "$status,$output,$errors" "0,," "jobs --running says nothing"
[ ! -e /run/refloat ]
ok $? "looking at jobs makes no folder"
r jobs 1
is "$status" 4 "a job that is not there: exit status 4"
for words in "x" "0" "-1" "1 2" "--stop" "--output" "1 --running" "1 --stop --output"; do
	# shellcheck disable=SC2086 # several words
	r jobs $words
	is "$status" 2 "jobs $words: wrong usage"
done
r disks --job
is "$status" 2 "disks --job: a listing is no work for a job"
r chroot --job -- true
is "$status" 2 "chroot --job is refused"
like "$errors" "needs this terminal" "  and why"
r check-fs disk.img --repair --job
is "$status" 2 "without a terminal and --yes nothing begins"
r check-fs disk.img --plan --json
is "$status,$(jq -r '.steps | length > 0' <<<"$output")" "0,true" "--plan is as ever"
[ ! -e /run/refloat/jobs ]
ok $? "  and starts nothing"

# --- one that runs
start_check
is "$id" 1 "--job --json gives the number"
is "$(state '.state,.action,.result,.exit_status,.ended' | tr '\n' ' ')" "running check-fs null null null " \
	"its state is running"
is "$(state '[.progress.unit,.progress.percent,.step.number] | @csv')" '"percent",7,2' "how far it is"
is "$(state '(.stop_what | length > 0) and (.log | test("/1/log$")) and .started <= .updated and .pid > 1')" \
	true "what stopping means, where its log is, when it began"
echo 50 >"$percent"
wait_for '.progress.percent == 35'
ok $? "progress moves"
r jobs
is "$status" 0 "jobs lists it"
like "$output" "^ +1 running [0-9:]+ +Check .*35%" "  with its state and how far it is"
r jobs --running
is "$(wc -l <<<"$output")" 1 "jobs --running has one line"
like "$output" "^refloat: job 1: Check .* is running since [0-9]+:[0-9]+, step 2 of 2: 35%.*\"refloat jobs 1\"" "  of it"
r status
like "$(tr '\n' ' ' <<<"$output")" "running now, job 1, step 2 of 2: 35%" "status names the job of the operation"
r status --json
is "$(jq -r '.operations[-1].job' <<<"$output")" 1 "  and so does its JSON"
r disks
is "$errors" "" "what no person reads is told nothing of it"
r jobs 1 --json --wait 1
is "$status,$(jq -r .state <<<"$output")" "3,running" "--wait gives up in time: exit status 3"
r jobs 1 --wait 1
is "$status" 3 "  and so does following"
like "$errors" "the job goes on: \"refloat jobs 1\"" "  with how to come back"
r jobs 1 --forget
is "$status" 1 "one that runs is not forgotten"
like "$errors" "still runs" "  and why"
r undo --yes
is "$status" 1 "nor is what it does undone"
like "$errors" "job 1" "  and it is named"

# --- two followers, on pipes
"$refloat" jobs 1 >"$scratch/first" 2>&1 &
first=$!
"$refloat" jobs 1 >"$scratch/second" 2>&1 &
second=$!
wait_until grep -q 35% "$scratch/first"
echo 80 >"$percent"
wait_until grep -q 56% "$scratch/second"
ok $? "a follower sees how far it is"
let_go
await $first
first_ended=$ended
await $second
is "$first_ended,$ended" "0,0" "two follow it to its end, with its exit status"
like "$(cat "$scratch/first")" "^Job 1.*Check" "  which job it is, is said"
like "$(cat "$scratch/first")" "^\[2/2\] Check .*\.\.\.$" "  its steps are shown as those of a run"
like "$(cat "$scratch/first")" "^      ok$" "  and their end"
LC_ALL=C grep -qP '[\x00-\x09\x0b-\x1f\x7f]' "$scratch/first" "$scratch/second"
is $? 1 "  in plain lines"
is "$(state '[.state,.result,.exit_status,.stop_what] | @csv')" '"done","done",0,' "its end is known"
r jobs 1
is "$status" 0 "it can be followed after its end"
like "$output" "^Job 1.*ended at .*: done" "  and says how it ended"
like "$output" "^\[2/2\] Check" "  with all that it did"
r jobs 1 --output
like "$output" '^ +held \\x1B\[2J$' "what its program wrote is kept, and made printable"
like "$output" "Pass 1" "  all of it"
r jobs 1 --stop
is "$status" 0 "stopping what has ended is no failure"
like "$output" "ended at .*: done" "  and says how it ended"
r jobs --running
is "$output" "" "what has ended is no news"

# --- what the check finds is the exit status, here and for whoever follows
# check WORD...: a check that is followed; once more where another took its loop device, see jobs.sh
check()
{
	local _
	for _ in $(seq 5); do
		r check-fs disk.img --yes "$@"
		[[ $output$errors == *"in use already"* ]] || break
	done
}
cp "$disk" "$scratch/whole.img"
debugfs -w -R 'clri <11>' "$disk" 2>/dev/null
check
is "$status" 3 "a check that finds something: exit status 3, followed from the start"
like "$output" "^ +disk.img: it is damaged" "  with what it found"
like "$errors" "something is left to do" "  and that something is left to do"
check --json
is "$status,$(jq -r '[.result,.unfinished] | @csv' <<<"$output")" '3,"done",true' "  the same with --json"
id=$(jq .job <<<"$output")
is "$(jq -r '[.steps[].state] | unique | join(",")' <<<"$output")" "done,undone" "  each step has its state"
is "$(state '[.state,.unfinished,.exit_status,(.notes | length > 0)] | @csv')" '"partial",true,3,true' \
	"  its job says so, too"
r jobs "$id"
is "$status" 3 "  and so does following it"
r jobs
like "$(tr -s ' \n' ' ' <<<"$output")" "$id done in part [0-9:]+ [0-9:]+ Check disk.img; disk.img: it is damaged" \
	"  and the list has it in words"
cp "$scratch/whole.img" "$disk"

# --- stopped
start_check
r jobs "$id" --stop
is "$status" 2 "nobody can be asked whether to stop it: exit status 2"
like "$output" "e2fsck ends at once" "  but what it means is said"
is "$(state .state)" running "  and nothing happened"
r jobs "$id" --stop --json
is "$status" 2 "  nor with --json"
r jobs "$id" --stop --yes
is "$status" 0 "jobs --stop --yes: exit status 0"
like "$(head -n 5 <<<"$output")" "is running since.*" "  what runs is said first"
like "$output" "e2fsck ends at once" "  then what stopping means"
like "$(tail -n 1 <<<"$output")" "ended at .*: stopped" "  and at last how it ended"
is "$(state '[.state,.exit_status] | @csv')" '"stopped",1' "it is stopped"
[ -e "$hold" ]
ok $? "  and was not at its end"
r jobs "$id"
is "$status" 1 "following it gives the exit status of an action that was stopped"
r jobs
unlike "$output" "signal|before its end" "the list says no more of it than that"
rm -f "$hold"

# --- a repair that is stopped in the middle: what stays of it is said as it is
cat >"$scratch/after.sh" <<REPAIRED
#!/bin/sh
printf repaired | dd of="\$(for last; do :; done; echo "\$last")" bs=1 seek=600 conv=notrunc 2>/dev/null
exec sleep 600
REPAIRED
chmod +x "$scratch/after.sh"
mount --bind "$scratch/after.sh" "$e2fsck_path"
run "$refloat" --image "$disk" check-fs disk.img --repair-all --yes --job --json
id=$(jq -r .job <<<"$output")
wait_until grep -q repaired "$disk"
r jobs "$id" --stop --yes
like "$(tr "\n" " " <<<"$output")" "what it has repaired so far stays" "stopping a repair: that what it did stays is said first"
is "$(state .state)" stopped "  it is stopped"
r jobs "$id"
like "$errors" "what it had repaired until then stays" "  and whoever follows it reads the same"
unlike "$errors" "has been undone" "  not that all is undone"
umount "$e2fsck_path"
cp "$scratch/whole.img" "$disk"
mkdir "$scratch/undo"
start_check --repair-all --undo-file "$scratch/undo"
is "$(state '.stop_what | test("taken back with the undo file")')" true "with an undo file that is what stopping means"
r jobs "$id" --stop --yes
like "$(tr "\n" " " <<<"$output")" "taken back with the undo file" "  which is said first"
rm -f "$hold"

# --- no room where jobs are kept
start_check
mount -o remount,size=8m /run
dd if=/dev/zero of=/run/fill bs=64k 2>/dev/null
! echo more >/run/more 2>/dev/null
ok $? "nothing can be written to /run any more"
let_go
is "$(state '[.state,.exit_status] | @csv')" '"done",0' "how a job ended is known all the same"
rm -f /run/fill /run/more
mount -o remount,size=50% /run
[ ! -e "/run/refloat/jobs/$id/reserve" ]
ok $? "  with the room that was kept for it"

# --- cut off, and a machine that was restarted
start_check
kill -KILL "$(state .pid)"
wait_for '.state == "cut-off"'
ok $? "a job whose process is killed is cut off"
wait_until is_gone
ok $? "  and its program went with it"
rm -f "$hold"
r jobs --running
like "$output" "CUT OFF" "  a new login is told"
r jobs --running
like "$output" "CUT OFF" "  and the next"
r jobs "$id"
is "$status" 1 "  following it: exit status 1"
like "$errors" "was CUT OFF" "  which is said"
r jobs --running
is "$output" "" "  and then it is no news any more"
r jobs
like "$output" "CUT OFF" "  but stays in the list"
wait_until is_gone
start_check
kill -KILL "$(state .pid)"
echo 11111111-2222-3333-4444-555555555555 >"$scratch/boot_id"
mount --bind "$scratch/boot_id" /proc/sys/kernel/random/boot_id
is "$(state .state)" cut-off "a machine that was restarted leaves a job cut off, not running"
r jobs --running
like "$output" "CUT OFF" "  a new login is told"
r status --json
is "$(jq -r '.operations | length' <<<"$output")" 0 "  what it did went with the machine"
umount /proc/sys/kernel/random/boot_id
rm -f "$hold"

# --- any other action as a job
# shellcheck source=tests/action/small-server.sh
. "$top_srcdir/tests/action/small-server.sh"
wait_until is_gone
r umount --yes
is "$status" 0 "what cut off jobs have left is taken down"
r mount --yes --job
is "$status" 0 "mount --job returns at once"
like "$output" "Job [0-9]+ has begun: Mount" "  and says its number"
id=$(sed -n 's/^Job \([0-9]*\) has begun.*/\1/p' <<<"$output")
"$refloat" jobs "$id" >"$scratch/follow" 2>&1
is $? 0 "  it can be followed to its end"
like "$(cat "$scratch/follow")" "refloat undo" "  and how to take it back is said"
is "$(awk -v t="$target" 'index($5, t) == 1' /proc/self/mountinfo | wc -l)" 3 "  all is mounted"
r status --json
is "$(jq -r '.operations[-1] | [.action,.state,.job] | @csv' <<<"$output")" "\"mount\",\"done\",$id" \
	"  status knows the operation and its job"
r undo --yes --job --json
id=$(jq .job <<<"$output")
r jobs "$id" --json --wait 60
is "$status,$(jq -r '[.state,.operation] | @csv' <<<"$output")" '0,"done",' "undo as a job takes it back"
is "$(what_is_left | grep -v '^status: . \(cut-off\|done\)')" "" "  and nothing is left"
r mount --yes --job --json --with /nowhere
[ "$status" -ne 0 ]
ok $? "what cannot be planned starts no job"

# --- for others than root, and in completion
if setpriv --reuid=65534 --clear-groups test -x "$refloat" 2>/dev/null; then
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$refloat" jobs --running
	is "$status,$output,$errors" "0,," "who may not look is told nothing at login"
	run setpriv --reuid=65534 --regid=65534 --clear-groups "$refloat" jobs
	is "$status" 1 "  and is refused otherwise"
	like "$errors" "[Oo]nly root" "  with the reason"
else
	skip "nobody cannot run it here" "who may not look"
fi
completed=$(
	# shellcheck source=data/refloat.bash
	. "$top_srcdir/data/refloat.bash"
	unset -f _init_completion
	COMP_WORDS=("$refloat" jobs "$id")
	COMP_CWORD=2
	_refloat
	printf '%s\n' "${COMPREPLY[@]}"
)
is "$completed" "$id" "bash completes the numbers of jobs"

# --- forgotten
r jobs "$id" --forget
is "$status" 0 "one is forgotten"
r jobs "$id"
is "$status" 4 "  and is no more"
start_check
r jobs --forget
is "$status" 0 "all that have ended are forgotten"
r jobs --json
is "$(jq -c '[.jobs[].id]' <<<"$output")" "[$id]" "  and what runs stays"
let_go
done_testing
