#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The screens of jobs: the line on every screen, what is told at the start, the list, one job in every
# state, its log. The folders of the jobs are made here as a job writes them; one that runs has its lock
# held by the program that dumps the screens. Compared as test-screens.sh does.
# shellcheck disable=SC1010 # "done" is also the name of an event
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"
# shellcheck source=tests/tui/screens.sh
. "$top_srcdir/tests/tui/screens.sh"

make_machines sata-md
cat >"$scratch/bare.machine" <<'X'
disk sda 20G model='SAMPLE DISK 20' serial=S-a table=dos table_uuid=5eed5eea bus=ata
part sda1 sda 1M 10G type=ext4 uuid=9d6d0ad6-0000-4000-8000-00000000a001 entry=0x83 label=data
X
make_machines "$scratch/bare.machine"
boot=$(cat /proc/sys/kernel/random/boot_id)

# a day long ago, so that all times stand with their day
began=1000000000

# make_job JOURNAL NUMBER SUMMARY STEPS: with state.json, events and log from the variables of the same
# names, what is empty is left out
make_job()
{
	local folder=$scratch/$1/jobs/$2
	mkdir -p "$folder"
	printf '{"job":1,"boot":"%s","pid":1,"who":"root from 192.0.2.7 on pts/0","started":%s,"plan":{"action":"%s","summary":"%s","steps":[%s],"notes":[],"guesses":[],"options":[],"partial":false,"needs-no-question":false,"undo":false}}\n' \
		"${boot_then:-$boot}" "$((began + $2 * 3600))" "${action:-check-fs}" "$3" "$4" >"$folder/job.json"
	: >"$folder/lock"
	[ -z "${state-}" ] || printf '%s\n' "$state" >"$folder/state.json"
	printf '%s' "${events:+$events$'\n'}" >"$folder/events"
	printf '%s' "${log-}" >"$folder/log"
	[ -z "${seen-}" ] || : >"$folder/seen"
}
# check NAME STRENGTH WHAT
check()
{
	printf '{"class":"check-filesystem","what":"%s","risk":%s,"policy":1,"arguments":{"node":"/dev/%s","name":"%s","type":"ext4","strength":"%s"}}' \
		"$3" "$([ "$2" = look ] && echo 0 || echo 2)" "$1" "$1" "$2"
}
# unmount PLACE DEVICE
unmount()
{
	printf '{"class":"unmount-for-now","what":"Unmount /mnt%s for as long as this takes","risk":1,"policy":0,"temporary":true,"arguments":{"root":"/mnt","place":"%s","mountpoint":"%s","source":"/dev/%s","type":"ext4","options":"","needed":"","at":"/mnt%s"}}' \
		"$1" "$1" "$1" "$2" "$1"
}
# event NUMBER EVENT WHAT [REPORT]
event()
{
	printf '{"event":"%s","number":%s,"operation":1,"what":"%s","report":%s,"time":%s}\n' \
		"$2" "$1" "$3" "${4:-{\"notes\":[]\}}" "$began"
}
# progress DONE TOTAL UNIT TEXT LEFT
progress()
{
	printf '"progress":{"done":%s,"total":%s,"unit":"%s","text":"%s","per-second":1,"seconds-left":%s}' \
		"$1" "$2" "$3" "$4" "$5"
}

