#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Systems on btrfs as distributions lay them out, several systems on one machine, and one without
# an fstab: found where they are, mounted with the right subvolume, not a byte changed by looking.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.btrfs btrfs sfdisk jq
need_filesystem btrfs ext4
private_namespace "$@"

top=$scratch/top
target=/mnt/t
uuid=22222222-2222-4222-8222-222222222222
mkdir "$top"

# start NAME: a new btrfs image, its top mounted
start()
{
	image=$scratch/$1.img
	image_make "$image" 128M
	mkfs.btrfs -q -U $uuid "$image" >/dev/null 2>&1
	mount -o loop,subvolid=5 "$image" "$top"
}

subvolume()
{
	btrfs subvolume create "$top/$1" >/dev/null
}

# system FOLDER NAME: what makes a folder of the top a root
system()
{
	mkdir -p "$top/$1"/{etc,bin,usr/bin,home,var,boot}
	echo "PRETTY_NAME=\"$2\"" >"$top/$1/etc/os-release"
	echo "$2" | tr 'A-Z ' 'a-z-' >"$top/$1/etc/hostname"
	: >"$top/$1/etc/fstab"
}

line()
{
	echo "UUID=$uuid $2" >>"$top/$1/etc/fstab"
}

r()
{
	run "$refloat" --image "$image" --target $target "$@"
}

# ids: what systems lists
ids()
{
	r systems --json
	jq -r '[.systems[] | .id | sub("^[^:]*"; "")] | sort | join(" ")' <<<"$output"
}

# mounted_at PLACE: the subvolume that is mounted there
mounted_at()
{
	awk -v t="$1" '$5 == t {print $4}' /proc/self/mountinfo
}

start ubuntu
subvolume @
subvolume @home
system @ "Ubuntu 24.04"
line @ "/ btrfs defaults,subvol=@ 0 1"
line @ "/home btrfs defaults,subvol=@home 0 2"
umount "$top"
before=$(checksum "$image")
is "$(ids)" ":@" "Ubuntu: the system is in @"
is "$(checksum "$image")" "$before" "Ubuntu: looking changes nothing"
r mount --read-only --yes
is "$(mounted_at $target) $(mounted_at $target/home)" "/@ /@home" "Ubuntu: read-only, @ and @home"
r umount --yes
is "$(checksum "$image")" "$before" "Ubuntu: a read-only mount changes nothing"
r mount --yes
is "$(mounted_at $target) $(mounted_at $target/home)" "/@ /@home" "Ubuntu: @ and @home are mounted"
r umount --yes

start fedora
subvolume root
subvolume home
system root "Fedora Linux 40"
line root "/ btrfs subvol=root,compress=zstd:1 0 0"
line root "/home btrfs subvol=home,compress=zstd:1 0 0"
umount "$top"
is "$(ids)" ":root" "Fedora: the system is in root"
r mount --yes
is "$status $(mounted_at $target) $(mounted_at $target/home)" "0 /root /home" "Fedora: root and home"
r umount --yes

start debian
subvolume @rootfs
system @rootfs "Debian 12"
line @rootfs "/ btrfs defaults,subvol=@rootfs 0 0"
umount "$top"
is "$(ids)" ":@rootfs" "Debian: the system is in @rootfs"

start suse
subvolume @
subvolume @/var
mkdir -p "$top/@/.snapshots/1" "$top/@/.snapshots/2"
subvolume @/.snapshots/1/snapshot
system @/.snapshots/1/snapshot "openSUSE Leap 15"
line @/.snapshots/1/snapshot "/ btrfs defaults 0 0"
line @/.snapshots/1/snapshot "/var btrfs subvol=/@/var 0 0"
btrfs subvolume snapshot -r "$top/@/.snapshots/1/snapshot" "$top/@/.snapshots/2/snapshot" >/dev/null
btrfs subvolume set-default "$top/@/.snapshots/1/snapshot"
umount "$top"
is "$(ids)" ":@/.snapshots/1/snapshot" "openSUSE: the default snapshot, and not the read-only one"
r mount --yes
is "$(mounted_at $target) $(mounted_at $target/var)" "/@/.snapshots/1/snapshot /@/var" \
	"openSUSE: the snapshot and /var are mounted"
r umount --yes

