#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Jobs in the real menu on a terminal: a check that is begun, watched, left, followed by somebody else,
# stopped; the terminal hung up and the menu killed in its middle; how many bytes all that sends.
# shellcheck disable=SC2154 # tap.sh and the tables have the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
private_namespace "$@"
need_terminal vt100 xterm-256color
need_program jq
# shellcheck source=tests/cli/jobs.sh
. "$top_srcdir/tests/cli/jobs.sh"
export ASAN_OPTIONS=handle_segv=0:handle_abort=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
unset REFLOAT_ACCEPT SHELL NO_COLOR

menu=("$refloat" --image "$disk" --target /mnt/disk)

# hold_at PERCENT: the next check waits, that far
hold_at()
{
	touch "$hold"
	echo "$1" >"$percent"
}
# last_job: $id is the newest
last_job()
{
	id=$("$refloat" jobs --json | jq '.jobs[-1].id')
}
# move_on SECONDS: what is held comes on by two each second, behind the back of the test
move_on()
{
	(
		for step in $(seq "$1"); do
			sleep 1
			echo $((10 + 2 * step)) >"$percent"
		done
	) &
	mover=$!
}

# from the first screen to the screen of the job
begin='key f
	wait "MOUNT POINT" 20
	wait "jobs-disk"
	key c
	wait "How far to go"
	settle
	wait "(*)  say what is wrong, and change nothing" 20
	key p
	wait "without changing anything" 20
	wait "Afterwards, whatever came of it:" 20
	key Enter
	wait "It goes on when you leave this screen" 20
	wait "7%" 20'

hold_at 10
play "begun, left and hung up" -- "${menu[@]}" <<-EOS
	limit 120
	term vt100
	settings-saved
	start
	keep-jobs
	wait "none found" 20
	name no line of jobs before there is one
	expect-not "job:"
	$begin
	settle
	wait "looking at inodes" 20
	wait "now      Check" 20
	expect-not "1 job:"
	name q leaves it, and says that it goes on
	key q
	wait "The job goes on without this screen; j shows it again."
	name the line is on the screen below
	expect-line -2 "1 job: Check disk.img    7%"
	expect-line -2 "(j shows it)"
	name ... and on the first one
	key q
	wait "Installed systems"
	expect-line -2 "1 job: Check disk.img    7%"
	name ... and on the others
	key k
	wait "FSTYPE"
	expect-line -2 "1 job: Check disk.img    7%"
	key ?
	wait "Keys of this screen"
	expect-line -2 "1 job: Check disk.img    7%"
	name j comes back to it from there
	key j
	wait "PROGRESS"
	settle
	wait "running" 20
	key Enter
	wait "looking at inodes"
	name what its program wrote, made printable
	key l
	wait "held \\\\x1B[2J"
	keys q q q q q
	wait "Installed systems"
	name moving sends few bytes, with the line as without
	bytes-reset
	key Down
	settle
	bytes-max 100
	name leaving says what goes on
	key q
	wait "It goes on; "
	key n
	wait-gone "It goes on; "
	hangup
	expect-signal HUP
	only-printable
EOS
last_job
is "$(state .state)" running "the line is hung up: the job goes on"

# --- whoever comes then is told
play "told at once" -- "${menu[@]}" <<-EOS
	limit 120
	term xterm-256color
	env LC_ALL=C.UTF-8
	start
	keep-jobs
	wait "Check disk.img is running since" 20
	wait "7%" 20
	key j
	wait "PROGRESS"
	key Enter
	wait "looking at inodes"
	name it can be watched, and the menu be killed meanwhile
	signal KILL
	expect-signal KILL
EOS
is "$(state .state)" running "the menu is killed: the job goes on"

# --- two watch, and both see it move; what that costs on a slow line
move_on 20
cat >"$scratch/other" <<-EOS
	limit 120
	term vt100
	start
	keep-jobs
	wait "is running since" 20
	key Enter
	key j
	wait "PROGRESS"
	key Enter
	wait "It goes on when you leave"
	wait "35%" 60
	signal TERM
	expect-signal TERM
EOS
"$terminal_play" "$scratch/other" -- "${menu[@]}" >"$scratch/other.out" 2>&1 &
other=$!
play "two watch" -- "${menu[@]}" <<-EOS
	limit 120
	term vt100
	baud 9600
	start
	keep-jobs
	wait "is running since" 20
	key Enter
	wait-gone "is running since"
	settle 300
	name the line moves
	bytes-reset
	sleep 10000
	bytes-print line-of-jobs-10s
	bytes-max 400 ten seconds of the line
	wait "35%" 60
	key j
	wait "PROGRESS"
	name the list says the same
	wait "35%"
	key Enter
	wait "35%"
	name q twice is the menu again
	keys q q
	wait "Installed systems"
	key q
	wait "It goes on; "
	key y
	expect-exit 0
	terminal-restored
