# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # variables for build-servers.sh and install.sh
# Two SATA disks with MBR and three RAID1 arrays over them: /boot (its superblock at the end, so that each half
# looks like the filesystem), /, and a volume group with /var, /home and swap. GRUB on both disks.
disks='ahci RAID-LVM-1 1600M
ahci RAID-LVM-2 1600M'
boot_disks='/dev/sda /dev/sdb'
mounts='/ /boot /home /var'
boot_uuid=b1f1a000-0000-4000-8000-000000000001
root_uuid=b1f1a000-0000-4000-8000-000000000002
array_uuids='b1f1a000:00000000:00000000:000000a0 b1f1a000:00000000:00000000:000000a1
	b1f1a000:00000000:00000000:000000a2'

configure()
{
	local number=0 uuid
	for uuid in $array_uuids; do
		echo "ARRAY /dev/md$number UUID=$uuid name=$name:$number"
		number=$((number + 1))
	done >"$root/etc/mdadm/mdadm.conf"
	cat >"$root/etc/fstab" <<-FSTAB
		/dev/md1              /      ext4  errors=remount-ro  0  1
		/dev/md0              /boot  ext2  defaults           0  2
		/dev/mapper/vg0-var   /var   ext4  defaults           0  2
		/dev/vg0/home         /home  ext4  defaults           0  2
		/dev/vg0/swap         none   swap  sw                 0  0
	FSTAB
}

lay_out()
{
	local disk number=0 uuid
	for disk in $boot_disks; do
		sfdisk --quiet $disk <<-TABLE
			label: dos
			start=1MiB, size=128MiB, type=fd, bootable
			size=900MiB, type=fd
			type=fd
		TABLE
		wait_for ${disk}3
	done
	for uuid in $array_uuids; do
		make_array $number raid1 $uuid /dev/sda$((number + 1)) /dev/sdb$((number + 1))
		number=$((number + 1))
	done
	pvcreate --quiet /dev/md2
	vgcreate --quiet vg0 /dev/md2
	lvcreate --quiet --yes --name var --size 300M vg0
	lvcreate --quiet --yes --name home --size 64M vg0
	lvcreate --quiet --yes --name swap --size 64M vg0
	mke2fs -q -t ext2 -U $boot_uuid /dev/md0
	mke2fs -q -t ext4 -U $root_uuid /dev/md1
	mke2fs -q -t ext4 /dev/vg0/var
	mke2fs -q -t ext4 /dev/vg0/home
	mkswap -q /dev/vg0/swap
	mount /dev/md1 $server
	mkdir -p $server/boot $server/var $server/home
	mount /dev/md0 $server/boot
	mount /dev/vg0/var $server/var
	mount /dev/vg0/home $server/home
}

# make_array NUMBER LEVEL UUID MEMBER...: /boot's superblock lies at the end
make_array()
{
	local number=$1 level=$2 uuid=$3 metadata=1.2
	shift 3
	[ $number -gt 0 ] || metadata=1.0
	mdadm --quiet --create /dev/md$number --run --assume-clean --level=$level --metadata=$metadata \
		--bitmap=none --raid-devices=$# --uuid=$uuid --homehost=raid-lvm --name=$number "$@"
	wait_for /dev/md$number
}

take_down()
{
	vgchange --quiet -an vg0
	mdadm --stop /dev/md2 /dev/md1 /dev/md0
}
