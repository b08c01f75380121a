# shellcheck shell=bash disable=SC2034
# SPDX-License-Identifier: GPL-3.0-or-later
# The words of a machine's description. They only collect; write.sh writes. To be sourced.

declare -A is        # "NAME.KEY": what the description or a rule says of a device
names=()             # devices in the order of the description
dormant_names=()     # likewise, not in the kernel
mounts=()            # lines of mountinfo
swaps=()             # lines of swaps
root_folders=()      # folders below refloat/roots, to be made
root_files=()        # "PATH", in step with root_texts
root_texts=()
root_links=()        # "PATH TARGET"
root_programs=()     # "PATH ARCHITECTURE"
root_name=
kernel_command_line='BOOT_IMAGE=/vmlinuz quiet'
next_controller=1
next_minor=0
next_mount=30

# bytes SIZE: 40G, 512M, 17K, 2048s (sectors) or plain bytes; the answer is in $bytes
bytes()
{
	case $1 in
	*T) bytes=$((${1%T} << 40)) ;;
	*G) bytes=$((${1%G} << 30)) ;;
	*M) bytes=$((${1%M} << 20)) ;;
	*K) bytes=$((${1%K} << 10)) ;;
	*s) bytes=$((${1%s} << 9)) ;;
	*) bytes=$1 ;;
	esac
}

