# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-machine.sh
# Looking: the disks as the kernel and lsblk have them, the system on them, and not a byte changed.
before=$(images)
g "grep -c '^loop ' /proc/modules"
is "$output" 0 "nobody has loaded the loop driver, as in many a rescue system"
r disks --json
is "$status" 0 "disks is done, with disks that cannot be read"
listed=$output

# of NAME QUESTION: what disks says of a device
of()
{
	jq -r --arg name "$1" ".devices[] | select(.name == \$name) | $2" <<<"$listed"
}

# compare COLUMNS NAME: what lsblk knows, disks knows too, in the same words
compare()
{
	g "lsblk --json --bytes --output NAME,TYPE,$1"
	jq -r '.. | objects | select(.name? and .type != "loop") | . as $d | to_entries[] |
		select(.key != "children" and .key != "mountpoints" and .value != null) |
		select($d.type == "disk" or .key != "tran") |
		"\($d.name) \(.key) \(.value)" | sub(" +$"; "")' <<<"$output" | sort >"$scratch/wanted"
	jq -r '.devices[] | . as $d | to_entries[] | "\($d.name) \(.key) \(.value)"' <<<"$listed" |
		sort >"$scratch/got"
	[ "$(wc -l <"$scratch/wanted")" -gt 30 ]
	ok $? "$2: lsblk says something"
	is "$(comm -23 "$scratch/wanted" "$scratch/got")" "" "$2: disks says the same"
}

compare PATH,KNAME,SIZE,MODEL,SERIAL,TRAN,ROTA,RO,RM "the hardware"
g "ls /sys/class/block | grep -v '^loop' | sort | tr '\n' ' '"
is "$(jq -r '.devices[].name' <<<"$listed" | LC_ALL=C sort | tr '\n' ' ')" "$output" \
	"every block device of the kernel is listed, and no other"
is "$(jq -r '[.devices[] | select(.type == "disk") | .serial] | sort | join(" ")' <<<"$listed")" \
	"$(awk '{print $2}' "$disks/table" | sort | tr '\n' ' ' | sed 's/ $//')" \
	"every disk has its serial number, without a udev: those that cannot be read, too"
is "$(of nvme0n1p1 '"\(.fstype) \(.label) \(.partlabel) \(.pttype) \(.start)"')" "xfs web01-var srv-var gpt 2048" \
	"a partition of the NVMe disk with sectors of 4096 bytes"
is "$(of sdb5 '"\(.fstype) \(.partuuid) \(.pttype) \(.parents[0])"')" "ext3 7d1f0c3e-05 dos sdb" \
	"a logical partition"
is "$(of sdb2 .parttypename)" Extended "the extended partition around it"

# --- disks with read errors
is "$(of vdd .state)" error "a disk whose first block cannot be read is an error"
like "$(of vdd '.notes[]')" "first block cannot be read: Input/output error" "and that is said"
is "$(of vde '"\(.state) \(.pttype)"')" "ok gpt" "a disk with a few bad places is not given up"
like "$(of vde '.notes[]')" "some of it cannot be read: Input/output error" "they are said"
is "$(of vde1 '"\(.state) \(.partlabel)"')" "error lost" "a partition whose superblock is bad is an error"
is "$(of vde2 '"\(.state) \(.fstype) \(.label)"')" "ok ext4 whole" "the partition beside it is fine"
is "$(of vde3 '"\(.state) \(.fstype) \(.label)"')" "ok ext4 scarred" \
	"a filesystem with a bad place further in is known all the same"
like "$(of vde3 '.notes[]')" "some of it cannot be read" "and its bad place is said"

r systems --json
is "$(jq -r '.systems[] | "\(.hostname) \(.root)"' <<<"$output")" "web01 sda2" \
	"the system is found, with nobody's help for the loop driver"
is "$(jq -r '.systems[0].fstab[] | "\(.mountpoint) \(.device) \(.action)"' <<<"$output")" \
	"/ sda2 mount
/var nvme0n1p1 mount
/srv vda1 mount
/boot/efi sda1 mount
/home sdb5 unconfirmed
none sda3 skip" "UUID, PARTLABEL, the old name of an IDE disk, by-id, PARTUUID: each leads to its device"
r mount --plan
is "$status" 0 "mount --plan is done"
is "$(images)" "$before" "disks, systems and mount --plan have changed not one byte on any disk"
nothing_left "after looking"