look="Check md1 (ext4, /var) without changing anything"
repair="Check sda3 (ext4, /srv) and repair what is safe"
log=$(seq -f '    line %g of what the program wrote' 40)
# make_running JOURNAL NUMBER DONE LEFT [SUMMARY]
make_running()
{
	state='{"state":"running","updated":'$began',"operation":1,"step":2,'$(progress "$3" 100 percent "looking at the structure of directories" "$4")',"stop-what":"e2fsck ends at once; nothing was changed."}' \
		events=$(event 1 started "Unmount"; event 1 "done" "Unmount"; event 2 started "$look") \
		make_job "$1" "$2" "${5:-Check md1}" "$(unmount /var md1),$(check md1 look "$look")"
}
make_running running 1 43 760
# more steps than a screen has rows: two are over, the third runs
steps=$(for i in $(seq 12); do check "sda$i" look "Check sda$i (ext4) without changing anything"; echo ,; done)
state='{"state":"running","updated":'$began',"operation":1,"step":3,'$(progress 43 100 percent "looking at the structure of directories" 760)'}' \
	events=$(for i in 1 2; do
		event $i started "Check sda$i"
		event $i "done" "Check sda$i" '{"notes":["sda'$i': nothing is wrong with it"]}'
	done; event 3 started "Check sda3") \
	make_job many 1 "Check all filesystems" "$(tr -d '\n' <<<"${steps%,}")"
# a repair that was stopped in the middle
state='{"state":"stopped","updated":'$began',"ended":'$((began + 16000))',"operation":1,"step":1,"progress":{"done":0,"total":0},"result":2,"report":{"notes":[]},"problem":{"errno":4,"what":"sda3","why":"its check was stopped before its end","next":null}}' \
	events=$(event 1 started "$repair"; printf '{"event":"failed","number":1,"operation":1,"what":"x","report":{"notes":[]},"problem":{"errno":4,"what":"sda3","why":"its check was stopped before its end"}}\n') \
	make_job stopped-repair 1 "Repair what is safe on sda3" "$(check sda3 repair "$repair")"
make_running several 1 43 760
make_running several 2 81 95 "Check sda3"
make_running stopping 1 43 760
: >"$scratch/stopping/jobs/1/stop"
state='{"state":"running","updated":'$began',"operation":1,"step":1,'$(progress 2 7 phases "agno = 3" -1)'}' \
	events=$(event 1 started "$look") make_job phases 1 "Check sda2" "$(check sda2 look "$look")"
state='{"state":"running","updated":'$began',"operation":1,"step":1,"progress":{"done":0,"total":0}}' \
	events=$(event 1 started "$look") make_job silent 1 "Check sda2" "$(check sda2 look "$look")"

