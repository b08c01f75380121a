#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the disks of a scene: a small server on a storage stack. Runs in the guest, as root, on blank disks.
#
#   make-stacks.sh list         the scenes: NAME DISK... (KIND:SIZE, KIND:SIZE:gone where the finished scene
#                               lacks that disk)
#   make-stacks.sh about NAME   what the scene is, in one line
#   make-stacks.sh recipe NAME  what it is made by
#   make-stacks.sh make NAME    makes it: the disks are sda, sdb, nvme0n1, vda, ... in the order of the list
#   make-stacks.sh close        takes down whatever is up
#
# Each scene is a function: scene_NAME, with _ for -. The passphrase of all is "tide and harbour".
# shellcheck disable=SC2317,SC2034,SC2178,SC2128 # functions are called by name; about is read from their text
set -eu
passphrase='tide and harbour'
lvm_settings='activation{verify_udev_operations=1 monitoring=0} backup{backup=0 archive=0}'

# --- the scenes

list()
{
	sed -e '/^$/d' <<-'LIST'
		md-12               scsi:96M scsi:96M
		md-10               scsi:96M scsi:96M
		md-090              scsi:96M scsi:96M
		md-11               scsi:64M scsi:64M
		md-whole            virtio:64M virtio:64M
		md-partitioned      scsi:96M scsi:96M
		md-raid5            scsi:64M scsi:64M scsi:64M
		md-raid6            scsi:64M scsi:64M scsi:64M scsi:64M
		md-raid10           scsi:64M scsi:64M scsi:64M scsi:64M
		md-raid0            scsi:64M scsi:64M
		md-linear           scsi:64M scsi:64M
		md-degraded         scsi:96M scsi:96M:gone
		md-ran-degraded     scsi:96M scsi:96M:gone
		md-raid5-degraded   scsi:64M scsi:64M scsi:64M:gone
		md-raid5-broken     scsi:64M scsi:64M:gone scsi:64M:gone
		md-stale            scsi:96M scsi:96M
		md-split            scsi:96M scsi:96M
		md-foreign          scsi:64M scsi:64M
		md-imsm             scsi:64M scsi:64M
		md-ddf              scsi:128M scsi:128M
		md-nvme             nvme:160M nvme:160M
		lvm-plain           scsi:160M
		lvm-virtio          virtio:160M
		lvm-linear          scsi:64M scsi:64M
		lvm-striped         scsi:64M scsi:64M
		lvm-snapshot        scsi:160M
		lvm-thin            scsi:160M
		lvm-mirror          scsi:96M scsi:96M scsi:32M
		lvm-raid1           scsi:96M scsi:96M
		lvm-raid1-degraded  scsi:96M scsi:96M:gone
		lvm-partial         scsi:96M scsi:64M:gone
		lvm-duplicate       scsi:96M scsi:96M
		lvm-clone           scsi:96M scsi:96M
		lvm-dashes          scsi:96M
		luks1               scsi:96M
		luks2               scsi:96M
		luks-keyfile        scsi:96M scsi:64M
		luks-keydisk        scsi:96M virtio:32M
		luks-whole          scsi:64M scsi:64M
		luks-detached       scsi:96M scsi:64M
		luks-two            scsi:96M scsi:64M
		bitlocker           scsi:96M scsi:32M
		lvm-luks            virtio:160M
		luks-lvm            scsi:160M
		luks-lvm-md         scsi:160M scsi:160M
		lvm-luks-md         scsi:160M scsi:160M
		lvm-md              scsi:192M scsi:192M
		btrfs-luks          virtio:192M
		btrfs-md            scsi:160M scsi:160M
		btrfs-two           scsi:128M scsi:128M
		btrfs-missing       scsi:128M scsi:128M:gone
		names-vda           scsi:96M scsi:64M
	LIST
}

about()
{
	declare -f "$(function_of "$1")" | sed -n "s/^ *about='\(.*\)';*$/\1/p"
}

# recipe SCENE: its function and all that this one calls, and what they read
recipe()
{
	local name text before='' functions
	functions=$(declare -F | awk '$3 !~ /^(about|list|recipe|function_of)$/ {print $3}')
	text=$'\n'$(declare -f "$(function_of "$1")")
	while [ "$text" != "$before" ]; do
		before=$text
		for name in $functions; do
			[[ $text == *$'\n'"$name ()"* ]] || ! [[ $text =~ [^a-z_]${name}[^a-z_] ]] ||
				text+=$'\n'$(declare -f "$name")
		done
	done
	echo "$text"
	declare -p quick luks1 passphrase lvm_settings
	list | grep "^$1 "
}

function_of()
{
	echo "scene_${1//-/_}"
}

# --- what the scenes are made with

# uuid N
uuid()
{
	printf '7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e%02x' "$1"
}

# v COMMAND...: one of lvm, without udev
v()
{
	local command=$1
	shift
	lvm "$command" --config "$lvm_settings" "$@"
}

# filesystem TYPE DEVICE LABEL N [OPTION...]
filesystem()
{
	local type=$1 device=$2 label=$3 number=$4
	shift 4
	case $type in
	ext*) mke2fs -t "$type" -q -F -m 0 -L "$label" -U "$(uuid "$number")" "$@" "$device" ;;
	btrfs) mkfs.btrfs -q -f -L "$label" -U "$(uuid "$number")" "$@" "$device" ;;
	swap) mkswap -L "$label" -U "$(uuid "$number")" "$device" >/dev/null ;;
	esac
}

