# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes the machine that words.sh has collected. To be sourced.
#
# A machine may have a thousand disks and no program is started for one of them: folders are
# collected and made by one mkdir, files are written by the shell, links go in batches.

MANY=100   # devices, from which on links that cost a program each are left out
paths=()   # files to write below $base, in step with texts
texts=()
folders=() # to make

# put PATH TEXT
put()
{
	paths+=("$1")
	texts+=("$2")
	folders+=("${1%/*}")
}

# kind_of_content TYPE: libblkid's usage, in $usage
kind_of_content()
{
	case $1 in
	LVM2_member | linux_raid_member | mpath_member | isw_raid_member) usage=raid ;;
	crypto_LUKS) usage=crypto ;;
	swap) usage=other ;;
	'') usage= ;;
	*) usage=filesystem ;;
	esac
}

# up PATH: "../" for each component, in $up
up()
{
	local slashes=${1//[!\/]/}
	up=${slashes//\//../}
}

write_hardware()
{
	local name=$1 path=$2 hardware tail
	case $path in
	virtual/*) return ;;
	*/block/*)
		hardware=${path%/block/*}
		tail=../../../${hardware##*/}
		;;
	*)
		hardware=${path%/*}
		tail=../../${hardware##*/}
		;;
	esac
	if ((${#names[@]} < MANY)); then
		links+=("sys/devices/$path/device $tail")
	else
		hardware=$path/device
	fi
	[ -z "${is[$name.model]-}" ] || put "sys/devices/$hardware/model" "${is[$name.model]}"
	[ -z "${is[$name.vendor]-}" ] || put "sys/devices/$hardware/vendor" "${is[$name.vendor]}"
	[ -z "${is[$name.media]-}" ] || put "sys/devices/$hardware/media" "${is[$name.media]}"
	case $name in
	nvme*)
		[ -z "${is[$name.serial]-}" ] || put "sys/devices/$hardware/serial" "${is[$name.serial]}"
		[ -z "${is[$name.wwn]-}" ] || put "sys/devices/$path/wwid" "${is[$name.wwn]}"
		;;
	vd*)
		[ -z "${is[$name.serial]-}" ] || put "sys/devices/$path/serial" "${is[$name.serial]}"
		;;
	*)
		[ -z "${is[$name.wwn]-}" ] || put "sys/devices/$hardware/wwid" "${is[$name.wwn]}"
		;;
	esac
	put "sys/devices/$hardware/uevent" ""
}

write_array()
{
	local name=$1 path=$2 member slot=0
	put "sys/devices/$path/md/level" "${is[$name.level]}"
	put "sys/devices/$path/md/array_state" "${is[$name.state]-clean}"
	[ -z "${is[$name.array_uuid]-}" ] || put "sys/devices/$path/md/uuid" "${is[$name.array_uuid]}"
	for member in ${is[$name.on]}; do
		if [ "$member" != missing ]; then
			put "sys/devices/$path/md/dev-$member/slot" "$slot"
			put "sys/devices/$path/md/dev-$member/state" in_sync
		fi
		slot=$((slot + 1))
	done
	put "sys/devices/$path/md/raid_disks" "$slot"
}

write_device()
{
	local name=$1 path=${is[$1.path]} kind=${is[$1.kind]} below
	local at=sys/devices/$path
	put "$at/dev" "${is[$name.number]}"
	put "$at/size" $((${is[$name.size]} / 512))
	put "$at/ro" "${is[$name.ro]-0}"
	put "$at/uevent" "DEVNAME=$name"
	class_links+=("../../devices/$path")
	if [ "$kind" = part ]; then
		put "$at/partition" "${is[$name.part]}"
		put "$at/start" $((${is[$name.start]} / 512))
		folders+=("$at/holders")
		return
	fi
	block_links+=("../devices/$path")
	put "$at/removable" "${is[$name.removable]-0}"
	put "$at/hidden" 0
	put "$at/queue/rotational" "${is[$name.rotational]-0}"
	put "$at/queue/logical_block_size" "${is[$name.sector]-512}"
	put "$at/queue/physical_block_size" "${is[$name.physical]-${is[$name.sector]-512}}"
	folders+=("$at/slaves" "$at/holders")
	case $kind in
	disk) write_hardware "$name" "$path" ;;
	md) write_array "$name" "$path" ;;
	dm)
		put "$at/dm/name" "${is[$name.dm_name]}"
		put "$at/dm/uuid" "${is[$name.dm_uuid]-}"
		;;
	loop) [ -z "${is[$name.file]-}" ] || put "$at/loop/backing_file" "${is[$name.file]}" ;;
	esac
	for below in ${is[$name.on]-}; do
		[ "$below" != missing ] || continue
		[ -n "${is[$below.path]-}" ] || die "$name: no device $below"
		up "$path"
		links+=("$at/slaves/$below ../../${up}${is[$below.path]}")
		up "${is[$below.path]}"
		links+=("sys/devices/${is[$below.path]}/holders/$name ../../${up}$path")
	done
}