# one of each that has ended
damaged='{"notes":["md1: it is damaged, and nothing was changed","md1: found: 3 damaged inodes","md1: \"--repair\" mends what is safe."],"unfinished":true}'
make_ended()
{
	local journal=$1
	state='{"state":"done","updated":'$began',"ended":'$((began + 4000))',"operation":1,"step":1,"progress":{"done":0,"total":0},"result":0,"report":{"notes":[]}}' \
		events=$(event 1 started "$repair"; event 1 "done" "$repair" '{"notes":["sda3: it was damaged, and everything was repaired"]}') \
		make_job "$journal" 1 "Repair what is safe on sda3" "$(check sda3 repair "$repair")"
	state='{"state":"partial","updated":'$began',"ended":'$((began + 8000))',"operation":2,"step":2,"progress":{"done":0,"total":0},"result":0,"report":'$damaged'}' \
		events=$(event 1 started Unmount; event 1 "done" Unmount; event 2 started "$look"; event 2 "done" "$look" "$damaged"
			event 1 undo-started "Mount /mnt/var again"; event 1 undo-done "Mount /mnt/var again") \
		make_job "$journal" 2 "Check md1" "$(unmount /var md1),$(check md1 look "$look")"
	state='{"state":"failed","updated":'$began',"ended":'$((began + 12000))',"operation":3,"step":1,"progress":{"done":0,"total":0},"result":3,"report":{"notes":[]},"problem":{"errno":16,"what":"/mnt/var","why":"it is busy","next":"End what uses it."}}' \
		events=$(event 1 started Unmount; event 1 "done" Unmount; event 2 started "$look"; event 2 "done" "$look"
			event 1 undo-started "Mount /mnt/var again"; event 1 undo-failed "Mount /mnt/var again") \
		make_job "$journal" 3 "Check md1" "$(unmount /var md1),$(check md1 look "$look")"
	state='{"state":"stopped","updated":'$began',"ended":'$((began + 16000))',"operation":4,"step":1,"progress":{"done":0,"total":0},"result":2,"report":{"notes":[]},"problem":{"errno":4,"what":"Check md1","why":"it was stopped","next":null}}' \
		events=$(event 1 started "$look"; event 1 failed "$look") \
		make_job "$journal" 4 "Check md1" "$(check md1 look "$look")"
	state='{"state":"failed","updated":'$began',"ended":'$((began + 20000))',"operation":0,"step":0,"progress":{"done":0,"total":0},"report":{"notes":[]},"problem":{"errno":11,"what":"the journal","why":"another refloat is changing something","next":"Wait for it."}}' \
		events="" make_job "$journal" 5 "Check md1" "$(check md1 look "$look")"
	state='{"state":"running","updated":'$((began + 22000))',"operation":6,"step":1,'$(progress 43 100 percent "" 760)'}' \
		events=$(event 1 started "$look") make_job "$journal" 6 "Check md1" "$(check md1 look "$look")"
	boot_then=5eed0000-0000-4000-8000-000000000000 \
		state='{"state":"running","updated":'$((began + 26000))',"operation":7,"step":1,"progress":{"done":0,"total":0}}' \
		events=$(event 1 started "$look") make_job "$journal" 7 "Check md1 before the restart" "$(check md1 look "$look")"
}
make_ended ended
seen=yes make_ended seen
state='{"state":"running","updated":'$began',"operation":1,"step":1,'$(progress 5 10 $'\\u001b[31mred' $'\\u001b]0;title\\u0007\\u202e' 60)'}' \
	events=$(event 1 started $'\\u001b[2J'; event 1 "done" x '{"notes":["\u001b[5mblink\u0007"]}') \
	log=$'\e[31mred\e]0;title\a\n\xff\xfe\n' \
	make_job hostile 1 $'\\u001b[31mCheck\\u0007' "$(check sda2 look $'\\u001b[1mbold')"

# dump_screen MACHINE OPTION... WORD...: the jobs of $journal, those of $locks run; what is seen in one is
# not in the next
dump_screen()
{
	local machine=$1 number options=()
	shift
	for number in ${locks-}; do
		options+=(--lock "$scratch/now/jobs/$number/lock")
	done
	rm -rf "$scratch/now"
	cp -a "$scratch/$journal" "$scratch/now"
	"$dump" --journal "$scratch/now" "${options[@]}" --sysroot "$machines/$machine" "$@"
}

# --- at the start, and the line
journal=running locks=1 screen jobs-told bare
journal=ended locks=6 screen jobs-told-ended bare
journal=running locks=1 screen job-line bare Enter
journal=several locks="1 2" screen job-line-several bare Enter
journal=phases locks=1 screen job-line-phases bare Enter
journal=silent locks=1 screen job-line-silent bare Enter
journal=stopping locks=1 screen job-line-stopping bare Enter
journal=running locks=1 screen job-line-hint bare Enter m
journal=running locks=1 screen job-line-help bare Enter '?'
journal=running locks=1 screen job-leave bare Enter q
journal=running screen job-line-cut-off bare
journal=seen screen job-line-seen bare

: >"$scratch/all"
for width in 40 50 60 70 80 90 100 132; do
	for journal in running several phases silent; do
		locks=$([ $journal = several ] && echo 1 2 || echo 1) \
			dump_screen bare --size 10x$width Enter | tail -n 2 | head -n 1 >>"$scratch/all"
	done
done
[ "${REFLOAT_ACCEPT-}" != yes ] || cp "$scratch/all" "$expected/job-lines.txt"
diff -u "$expected/job-lines.txt" "$scratch/all" >"$scratch/diff"
ok $? "the line of jobs at all widths"
sed 's/^/# /' "$scratch/diff"