# after "snapper rollback": the default is a writable snapshot of a snapshot, the old root is there still
start rollback
subvolume @
subvolume @/var
subvolume @/.snapshots
for number in 1 2 3 4; do
	mkdir "$top/@/.snapshots/$number"
done
subvolume @/.snapshots/1/snapshot
system @/.snapshots/1/snapshot "openSUSE Leap 15"
line @/.snapshots/1/snapshot "/ btrfs defaults 0 0"
line @/.snapshots/1/snapshot "/var btrfs subvol=/@/var 0 0"
line @/.snapshots/1/snapshot "/.snapshots btrfs subvol=/@/.snapshots 0 0"
mkdir "$top/@/.snapshots/1/snapshot/.snapshots"
btrfs -q subvolume snapshot -r "$top/@/.snapshots/1/snapshot" "$top/@/.snapshots/2/snapshot"
btrfs -q subvolume snapshot -r "$top/@/.snapshots/1/snapshot" "$top/@/.snapshots/3/snapshot"
btrfs -q subvolume snapshot "$top/@/.snapshots/2/snapshot" "$top/@/.snapshots/4/snapshot"
btrfs subvolume set-default "$top/@/.snapshots/4/snapshot"
umount "$top"
is "$(ids)" ":@/.snapshots/4/snapshot" "rolled back: the system is the snapshot that is the default"
r mount --yes
is "$(mounted_at $target) $(mounted_at $target/.snapshots)" \
	"/@/.snapshots/4/snapshot /@/.snapshots" "rolled back: it is mounted, with its snapshots"
r umount --yes
mount -o loop,subvolid=5 "$image" "$top"
btrfs subvolume set-default 5 "$top"
umount "$top"
is "$(ids)" ":@/.snapshots/1/snapshot :@/.snapshots/4/snapshot" \
	"default lost: the snapshots that can be written are the systems"
r systems
like "$(tr -s ' \n' '  ' <<<"$output")" "it is a snapshot: its filesystem holds no system besides" \
	"default lost: and that is said"
r mount "${image##*/}:@/.snapshots/4/snapshot" --yes
is "$(mounted_at $target)" "/@/.snapshots/4/snapshot" "default lost: the one that is named is mounted"
r umount --yes

# containers, the snapshots of apt and timeshift, a root that was restored, a line whose subvolume is gone
start snapshots
subvolume @
subvolume @home
system @ "Ubuntu 24.04"
line @ "/ btrfs defaults,subvol=@ 0 1"
line @ "/home btrfs defaults,subvol=@home,subvolid=999 0 2"
line @ "/srv btrfs defaults,subvol=@srv 0 2"
mkdir -p "$top"/{timeshift-btrfs/snapshots/2026-01-01,btrbk} "$top"/@/var/lib/machines "$top/@/data"
subvolume @/var/lib/machines/guest
system @/var/lib/machines/guest "Guest Linux"
subvolume @/data/nested
system @/data/nested "Nested Linux"
btrfs -q subvolume snapshot "$top/@" "$top/@apt-snapshot-release-upgrade"
btrfs -q subvolume snapshot "$top/@" "$top/timeshift-btrfs/snapshots/2026-01-01/@"
btrfs -q subvolume snapshot "$top/@" "$top/@before-the-update"
btrfs -q subvolume snapshot -r "$top/@" "$top/btrbk/@.20260101"
umount "$top"
before=$(checksum "$image")
is "$(ids)" ":@" "snapshots and containers are no systems of their own"
r systems --json
is "$(jq -r '[.subvolumes[] | select(.snapshot) | .subvolume] | sort | join(" ")' <<<"$output")" \
	"@apt-snapshot-release-upgrade @before-the-update btrbk/@.20260101 timeshift-btrfs/snapshots/2026-01-01/@" \
	"they are listed apart"
r mount --yes
is "$status $(mounted_at $target) $(mounted_at $target/home)" "3 /@ /@home" \
	"a subvolume by its name where its id has changed"
like "$(tr -s ' \n' '  ' <<<"$output")" "not the same any more: the name counts" "and that is said"
like "$(tr -s ' \n' '  ' <<<"$output")" "/srv is not mounted: there is no subvolume @srv" \
	"a subvolume that is gone is said before"
