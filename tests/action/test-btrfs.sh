#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A server whose root is a btrfs filesystem on several disks: whole and with one missing, on whole
# disks and in partitions that the kernel does not show. Looking and read-only mounts change no
# byte, and nothing is left attached, nor known to the kernel.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.btrfs btrfs sfdisk jq losetup
need_filesystem btrfs
private_namespace "$@"

top=$scratch/top
target=/mnt/t
mkdir "$top"

# attach FILE OFFSET: prints a loop device
attach()
{
	losetup --find --show --offset "$2" "$1"
}

# make OFFSET PROFILE...: a server on disks a and b, whose members start at OFFSET
make()
{
	local first second offset=$1 uuid
	shift
	uuid=$(cat /proc/sys/kernel/random/uuid)
	rm -f "$scratch"/?.img
	for name in a b; do
		truncate -s 220M "$scratch/$name.img"
		[ "$offset" = 0 ] || sfdisk -q "$scratch/$name.img" <<<"start=$((offset / 512)), type=83"
	done
	first=$(attach "$scratch/a.img" "$offset")
	second=$(attach "$scratch/b.img" "$offset")
	mkfs.btrfs -q -f -U "$uuid" "$@" "$first" "$second" >/dev/null 2>&1
	mount -o "device=$second" "$first" "$top"
	btrfs -q subvolume create "$top/@"
	btrfs -q subvolume create "$top/@home"
	mkdir -p "$top/@"/{etc,bin,usr/bin,home,var,boot}
	echo 'PRETTY_NAME="Debian 12"' >"$top/@/etc/os-release"
	echo pair >"$top/@/etc/hostname"
	printf '%s\n' "UUID=$uuid / btrfs subvol=@ 0 0" "UUID=$uuid /home btrfs subvol=@home 0 0" \
		>"$top/@/etc/fstab"
	head -c 20M /dev/urandom >"$top/@home/big"
	umount "$top"
	btrfs device scan --forget "$first" "$second" >/dev/null
	losetup -d "$first"
	losetup -d "$second"
}

# r DISKS WORDS...: refloat with the disks whose letters are in DISKS; text is what it says, unwrapped
r()
{
	local letter words=()
	while read -rn 1 letter; do
		[ -z "$letter" ] || words+=(--image "$scratch/$letter.img")
	done <<<"$1"
	shift
	run "$refloat" "${words[@]}" --target $target "$@"
	text=$(tr -s ' \n' ' ' <<<"$output $errors")
}

mounted()
{
	awk -v t=$target 'index($5, t) == 1 {print $5 "=" $4 "=" substr($6, 1, 2)}' \
		/proc/self/mountinfo | tr '\n' ' '
}

# loop devices on the disks, once those that clear themselves have gone
attached()
{
	local _
	for _ in $(seq 600); do
		losetup --list --noheadings --output BACK-FILE | grep -q "^$scratch/" || break
		sleep 0.1
	done
	losetup --list --noheadings --output BACK-FILE | grep -c "^$scratch/"
}

# nothing_left NAME
nothing_left()
{
	is "$(mounted)$(attached)" 0 "$1: no mount and no loop device is left"
}

# whole DISKS OFFSET WHERE: looking, read-only, read-write with both disks
whole()
{
	local before
	before=$(checksum "$scratch"/?.img)
	r ab disks --json
	is "$(jq -r '[.devices[] | select(.members | length > 0) | .members | length] | join(" ")' \
		<<<"$output")" 2 "$1: one device stands for both"
	is "$(jq -r '[.devices[] | select(.member_of != null)] | length' <<<"$output")" 1 \
		"$1: the other one is its member"
	r ab systems --json
	is "$(jq -r '[.systems[] | .hostname] | join(" ")' <<<"$output")" pair "$1: one system is found"
	is "$(jq -r '[.systems[0].fstab[] | .action] | join(" ")' <<<"$output")" "mount mount" \
		"$1: the UUID that both have is not ambiguous"
	r ab mount --plan
	is "$status" 0 "$1: there is a plan"
	like "$text" "device=" "$1: which names the other device"
	is "$(checksum "$scratch"/?.img)" "$before" "$1: looking has not changed a byte"
	nothing_left "$1, after looking"
	r ab mount --read-only --yes
	is "$status $(mounted)" "0 $target=/@=ro $target/home=/@home=ro " "$1: read-only it is mounted"
	is "$(wc -c <$target/home/big)" 20971520 "$1: all of it can be read"
	cat $target/home/big >/dev/null
	ok $? "$1: without an error"
	r ab umount --yes
	is "$status" 0 "$1: and taken down"
	is "$(checksum "$scratch"/?.img)" "$before" "$1: a read-only mount has not changed a byte"
	nothing_left "$1, after the read-only mount"
	r ab mount --yes
	is "$status $(mounted)" "0 $target=/@=rw $target/home=/@home=rw " "$1: it is mounted"
	touch $target/etc/new
	ok $? "$1: and can be written"
	r ab umount --yes
	is "$status" 0 "$1: and taken down"
	nothing_left "$1, after the mount"
}

make 0 -d raid1 -m raid1
whole "whole disks"

# --- one of two mirrored disks is missing
before=$(checksum "$scratch"/?.img)
r b disks
like "$text" "1 MISSING" "missing: disks says so"
r b systems --json
is "$(jq -r '[.systems[] | .hostname] | join(" ")' <<<"$output")" pair "missing: the system is found"
r b mount --plan
is "$status" 4 "missing: there is no plan without an agreement"
like "$text" "1 of the 2 devices of the filesystem on b.img is missing" "missing: and that is said"
like "$text" "--degraded" "missing: with what to do"
r b mount --yes --degraded --read-only
is "$status $(mounted)" "0 $target=/@=ro $target/home=/@home=ro " \
	"missing: agreed to, it is mounted read-only"
