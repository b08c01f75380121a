#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 everywhere: mount and umount die at each word to the journal, at each line they print and
# at moments in between. What is left is then known to the next start, which takes it down.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program strace
private_namespace "$@"
strace -e trace=none true 2>/dev/null || skip_all "nothing can be traced here"

# a leak checker cannot look at what is traced
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
# shellcheck source=tests/action/small-server.sh
. "$(dirname "$0")/small-server.sh"

# dying SYSCALL COUNT WORD...: refloat, killed when it enters that system call for the COUNT-th time
dying()
{
	local call=$1 count=$2
	shift 2
	status=0
	# the outer redirection takes the shell's own word about the death
	{
		strace -qq -o /dev/null -e trace="$call" \
			-e inject="$call:signal=KILL:when=$count" \
			"$refloat" --image "$image" --image "$var" --target "$target" "$@" \
			>"$log" 2>&1 </dev/null || status=$?
	} 2>/dev/null
}

# take_down NAME: a new start knows what is left and takes it down; returns 1 where it does not
take_down()
{
	local left
	r umount --yes
	case $status in
		0 | 4) ;; # 4: it died before it did anything
		*)
			note "$1: umount ended with $status: $errors"
			return 1
			;;
	esac
	left=$(what_is_left)
	[ -z "$left" ] && return 0
	note "$1: $left"
	umount -R "$target" 2>/dev/null
	return 1
}

# die SYSCALL MINIMUM ACTION: ACTION (mount, umount) killed at every call, and then taken down
die()
{
	local call=$1 minimum=$2 action=$3 count=0 failed=0 killed=137
	while [ $killed -eq 137 ]; do
		count=$((count + 1))
		if [ "$action" = umount ]; then
			r mount --yes
			[ $status -eq 0 ] || note "mount before umount: $errors"
		fi
		dying "$call" $count "$action" --yes
		killed=$status
		take_down "$action killed in $call $count" || failed=$((failed + 1))
	done
	is $killed 0 "$action ends when $call is called less than $count times"
	is $failed 0 "$action killed at each of $((count - 1)) calls of $call: all is taken down"
	[ $count -gt "$minimum" ]
	ok $? "  and that was at $minimum calls at least"
}

r mount --yes
is $status 0 "the server mounts"
is "$(awk -v t="$target" 'index($5, t) == 1' /proc/self/mountinfo | wc -l)" 3 "  with three mounts"
r umount --yes
is "$(what_is_left)" "" "  and is taken down with nothing left"

# before each word is in the journal, and after it
die write 15 mount
die fsync 10 mount
die write 10 umount
die fsync 5 umount

# at moments that no word marks, such as in the middle of a mount
failed=0
killed=0
for moment in $(seq 1 24); do
	delay=$(awk -v n="$moment" 'BEGIN {print 0.005 * n}')
	status=0
	{
		timeout -s KILL "$delay" "$refloat" --image "$image" --image "$var" \
			--target "$target" mount --yes >"$log" 2>&1 || status=$?
	} 2>/dev/null
	[ $status -eq 137 ] && killed=$((killed + 1))
	take_down "mount killed after $delay s" || failed=$((failed + 1))
done
note "$killed of 24 died before their end"
is $failed 0 "mount killed after some time: all is taken down"

# a worker that is killed in the middle of its mount is a failure like others
strace -qq -f -o /dev/null -P "$target/var" -e trace=mount,move_mount \
	-e inject=mount,move_mount:signal=KILL \
	"$refloat" --image "$image" --image "$var" --target "$target" mount --yes \
	>"$log" 2>&1 </dev/null
is $? 3 "mount of /var whose worker is killed: done in part"
like "$(cat "$log")" "/var.*crashed" "  and what failed is said"
r umount --yes
is $status 0 "  and is taken down"
strace -qq -f -o /dev/null -P "$target" -e trace=mount,move_mount \
	-e inject=mount,move_mount:signal=KILL \
	"$refloat" --image "$image" --image "$var" --target "$target" mount --yes \
	>"$log" 2>&1 </dev/null
is $? 1 "mount of / whose worker is killed: failed"
like "$(cat "$log")" "has been undone" "  and all is undone"
is "$(what_is_left)" "" "  and nothing is left"

done_testing
