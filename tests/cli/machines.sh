# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Small recorded machines for the tests of the command line. To be sourced.

# block DIR NAME SECTORS [PARENT]: a disk, or a partition of PARENT
block()
{
	local folder=$1/sys/devices/pci0/ata1/block/${4:+$4/}$2
	mkdir -p "$folder" "$1/sys/class/block"
	echo "$3" >"$folder/size"
	ln -s "../../devices/pci0/ata1/block/${4:+$4/}$2" "$1/sys/class/block/$2"
	if [ -n "${4-}" ]; then
		echo "${2#"$4"}" >"$folder/partition"
		echo 2048 >"$folder/start"
	fi
}

# model DIR NAME MODEL SERIAL
model()
{
	mkdir -p "$1/sys/class/block/$2/device"
	printf '%s\n' "$3" >"$1/sys/class/block/$2/device/model"
	printf '%s\n' "$4" >"$1/sys/class/block/$2/device/serial"
}

# array DIR NAME SECTORS LEVEL MEMBER...
array()
{
	local folder=$1/sys/devices/virtual/block/$2 member slot=0
	mkdir -p "$folder/md" "$folder/slaves" "$1/sys/class/block"
	echo "$3" >"$folder/size"
	echo "$4" >"$folder/md/level"
	echo clean >"$folder/md/array_state"
	echo $(($# - 4)) >"$folder/md/raid_disks"
	ln -s "../../devices/virtual/block/$2" "$1/sys/class/block/$2"
	shift 4
	for member in "$@"; do
		mkdir -p "$folder/slaves/$member" "$folder/md/dev-$member"
		echo $slot >"$folder/md/dev-$member/slot"
		echo in_sync >"$folder/md/dev-$member/state"
		slot=$((slot + 1))
	done
}

# content USAGE TYPE LABEL UUID: a probe's "content"
content()
{
	printf '{"usage":"%s","type":"%s","label":"%s","uuid":"%s"}' "$@"
}

# partition NUMBER MEGABYTES CONTENT: one of a probe's "partitions"; each starts at NUMBER GiB
partition()
{
	printf '{"number":%d,"start":%d,"size":%d,"type":"0x83","type_name":"Linux","uuid":"%s",' \
		"$1" $(($1 * 1073741824)) $(($2 * 1048576)) "5eed5eed-0$1"
	printf '"content":%s}' "$3"
}

# plain_machine DIR: two SATA disks, a mirror with the system on it, a disk that has no table
plain_machine()
{
	local dir=$1 member
	mkdir -p "$dir/proc/self" "$dir/dev" "$dir/refloat/roots/md0"
	: >"$dir/proc/self/mountinfo"
	for disk in sda sdb; do
		block "$dir" $disk 41943040
		block "$dir" ${disk}1 20971520 $disk
		block "$dir" ${disk}2 2097152 $disk
		model "$dir" $disk "SAMPLE DISK 20" "S-$disk"
	done
	block "$dir" sdc 8388608
	array "$dir" md0 20969472 raid1 sda1 sdb1
	member=$(content raid linux_raid_member web01:0 9d6d0ad6-0000-4000-8000-00000000a000)
	{
		printf '{"probes":{'
		for disk in sda sdb; do
			printf '"%s":{"size":21474836480,"sector_size":512,"content":{},' $disk
			printf '"table":{"type":"dos","uuid":"5eed5eed"},"partitions":[%s,%s]},' \
				"$(partition 1 10240 "$member")" \
				"$(partition 2 1024 "$(content other swap "swap-$disk" \
					"9d6d0ad6-0000-4000-8000-00000000${disk/sd/b}00")")"
		done
		printf '"sdc":{"size":4294967296,"sector_size":512,"content":%s},' \
			"$(content filesystem xfs backup 9d6d0ad6-0000-4000-8000-00000000c000)"
		printf '"md0":{"size":10736369664,"sector_size":512,"content":%s}}}' \
			"$(content filesystem ext4 root 9d6d0ad6-0000-4000-8000-00000000d000)"
	} >"$dir/refloat/probes.json"
	plain_root "$dir/refloat/roots/md0"
}

# plain_root DIR: what is recorded of the system on md0
plain_root()
{
	mkdir -p "$1/etc" "$1/usr/bin" "$1/boot" "$1/srv/backup" "$1/mnt/old" "$1/var/www" "$1/srv/www"
	touch "$1/boot/vmlinuz-6.1.0-9-amd64" "$1/boot/vmlinuz-6.1.0-37-amd64"
	echo web01 >"$1/etc/hostname"
	printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\nVERSION_ID="12"\n' >"$1/etc/os-release"
	cat >"$1/etc/fstab" <<-'FSTAB'
		# the root, by the array
		UUID=9d6d0ad6-0000-4000-8000-00000000d000 / ext4 errors=remount-ro 0 1
		LABEL=backup /srv/backup xfs defaults,noexec 0 2
		UUID=00000000-dead-4000-8000-000000000000 /mnt/old ext4 defaults 0 2
		/srv/www /var/www none bind 0 0
		//anna:hunter2@files/share /srv/share cifs username=anna,password=hunter2,_netdev 0 0
		LABEL=swap-sda none swap sw 0 0
	FSTAB
}

# hostile_machine DIR: labels, models and names that try to drive the terminal
hostile_machine()
{
	local dir=$1 root=$1/refloat/roots/sda1
	mkdir -p "$dir/proc/self" "$dir/dev" "$root/etc" "$root/usr/bin" "$root/boot"
	: >"$dir/proc/self/mountinfo"
	block "$dir" sda 41943040
	block "$dir" sda1 20971520 sda
	model "$dir" sda $'EVIL\e]0;owned\a' $'S\e[31m'
	{
		printf '{"probes":{"sda":{"size":21474836480,"sector_size":512,"content":{},'
		printf '"table":{"type":"dos","uuid":"5eed5eed","note":"note \\u001b[5mblinks"},'
		printf '"partitions":[%s]}}}' "$(partition 1 10240 \
			"$(content filesystem ext4 '\u001b[2J\u001b[Hgone\u009b31m\u202e\u0007' \
				'9d6d0ad6-0000-4000-8000-00000000e000')")"
	} >"$dir/refloat/probes.json"
	printf 'evil\e[2Jhost\n' >"$root/etc/hostname"
	printf 'PRETTY_NAME="Evil\e[31m \302\23331m Linux \342\200\256"\nVERSION_ID="\e[1m"\n' \
		>"$root/etc/os-release"
	touch "$root/boot/vmlinuz-6."$'\e[7m'1
	printf '%s\n' $'LABEL=\e[2J /\e[5m ext4 defaults 0 0' \
		'UUID=9d6d0ad6-0000-4000-8000-00000000e000 / ext4 defaults 0 1' \
		$'/dev/\e]0;x\a /a\\033[1mb ext4 \e[3m 0 0' $'\e[2J' >"$root/etc/fstab"
}
