#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# refloat asked to stop, by kill or by Ctrl-C, at each word that mount writes to its journal and in
# the middle of a mount: all is undone, that is said, the exit status is 1 and nothing is left.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program strace setsid
env --default-signal=INT,HUP true 2>/dev/null || skip_all "needs env --default-signal"
private_namespace "$@"
strace -e trace=none true 2>/dev/null || skip_all "nothing can be traced here"

# a leak checker cannot look at what is traced
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
# shellcheck source=tests/action/small-server.sh
. "$(dirname "$0")/small-server.sh"

# stopped SIGNAL COUNT WORD...: refloat, sent SIGNAL when it syncs its journal for the COUNT-th time; not one
# that ignores SIGINT or SIGHUP because somebody runs all of this in the background
stopped()
{
	local signal=$1 count=$2
	shift 2
	status=0
	{
		env --default-signal=INT,HUP strace -qq -o /dev/null -e trace=fsync -e inject="fsync:signal=$signal:when=$count" \
			"$refloat" --image "$image" --image "$var" --target "$target" "$@" \
			>"$log" 2>&1 </dev/null || status=$?
	} 2>/dev/null
}

# judge NAME STATUS: what a stopped mount must say and leave
judge()
{
	local left
	if [ "$2" -ne 1 ]; then
		note "$1: ended with $2"
		return 1
	fi
	if ! grep -q "stopped by a signal" "$log"; then
		note "$1: $(cat "$log")"
		return 1
	fi
	# where nothing was done yet there is nothing to undo
	if grep -q '^ok' "$log" && ! grep -q "everything that was done has been undone" "$log"; then
		note "$1: $(cat "$log")"
		return 1
	fi
	left=$(what_is_left)
	[ -z "$left" ] && return 0
	note "$1: $left"
	return 1
}

signals=(TERM INT HUP)
count=0
failed=0
undone=0
status=1
while [ $status -ne 0 ] && [ $count -lt 40 ]; do
	count=$((count + 1))
	signal=${signals[count % 3]}
	stopped "$signal" $count mount --yes
	[ $status -eq 0 ] && break
	judge "SIG$signal at sync $count" $status || failed=$((failed + 1))
	grep -q "everything that was done has been undone" "$log" && undone=$((undone + 1))
done
is $failed 0 "a signal at each of $((count - 1)) syncs of mount: undone, and said so"
[ $undone -ge 4 ]
ok $? "  and at 4 of them at least there was something to undo"
is "$(awk -v t="$target" 'index($5, t) == 1' /proc/self/mountinfo | wc -l)" 3 \
	"  and after the last one all is mounted"
r umount --yes
is "$(what_is_left)" "" "  and is taken down"

# in_the_middle SIGNAL TIMES: the signal goes to the whole process group, as a terminal sends it,
# TIMES times, while the worker is in the middle of mounting /var. A shell ignores SIGINT in what it
# leaves in the background.
in_the_middle()
{
	local signal=$1 times=$2 tracer program='' _
	rm -f "$scratch/trace"
	setsid env --default-signal=INT,HUP strace -f -qq -o "$scratch/trace" -P "$target/var" -e trace=mount,move_mount \
		-e inject=mount,move_mount:delay_enter=5s \
		"$refloat" --image "$image" --image "$var" --target "$target" mount --yes \
		>"$log" 2>&1 </dev/null &
	tracer=$!
	for _ in $(seq 1200); do
		# a step that is begun stands in the journal before its end does
		r status --json
		program=$(jq -r '[.operations[] | select(.state == "running") | .steps[]
			| select(.what | test("/var")) | select(.state == "started")] | length' \
			<<<"$output" 2>/dev/null)
		[ "$program" = 1 ] && break
		sleep 0.05
	done
	is "$program" 1 "SIG$signal $times times: mount is in the middle of /var"
	# the later ones come while it undoes
	for _ in $(seq "$times"); do
		kill -s "$signal" -- "-$tracer" 2>/dev/null
		sleep 0.5
	done
	status=0
	wait $tracer 2>/dev/null || status=$?
	judge "SIG$signal in the middle of a mount" $status
	ok $? "  and all of it is undone"
	unlike "$(cat "$log")" "crash|killed" "  and no worker was hit"
}

in_the_middle INT 1
in_the_middle INT 3
in_the_middle HUP 2
in_the_middle TERM 2

# umount, stopped: what is undone stays so, what is not is said, and the next one does the rest
count=0
failed=0
partial=0
status=1
while [ $status -ne 0 ] && [ $count -lt 40 ]; do
	r mount --yes
	count=$((count + 1))
	signal=${signals[count % 3]}
	stopped "$signal" $count umount --yes
	[ $status -eq 0 ] && break
	[ $status -eq 3 ] && partial=$((partial + 1))
	done_lines=$(grep -c ' ok$' "$log")
	if ! grep -q "stopped by a signal" "$log" ||
		[ $status -ne $((done_lines ? 3 : 1)) ] ||
		{ [ $status -eq 3 ] && ! grep -q "this is left to do:" "$log"; }; then
		failed=$((failed + 1))
		note "SIG$signal at sync $count of umount: $status: $(cat "$log")"
	fi
	r umount --yes
	[ $status -eq 0 ] && [ -z "$(what_is_left)" ] || failed=$((failed + 1))
	status=1
done
is $failed 0 "a signal at each of $((count - 1)) syncs of umount: said, and then taken down"
[ $partial -ge 3 ]
ok $? "  and 3 times at least it was done in part"
is "$(what_is_left)" "" "  and after the last one nothing is left"

# before there is a plan there is nothing to undo, and nothing is left of the look either
for signal in TERM INT HUP; do
	setsid env --default-signal=INT,HUP strace -f -qq -o /dev/null -e trace=mount -e inject=mount:delay_enter=200ms \
		"$refloat" --image "$image" --image "$var" --target "$target" mount --yes \
		>"$log" 2>&1 </dev/null &
	tracer=$!
	sleep 0.5
	for _ in $(seq 100); do # its group is there once it has come so far
		kill -s $signal -- "-$tracer" 2>/dev/null && break
		sleep 0.1
	done
	wait $tracer 2>/dev/null
	is "$(what_is_left)" "" "SIG$signal while it looks: nothing is left"
done
done_testing
