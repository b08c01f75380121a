#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Real servers: a Debian in different layouts of disks boots from these, is rescued, and boots again.
#
# For each server: its disks start it up to the login prompt; in the rescue guest, with these disks, the program
# looks (not one byte changes), mounts it all by one command, runs a command in it and takes it down; then the
# disks start it again. The ordinary run takes the servers in $ordinary; REFLOAT_MACHINE=full takes all;
# REFLOAT_SERVERS="NAME..." takes those.
# shellcheck disable=SC2154 # tap.sh has the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_root
need_program qemu-system-x86_64 qemu-img python3 cpio busybox jq flock
[ "$(uname -m)" = x86_64 ] || skip_all "needs an x86_64 machine"
export PYTHONDONTWRITEBYTECODE=1
here=$top_srcdir/tests/machine
guest_py=$here/guest.py
ordinary=nvme-uefi
machine=

# --- one machine at a time
exec 9>"${TMPDIR:-/tmp}/refloat-test-machine.lock"
flock --wait 3600 9 || skip_all "another test machine is running here"
base=$("$here/build-guest.sh" 2>"$scratch/errors") || skip_all "no guest: $(tail -n 1 "$scratch/errors")"
"$here/build-guest.sh" --program "$refloat" "$scratch/program.cpio"
cat "$base/initrd.cpio" "$scratch/program.cpio" >"$scratch/initrd.cpio"

end_guest()
{
	[ -n "$machine" ] || return 0
	kill "$machine" 2>/dev/null
	wait "$machine" 2>/dev/null
	machine=
}
trap 'end_guest; tap_cleanup' EXIT

# start_guest: with the disks in $disks; sets $folder
start_guest()
{
	folder=$scratch/guest-$name
	"$guest_py" serve "$folder" --kernel "$base/vmlinux" --initrd "$scratch/initrd.cpio" \
		--disks "$disks/table" 9>&- &
	machine=$!
	"$guest_py" wait "$folder" 300
}

# g COMMAND: in the guest; sets $status, $output, $errors
g()
{
	run "$guest_py" run "$folder" --limit 300 "$1"
}

# r ARGUMENT...: refloat in the guest
r()
{
	g "refloat --target /mnt/$name $*"
}

# boots NAME [COMMAND]: the disks start the server up to its login prompt; the command's output is $output
boots()
{
	run "$here/server.py" "$disks" --limit 400 --off "${2:-true}" 9>&-
	ok "$status" "$name: $1"
	if [ "$status" -eq 0 ]; then
		note "$errors"
	else
		note "$output"
		note "$errors"
	fi
}

# setting WORD: what the layout says
setting()
{
	sed -n "s/^$1=//p" "$disks/settings"
}

# crash: the server runs and is switched off in the middle: that is what the program finds
crash()
{
	run "$here/server.py" "$disks" --limit 400 'systemctl is-system-running --wait' 9>&-
	is "$status $output" "0 running" "$name: it boots to its login, all is well"
	note "$errors"
	made=$scratch/crashed
	rm -rf "$made"
	mkdir "$made"
	cp "$disks"/disk*.qcow2 "$made/"
}

# changed: the disks whose contents are not those that were made; the guest rests meanwhile, so that all
# it has written is there
changed()
{
	local disk
	"$guest_py" qmp "$folder" stop >/dev/null
	for disk in "$disks"/disk*.qcow2; do
		qemu-img compare -q -U "$disk" "$made/${disk##*/}" >/dev/null 2>&1 || printf '%s ' "${disk##*/}"
	done
	"$guest_py" qmp "$folder" cont >/dev/null
}

# left: what is mounted under the target, attached, assembled, opened
left()
{
	g "awk '\$5 ~ \"^/mnt/$name\" {print \$5}' /proc/self/mountinfo; tail -n +2 /proc/swaps
		for i in {1..10}; do losetup --list --noheadings | grep -q . || break; sleep 0.2; done
		losetup --list --noheadings; grep '^md' /proc/mdstat; dmsetup ls | grep -v 'No devices'"
	echo "$output"
}

# rescue: in the guest
rescue()
{
	r disks
	is "$status" 0 "$name: disks"
	r systems
	is "$status" 0 "$name: systems"
	like "$output" "$name" "$name: its system is found"
	r mount --plan "$answers"
	is "$status" 0 "$name: mount --plan"
	is "$(changed)" "" "$name: looking has changed not one byte"
	is "$(left)" "" "$name: and has left nothing"

	r mount --yes "$answers"
	is "$status" 0 "$name: one command mounts it"
	[ "$status" -eq 0 ] || note "$output $errors"
	g "findmnt --noheadings --raw --output TARGET --submounts /mnt/$name | sed 's,^/mnt/$name,,; s,^$,/,' | sort"
	is "${output//$'\n'/ }" "$mounts" "$name: all of its fstab is mounted"
	r chroot -- sh -c "'cat /etc/hostname && dpkg -s systemd | grep Status && echo rescued >/root/rescued'"
	is "$status" 0 "$name: a command runs in it"
	is "$output" "$name
Status: install ok installed" "$name: and is its own"
	r umount --yes
	is "$status" 0 "$name: it is taken down"
	is "$(left)" "" "$name: nothing is left"
	like "$(changed)" "disk" "$name: the comparison tells when something was written"
}

# test_server NAME
test_server()
{
	name=$1
	disks=$scratch/$name
	made=$("$here/build-servers.sh" "$name" 2>"$scratch/errors" 9>&-)
	case $? in
	0) ;;
	77)
		skip "$(tail -n 1 "$scratch/errors")" "$name"
		return
		;;
	*)
		ok 1 "$name is made"
		note "$(cat "$scratch/errors")"
		return
		;;
	esac
	ok 0 "$name is made"
	"$here/build-servers.sh" --overlay "$name" "$disks" 9>&- >/dev/null
	mounts=$(setting mounts)
	answers=$(setting answers)

	[ "${REFLOAT_MACHINE-}" != full ] || crash
	if start_guest 2>"$scratch/errors"; then
		rescue
	else
		ok 1 "$name: the guest starts"
		note "$(cat "$scratch/errors" "$folder/qemu.log")"
	fi
	"$guest_py" qmp "$folder" quit >/dev/null
	end_guest
	boots "it boots to its login after the rescue" 'cat /root/rescued; systemctl is-system-running --wait'
	is "$output" "rescued
running" "$name: what was written during the rescue is there, and all is well"
	rm -rf "$disks"
}

if [ -n "${REFLOAT_SERVERS-}" ]; then
	names=$REFLOAT_SERVERS
elif [ "${REFLOAT_MACHINE-}" = full ]; then
	names=$("$here/build-servers.sh" --list)
else
	names=$ordinary
fi
for server in $names; do
	test_server "$server"
done
done_testing
