#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ways through the menu besides the straight one: looking changes nothing, a no to a question, undo back
# to a step, the shell in a system that is not mounted yet, a mount that outlives the menu; and the
# bytes that each screen and each cursor move costs on a vt100.
# shellcheck disable=SC2154 # menu.sh has the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_terminal vt100
private_namespace "$@"
# shellcheck source=tests/lib/menu.sh
. "$(dirname "$0")/../lib/menu.sh"

# --- looking, and what it costs. A screen and each move in it have their name and their limit.
# what a write would change, also one through a loop device; test-main-job.sh compares every byte
stamp()
{
	sync -f "$scratch/sample"
	stat -c '%n %y %z %b' "$scratch/sample"/*.img
}
before=$(stamp)

# costs NAME KEY TEXT DOWNS: the screen that KEY opens, and as many moves in it
costs()
{
	local move
	printf 'settle 200\nbytes-reset\nkey %s\nwait "%s"\nsettle 200\n' "$2" "$3"
	printf 'bytes-print %s\nbytes-max 4096 opening %s\n' "${1// /-}" "$1"
	for ((move = 1; move <= $4; move++)); do
		printf 'bytes-reset\nkey Down\nsettle 60\nbytes-max 200 move %d down in %s\n' "$move" "$1"
	done
	[ "$4" -eq 0 ] || printf 'bytes-print move-%s\n' "${1// /-}"
}

play "looking" -- "${menu[@]}" <<-EOS
	limit 90
	start
	wait "1 is a guess" 20
	settle 200
	bytes-print first-screen
	bytes-max 4096 opening the first screen
	$(costs Disks k web01-home 7)
	$(costs "a device" Enter "What is on it" 0)
	keys q q
	$(costs Systems i "LAST USED" 0)
	$(costs "a system" Enter /srv/backup 8)
	keys q q
	$(costs Mount m "Show the plan" 8)
	$(costs "the plan" p "Risk:" 0)
	$(costs "its commands" v "mkdir -p" 0)
	keys q q
	$(costs Undo u "nothing to undo" 0)
	key q
	$(costs Log l "Nothing was done" 0)
	$(costs Help '?' "Keys of this screen" 4)
	$(costs Words w "bind mount" 20)
	keys q q q
	settle
	key q
	expect-exit 0
EOS
is "$(stamp)" "$before" "looking by the menu writes to no disk"
nothing_left "looking leaves nothing"

# the rescue system's shell: says what is mounted
cat >"$scratch/shell" <<'SHELL'
#!/bin/sh
awk 'index($5, "/mnt/web01") == 1 {printf "<%s>", substr($5, 11)} END {print " mounted"}' \
	/proc/self/mountinfo
read -r line
SHELL
chmod +x "$scratch/shell"

play "back to a step" -- "${menu[@]}" <<EOS
limit 90
env SHELL=$scratch/shell
start
wait "1 is a guess" 20
settle
key m
wait "Show the plan"
settle
keys Down Down Down Down Down Space
wait "/srv/backup  [x] yes"
key p
wait "Risk:" 20
settle
key Enter
wait "Is that right?"
name no is no
key n
wait-gone "Is that right?"
settle
expect-line 1 "only looking"
expect "1. Make"
key Enter
wait "Is that right?"
key y
wait "u takes it back" 30
settle
key Enter
wait "mounted under"
settle
name a shell here sees what is mounted
key s
wait "<></var></home></srv/backup></var/www> mounted"
type "\n"
expect-line -1 "Enter open"
wait "mounted under"
settle
name undo back to a step
key u
wait "Unmount /mnt/web01/var/www"
settle
keys Down Down
expect-line 6 ">"
key Enter
wait "Risk:" 20
settle
expect "1. Unmount /mnt/web01/var/www"
expect "2. Unmount /mnt/web01/srv/backup"
expect-not "3. "
key Enter
wait "Done." 20
settle
key Enter
wait "mounted under"
settle
name the rest is still mounted
key s
wait "<></var></home> mounted"
type "\n"
expect-line -1 "Enter open"
wait "mounted under"
settle
name the next mount is refused while one is there
key m
settle 500
expect-not "Risk:"
keys q u
settle
EOS
run "${menu[@]}" umount --yes
is "$status" 0 "what a closed window left mounted can be taken down"
nothing_left "back to a step: nothing is left"

play "straight to the shell" -- "${menu[@]}" <<'EOS'
start
wait "1 is a guess" 20
settle
key c
wait "Risk:" 20
settle
expect "Mount web01-a.img2"
key Enter
wait "(web01)" 30
type "echo in the $(cat /etc/hostname)\n"
wait "in the web01"
type "exit 3\n"
name what was said while the shell had the terminal is said again
wait "What is worth knowing" 20
settle
expect "nobarrier"
name it was mounted for the shell only
expect-line 1 "only looking"
key Enter
wait-gone "worth knowing"
settle
key q
expect-exit 0
terminal-restored
no-process-left
EOS
nothing_left "straight to the shell: nothing is left"

play "read-only" -- "${menu[@]}" <<'EOS'
start
wait "1 is a guess" 20
settle
key m
wait "Show the plan"
settle
key Space
wait "[x] yes"
key p
wait "Risk:" 20
settle
key y
wait "u takes it back" 30
settle
expect-line 1 "mounted read-only"
key q
wait "mounted under"
settle
key q
wait "Leave refloat?"
key y
expect-exit 0
no-process-left
EOS
is "$(awk '$5 ~ "^/mnt/web01" {print $5}' /proc/self/mountinfo | sort | tr '\n' ' ')" \
	"/mnt/web01 /mnt/web01/home /mnt/web01/var /mnt/web01/var/www " "what was mounted outlives the menu"
play "the next menu" -- "${menu[@]}" <<'EOS'
start
name it knows what is mounted
wait "mounted under /mnt/web01, read-only" 20
settle
expect-line 1 "mounted read-only"
key u
wait "Unmount /mnt/web01/home"
settle
key u
wait "Risk:" 20
settle
key Enter
wait "Done." 20
settle
key Enter
wait "nothing to undo"
settle
key q
expect-exit 0
no-process-left
EOS
nothing_left "the next menu: nothing is left"
done_testing
