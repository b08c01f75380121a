# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # variables for build-servers.sh and install.sh
# One NVMe disk with GPT, started by UEFI: an EFI system partition, / on ext4, /home on xfs, swap.
disks='nvme NVME-UEFI-1 2G'
firmware=uefi
mounts='/ /boot/efi /home'
root_uuid=a1f1a000-0000-4000-8000-000000000001
home_uuid=a1f1a000-0000-4000-8000-000000000002
swap_uuid=a1f1a000-0000-4000-8000-000000000003
esp_id=a1f10001

configure()
{
	cat >"$root/etc/fstab" <<-FSTAB
		UUID=$root_uuid  /          ext4  errors=remount-ro  0  1
		UUID=A1F1-0001   /boot/efi  vfat  umask=0077         0  1
		UUID=$home_uuid  /home      xfs   defaults           0  2
		UUID=$swap_uuid  none       swap  sw                 0  0
	FSTAB
}

lay_out()
{
	sfdisk --quiet /dev/nvme0n1 <<-TABLE
		label: gpt
		start=1MiB, size=64MiB, type=U, name="EFI System"
		size=1100MiB, type=L, name="root"
		size=64MiB, type=S, name="swap"
		type=L, name="home"
	TABLE
	wait_for /dev/nvme0n1p4
	mkfs.fat -i $esp_id /dev/nvme0n1p1
	mke2fs -q -t ext4 -U $root_uuid /dev/nvme0n1p2
	mkswap -q -U $swap_uuid /dev/nvme0n1p3
	mkfs.xfs -q -m uuid=$home_uuid /dev/nvme0n1p4
	mount /dev/nvme0n1p2 $server
	mkdir -p $server/boot/efi $server/home
	mount /dev/nvme0n1p1 $server/boot/efi
	mount /dev/nvme0n1p4 $server/home
}

take_down()
{
	:
}
