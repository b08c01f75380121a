# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-machine.sh
# What the cases of the test machine share.

# g COMMAND: in the guest; sets $status, $output, $errors
g()
{
	run "$guest_py" run "$folder" "$1"
}

# r ARGUMENT...: refloat in the guest
r()
{
	g "refloat --target $target $*"
}

# images: the checksum of all disks, when the guest has written what it had to
images()
{
	g sync
	checksum "$disks"/*.img
}

# mounts: what is mounted under the target
mounts()
{
	g "awk '\$5 ~ \"^$target\" {print \$5}' /proc/self/mountinfo | sort | tr '\n' ' '"
	echo "$output"
}

# nothing_left NAME: no mount, no loop or network block device, no swap, no target folder
nothing_left()
{
	g "awk '\$5 ~ \"^$target\" {print \$5}' /proc/self/mountinfo; tail -n +2 /proc/swaps
		for i in 1 2 3 4 5 6 7 8 9 10; do losetup --list --noheadings | grep -q . || break; sleep 0.2; done
		losetup --list --noheadings; cat /sys/block/nbd*/pid 2>/dev/null; ls -d $target 2>/dev/null"
	is "$output" "" "$1: no mount, loop device, network block device, swap or folder is left"
}