# add_udev LINE: to $udev
add_udev() { udev+="$1"$'\n'; }

# tags NAME: what udev notes of it, in $udev, and its links below dev/disk
tags()
{
	local name=$1 key field node=../../${1//!//}
	local -a fields=(type=ID_FS_TYPE version=ID_FS_VERSION uuid=ID_FS_UUID
		sub=ID_FS_UUID_SUB label=ID_FS_LABEL_ENC table=ID_PART_TABLE_TYPE
		table_uuid=ID_PART_TABLE_UUID entry=ID_PART_ENTRY_TYPE
		partuuid=ID_PART_ENTRY_UUID partlabel=ID_PART_ENTRY_NAME)
	kind_of_content "${is[$name.type]-}"
	[ -z "$usage" ] || add_udev "E:ID_FS_USAGE=$usage"
	for key in "${fields[@]}"; do
		field=${is[$name.${key%=*}]-}
		[ -z "$field" ] || add_udev "E:${key#*=}=${field// /\\x20}"
	done
	[ -z "${is[$name.boot]-}" ] || add_udev "E:ID_PART_ENTRY_FLAGS=0x80"
	if [ "${is[$name.kind]}" = part ]; then
		add_udev "E:ID_PART_ENTRY_SCHEME=${is[${is[$name.parent]}.table]}"
		add_udev "E:ID_PART_ENTRY_NUMBER=${is[$name.part]}"
	fi
	((${#names[@]} < MANY)) || return
	for key in uuid label partuuid partlabel; do
		field=${is[$name.$key]-}
		[ -n "$field" ] || continue
		# a member's UUID is its array's: udev makes no link for it
		[ "$usage" != raid ] || [[ $key == part* ]] || continue
		field=${field// /\\x20}
		field=${field//\//\\x2f}
		links+=("dev/disk/by-$key/$field $node")
		add_udev "S:disk/by-$key/$field"
	done
}

write_udev()
{
	local name=$1 id udev=
	tags "$name"
	[ -z "${is[$name.serial]-}" ] || add_udev "E:ID_SERIAL_SHORT=${is[$name.serial]}"
	[ -z "${is[$name.bus]-}" ] || add_udev "E:ID_BUS=${is[$name.bus]}"
	for id in ${is[$name.id]-}; do
		links+=("dev/disk/by-id/$id ../../${name//!//}")
		add_udev "S:disk/by-id/$id"
	done
	case ${is[$name.kind]} in
	md)
		add_udev "E:MD_LEVEL=${is[$name.level]}"
		[ -z "${is[$name.array_uuid]-}" ] || add_udev "E:MD_UUID=${is[$name.array_uuid]}"
		if [ -n "${is[$name.array]-}" ]; then
			add_udev "E:MD_NAME=${is[$name.array]}"
			add_udev "E:MD_DEVNAME=${is[$name.array]##*:}"
			links+=("dev/md/${is[$name.array]##*:} ../$name")
		fi
		;;
	dm)
		add_udev "E:DM_NAME=${is[$name.dm_name]}"
		links+=("dev/mapper/${is[$name.dm_name]} ../$name")
		if [ -n "${is[$name.lv]-}" ]; then
			links+=("dev/${is[$name.lv]} ../$name")
			add_udev "S:${is[$name.lv]}"
		fi
		;;
	esac
	put "run/udev/data/b${is[$name.number]}" "${udev}G:systemd"
}

# string TEXT: in JSON, in $string; \xHH stands for that byte, as in udev's data
string()
{
	string=${1//\\x/\\u00}
	string=${string//\"/\\\"}
	string=\"$string\"
}

# member NAME VALUE: a text in JSON, null where empty; added to $json
member()
{
	if [ -n "$2" ]; then
		string "$2"
		json+="\"$1\":$string,"
	else
		json+="\"$1\":null,"
	fi
}

# mdadm_uuid UUID: 8 digits, four times, with colons, in $uuid
mdadm_uuid()
{
	uuid=${1//[-:]/}
	[ -z "$uuid" ] || uuid=${uuid:0:8}:${uuid:8:8}:${uuid:16:8}:${uuid:24:8}
}

# raid_json NAME: what the superblock of a member says; raid=PLACE/PLACES, the rest has usual values
raid_json()
{
	local name=$1 place=${is[$1.raid]%/*} places=${is[$1.raid]#*/} slots uuid
	printf -v slots '%*s' "$places" ''
	json+='"raid":{'
	mdadm_uuid "${is[$name.uuid]-}"
	member array_uuid "$uuid"
	mdadm_uuid "${is[$name.sub]-}"
	member device_uuid "$uuid"
	member name "${is[$name.label]-}"
	member level "${is[$name.level]-raid1}"
	member version "${is[$name.version]-1.2}"
	member slots "${is[$name.slots]-${slots// /A}}"
	case $place in
	*[!0-9]*) member role "$place" ;;
	*) json+="\"role\":$place," ;;
	esac
	json+="\"places\":$places,\"events\":${is[$name.events]-100},"
	json+="\"updated\":${is[$name.updated]-1763683200},\"array_size\":${is[$name.size]},"
	json+="\"clean\":${is[$name.clean]-true},\"reshaping\":${is[$name.reshaping]-false},"
	json+="\"recovering\":${is[$name.recovering]-false}},"
}

content_json()
{
	local name=$1 journal=0 type=${is[$1.type]-}
	case ${is[$name.journal]-} in
	clean) journal=1 ;;
	dirty) journal=2 ;;
	esac
	kind_of_content "$type"
	json+='"content":{'
	member usage "$usage"
	member type "$type"
	member version "${is[$name.version]-}"
	member label "${is[$name.label]-}"
	member uuid "${is[$name.uuid]-}"
	member uuid_sub "${is[$name.sub]-}"
	member note "${is[$name.note]-}"
	[ -z "${is[$name.raid]-}" ] || raid_json "$name"
	json+="\"journal\":$journal,\"ambiguous\":false}"
}

partition_json()
{
	local name=$1 flag entry=${is[$1.entry]-0x83}
	json+="{\"number\":${is[$name.part]},\"start\":${is[$name.start]},\"size\":${is[$name.size]},"
	member type "$entry"
	member label "${is[$name.partlabel]-}"
	member uuid "${is[$name.partuuid]-}"
	for flag in boot logical; do
		[ -z "${is[$name.$flag]-}" ] || json+="\"${flag/boot/bootable}\":true,"
	done
	case $entry in
	0x5 | 0xf | 0x85) json+='"extended":true,' ;;
	esac
	content_json "$name"
	json+='}'
}

write_probes()
{
	local name child json='{"probes":{' separator='' comma
	for name in "${names[@]}"; do
		if [ "${is[$name.kind]}" = part ] || ((${is[$name.size]} == 0)); then
			continue
		fi
		json+=$separator
		separator=$',\n'
		string "${is[$name.dm_name]-${name//!//}}"
		json+="$string:{"
		if [ -n "${is[$name.answer]-}" ]; then
			member state "${is[$name.answer]}"
			member reason "${is[$name.reason]-did not answer within 10 s}"
			json="${json%,}}"
			continue
		fi
		json+="\"size\":${is[$name.size]},\"sector_size\":${is[$name.sector]-512},"
		member serial "${is[$name.serial]-}"
		content_json "$name"
		json+=',"table":{'
		member type "${is[$name.table]-}"
		member uuid "${is[$name.table_uuid]-}"
		member note "${is[$name.table_note]-}"
		json=${json%,}'},"partitions":['
		comma=
		for child in ${is[$name.parts]-}; do
			json+=$comma
			comma=,
			partition_json "$child"
		done
		json+=']}'
	done
	put refloat/probes.json "$json}}"
}

# What a look found: refloat/stacks.json.
write_stacks()
{
	local name below json='{"devices":[' key
	((${#dormant_names[@]})) || return
	for name in "${dormant_names[@]}"; do
		json+='{'
		member kind "${is[$name.look_kind]}"
		member name "$name"
		member path "${is[$name.node]-/dev/$name}"
		json+='"parents":['
		for below in ${is[$name.on]//,/ }; do
			json+="\"$below\","
		done
		json="${json%,}],\"size\":${is[$name.size]},\"sector_size\":512,"
		for key in array:array_name level:array_level array_uuid state:array_state dm_uuid \
			dm_name group:group_name volume:volume_name obstacle; do
			[ -z "${is[$name.${key%:*}]-}" ] || member "${key#*:}" "${is[$name.${key%:*}]}"
		done
		json+="\"places\":${is[$name.places]-0},\"degraded\":${is[$name.degraded]-false},"
		json+="\"start\":${is[$name.start]-0},\"entry\":{\"number\":${is[$name.part]-0}},"
		content_json "$name"
		json+='},'
	done
	put refloat/stacks.json "${json%,}]}"
}

# lines ITEM...: one a line, in $lines
lines()
{
	printf -v lines '%s\n' "$@"
	lines=${lines%$'\n'}
}

write_proc()
{
	local lines name text=$'major minor  #blocks  name\n'
	lines "1 0 0:1 / / rw - rootfs rootfs rw" "22 1 0:20 / /proc rw - proc proc rw" "${mounts[@]}"
	put proc/self/mountinfo "$lines"
	lines $'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority' "${swaps[@]}"
	put proc/swaps "$lines"
	for name in "${names[@]}"; do
		text+=$'\n'"${is[$name.number]//:/ } $((${is[$name.size]} / 1024)) $name"
	done
	put proc/partitions "$text"
	put proc/filesystems $'nodev\ttmpfs\nnodev\tproc\n\text4\n\txfs\n\tbtrfs\n\tvfat'
	put proc/version 'Linux version 6.1.0-28-amd64'
	put proc/cmdline "$kernel_command_line"
}

# The first bytes of a program: enough for whoever asks which machine it is for.
write_program()
{
	local code
	case $2 in
	x86_64) code='\x02\x01\x01 \x3e\x00' ;;
	i686) code='\x01\x01\x01 \x03\x00' ;;
	aarch64) code='\x02\x01\x01 \xb7\x00' ;;
	*) die "program: unknown architecture $2" ;;
	esac
	# shellcheck disable=SC2059
	printf "\\x7fELF${code% *}\\0\\0\\0\\0\\0\\0\\0\\0\\0\\x02\\0${code#* }\\x01\\0\\0\\0" >"$1"
	head -c 44 /dev/zero >>"$1"
	chmod +x "$1"
}

write_roots()
{
	local i at=refloat/roots
	for i in "${!root_folders[@]}"; do
		folders+=("$at/${root_folders[i]}")
	done
	for i in "${!root_files[@]}"; do
		put "$at/${root_files[i]}" "${root_texts[i]}"
	done
	for i in "${root_links[@]}"; do
		links+=("$at/$i")
	done
	for i in "${root_programs[@]}"; do
		i=${i% *}
		folders+=("$at/${i%/*}")
	done
}

# write_links: "PATH TARGET" each; folders are there
write_links()
{
	local link
	ln -s -t sys/class/block "${class_links[@]}"
	ln -s -t sys/block "${block_links[@]}"
	for link in "${links[@]}"; do
		ln -sfn "${link#* }" "${link% *}" # as udev: the last one wins
	done
}

write_machine()
{
	local name link i class_links=() block_links=() links=()
	for name in "${names[@]}"; do
		write_device "$name"
		[ "${evidence-both}" = probes ] || write_udev "$name"
	done
	[ "${evidence-both}" = udev ] || write_probes
	write_stacks
	write_proc
	write_roots
	for link in "${links[@]}"; do
		link=${link% *}
		folders+=("${link%/*}")
	done
	cd "$1" || exit 1
	printf '%s\0' sys/class/block sys/block "${folders[@]}" | sort -zu | xargs -0 mkdir -p || exit 1
	for i in "${!paths[@]}"; do
		printf '%s\n' "${texts[i]}" >"${paths[i]}" || exit 1
	done
	write_links
	for i in "${root_programs[@]}"; do
		write_program "refloat/roots/${i% *}" "${i#* }"
	done
}
