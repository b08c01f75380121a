# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-stacks.sh
# What happens in the middle: kill -9 at each step and while it looks, a member that answers no more.
key="--passphrase-file /run/passphrase"

# --- kill -9 at each step of a mount, then a new start takes down what there is
# killed_at STEP: refloat mount is killed when it says that it does this step
killed_at()
{
	g "cat >/run/killer <<'KILLER'
		refloat --target $target mount --yes $key >/run/mount.out 2>&1 &
		pid=\$!
		until grep -q '^\[$1/' /run/mount.out || ! kill -0 \$pid 2>/dev/null || ((SECONDS > 100)); do :; done
		kill -KILL \$pid
		wait \$pid
		echo \$?
KILLER
	bash /run/killer 2>/dev/null"
}

scene luks-lvm-md
# shellcheck disable=SC2086 # words
r mount --yes $key
done_well "everything is mounted"
steps=$(sed -n 's,^\[[0-9]*/\([0-9]*\)\].*,\1,p' <<<"$output" | head -n 1)
[ "${steps:-0}" -ge 6 ]
ok $? "$scene: a plan of many steps (${steps:-none})"
r umount --yes
every=4
! is_full || every=1
for ((step = 1; step <= ${steps:-0}; step += every)); do
	killed_at $step
	is "$output" 137 "$scene: refloat is killed at step $step"
	r umount --yes
	like "$status" "^[04]$" "$scene: a new start takes down what there is"
	nothing_left "$scene: killed at step $step"
done
# shellcheck disable=SC2086 # words
job "/ /boot /home" $key

# --- kill -9 while it looks
# looked_at WHO: systems is killed when something of its own is up: the program alone, or its guard as well
looked_at()
{
	g "cat >/run/killer <<'KILLER'
		setsid refloat --target $target systems $key >/run/look.out 2>&1 &
		pid=\$!
		until dmsetup ls 2>/dev/null | grep -q refloat || ! kill -0 \$pid 2>/dev/null || ((SECONDS > 100)); do :; done
		dmsetup ls | grep -c refloat
		if [ $1 = all ]; then kill -KILL -- -\$pid; for i in \$(pidof refloat); do kill -KILL \$i; done
		else kill -KILL \$pid; fi
		wait \$pid
KILLER
	bash /run/killer 2>/dev/null"
}

looked_at program
like "$output" "^[1-9]" "$scene: a look is killed while it has something up"
g "for i in \$(seq 600); do dmsetup ls | grep -q refloat || break; sleep 0.1; done"
nothing_left "$scene: a killed look is taken down without anybody's help"
looked_at all
like "$output" "^[1-9]" "$scene: a look is killed together with its guard"
r disks
r systems
is "$status" 4 "$scene: the next look finds no system without the passphrase"
nothing_left "$scene: the next look takes down what is left of the last one"

# --- a member that answers no more
scene md-12
g "echo 3 >/proc/sys/vm/drop_caches"
"$guest_py" stall "$folder" DISK-B
ok $? "md-12: a disk is stalled"
r --wait 3 disks --json
is "$status" 0 "md-12: disks is done with a member that does not answer"
is "$(jq -r '[.devices[] | select(.state == "silent") | .name] | join(" ")' <<<"$output")" "sdb sdb1 sdb2" \
	"md-12: it is shown as silent, and no other disk"
r --wait 3 systems --json
is "$(jq -r '.systems[].hostname' <<<"$output")" web01 "md-12: the system is found on the other member"
r --wait 3 mount --yes
[ "$status" -ne 0 ]
ok $? "md-12: mount is refused without --degraded"
is "$(mounts)" "" "md-12: nothing is mounted"
r --wait 3 mount --yes --degraded
done_well "mounted with --degraded"
is "$(mounts)" "$(places / /boot)" "md-12: nothing is missing"
r --wait 3 umount --yes
done_well "taken down"
"$guest_py" flow "$folder" DISK-B
ok $? "md-12: the disk answers again"
nothing_left "md-12: with a silent member"