r umount --yes
mount -o loop,subvolid=5 "$image" "$top"
mv "$top/@" "$top/@broken"
mv "$top/@before-the-update" "$top/@"
umount "$top"
like "$(ids)" ":@( |$)" "restored: a snapshot that took the place of the system is the system"

# a system outside of any subvolume, while another one is the default
start top
subvolume old
system . "Top Linux"
line . "/ btrfs noatime 0 0"
btrfs subvolume set-default "$top/old"
umount "$top"
is "$(ids)" "" "top: the system is outside of any subvolume"
r mount --yes
is "$status $(mounted_at $target) $(cat $target/etc/hostname)" "0 / top-linux" \
	"top: it is mounted, and not the default"
r umount --yes

# more subvolumes than are looked into; the system was made last
start many
for number in $(seq 300); do
	echo "$top/layer-$number"
done | xargs -n 50 btrfs -q subvolume create
subvolume zzz
system zzz "Late Linux"
line zzz "/ btrfs defaults 0 0"
btrfs subvolume set-default "$top/zzz"
umount "$top"
is "$(ids)" ":zzz" "many subvolumes: the default is looked into first"
before=$(checksum "$image")
r mount --plan
is "$status" 0 "many subvolumes: there is a plan"
is "$(checksum "$image")" "$before" "many subvolumes: not a byte has changed"

start arch
mkdir "$top/arch" "$top/other"
subvolume arch/@
subvolume other/@
system arch/@ "Arch Linux"
system other/@ "Other Linux"
line arch/@ "/ btrfs subvol=arch/@ 0 0"
line other/@ "/ btrfs subvol=other/@ 0 0"
umount "$top"
is "$(ids)" ":arch/@ :other/@" "Arch: both systems of one filesystem are found"
r mount --yes
is "$status" 2 "Arch: without naming one nothing is mounted"
like "$errors" "arch-linux.*other-linux|other-linux.*arch-linux" "Arch: both are named"
r mount other-linux --yes
is "$(mounted_at $target)" "/other/@" "Arch: the one named by its host name is mounted"
r umount --yes

# the root of an OSTree system is nearly empty: what it is lies in its newest deployment
start silverblue
subvolume root
deployment=ostree/deploy/fedora/deploy/0b.0
mkdir -p "$top"/root/{boot,sysroot,ostree/repo}
system "root/$deployment" "Fedora Linux 40 (Silverblue)"
echo origin >"$top/root/$deployment.origin"
line "root/$deployment" "/ btrfs subvol=root 0 0"
umount "$top"
is "$(ids)" ":root" "OSTree: the system is in root"
r systems
like "$(tr -s ' \n' '  ' <<<"$output")" "Silverblue.*newest deployment, /$deployment" \
	"OSTree: its name, and where its files are"
r mount --yes
is "$status $(mounted_at $target)" "0 /root" "OSTree: its root is mounted, as its fstab says"
r chroot
is "$status" 1 "OSTree: there is no shell at its root"
like "$(tr -s ' \n' '  ' <<<"$errors")" "below /ostree/deploy" "OSTree: and what next is said"
r umount --yes

# --- no fstab: discoverable partitions
image=$scratch/auto.img
image_make "$image" 96M
sfdisk -q "$image" <<-EOF
	label: gpt
	start=1MiB, size=32MiB, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709
	start=40MiB, size=32MiB, type=933AC7E1-2EB4-4F13-B844-0E14E2AEF915
EOF
for at in 1 40; do
	image_make "$scratch/part" 32M
	mkfs.ext4 -q "$scratch/part"
	if [ $at = 1 ]; then
		mount -o loop "$scratch/part" "$top"
		system . "Auto Linux"
		rm "$top/etc/fstab"
		umount "$top"
	fi
	dd if="$scratch/part" of="$image" bs=1M seek=$at conv=notrunc status=none
done
r systems --json
is "$(jq -r '.systems[0].name' <<<"$output")" "Auto Linux" "no fstab: the system is found all the same"
r mount --yes
is "$status" 0 "no fstab: it is mounted"
[ -n "$(mounted_at $target/home)" ]
ok $? "no fstab: /home by the type of its partition"
r umount --yes
is "$(losetup --list --noheadings --output BACK-FILE | grep -c "$scratch")" 0 "no loop device is left"
done_testing