# add NAME KIND SIZE [KEY=VALUE]...
add()
{
	local name=$1 word
	[ -z "${is[$name.kind]-}" ] || die "device $name stands twice"
	bytes "$3"
	is[$name.kind]=$2
	is[$name.size]=$bytes
	shift 3
	for word; do
		is[$name.${word%%=*}]=${word#*=}
	done
	names+=("$name")
}

# letters LETTERS: a is 0, z 25, aa 26; the answer is in $ordinal
letters()
{
	local text=$1 value=0 letter
	while [ -n "$text" ]; do
		printf -v letter %d "'${text:0:1}"
		value=$((value * 26 + letter - 96))
		text=${text:1}
	done
	ordinal=$((value - 1))
}

# place NAME PATH MAJOR MINOR: unless the description says otherwise
place()
{
	is[$1.path]=${is[$1.path]-$2}
	is[$1.number]=${is[$1.number]-$3:$4}
}

# A whole disk where its driver puts it, with the driver's numbers.
disk()
{
	local name=$1 slot
	add "$name" disk "${@:2}"
	printf -v slot '%02x' $((next_controller + 2))
	case $name in
	sd*)
		letters "${name#sd}"
		local host=$((next_controller - 1))
		if ((ordinal < 16)); then
			place "$name" "" 8 $((ordinal * 16))
		else
			place "$name" "" 259 $((10000 + ordinal * 16))
		fi
		[ -n "${is[$name.path]}" ] || is[$name.path]="pci0000:00/0000:00:1f.2/ata$next_controller/host$host/target$host:0:0/$host:0:0:0/block/$name"
		;;
	hd*)
		letters "${name#hd}"
		place "$name" "pci0000:00/0000:00:01.1/ide$((ordinal / 2))/$((ordinal / 2)).$((ordinal % 2))/block/$name" \
			$((ordinal < 2 ? 3 : 22)) $((ordinal % 2 * 64))
		;;
	vd*)
		letters "${name#vd}"
		place "$name" "pci0000:00/0000:00:$slot.0/virtio$next_controller/block/$name" 254 $((ordinal * 16))
		;;
	xvd*)
		letters "${name#xvd}"
		place "$name" "vbd-$((51712 + ordinal * 16))/block/$name" 202 $((ordinal * 16))
		;;
	nvme*)
		place "$name" "pci0000:00/0000:00:$slot.0/nvme/${name%n*}/$name" 259 $((next_minor++))
		;;
	mmcblk*)
		place "$name" "platform/soc/mmc_host/mmc0/mmc0:0001/block/$name" 179 $((8 * ${name#mmcblk}))
		;;
	cciss!c0d*)
		place "$name" "pci0000:00/0000:00:$slot.0/cciss0/${name#cciss!}/block/$name" 104 $((16 * ${name#cciss!c0d}))
		;;
	rd!c0d*)
		place "$name" "pci0000:00/0000:00:$slot.0/block/$name" 48 $((8 * ${name#rd!c0d}))
		;;
	sr*)
		place "$name" "pci0000:00/0000:00:1f.1/ata9/host9/target9:0:0/9:0:0:0/block/$name" 11 "${name#sr}"
		;;
	*)
		[ -n "${is[$name.path]-}" ] || die "$name needs path="
		[ -n "${is[$name.number]-}" ] || die "$name needs number="
		;;
	esac
	next_controller=$((next_controller + 1))
}

# part NAME PARENT START SIZE [KEY=VALUE]...
part()
{
	local name=$1 parent=$2 parent_number number
	[ -n "${is[$parent.kind]-}" ] || die "$name: no device $parent"
	bytes "$3"
	add "$name" part "$4" start="$bytes" parent="$parent" "${@:5}"
	number=${name##*[!0-9]}
	is[$name.part]=${is[$name.part]-$number}
	parent_number=${is[$parent.number]}
	if ((${parent_number%%:*} == 259)) || [ "${is[$parent.kind]}" != disk ]; then
		place "$name" "${is[$parent.path]}/$name" 259 $((next_minor++))
	else
		place "$name" "${is[$parent.path]}/$name" "${parent_number%%:*}" $((${parent_number##*:} + number))
	fi
	is[$parent.parts]+=" $name"
}

# array NAME SIZE members=sda1,sdb1 [level=raid1] [KEY=VALUE]...: "missing" is an empty slot
array()
{
	add "$1" md "$2" level=raid1 "${@:3}"
	place "$1" "virtual/block/$1" 9 "${1#md}"
	is[$1.on]=${is[$1.members]//,/ }
}

# map dm-N NAME SIZE on=md2[,...] dm_uuid=LVM-... [KEY=VALUE]...: with part=N start=SIZE it is a
# partition of what it lies on
map()
{
	add "$1" dm "$3" dm_name="$2" "${@:4}"
	place "$1" "virtual/block/$1" 253 "${1#dm-}"
	is[$1.on]=${is[$1.on]//,/ }
	if [ -n "${is[$1.part]-}" ]; then
		bytes "${is[$1.start]}"
		is[$1.start]=$bytes
		is[${is[$1.on]}.parts]+=" $1"
	fi
}

# dormant NAME KIND SIZE on=sda1,sdb1 [KEY=VALUE]...: what a look has found, not up in the kernel
dormant()
{
	[ -z "${is[$1.kind]-}" ] || die "device $1 stands twice"
	local kind=$2
	add "$1" dormant "$3" look_kind="$kind" "${@:4}"
	unset 'names[-1]'
	names=("${names[@]}")
	dormant_names+=("$1")
}

# loop NAME SIZE file=PATH [KEY=VALUE]...
loop()
{
	add "$1" loop "${@:2}"
	place "$1" "virtual/block/$1" 7 "${1#loop}"
}

# memory zramN SIZE [KEY=VALUE]...
memory()
{
	add "$1" zram "${@:2}"
	place "$1" "virtual/block/$1" 251 "${1#zram}"
}

# mounted DEVICE|- TARGET TYPE [OPTIONS [ROOT]]: "-" for filesystems without a device
mounted()
{
	local number="0:$next_mount" source=$3
	if [ "$1" != - ]; then
		[ -n "${is[$1.kind]-}" ] || die "mounted: no device $1"
		number=${is[$1.number]}
		source=/dev/${is[$1.dm_name]+mapper/}${is[$1.dm_name]-${1//!//}}
		[ "$3" != btrfs ] || number="0:$next_mount"
	fi
	mounts+=("$next_mount 1 $number ${5-/} $2 rw,relatime shared:1 - $3 $source ${4-rw}")
	next_mount=$((next_mount + 1))
}

# swapped DEVICE
swapped()
{
	swaps+=("/dev/$1 partition $((${is[$1.size]} / 1024 - 4)) 0 -2")
}

# The contents of a filesystem, for the words that follow: root DEVICE[:SUBVOLUME]
root()
{
	root_name=${1//\//!}
	root_folders+=("$root_name")
}

# file PATH <<END, in the filesystem that root names
file()
{
	root_files+=("$root_name/$1")
	root_texts+=("$(cat)")
}

folder() { root_folders+=("$root_name/$1"); }
link() { root_links+=("$root_name/$1 $2"); }       # link PATH TARGET
program() { root_programs+=("$root_name/$1 $2"); } # program PATH ARCHITECTURE

# debian HOST [ARCHITECTURE [KERNEL]]: what every installed Debian has, but for its fstab
debian()
{
	folder root
	folder home
	folder var/log
	folder proc
	folder sys
	folder dev
	folder etc/init.d
	folder usr/lib/modules/"${3-6.1.0-28-amd64}"
	link bin usr/bin
	link lib usr/lib
	link sbin usr/sbin
	link etc/os-release ../usr/lib/os-release
	link usr/sbin/init /lib/systemd/systemd
	program usr/lib/systemd/systemd "${2-x86_64}"
	program usr/bin/bash "${2-x86_64}"
	link usr/bin/sh bash
	file etc/hostname <<<"$1"
	file etc/passwd <<<'root:x:0:0:root:/root:/bin/bash'
	file usr/lib/os-release <<-END
		PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
		NAME="Debian GNU/Linux"
		VERSION_ID="12"
		ID=debian
	END
}
