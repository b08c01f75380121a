# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # variables for build-servers.sh and install.sh
# LUKS on LVM on md: two SCSI disks with GPT and RAID1, /boot on an array of its own, the other array a volume group,
# its volumes encrypted one by one: / asks for the passphrase, /srv has its key in a file on /, swap a new
# one at each boot.
disks='scsi LUKS-RAID-1 1600M
scsi LUKS-RAID-2 1600M'
boot_disks='/dev/sda /dev/sdb'
passphrase='tide and harbour'
mounts='/ /boot /srv'
boot_uuid=f1f1a000-0000-4000-8000-000000000001
root_uuid=f1f1a000-0000-4000-8000-000000000002
srv_uuid=f1f1a000-0000-4000-8000-000000000003
root_container=f1f1a000-0000-4000-8000-000000000004
srv_container=f1f1a000-0000-4000-8000-000000000005
array_uuids='f1f1a000:00000000:00000000:000000a0 f1f1a000:00000000:00000000:000000a1'

configure()
{
	local number=0 uuid
	for uuid in $array_uuids; do
		echo "ARRAY /dev/md/$number UUID=$uuid name=$name:$number"
		number=$((number + 1))
	done >"$root/etc/mdadm/mdadm.conf"
	cat >"$root/etc/fstab" <<-FSTAB
		/dev/mapper/root_crypt  /      ext4  errors=remount-ro  0  1
		UUID=$boot_uuid         /boot  ext4  defaults           0  2
		/dev/mapper/srv_crypt   /srv   ext4  defaults           0  2
		/dev/mapper/swap_crypt  none   swap  sw                 0  0
	FSTAB
	cat >"$root/etc/crypttab" <<-CRYPTTAB
		root_crypt  /dev/mapper/quay-root  none               luks,initramfs
		srv_crypt   UUID=$srv_container    /etc/keys/srv.key  luks
		swap_crypt  /dev/quay/swap         /dev/urandom       swap,cipher=aes-xts-plain64,size=256
	CRYPTTAB
	mkdir -m 700 "$root/etc/keys"
	(umask 077 && head -c 64 /dev/zero | tr '\0' k >"$root/etc/keys/srv.key")
}

lay_out()
{
	local disk number=0 uuid
	for disk in $boot_disks; do
		sfdisk --quiet $disk <<-TABLE
			label: gpt
			start=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649
			size=128MiB, type=R
			type=R
		TABLE
		wait_for ${disk}3
	done
	for uuid in $array_uuids; do
		mdadm --quiet --create /dev/md$number --run --assume-clean --level=1 --bitmap=none --raid-devices=2 \
			--uuid=$uuid --homehost=luks-raid --name=$number /dev/sda$((number + 2)) /dev/sdb$((number + 2))
		wait_for /dev/md$number
		number=$((number + 1))
	done
	pvcreate --quiet /dev/md1
	vgcreate --quiet quay /dev/md1
	lvcreate --quiet --yes --name root --size 1100M quay
	lvcreate --quiet --yes --name srv --size 64M quay
	lvcreate --quiet --yes --name swap --size 64M quay
	make_container /dev/quay/root $root_container
	printf '%s' "$passphrase" | cryptsetup open --key-file - /dev/quay/root root_crypt
	head -c 64 /dev/zero | tr '\0' k >/run/srv.key
	make_container /dev/quay/srv $srv_container /run/srv.key
	cryptsetup open --key-file /run/srv.key /dev/quay/srv srv_crypt
	mke2fs -q -t ext4 -U $boot_uuid /dev/md0
	mke2fs -q -t ext4 -U $root_uuid /dev/mapper/root_crypt
	mke2fs -q -t ext4 -U $srv_uuid /dev/mapper/srv_crypt
	mount /dev/mapper/root_crypt $server
	mkdir -p $server/boot $server/srv
	mount /dev/md0 $server/boot
	mount /dev/mapper/srv_crypt $server/srv
}

take_down()
{
	cryptsetup close srv_crypt
	cryptsetup close root_crypt
	vgchange --quiet -an quay
	mdadm --stop /dev/md1 /dev/md0
}
