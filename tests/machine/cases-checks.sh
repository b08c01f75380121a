# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-machine.sh
# Checks of filesystems as jobs: disks that cannot be read or say that they fail, the serial console whose line
# is dropped in the middle, and a machine that is started anew. The last of these cases ends the machine.

# check ARGUMENT...: check-fs in the guest; $said has both its streams
check()
{
	r check-fs "$@"
	said="$output
$errors"
}

# job_state: of the newest job in the guest
job_state()
{
	g "refloat jobs --json"
	jq -r '.jobs[-1].state' <<<"$output"
}

# --- a place in the middle of a disk cannot be read
before=$(images)
check vde3 --yes
is "$status" 3 "a check of a disk that cannot be read everywhere leaves something to do"
like "$said" "could not (be )?read" "what could not be read is said"
like "$said" "the disk, not the filesystem" "as a problem of the disk"
like "$said" "ddrescue|image|copy it" "and that a copy comes first"
unlike "$said" "repair-all" "a repair is not proposed"
is "$(images)" "$before" "not one byte has changed"
check vde3 --repair --yes
is "$status" 3 "nor does a repair claim to be done"
like "$said" "the disk, not the filesystem" "it says the same"
check vde2 --yes
is "$status" 0 "the partition beside it is clean"
like "$said" "nothing is wrong" "in words"

# --- an NVMe disk that says that it fails
"$guest_py" smart "$folder" WEB01-NVME 4
check nvme0n1p1 --plan
is "$status" 0 "a plan for a failing disk is made"
like "$said" "nvme0n1.*(fail|unreliable|reliab)" "it says that the disk is failing"
like "$said" "image|copy|ddrescue" "and that an image comes first"
"$guest_py" smart "$folder" WEB01-NVME 0
check nvme0n1p1 --plan
unlike "$said" "failing|unreliable" "once it is well nothing is said"

# --- the line is dropped in the middle of a check
"$guest_py" slow "$folder" SLOW-VIRT 500000
# drop: what a script types for a line that is dropped: the login there ends, and with it its terminal
drop()
{
	# shellcheck disable=SC2016 # the shell in the guest expands it
	printf 'type "\\x1e%s run %s \\"kill -KILL \\\\$(cat /run/console.pid)\\"\\x1e"\n' "$guest_py" "$folder"
}

if [ -x "$terminal_play" ]; then
	play "a check on the serial console" --limit 600 -- "$guest_py" terminal "$folder" --rate 1920 \
		"export TERM=vt100; exec refloat check-fs vdf --yes" <<-EOS
			size 24 80
			term vt100
			start
			name it tells how far it is
			wait "%" 100
			$(drop)
			sleep 1500
			signal KILL
	EOS
	is "$(job_state)" running "the line is dropped: the check runs on"
	console "a new login" 0 <<-EOS
		size 24 80
		term vt100
		start
		name the menu says at once what runs
		wait "Check vdf" 100
		wait "running" 100
		key q
		name leaving says that it runs on
		wait-gone "Work that goes on" 100
		key q
		wait "Leave refloat?" 100
		key y
		expect-exit 0
	EOS
	is "$(job_state)" running "it still runs"
else
	skip "needs libvterm and ncurses (tests/tui/terminal_play was not built)" "the line is dropped"
	g "refloat --job check-fs vdf --yes"
fi

# --- its progress moves
figures=()
for _ in 1 2 3 4 5 6 7 8; do
	g "refloat jobs --json; sleep 2"
	figures+=("$(jq -r '.jobs[-1].progress.done // 0' <<<"$output")")
done
is "${figures[*]}" "$(printf '%s\n' "${figures[@]}" | sort -n | paste -s -d ' ')" "progress does not go back"
[ "$(printf '%s\n' "${figures[@]}" | sort -u | wc -l)" -ge 3 ]
ok $? "and moves: ${figures[*]}"
"$guest_py" flow "$folder" SLOW-VIRT

g "for i in \$(seq 600); do refloat jobs | grep -q running || break; sleep 0.2; done"
is "$(job_state)" "done" "it ends well"
nothing_left "after a check on the serial console"

# --- the machine is started anew in the middle
"$guest_py" slow "$folder" SLOW-VIRT 500000
g "echo 3 >/proc/sys/vm/drop_caches; refloat --wait 60 --job check-fs vdf --yes && sleep 2 && cp -a /run/refloat /share/kept"
is "$status" 0 "a check is started"
is "$(job_state)" running "and runs"
kill "$machine"
wait "$machine" 2>/dev/null
folder=$scratch/guest-2
start_machine --disks "$disks/table"
g "refloat jobs --json"
is "$(jq '.jobs | length' <<<"$output")" 0 "nothing runs in a machine that was started anew"
g "cp -a /share/kept /run/refloat; refloat jobs"
like "$output" "CUT OFF" "a job of another boot is cut off"
unlike "$output" " running " "and not running"
g "refloat status"
unlike "$output" "running since" "status says no other thing"