# --- the list
journal=seen screen jobs-none-runs bare j
journal=several locks="1 2" screen jobs bare Enter j
journal=seen locks=6 screen jobs-ended bare Enter j
journal=seen screen jobs-remove bare j d
mkdir -p "$scratch/empty"
journal=empty screen jobs-empty bare j
journal=several locks="1 2" screen jobs-stop bare Enter j s
journal=hostile locks=1 screen jobs-hostile bare Enter j

# --- one of them; a screen that follows is not at rest
journal=running locks=1 screen job bare Enter j Enter @now
journal=many locks=1 screen job-many bare Enter j Enter @now
journal=stopped-repair screen job-stopped-repair bare j Enter
journal=running locks=1 screen job-stop bare Enter j Enter @now s @now
journal=running locks=1 screen job-log bare Enter j Enter @now l @now
journal=running locks=1 screen job-left bare Enter j Enter @now q
journal=stopping locks=1 screen job-stopping bare Enter j Enter @now
journal=phases locks=1 screen job-phases bare Enter j Enter @now
journal=several locks="1 2" screen job-beside bare Enter j Enter @now
journal=hostile locks=1 screen job-hostile bare Enter j Enter @now
journal=hostile locks=1 screen job-log-hostile bare Enter j Enter @now l @now
journal=seen screen job-cut-off bare j Enter
journal=seen screen job-not-begun bare j Down Down Enter
journal=seen screen job-stopped bare j Down Down Down Enter
journal=seen screen job-failed bare j Down Down Down Down Enter
journal=seen screen job-unfinished bare j Down Down Down Down Down Enter
journal=seen screen job-unfinished-repair sata-md j Down Down Down Down Down Enter o
journal=seen screen job-done bare j End Enter
journal=seen screen help-jobs bare j '?'
journal=seen screen help-job bare j Enter '?'

# what was told is told once, and what was removed is gone
journal=ended
dump_screen bare Enter >"$scratch/one"
"$dump" --journal "$scratch/now" --sysroot "$machines/bare" >"$scratch/one"
is "$(grep -c "without a terminal" "$scratch/one")" 0 "what was told is not told again"
"$dump" --journal "$scratch/now" --sysroot "$machines/bare" j d y >"$scratch/one"
like "$(cat "$scratch/one")" "No job was started" "what has ended can be removed from the list"
is "$(ls "$scratch/now/jobs")" "" "... and is gone from the disk"
journal=running locks=1
dump_screen bare Enter j d >"$scratch/one"
like "$(cat "$scratch/one")" "No job has ended" "what runs cannot be removed"
is "$(ls "$scratch/now/jobs")" 1 "... and is still there"

# a folder that is no job, or a broken one, costs nothing but itself
cp -a "$scratch/seen" "$scratch/broken"
mkdir -p "$scratch/broken/jobs/8" "$scratch/broken/jobs/9" "$scratch/broken/jobs/x"
echo '{"job":' >"$scratch/broken/jobs/8/job.json"
head -c 100000 /dev/urandom >"$scratch/broken/jobs/9/job.json"
echo nonsense >"$scratch/broken/jobs/1/state.json"
rm "$scratch/broken/jobs/2/log" "$scratch/broken/jobs/3/events"
journal=broken locks=
dump_screen bare j >"$scratch/one" 2>&1
like "$(cat "$scratch/one")" "Check md1 before the restart" "broken folders are left out of the list"
dump_screen bare j Down Down Down Down Down Enter l >"$scratch/one" 2>&1
like "$(cat "$scratch/one")" "written nothing" "a job without a log says so"

if make_long_words; then
	journal=running locks=1 long_words job-line bare Enter
	journal=running locks=1 long_words job bare Enter j Enter @now
	journal=seen long_words jobs bare j
else
	note "$(cat "$scratch/err")"
	skip "needs gettext's tools and translations" "long words"
fi

journal=seen locks=
away "jobs" bare j
away "job" bare j Enter
done_testing
