# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # the names are those of tests/lib/tap.sh and of the tests
# For tests of jobs: a check of a filesystem that goes on for as long as the test wants, without a clock.
# Sourced behind tests/lib/tap.sh, in a private namespace.
need_program mkfs.ext4 e2fsck jq python3 script
need_filesystem ext4

disk=$scratch/disk.img
image_make "$disk" 8M
mkfs.ext4 -q -L jobs-disk "$disk"

# e2fsck waits for as long as the file hold is there; what is in the file percent is how far it says
# it is. Only this mount namespace sees it in the place of the real one.
real=$scratch/e2fsck
hold=$scratch/hold
percent=$scratch/percent
e2fsck_path=$(readlink -f "$(command -v e2fsck)")
cp "$e2fsck_path" "$real"
cat >"$scratch/e2fsck.sh" <<HELD
#!/bin/sh
echo \$\$ >$scratch/e2fsck.pid
printf 'held \033[2J\n'
last=
while [ -e $hold ]; do
	now=\$(cat $percent 2>/dev/null)
	if [ "\$now" != "\$last" ] && [ -e /proc/self/fd/3 ]; then
		echo "1 \$now 100 disk" >&3
		last=\$now
	fi
	sleep 0.05
done
exec $real "\$@"
HELD
chmod +x "$scratch/e2fsck.sh"
mount --bind "$scratch/e2fsck.sh" "$e2fsck_path"

r()
{
	run "$refloat" --image "$disk" "$@"
}

# start_check [OPTION...]: a held check runs as a job; its number is in $id. Others on this machine take loop
# devices as well, and one that was free while the plan was made may not be when it runs.
start_check()
{
	local _
	touch "$hold"
	echo 10 >"$percent"
	for _ in $(seq 5); do
		run "$refloat" --image "$disk" check-fs disk.img --yes --job --json "$@"
		id=$(jq -r .job <<<"$output")
		wait_for '.progress.percent != null or .exit_status != null'
		[ "$(state .state)" = running ] && return 0
		"$refloat" jobs "$id" --forget
	done
}

# state JQ-EXPRESSION: of job $id
state()
{
	"$refloat" jobs "$id" --json 2>/dev/null | jq -r "$1" 2>/dev/null
}

# wait_for JQ-EXPRESSION: until it is true of job $id
wait_for()
{
	local _
	for _ in $(seq 1200); do
		[ "$(state "$1")" = true ] && return 0
		sleep 0.1
	done
	note "waited in vain for $1 of job $id: $("$refloat" jobs "$id" --json 2>&1 | tr -d '\n')"
	return 1
}

# is_gone: the program that did the check runs no more
is_gone()
{
	! kill -0 "$(cat "$scratch/e2fsck.pid")" 2>/dev/null
}

# let_go: the check comes to its end
let_go()
{
	rm -f "$hold"
	wait_for '.state != "running" and .state != "stopping"'
}

# wait_until COMMAND...: until it succeeds, two minutes at most
wait_until()
{
	local _
	for _ in $(seq 1200); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	note "waited in vain for: $*"
	return 1
}

# on_terminal FILE COMMAND...: runs it on a terminal of its own (80 columns), what it writes goes to FILE.
# In the background; $terminal is the process that keeps the terminal open, $pid_file has COMMAND's.
pid_file=$scratch/pid
cat >"$scratch/terminal.py" <<'PYTHON'
import fcntl, os, pty, signal, struct, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)
pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.execvp(sys.argv[3], sys.argv[3:])
with open(sys.argv[2], "w") as file:
    file.write("%d\n" % pid)
out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(out, data)
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) % 256)
PYTHON
on_terminal()
{
	local file=$1
	shift
	rm -f "$pid_file"
	python3 "$scratch/terminal.py" "$file" "$pid_file" "$@" 2>/dev/null &
	terminal=$!
	wait_until test -s "$pid_file"
}

# await PID: waits for that background process; its exit status is in $ended
await()
{
	ended=0
	wait "$1" 2>/dev/null || ended=$?
}

# shown FILE: what stands on a terminal that got what is in the file: backspaces go back, returns too
shown()
{
	python3 - "$1" 2>/dev/null <<'PYTHON'
import sys
for line in open(sys.argv[1], "rb").read().decode("utf-8", "replace").split("\n"):
    cells, at = [], 0
    for character in line:
        if character == "\b":
            at = max(at - 1, 0)
        elif character == "\r":
            at = 0
        else:
            cells[at : at + 1] = [character]
            at += 1
    print("".join(cells).rstrip())
PYTHON
}

# shows FILE REGEX: until that stands on the terminal
shows()
{
	local _
	for _ in $(seq 600); do
		shown "$1" | grep -qE -- "$2" && return 0
		sleep 0.2
	done
	note "waited in vain for $2 in: $(shown "$1")"
	return 1
}