EOS
await $other
is "$ended $(grep -c '^not ok' "$scratch/other.out")" "0 0" "the other one saw it move as well"
await $mover

# --- stopped, after what that means was said
play "stopped" -- "${menu[@]}" <<-EOS
	limit 120
	term vt100
	start
	keep-jobs
	wait "is running since" 20
	key j
	wait "PROGRESS"
	key s
	name what stopping means is said first
	wait "e2fsck ends at once; nothing was changed."
	name nothing is stopped by "no"
	key n
	wait-gone "e2fsck ends at once"
	key Enter
	wait "It goes on when you leave"
	key s
	wait "e2fsck ends at once; nothing was changed."
	key y
	name it is stopped, and says so
	wait "It was stopped, and nothing was changed." 30
	expect-not "It goes on when you leave"
	name the line is gone
	key q
	wait "stopped"
	expect-not "1 job:"
	name what has ended can be removed
	key d
	wait "Remove what has ended?"
	key y
	wait "No job was started"
	keys q q
	expect-exit 0
EOS
is "$("$refloat" jobs --json | jq '.jobs | length')" 0 "... and is gone from the disk"

# --- an end that nobody watched, and one that is watched
hold_at 10
play "left before its end" -- "${menu[@]}" <<-EOS
	limit 120
	start
	keep-jobs
	wait "none found" 20
	$begin
	keys q q
	wait "Installed systems"
	signal TERM
	expect-signal TERM
EOS
last_job
let_go
play "ended meanwhile" -- "${menu[@]}" <<-EOS
	limit 120
	start
	keep-jobs
	wait "Check disk.img ended at" 20
	settle
	wait "done" 20
	key Enter
	wait-gone "ended at"
	expect-not "1 job:"
	key j
	wait "ended"
	key Enter
	wait "nothing is wrong with it"
	wait "Done." 20
	key Enter
	wait "Installed systems"
	key q
	expect-exit 0
EOS
play "told only once" -- "${menu[@]}" <<-EOS
	start
	wait "none found" 20
	expect-not "ended at"
	name nothing runs, and nobody is woken
	cpu-idle 10 9
	key q
	expect-exit 0
EOS

# --- any other plan in the background
echo "LABEL=jobs-disk / ext4 defaults 0 1" >"$scratch/fstab"
mkdir -p "$scratch/root"/{etc,usr/bin,usr/lib/systemd,var}
cp -L /bin/true "$scratch/root/usr/lib/systemd/systemd"
printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$scratch/root/etc/os-release"
cp "$scratch/fstab" "$scratch/root/etc/fstab"
rm -f "$disk"
image_make "$disk" 8M
mkfs.ext4 -q -L jobs-disk -d "$scratch/root" "$disk"
play "a mount in the background" -- "${menu[@]}" <<-EOS
	limit 120
	start
	keep-jobs
	wait "not mounted; 1 filesystem" 20
	key m
	wait "Show the plan"
	key p
	name the plan of the mount
	wait "Mount disk.img" 20
	wait "b background" 20
	key b
	wait "It goes on without this terminal; j shows it."
	wait "mounted READ-WRITE" 20
	wait "ended" 20
	key j
	wait "done"
	name a program that wants the terminal cannot
	keys q c
	wait "Open a shell" 20
	expect-not "b background"
	key b
	wait "It needs the terminal: it cannot run without one."
	name what is mounted is unmounted for its check, and mounted again
	keys q f
	wait "mounted by refloat at /mnt/disk" 20
	wait "in use" 20
	key c
	wait "How far to go"
	key p
	wait "Unmount /mnt/disk for as long as this takes" 20
	wait "Mount /mnt/disk again" 20
	key Enter
	wait "nothing is wrong with it" 30
	wait "ok       afterwards: Mount /mnt/disk again" 30
	keys q q q
	wait "stays mounted under"
	key y
	expect-exit 0
EOS
is "$(grep -c ' /mnt/disk ' /proc/self/mountinfo)" 1 "it is mounted again"
"$refloat" --image "$disk" --target /mnt/disk umount --yes >/dev/null 2>&1
is "$(grep -c ' /mnt/disk ' /proc/self/mountinfo)" 0 "nothing is left mounted"
done_testing
