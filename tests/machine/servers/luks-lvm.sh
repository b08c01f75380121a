# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # variables for build-servers.sh and install.sh
# One virtio disk with MBR: /boot, and a LUKS2 container with a volume group of /, /home and swap. The boot asks
# for the passphrase.
disks='virtio LUKS-LVM-1 1600M'
boot_disks=/dev/vda
passphrase='tide and harbour'
mounts='/ /boot /home'
boot_uuid=c1f1a000-0000-4000-8000-000000000001
container_uuid=c1f1a000-0000-4000-8000-000000000002

configure()
{
	cat >"$root/etc/fstab" <<-FSTAB
		/dev/mapper/harbour-root  /      ext4  errors=remount-ro  0  1
		UUID=$boot_uuid           /boot  ext4  defaults           0  2
		/dev/mapper/harbour-home  /home  ext4  defaults           0  2
		/dev/mapper/harbour-swap  none   swap  sw                 0  0
	FSTAB
	echo "vda2_crypt UUID=$container_uuid none luks,discard,initramfs" >"$root/etc/crypttab"
}

lay_out()
{
	sfdisk --quiet /dev/vda <<-TABLE
		label: dos
		start=1MiB, size=128MiB, type=83, bootable
		type=83
	TABLE
	wait_for /dev/vda2
	make_container /dev/vda2 $container_uuid
	printf '%s' "$passphrase" | cryptsetup open --key-file - /dev/vda2 vda2_crypt
	pvcreate --quiet /dev/mapper/vda2_crypt
	vgcreate --quiet harbour /dev/mapper/vda2_crypt
	lvcreate --quiet --yes --name root --size 1100M harbour
	lvcreate --quiet --yes --name home --size 64M harbour
	lvcreate --quiet --yes --name swap --size 64M harbour
	mke2fs -q -t ext4 -U $boot_uuid /dev/vda1
	mke2fs -q -t ext4 /dev/harbour/root
	mke2fs -q -t ext4 /dev/harbour/home
	mkswap -q /dev/harbour/swap
	mount /dev/harbour/root $server
	mkdir -p $server/boot $server/home
	mount /dev/vda1 $server/boot
	mount /dev/harbour/home $server/home
}

take_down()
{
	vgchange --quiet -an harbour
	cryptsetup close vda2_crypt
}
