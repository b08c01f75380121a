# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # variables for build-servers.sh and install.sh
# A server that was installed when IDE disks were called hda, and has moved since: MBR with logical partitions,
# ext3, and an fstab with the old names, for which a udev rule of its own makes links when it runs.
disks='ahci OLD-MBR-1 1600M'
boot_disks=/dev/sda
mounts='/ /boot /home /srv'
answers=--accept-guesses

configure()
{
	{
		printf 'proc\t/proc\tproc\tdefaults\t0\t0\n'
		printf '/dev/hda2\t/\text3\tdefaults,errors=remount-ro\t0\t1\n'
		printf '/dev/hda1\t/boot\text2\tdefaults\t0\t2\n'
		printf '/dev/hda6\t/home\text3\tdefaults\t0\t2\n'
		printf '/dev/hda7\t/srv\text3\tdefaults,noatime\t0\t2\n'
		printf '/dev/hda5\tnone\tswap\tsw\t0\t0\n'
		printf '/dev/hdc\t/media/cdrom0\tudf,iso9660\tuser,noauto\t0\t0\n'
		printf '/dev/fd0\t/media/floppy0\tauto\trw,user,noauto\t0\t0\n'
	} >"$root/etc/fstab"
	cat >"$root/etc/udev/rules.d/10-old-names.rules" <<-'RULES'
		SUBSYSTEM=="block", KERNEL=="sda", SYMLINK+="hda"
		SUBSYSTEM=="block", KERNEL=="sda[0-9]*", SYMLINK+="hda%n"
	RULES
}

lay_out()
{
	local number
	sfdisk --quiet /dev/sda <<-TABLE
		label: dos
		start=2048, size=128MiB, type=83, bootable
		size=1000MiB, type=83
		type=5
		size=64MiB, type=82
		size=64MiB, type=83
		type=83
	TABLE
	wait_for /dev/sda7
	mke2fs -q -t ext2 /dev/sda1
	mkswap -q /dev/sda5
	for number in 2 6 7; do
		mke2fs -q -t ext3 /dev/sda$number
	done
	mount /dev/sda2 $server
	mkdir -p $server/boot $server/home $server/srv $server/media/cdrom0 $server/media/floppy0
	mount /dev/sda1 $server/boot
	mount /dev/sda6 $server/home
	mount /dev/sda7 $server/srv
}

take_down()
{
	:
}