like "$text" "data raid1, metadata raid1" "missing: how it spreads its data is said"
cat $target/home/big >/dev/null
ok $? "missing: and can be read"
r b umount --yes
is "$(checksum "$scratch"/?.img)" "$before" "missing: not a byte has changed"
nothing_left "missing, after the read-only mount"
r b mount --yes --degraded
is "$status $(mounted)" "0 $target=/@=rw $target/home=/@home=rw " \
	"missing: agreed to, it is mounted to be written"
like "$text" "halves of a mirror differ" "missing: what that means is said"
for i in 1 2 3; do
	echo "$i" >"$target/etc/written-$i"
	sync -f $target
done
r b umount --yes
nothing_left "missing, after the mount"

# --- on a terminal it is asked for
# answer WORD...: refloat with disk b, all questions answered so
answer()
{
	local words
	printf -v words '%q ' "$refloat" --image "$scratch/b.img" --target $target mount
	yes "$1" | head -2 | script --quiet --return --flush --command "$words" /dev/null >"$scratch/out" 2>&1
	status=$?
	text=$(tr -s ' \r\n' ' ' <"$scratch/out")
}
if command -v script >/dev/null; then
	answer n
	is "$(mounted)" "" "asked, and answered no: nothing is mounted"
	like "$text" "Mount with members missing\?" "the question"
	answer y
	is "$status $(mounted)" "0 $target=/@=rw $target/home=/@home=rw " \
		"asked, and answered yes: it is mounted"
	r b umount --yes
	nothing_left "asked"
else
	skip "script is missing" "answers on a terminal"
fi

# --- it is back, and behind
r ab disks --json
like "$(jq -r '[.devices[] | select(.name == "a.img") | .notes[]] | join(" ")' <<<"$output")" \
	"it was away while" "back: the one that was away is said to be old"
is "$(jq -r '[.devices[] | select(.members | length > 0) | .name] | join(" ")' <<<"$output")" b.img \
	"back: the newer one stands for both"
r ab mount --read-only --yes
is "$status $(cat $target/etc/written-1)" "0 1" "back: what was written meanwhile is there"
like "$text" "a.img was away" "back: the plan says it, too"
r ab umount --yes
nothing_left "back"

# --- a copy of one of the disks
cp "$scratch/b.img" "$scratch/c.img"
before=$(checksum "$scratch"/?.img)
r abc disks
like "$text" "is a copy of the other" "copy: disks says so"
r abc mount --plan
is "$status" 2 "copy: several systems, none is picked"
r abc mount b.img:@ --yes
is "$status" 4 "copy: nor is one of two copies mounted"
like "$text" "copies" "copy: and the reason is said"
is "$(checksum "$scratch"/?.img)" "$before" "copy: not a byte has changed"
nothing_left "copy"
rm "$scratch/c.img"

# --- partitions that the kernel does not show; nothing is mirrored
make 1048576 -d raid0 -m raid1
whole "partitions"
before=$(checksum "$scratch"/?.img)
r a mount --yes --degraded
is "$status $(mounted)" "0 $target=/@=ro $target/home=/@home=ro " \
	"stripes: without the other disk it is mounted read-only only"
like "$text" "It cannot do without" "stripes: and that is said"
cat $target/home/big >/dev/null 2>&1
is $? 1 "stripes: not all can be read"
r a umount --yes
is "$(checksum "$scratch"/?.img)" "$before" "stripes: not a byte has changed"
nothing_left "stripes"

# --- what every write needs is gone, in both copies; the files are all there
make 0 -d single -m raid1
first=$(attach "$scratch/a.img" 0)
second=$(attach "$scratch/b.img" 0)
mount -o "device=$second" "$first" "$top"
before=$(sha256sum <"$top/@home/big")
umount "$top"
extents=$(btrfs inspect-internal dump-tree -t root "$first" |
	awk '/EXTENT_TREE ROOT_ITEM/ { found = 1 }
		found && match($0, /bytenr [0-9]+/) { print substr($0, RSTART + 7, RLENGTH - 7); exit }')
btrfs-map-logical -l "$extents" "$first" | while read -r _ _ _ _ _ byte _ device; do
	dd if=/dev/zero of="$device" bs=4096 count=1 oflag=seek_bytes seek="$byte" conv=notrunc status=none
done
sync "$first" "$second"
btrfs device scan --forget "$first" "$second" >/dev/null
losetup -d "$first"
losetup -d "$second"
bytes=$(checksum "$scratch"/?.img)
r ab systems --json
is "$(jq -r '.systems[].hostname' <<<"$output")" pair "damage: the system is found all the same"
r ab mount --read-only --yes
is "$status" 1 "damage: it cannot be mounted read-only"
r ab mount --salvage --yes
is "$status $(mounted)" "0 $target=/@=ro $target/home=/@home=ro " "damage: but to salvage its files it can"
like "$text" "what is copied from there may be damaged" "damage: the plan says what that is worth"
is "$(sha256sum <$target/home/big)" "$before" "damage: and they are whole"
r ab umount --yes
is "$(checksum "$scratch"/?.img)" "$bytes" "damage: not a byte has changed"
nothing_left "damage"

done_testing