# gpt DISK SIZE:TYPE:NAME...: the last size may be +
gpt()
{
	local disk=$1 part size type name
	shift
	{
		echo 'label: gpt'
		for part in "$@"; do
			IFS=: read -r size type name <<<"$part"
			[ "$size" = + ] && size= || size="size=$size, "
			echo "${size}type=$type, name=\"$name\""
		done
	} | sfdisk --quiet --wipe always "$disk"
}

# array NUMBER LEVEL METADATA DEVICE...: of the server web01, as /dev/mdNUMBER
array()
{
	local number=$1 level=$2 metadata=$3 name=(--homehost=web01 "--name=$1")
	shift 3
	[ "$metadata" != 0.90 ] || name=()
	mdadm --create "/dev/md$number" --quiet --run --assume-clean "--level=$level" "--raid-devices=$#" \
		"--metadata=$metadata" "${name[@]}" "--uuid=$(uuid $((0x60 + number)))" "$@"
}

stop_arrays()
{
	local array
	for array in /sys/block/md*; do
		[ -e "$array" ] || continue
		mdadm --wait "/dev/${array##*/}" 2>/dev/null || true
		mdadm --stop --quiet "/dev/${array##*/}"
	done
	rm -rf /dev/md/* /dev/md[0-9]*
}

# arrays_of_server: lines for its mdadm.conf
arrays_of_server()
{
	echo 'HOMEHOST <system>'
	mdadm --detail --scan
}

# container DEVICE NAME N [OPTION...]: makes LUKS and opens it
container()
{
	local device=$1 name=$2 number=$3
	shift 3
	[ $# -gt 0 ] || set -- "${quick[@]}"
	printf %s "$passphrase" | cryptsetup luksFormat --batch-mode --key-file - \
		--uuid "$(uuid "$number")" "$@" "$device"
	printf %s "$passphrase" | cryptsetup open --key-file - "$device" "$name"
}
quick=(--type luks2 --pbkdf argon2id --pbkdf-memory 16384 --pbkdf-parallel 1 --pbkdf-force-iterations 4
	--luks2-keyslots-size 1m --luks2-metadata-size 16k --offset 4096)
luks1=(--type luks1 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-size 256)

# server [HOST]: the files of a small server in /mnt, where its filesystems are mounted. Its fstab comes
# from standard input; $crypttab and $mdadm_conf are written where they are set.
server()
{
	local host=${1:-web01} name
	mkdir -p /mnt/{etc,bin,sbin,usr/bin,usr/lib/systemd,boot/grub,home,srv,var/log,mnt,proc,sys,dev,run,tmp,root}
	cp /usr/bin/busybox /mnt/bin/busybox
	for name in sh cat ls echo mount sleep hostname touch; do
		ln -s busybox "/mnt/bin/$name"
	done
	ln /mnt/bin/busybox /mnt/usr/lib/systemd/systemd 2>/dev/null ||
		cp /mnt/bin/busybox /mnt/usr/lib/systemd/systemd
	ln -s ../usr/lib/systemd/systemd /mnt/sbin/init
	printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\nVERSION_ID=12\n' >/mnt/etc/os-release
	echo "$host" >/mnt/etc/hostname
	echo 'root:x:0:0:root:/root:/bin/sh' >/mnt/etc/passwd
	cat >/mnt/etc/fstab
	[ -z "${crypttab-}" ] || printf '%s\n' "$crypttab" >/mnt/etc/crypttab
	if [ -n "${mdadm_conf-}" ]; then
		mkdir -p /mnt/etc/mdadm
		printf '%s\n' "$mdadm_conf" >/mnt/etc/mdadm/mdadm.conf
	fi
	echo "kernel of $host" >/mnt/boot/vmlinuz-6.1.0
	echo "initrd of $host" >/mnt/boot/initrd.img-6.1.0
	echo "menuentry $host" >/mnt/boot/grub/grub.cfg
	echo "home of $host" >/mnt/home/note
	echo "log of $host" >/mnt/var/log/syslog
	umount -R /mnt
}

# mounted DEVICE PLACE...: under /mnt, in this order
mounted()
{
	while [ $# -gt 0 ]; do
		mkdir -p "/mnt$2"
		mount "$1" "/mnt$2"
		shift 2
	done
}

# close_all: everything is taken down, whatever the scene has up
close_all()
{
	local mapping tries
	umount -R /mnt 2>/dev/null || true
	for tries in 1 2 3; do
		lvm vgchange --quiet --config "$lvm_settings" -an >/dev/null 2>&1 || true
		for mapping in $(dmsetup ls --target crypt | awk '/\(/ {print $1}'); do
			cryptsetup close "$mapping" || true
		done
	done
	[ ! -e /proc/mdstat ] || stop_arrays
	sync
}

# --- md RAID

# mirrored METADATA: / on md1 and /boot on md0, on two disks
mirrored()
{
	local disk
	for disk in /dev/sda /dev/sdb; do
		gpt $disk 24MiB:R:boot +:R:root
	done
	array 0 1 "$1" /dev/sda1 /dev/sdb1
	array 1 1 "$1" /dev/sda2 /dev/sdb2
	mirrored_server
}

# mirrored_server: on md0 and md1
mirrored_server()
{
	filesystem ext4 /dev/md0 web01-boot 2
	filesystem ext4 /dev/md1 web01-root 1
	mounted /dev/md1 / /dev/md0 /boot
	mdadm_conf=$(arrays_of_server)
	server <<-FSTAB
		UUID=$(uuid 1)  /      ext4  errors=remount-ro  0  1
		/dev/md0        /boot  ext4  defaults           0  2
	FSTAB
}

# single LEVEL METADATA DEVICE...: a server with all on one array
single()
{
	local level=$1 metadata=$2
	shift 2
	array 0 "$level" "$metadata" "$@"
	filesystem ext4 /dev/md0 web01-root 1
	mounted /dev/md0 /
	mdadm_conf=$(arrays_of_server)
	server <<<"/dev/md0  /  ext4  defaults  0  1"
}

scene_md_12()
{
	about='md RAID1, metadata 1.2, on GPT partitions: md0 is /boot, md1 is /'
	mirrored 1.2
}

scene_md_10()
{
	about='md RAID1, metadata 1.0 at the end: each half looks like the filesystem itself'
	mirrored 1.0
}

scene_md_090()
{
	about='md RAID1, metadata 0.90 at the end, on MBR partitions of type fd'
	local disk
	for disk in /dev/sda /dev/sdb; do
		printf 'label: dos\nsize=24MiB, type=fd, bootable\ntype=fd\n' |
			sfdisk --quiet --wipe always $disk
	done
	array 0 1 0.90 /dev/sda1 /dev/sdb1
	array 1 1 0.90 /dev/sda2 /dev/sdb2
	mirrored_server
}

scene_md_11()
{
	about='md RAID1, metadata 1.1, on whole disks'
	single 1 1.1 /dev/sda /dev/sdb
}

scene_md_whole()
{
	about='md RAID1, metadata 1.2, on whole virtio disks'
	single 1 1.2 /dev/vda /dev/vdb
}

scene_md_partitioned()
{
	about='md RAID1 on whole disks, with a partition table in the array: md0p1 is /boot, md0p2 is /'
	array 0 1 1.0 /dev/sda /dev/sdb
	gpt /dev/md0 24MiB:L:boot +:L:root
	blockdev --rereadpt /dev/md0
	filesystem ext4 /dev/md0p1 web01-boot 2
	filesystem ext4 /dev/md0p2 web01-root 1
	mounted /dev/md0p2 / /dev/md0p1 /boot
	mdadm_conf=$(arrays_of_server)
	server <<-FSTAB
		/dev/md0p2      /      ext4  errors=remount-ro  0  1
		UUID=$(uuid 2)  /boot  ext4  defaults           0  2
	FSTAB
}

scene_md_raid5()
{
	about='md RAID5 on three disks'
	single 5 1.2 /dev/sda /dev/sdb /dev/sdc
}

scene_md_raid6()
{
	about='md RAID6 on four disks'
	single 6 1.2 /dev/sda /dev/sdb /dev/sdc /dev/sdd
}

scene_md_raid10()
{
	about='md RAID10 on four disks'
	single 10 1.2 /dev/sda /dev/sdb /dev/sdc /dev/sdd
}

scene_md_raid0()
{
	about='md RAID0 on two disks'
	single 0 1.2 /dev/sda /dev/sdb
}

scene_md_linear()
{
	about='md linear on two disks'
	single linear 1.2 /dev/sda /dev/sdb
}

scene_md_degraded()
{
	about='md RAID1: the second disk is gone, and the first does not know it yet'
	mirrored 1.2
}

scene_md_ran_degraded()
{
	about='md RAID1: the second disk is gone, and the array has run without it'
	mirrored 1.2
	mdadm --quiet /dev/md0 --fail /dev/sdb1 --remove /dev/sdb1
	mdadm --quiet /dev/md1 --fail /dev/sdb2 --remove /dev/sdb2
}

scene_md_raid5_degraded()
{
	about='md RAID5: the third of three disks is gone'
	single 5 1.2 /dev/sda /dev/sdb /dev/sdc
}

scene_md_raid5_broken()
{
	about='md RAID5: two of three disks are gone'
	single 5 1.2 /dev/sda /dev/sdb /dev/sdc
}

# alone BOOT ROOT WORD: the mirrors run on these members only, and WORD is written there
alone()
{
	stop_arrays
	mdadm --assemble --quiet --run /dev/md0 "$1"
	mdadm --assemble --quiet --run /dev/md1 "$2"
	mounted /dev/md1 / /dev/md0 /boot
	echo "$3" >/mnt/etc/written-last
	echo "$3" >/mnt/boot/written-last
	umount -R /mnt
}

scene_md_stale()
{
	about='md RAID1: the second disk is stale, the first has run without it (/etc/written-last: newer)'
	mirrored 1.2
	alone /dev/sda1 /dev/sda2 newer
}

scene_md_split()
{
	about='md RAID1, split brain: each half has run without the other (/etc/written-last: first, second)'
	mirrored 1.2
	alone /dev/sda1 /dev/sda2 first
	alone /dev/sdb1 /dev/sdb2 second
}

scene_md_foreign()
{
	about='md RAID1 with the name db7:data on a server web01; mdadm.conf calls it /dev/md/data'
	mdadm --create /dev/md5 --quiet --run --assume-clean --level=1 --raid-devices=2 --metadata=1.2 \
		--homehost=db7 --name=data "--uuid=$(uuid 0x65)" /dev/sda /dev/sdb
	filesystem ext4 /dev/md5 web01-root 1
	mounted /dev/md5 /
	mdadm_conf="ARRAY /dev/md/data metadata=1.2 UUID=$(mdadm --detail /dev/md5 | sed -n 's/ *UUID : //p')"
	server <<<"/dev/md/data  /  ext4  defaults  0  1"
}

# in_container METADATA: a mirror in a container of a firmware's format
in_container()
{
	export IMSM_NO_PLATFORM=1 IMSM_DEVNAME_AS_SERIAL=1
	mdadm --create /dev/md127 --quiet --run "--metadata=$1" --raid-devices=2 /dev/sda /dev/sdb
	mdadm --create /dev/md126 --quiet --run --assume-clean --level=1 --raid-devices=2 --name=Volume0 /dev/md127
	filesystem ext4 /dev/md126 web01-root 1
	mounted /dev/md126 /
	mdadm_conf=$(arrays_of_server)
	server <<<"UUID=$(uuid 1)  /  ext4  defaults  0  1"
	mdadm --wait-clean /dev/md126 || true
	mdadm --stop --quiet /dev/md126
	mdadm --stop --quiet /dev/md127
}

scene_md_imsm()
{
	about='md RAID1 in an IMSM container (Intel firmware RAID); refloat needs IMSM_NO_PLATFORM=1 here'
	in_container imsm
}

scene_md_ddf()
{
	about='md RAID1 in a DDF container'
	in_container ddf
}

scene_md_nvme()
{
	about='md RAID1 on NVMe partitions: an EFI system partition on each, md0 is /boot, md1 has LVM with / and /var'
	local disk
	for disk in /dev/nvme0n1 /dev/nvme1n1; do
		gpt $disk 34MiB:U:EFI 24MiB:R:boot +:R:lvm
		mkfs.fat -n ESP ${disk}p1 >/dev/null
	done
	array 0 1 1.2 /dev/nvme0n1p2 /dev/nvme1n1p2
	array 1 1 1.2 /dev/nvme0n1p3 /dev/nvme1n1p3
	v vgcreate -q vg0 /dev/md1
	v lvcreate -q -n root -L 32M vg0
	v lvcreate -q -n var -L 32M vg0
	filesystem ext4 /dev/md0 web01-boot 2
	filesystem ext4 /dev/vg0/root web01-root 1
	filesystem ext4 /dev/vg0/var web01-var 3
	mounted /dev/vg0/root / /dev/md0 /boot /dev/vg0/var /var
	mdadm_conf=$(arrays_of_server)
	server <<-FSTAB
		/dev/mapper/vg0-root                            /          ext4  errors=remount-ro  0  1
		UUID=$(uuid 2)                                  /boot      ext4  defaults    0  2
		UUID=$(blkid -s UUID -o value /dev/nvme0n1p1)   /boot/efi  vfat  umask=0077  0  1
		/dev/mapper/vg0-var                             /var       ext4  defaults    0  2
	FSTAB
}

# --- LVM

# lvm_on DISK: /boot on a partition, a volume group on the other, with /, /var, /home and swap
lvm_on()
{
	gpt "$1" 24MiB:L:boot +:V:lvm
	filesystem ext4 "${1}1" web01-boot 2
	v vgcreate -q vg0 "${1}2"
	lvm_server "${1}1"
}

# lvm_server BOOT: in vg0, which is there
lvm_server()
{
	v lvcreate -q -n root -L 32M vg0
	v lvcreate -q -n var -L 16M vg0
	v lvcreate -q -n home -L 16M vg0
	v lvcreate -q -n swap -L 8M vg0
	filesystem ext4 /dev/vg0/root web01-root 1
	filesystem ext4 /dev/vg0/var web01-var 3
	filesystem ext3 /dev/vg0/home web01-home 4
	filesystem swap /dev/vg0/swap web01-swap 5
	mounted /dev/vg0/root / "$1" /boot /dev/vg0/var /var /dev/vg0/home /home
	server <<-FSTAB
		/dev/mapper/vg0-root  /      ext4  errors=remount-ro  0  1
		UUID=$(uuid 2)        /boot  ext4  defaults  0  2
		/dev/vg0/var          /var   ext4  defaults  0  2
		UUID=$(uuid 4)        /home  ext3  defaults  0  2
		/dev/mapper/vg0-swap  none   swap  sw        0  0
	FSTAB
}

# lvm_root [OPTION...]: a server with all on one volume "root" of vg0, made with OPTIONs
lvm_root()
{
	v lvcreate -q -y -n root -L 48M "$@" vg0
	on_root
}

# on_root: a server on vg0-root, which is there
on_root()
{
	filesystem ext4 /dev/vg0/root web01-root 1
	mounted /dev/vg0/root /
	server <<<"/dev/mapper/vg0-root  /  ext4  defaults  0  1"
}

scene_lvm_plain()
{
	about='LVM on one disk: vg0 with root, var, home and swap; /boot is a partition'
	lvm_on /dev/sda
}

scene_lvm_virtio()
{
	about='LVM on one virtio disk: vg0 with root, var, home and swap; /boot is a partition'
	lvm_on /dev/vda
}

scene_lvm_linear()
{
	about='LVM: one volume that spans two whole disks'
	v vgcreate -q vg0 /dev/sda /dev/sdb
	v lvcreate -q -y -n root -l 100%FREE vg0
	on_root
}

scene_lvm_striped()
{
	about='LVM: a volume striped over two disks'
	v vgcreate -q vg0 /dev/sda /dev/sdb
	lvm_root --stripes 2
}

scene_lvm_snapshot()
{
	about='LVM: root with an old-style snapshot (root-before), in which /etc/written-last says before, not after'
	v vgcreate -q vg0 /dev/sda
	lvm_root
	mounted /dev/vg0/root /
	echo before >/mnt/etc/written-last
	umount /mnt
	v lvcreate -q -y -s -L 16M -n root-before vg0/root
	mounted /dev/vg0/root /
	echo after >/mnt/etc/written-last
	umount /mnt
}

scene_lvm_thin()
{
	about='LVM: a thin pool with root and var, and a thin snapshot of root (not active by itself)'
	v vgcreate -q vg0 /dev/sda
	v lvcreate -q -y --type thin-pool -L 96M --poolmetadatasize 4M -n pool vg0
	v lvcreate -q -y -V 64M --thinpool pool -n root vg0
	v lvcreate -q -y -V 64M --thinpool pool -n var vg0
	filesystem ext4 /dev/vg0/root web01-root 1
	filesystem ext4 /dev/vg0/var web01-var 3
	mounted /dev/vg0/root / /dev/vg0/var /var
	server <<-FSTAB
		/dev/vg0/root   /     ext4  defaults  0  1
		UUID=$(uuid 3)  /var  ext4  defaults  0  2
	FSTAB
	v lvcreate -q -y -s -n root-before vg0/root
}

scene_lvm_mirror()
{
	about='LVM: a volume of type mirror on two disks, its log on a third'
	v vgcreate -q vg0 /dev/sda /dev/sdb /dev/sdc
	v lvcreate -q -y --type mirror -m 1 --nosync -n root -L 48M vg0 /dev/sda /dev/sdb /dev/sdc
	on_root
}

# lvm_raid1: a volume of type raid1
lvm_raid1()
{
	v vgcreate -q vg0 /dev/sda /dev/sdb
	v lvcreate -q -y --type raid1 -m 1 --nosync -n root -L 48M vg0
	on_root
}

scene_lvm_raid1()
{
	about='LVM: a volume of type raid1 on two disks'
	lvm_raid1
}

scene_lvm_raid1_degraded()
{
	about='LVM: a volume of type raid1, and one of its two disks is gone'
	lvm_raid1
}

scene_lvm_partial()
{
	about='LVM: the second of two disks is gone: root is whole, home is lost'
	v vgcreate -q vg0 /dev/sda /dev/sdb
	v lvcreate -q -y -n root -L 48M vg0 /dev/sda
	v lvcreate -q -y -n home -L 16M vg0 /dev/sdb
	filesystem ext4 /dev/vg0/root web01-root 1
	filesystem ext4 /dev/vg0/home web01-home 4
	mounted /dev/vg0/root / /dev/vg0/home /home
	server <<-FSTAB
		/dev/mapper/vg0-root  /      ext4  defaults  0  1
		/dev/mapper/vg0-home  /home  ext4  defaults  0  2
	FSTAB
}

scene_lvm_duplicate()
{
	about='LVM: two servers, web01 and web02, each with its own vg0'
	v vgcreate -q vg0 /dev/sda
	lvm_root
	v vgchange -q -an vg0
	v vgrename -q vg0 vg1
	v vgcreate -q vg0 /dev/sdb
	v lvcreate -q -y -n root -L 48M vg0
	filesystem ext4 /dev/vg0/root web02-root 0x11
	mounted /dev/vg0/root /
	server web02 <<<"/dev/mapper/vg0-root  /  ext4  defaults  0  1"
	v vgchange -q -an vg0
	# lvm refuses two groups of one name where it sees both
	v vgrename -q --devices /dev/sda vg1 vg0
}

scene_lvm_clone()
{
	about='LVM: the second disk is a copy of the first, with the same UUIDs'
	v vgcreate -q vg0 /dev/sda
	lvm_root
	v vgchange -q -an vg0
	sync
	cat /dev/sda >/dev/sdb
}

scene_lvm_dashes()
{
	about='LVM: dashes in the names: /dev/mapper/web--01-root--fs and web--01-var'
	v vgcreate -q web-01 /dev/sda
	v lvcreate -q -y -n root-fs -L 32M web-01
	v lvcreate -q -y -n var -L 16M web-01
	filesystem ext4 /dev/web-01/root-fs web01-root 1
	filesystem ext4 /dev/web-01/var web01-var 3
	mounted /dev/web-01/root-fs / /dev/web-01/var /var
	server <<-FSTAB
		/dev/mapper/web--01-root--fs  /     ext4  defaults  0  1
		/dev/web-01/var               /var  ext4  defaults  0  2
	FSTAB
}

# --- LUKS

# luks_server DEVICE BOOT NAME: / in the container NAME, which is made on DEVICE; more lines of fstab come
# from standard input
luks_server()
{
	filesystem ext4 "$2" web01-boot 2
	filesystem ext4 "/dev/mapper/$3" web01-root 1
	mounted "/dev/mapper/$3" / "$2" /boot
	crypttab=${crypttab-"$3 UUID=$(uuid 7) none luks"}
	server < <(
		echo "/dev/mapper/$3  /      ext4  errors=remount-ro  0  1"
		echo "UUID=$(uuid 2)  /boot  ext4  defaults           0  2"
		cat
	)
}

scene_luks1()
{
	about='LUKS1: / in web01_crypt on sda2'
	gpt /dev/sda 24MiB:L:boot +:L:crypt
	container /dev/sda2 web01_crypt 7 "${luks1[@]}"
	luks_server /dev/sda2 /dev/sda1 web01_crypt </dev/null
}

scene_luks2()
{
	about='LUKS2: / in sda2_crypt on sda2'
	gpt /dev/sda 24MiB:L:boot +:L:crypt
	container /dev/sda2 sda2_crypt 7
	luks_server /dev/sda2 /dev/sda1 sda2_crypt </dev/null
}

# with_key DEVICE NAME N FILE: a container that is opened by the key in FILE
with_key()
{
	cryptsetup luksFormat --batch-mode --key-file "$4" --uuid "$(uuid "$3")" "${quick[@]}" "$1"
	cryptsetup open --key-file "$4" "$1" "$2"
}

scene_luks_keyfile()
{
	about='LUKS2: / in sda2_crypt (passphrase), /srv in srv_crypt on sdb, whose key file is on /'
	gpt /dev/sda 24MiB:L:boot +:L:crypt
	container /dev/sda2 sda2_crypt 7
	dd if=/dev/urandom of=/tmp/srv.key bs=512 count=1 status=none
	with_key /dev/sdb srv_crypt 8 /tmp/srv.key
	filesystem ext4 /dev/mapper/srv_crypt web01-srv 6
	mounted /dev/mapper/srv_crypt /
	echo "srv of web01" >/mnt/note
	umount /mnt
	crypttab="sda2_crypt UUID=$(uuid 7) none luks,discard
srv_crypt UUID=$(uuid 8) /etc/keys/srv.key luks"
	luks_server /dev/sda2 /dev/sda1 sda2_crypt <<<"/dev/mapper/srv_crypt  /srv  ext4  defaults  0  2"
	mounted /dev/mapper/sda2_crypt /
	mkdir -m 700 /mnt/etc/keys
	cp /tmp/srv.key /mnt/etc/keys/srv.key
	chmod 400 /mnt/etc/keys/srv.key
	umount /mnt
	rm /tmp/srv.key
}

scene_luks_keydisk()
{
	about='LUKS2: the key file of / lies on another disk (LABEL=KEYS), which crypttab names; the passphrase works, too'
	gpt /dev/sda 24MiB:L:boot +:L:crypt
	dd if=/dev/urandom of=/tmp/root.key bs=512 count=1 status=none
	container /dev/sda2 sda2_crypt 7
	printf %s "$passphrase" | cryptsetup luksAddKey --batch-mode --key-file - "${quick[@]:2:8}" /dev/sda2 /tmp/root.key
	mkfs.fat -n KEYS /dev/vda >/dev/null
	mounted /dev/vda /
	mkdir /mnt/keys
	cp /tmp/root.key /mnt/keys/root.key
	umount /mnt
	rm /tmp/root.key
	crypttab="sda2_crypt UUID=$(uuid 7) /keys/root.key:LABEL=KEYS luks,keyscript=passdev"
	luks_server /dev/sda2 /dev/sda1 sda2_crypt </dev/null
}

scene_luks_whole()
{
	about='LUKS2 over a whole disk (sdb): / in root_crypt; /boot on sda'
	filesystem ext4 /dev/sda web01-boot 2
	container /dev/sdb root_crypt 7
	luks_server /dev/sdb /dev/sda root_crypt </dev/null
}

scene_luks_detached()
{
	about='LUKS2 without a header on sdb: the header of srv_crypt is a file in /boot; / is plain'
	gpt /dev/sda 24MiB:L:boot +:L:root
	filesystem ext4 /dev/sda1 web01-boot 2
	filesystem ext4 /dev/sda2 web01-root 1
	mounted /dev/sda1 /
	printf %s "$passphrase" | cryptsetup luksFormat --batch-mode --key-file - --uuid "$(uuid 8)" \
		"${quick[@]}" --header /mnt/srv.header /dev/sdb
	printf %s "$passphrase" | cryptsetup open --key-file - --header /mnt/srv.header /dev/sdb srv_crypt
	umount /mnt
	filesystem ext4 /dev/mapper/srv_crypt web01-srv 6
	crypttab="srv_crypt /dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_DISK-B none luks,header=/boot/srv.header"
	mounted /dev/sda2 / /dev/sda1 /boot
	server <<-FSTAB
		UUID=$(uuid 1)         /      ext4  defaults         0  1
		UUID=$(uuid 2)         /boot  ext4  defaults         0  2
		/dev/mapper/srv_crypt  /srv   ext4  defaults,nofail  0  2
	FSTAB
}

scene_luks_two()
{
	about='LUKS: two containers with the same passphrase: / in sda2_crypt, /srv in srv_crypt on sdb (LUKS1)'
	gpt /dev/sda 24MiB:L:boot +:L:crypt
	container /dev/sda2 sda2_crypt 7
	container /dev/sdb srv_crypt 8 "${luks1[@]}"
	filesystem ext4 /dev/mapper/srv_crypt web01-srv 6
	crypttab="sda2_crypt UUID=$(uuid 7) none luks
srv_crypt UUID=$(uuid 8) none luks"
	luks_server /dev/sda2 /dev/sda1 sda2_crypt <<<"/dev/mapper/srv_crypt  /srv  ext4  defaults  0  2"
}

scene_bitlocker()
{
	about='a plain server on sda, and a disk sdb that BitLocker has locked (its signature only)'
	gpt /dev/sda 24MiB:L:boot +:L:root
	filesystem ext4 /dev/sda1 web01-boot 2
	filesystem ext4 /dev/sda2 web01-root 1
	gpt /dev/sdb +:EBD0A0A2-B9E5-4433-87C0-68B6B72699C7:windows
	bitlocker_signature /dev/sdb1
	mounted /dev/sda2 / /dev/sda1 /boot
	server <<-FSTAB
		UUID=$(uuid 1)  /      ext4  defaults  0  1
		UUID=$(uuid 2)  /boot  ext4  defaults  0  2
	FSTAB
}

# at DEVICE OFFSET: writes what comes there
at()
{
	dd of="$1" bs=1 seek="$(($2))" conv=notrunc status=none
}

# bitlocker_signature DEVICE: a boot sector as Windows 7 and later write it, and three metadata blocks
bitlocker_signature()
{
	local block
	printf '\353\130\220-FVE-FS-\000\002\010' | at "$1" 0
	printf '\073\326\147\111\051\056\330\112\203\231\366\243\071\343\320\001' | at "$1" 160
	# where the three metadata blocks are, in bytes, 64 bits each
	printf '\000\000\020\000\000\000\000\000\000\000\040\000\000\000\000\000\000\000\060\000\000\000\000\000' |
		at "$1" 176
	printf '\125\252' | at "$1" 510
	for block in 0x100000 0x200000 0x300000; do
		printf -- '-FVE-FS-\000\001\002\000\004\000\004\000' | at "$1" $block
		# the header: its size, its version, 48, that size again
		printf '\100\000\000\000\001\000\000\000\060\000\000\000\100\000\000\000' | at "$1" $((block + 64))
	done
}

# --- one on another

scene_lvm_luks()
{
	about='LVM in LUKS2 on a virtio disk, as an installer makes it: vda2_crypt, vg0 with root, var, home and swap'
	gpt /dev/vda 24MiB:L:boot +:L:crypt
	filesystem ext4 /dev/vda1 web01-boot 2
	container /dev/vda2 vda2_crypt 7
	v vgcreate -q vg0 /dev/mapper/vda2_crypt
	crypttab="vda2_crypt UUID=$(uuid 7) none luks,discard"
	lvm_server /dev/vda1
}

# home_volume: vg0-home, which is there, with a note
home_volume()
{
	filesystem ext4 /dev/vg0/home web01-home 4
	mounted /dev/vg0/home /
	echo "home of web01" >/mnt/note
	umount /mnt
}

scene_luks_lvm()
{
	about='LUKS in volumes of LVM: vg0-root has root_crypt, vg0-home is plain'
	gpt /dev/sda 24MiB:L:boot +:V:lvm
	v vgcreate -q vg0 /dev/sda2
	v lvcreate -q -n root -L 48M vg0
	v lvcreate -q -n home -L 16M vg0
	container /dev/vg0/root root_crypt 7
	home_volume
	crypttab="root_crypt /dev/vg0/root none luks"
	luks_server /dev/vg0/root /dev/sda1 root_crypt <<<"/dev/vg0/home  /home  ext4  defaults  0  2"
}

# two_arrays: md0 for /boot, md1 for the rest
two_arrays()
{
	local disk
	for disk in /dev/sda /dev/sdb; do
		gpt $disk 24MiB:R:boot +:R:rest
	done
	array 0 1 1.0 /dev/sda1 /dev/sdb1
	array 1 1 1.2 /dev/sda2 /dev/sdb2
	mdadm_conf=$(arrays_of_server)
}

scene_luks_lvm_md()
{
	about='LUKS on LVM on md RAID1: md1 has vg0, its volume root has root_crypt; home is a plain volume'
	two_arrays
	v vgcreate -q vg0 /dev/md1
	v lvcreate -q -n root -L 48M vg0
	v lvcreate -q -n home -L 16M vg0
	container /dev/vg0/root root_crypt 7
	home_volume
	crypttab="root_crypt /dev/mapper/vg0-root none luks"
	luks_server /dev/vg0/root /dev/md0 root_crypt <<<"/dev/mapper/vg0-home  /home  ext4  defaults  0  2"
}

scene_lvm_luks_md()
{
	about='LVM in LUKS2 on md RAID1: md1 has md1_crypt, in it vg0 with root, var, home and swap'
	two_arrays
	filesystem ext4 /dev/md0 web01-boot 2
	container /dev/md1 md1_crypt 7
	v vgcreate -q vg0 /dev/mapper/md1_crypt
	crypttab="md1_crypt UUID=$(uuid 7) none luks"
	lvm_server /dev/md0
}

scene_lvm_md()
{
	about='LVM on md RAID1: md0 is /boot, md1 is /, md2 has vg0 with var and home'
	local disk
	for disk in /dev/sda /dev/sdb; do
		gpt $disk 24MiB:R:boot 48MiB:R:root +:R:lvm
	done
	array 0 1 1.2 /dev/sda1 /dev/sdb1
	array 1 1 1.2 /dev/sda2 /dev/sdb2
	array 2 1 1.2 /dev/sda3 /dev/sdb3
	v vgcreate -q vg0 /dev/md2
	v lvcreate -q -n var -L 32M vg0
	v lvcreate -q -n home -L 32M vg0
	filesystem ext4 /dev/md0 web01-boot 2
	filesystem ext4 /dev/md1 web01-root 1
	filesystem ext4 /dev/vg0/var web01-var 3
	filesystem ext4 /dev/vg0/home web01-home 4
	mounted /dev/md1 / /dev/md0 /boot /dev/vg0/var /var /dev/vg0/home /home
	mdadm_conf=$(arrays_of_server)
	server <<-FSTAB
		/dev/md1              /      ext4  errors=remount-ro  0  1
		/dev/md0              /boot  ext4  defaults  0  2
		/dev/mapper/vg0-var   /var   ext4  defaults  0  2
		/dev/mapper/vg0-home  /home  ext4  defaults  0  2
	FSTAB
}

# btrfs_server DEVICE BOOT FSTAB-NAME: / in @, /home in @home
btrfs_server()
{
	mounted "$1" /
	btrfs -q subvolume create /mnt/@
	btrfs -q subvolume create /mnt/@home
	umount /mnt
	mount -o subvol=@ "$1" /mnt
	mkdir -p /mnt/home
	mount -o subvol=@home "$1" /mnt/home
	[ -z "$2" ] || mounted "$2" /boot
	server < <(
		echo "$3  /      btrfs  subvol=@      0  0"
		echo "$3  /home  btrfs  subvol=@home  0  0"
		[ -z "$2" ] || echo "UUID=$(uuid 2)  /boot  ext4  defaults  0  2"
	)
}

scene_btrfs_luks()
{
	about='btrfs with @ and @home in LUKS2 on a virtio disk'
	gpt /dev/vda 24MiB:L:boot +:L:crypt
	filesystem ext4 /dev/vda1 web01-boot 2
	container /dev/vda2 vda2_crypt 7
	filesystem btrfs /dev/mapper/vda2_crypt web01-root 1
	crypttab="vda2_crypt UUID=$(uuid 7) none luks"
	btrfs_server /dev/mapper/vda2_crypt /dev/vda1 /dev/mapper/vda2_crypt
}

scene_btrfs_md()
{
	about='btrfs with @ and @home on md RAID1'
	array 0 1 1.2 /dev/sda /dev/sdb
	filesystem btrfs /dev/md0 web01-root 1
	mdadm_conf=$(arrays_of_server)
	btrfs_server /dev/md0 "" "UUID=$(uuid 1)"
}

btrfs_on_two()
{
	modprobe btrfs # without it mkfs cannot show the second disk to the kernel
	filesystem btrfs /dev/sda web01-root 1 -d raid1 -m raid1 /dev/sdb
	btrfs_server /dev/sda "" "UUID=$(uuid 1)"
}

scene_btrfs_two()
{
	about='btrfs RAID1 over two disks, with @ and @home'
	btrfs_on_two
}

scene_btrfs_missing()
{
	about='btrfs RAID1 over two disks, and the second is gone'
	btrfs_on_two
}

scene_names_vda()
{
	about='no stack: a server that was installed on vda and vdb; its fstab says /dev/vda1, /dev/vda2 and /dev/vdb'
	gpt /dev/sda 24MiB:L:boot +:L:root
	filesystem ext4 /dev/sda1 web01-boot 2
	filesystem ext4 /dev/sda2 web01-root 1
	filesystem ext4 /dev/sdb web01-home 4
	mounted /dev/sda2 / /dev/sda1 /boot /dev/sdb /home
	server <<-FSTAB
		/dev/vda2  /      ext4  defaults  0  1
		/dev/vda1  /boot  ext4  defaults  0  2
		/dev/vdb   /home  ext4  defaults  0  2
	FSTAB
}

case $1 in
list) list ;;
about) about "$2" ;;
recipe) recipe "$2" ;;
close) close_all ;;
make)
	trap close_all EXIT
	"$(function_of "$2")"
	;;
esac
