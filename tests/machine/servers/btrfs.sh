# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # variables for build-servers.sh and install.sh
# One SCSI disk with GPT, started by a BIOS: a btrfs with the subvolumes @, @home and @snapshots, in which two
# snapshots of @ lie as snapper leaves them, one of them from before the host had its name.
disks='scsi BTRFS-1 1600M'
boot_disks=/dev/sda
mounts='/ /.snapshots /home'
root_uuid=d1f1a000-0000-4000-8000-000000000001
swap_uuid=d1f1a000-0000-4000-8000-000000000002

configure()
{
	cat >"$root/etc/fstab" <<-FSTAB
		UUID=$root_uuid  /            btrfs  defaults,subvol=@           0  0
		UUID=$root_uuid  /home        btrfs  defaults,subvol=@home       0  0
		UUID=$root_uuid  /.snapshots  btrfs  defaults,subvol=@snapshots  0  0
		UUID=$swap_uuid  none         swap   sw                          0  0
	FSTAB
	echo btrfs >>"$root/etc/initramfs-tools/modules"
}

lay_out()
{
	sfdisk --quiet /dev/sda <<-TABLE
		label: gpt
		start=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649
		size=64MiB, type=S
		type=L
	TABLE
	wait_for /dev/sda3
	mkswap -q -U $swap_uuid /dev/sda2
	mkfs.btrfs -q -U $root_uuid /dev/sda3
	mount /dev/sda3 $server
	for name in @ @home @snapshots; do
		btrfs subvolume create $server/$name
	done
	umount $server
	mount -o subvol=@ /dev/sda3 $server
	mkdir -p $server/home $server/.snapshots
	mount -o subvol=@home /dev/sda3 $server/home
	mount -o subvol=@snapshots /dev/sda3 $server/.snapshots
}

finish()
{
	local number
	for number in 1 2; do
		mkdir $server/.snapshots/$number
		cat >$server/.snapshots/$number/info.xml <<-XML
			<?xml version="1.0"?>
			<snapshot>
			  <type>single</type>
			  <num>$number</num>
			  <date>2026-01-0$number 03:00:00</date>
			  <cleanup>timeline</cleanup>
			</snapshot>
		XML
	done
	mv $server/etc/hostname $server/etc/hostname.later
	echo localhost >$server/etc/hostname
	btrfs subvolume snapshot -r $server $server/.snapshots/1/snapshot
	mv $server/etc/hostname.later $server/etc/hostname
	btrfs subvolume snapshot -r $server $server/.snapshots/2/snapshot
}

take_down()
{
	:
}
