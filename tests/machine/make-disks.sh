#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the disks of the test machine: a small server spread over four of them, and disks that break.
#
#   make-disks.sh FOLDER        writes FOLDER/*.img, FOLDER/box02.qcow2 and FOLDER/table, for guest.py;
#                               FOLDER/nvme.sfdisk is what sfdisk has to write to the NVMe disk
#
# web01 (its fstab is below) lies on a SATA disk with GPT, an older one with MBR and logical partitions,
# an NVMe disk with sectors of 4096 bytes and a virtio disk. It is small enough for anybody: no root, no
# loop device is needed.
set -eu
folder=$(readlink -f "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root_uuid=7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e01
swap_uuid=7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e02
home_uuid=7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e03
srv_uuid=7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e04
var_uuid=7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e05
esp_partuuid=7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d5e01

# partition FILE SIZE: its table comes from standard input
partition()
{
	rm -f "$folder/$1"
	truncate -s "$2" "$folder/$1"
	sfdisk --quiet --no-reread --no-tell-kernel "$folder/$1"
}

# place FILE START: puts $work/filesystem there, in MiB
place()
{
	dd if="$work/filesystem" of="$folder/$1" bs=1M seek="$2" conv=notrunc,sparse status=none
	rm -f "$work/filesystem"
}

# ext TYPE SIZE LABEL [OPTION...]: makes $work/filesystem
ext()
{
	local type=$1 size=$2 label=$3
	shift 3
	truncate -s "$size" "$work/filesystem"
	"mkfs.$type" -q -F -L "$label" "$@" "$work/filesystem"
}

make_root()
{
	local root=$work/root name
	mkdir -p "$root"/{etc,bin,sbin,usr/bin,usr/lib/systemd,boot/efi,home,srv,var,mnt,proc,sys,dev,run,tmp,root}
	cp -L "$(type -P busybox)" "$root/bin/busybox"
	for name in sh cat ls echo mount sleep hostname; do
		ln -s busybox "$root/bin/$name"
	done
	cp "$root/bin/busybox" "$root/usr/lib/systemd/systemd"
	printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\nVERSION_ID=12\n' >"$root/etc/os-release"
	echo web01 >"$root/etc/hostname"
	echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	cat >"$root/etc/fstab" <<-FSTAB
		UUID=$root_uuid  /  ext4  errors=remount-ro  0  1
		PARTUUID=$esp_partuuid  /boot/efi  vfat  umask=0077,codepage=437,iocharset=ascii  0  1
		PARTLABEL=srv-var  /var  xfs  defaults  0  2
		/dev/hdb5  /home  ext3  defaults  0  2
		/dev/disk/by-id/virtio-WEB01-VIRT-part1  /srv  ext4  defaults,nofail  0  2
		UUID=$swap_uuid  none  swap  sw  0  0
	FSTAB
	ext ext4 64M web01-root -U $root_uuid -d "$root"
}

make_server()
{
	partition sata.img 160M <<-TABLE
		label: gpt
		start=1MiB, size=32MiB, type=U, uuid=$esp_partuuid, name="EFI System"
		start=33MiB, size=64MiB, type=L, name="root"
		start=97MiB, size=32MiB, type=S, name="swap"
	TABLE
	truncate -s 32M "$work/filesystem"
	mkfs.fat -n WEB01-ESP "$work/filesystem" >/dev/null
	place sata.img 1
	make_root
	place sata.img 33
	truncate -s 32M "$work/filesystem"
	mkswap --quiet --uuid $swap_uuid --label web01-swap "$work/filesystem"
	place sata.img 97

	partition old.img 64M <<-TABLE
		label: dos
		label-id: 0x7d1f0c3e
		start=1MiB, size=8MiB, type=83, bootable
		start=10MiB, size=50MiB, type=5
		start=11MiB, size=16MiB, type=83
		start=28MiB, size=8MiB, type=82
	TABLE
	ext ext2 8M old-boot
	place old.img 1
	ext ext3 16M web01-home -U $home_uuid
	place old.img 11

	# sfdisk gives a file sectors of 512 bytes: the table is written in the guest
	truncate -s 330M "$folder/nvme.img"
	mkfs.xfs -q -s size=4096 -L web01-var -m uuid=$var_uuid \
		-d file,name="$work/filesystem",size=310m
	printf 'label: gpt\nstart=1MiB, size=310MiB, type=L, name="srv-var"\n' >"$folder/nvme.sfdisk"
	place nvme.img 1

	partition virtio.img 32M <<-TABLE
		label: gpt
		start=1MiB, size=24MiB, type=L, name="srv"
	TABLE
	ext ext4 24M web01-srv -U $srv_uuid
	place virtio.img 1
}

# a filesystem whose check takes long once its disk is slow: 20 MiB of inodes, each of which is looked at
make_slow()
{
	ext ext4 64M slow -b 4096 -g 2048 -N 81920 -E lazy_itable_init=0 -O ^metadata_csum,^uninit_bg
	mv "$work/filesystem" "$folder/slow.img"
}

# disks that are pulled, that cannot be read, that answer no more
make_others()
{
	local name
	for name in pulled-ahci pulled-nvme pulled-virtio stalled; do
		ext ext2 8M "$name"
		mv "$work/filesystem" "$folder/$name.img"
	done
	ext ext2 8M no-start
	mv "$work/filesystem" "$folder/no-start.img"
	# one partition whose superblock cannot be read, a whole one, and one with a bad place further in
	partition scarred.img 32M <<-TABLE
		label: gpt
		start=1MiB, size=8MiB, type=L, name="lost"
		start=9MiB, size=8MiB, type=L, name="whole"
		start=17MiB, size=8MiB, type=L, name="scarred"
	TABLE
	ext ext4 8M lost
	place scarred.img 1
	ext ext4 8M whole
	place scarred.img 9
	ext ext4 8M scarred
	place scarred.img 17
	# a system in a qcow2 image
	mkdir -p "$work/box"/{etc,bin,usr/lib/systemd,proc,sys,dev,run,tmp}
	cp -L "$(type -P busybox)" "$work/box/usr/lib/systemd/systemd"
	ln -s ../usr/lib/systemd/systemd "$work/box/bin/sh"
	ln -s ../usr/lib/systemd/systemd "$work/box/bin/cat"
	printf 'PRETTY_NAME="Boxed Linux 3"\nID=boxed\n' >"$work/box/etc/os-release"
	echo box02 >"$work/box/etc/hostname"
	echo 'LABEL=box02-root / ext4 defaults 0 1' >"$work/box/etc/fstab"
	ext ext4 16M box02-root -d "$work/box"
	qemu-img convert -f raw -O qcow2 "$work/filesystem" "$folder/box02.qcow2"
	rm "$work/filesystem"
}

make_server
make_others
make_slow
cat >"$folder/table" <<TABLE
ahci    WEB01-SATA  $folder/sata.img
ahci    WEB01-OLD   $folder/old.img
ahci    PULL-AHCI   $folder/pulled-ahci.img
nvme    WEB01-NVME  $folder/nvme.img  sector=4096
nvme    PULL-NVME   $folder/pulled-nvme.img
virtio  WEB01-VIRT  $folder/virtio.img
virtio  PULL-VIRT   $folder/pulled-virtio.img
virtio  STALL-VIRT  $folder/stalled.img
virtio  BAD-START   $folder/no-start.img  errors=0-15
virtio  BAD-PLACES  $folder/scarred.img  errors=2048-2063,34944-34951
virtio  SLOW-VIRT   $folder/slow.img
TABLE
