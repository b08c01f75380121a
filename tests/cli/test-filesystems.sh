#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The listing of filesystems: order, states, lost ones, mounted ones; nothing is written.
# shellcheck disable=SC2016 # jq has variables of its own
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"
need_root
private_namespace "$@"
need_program mkfs.ext4 mkfs.xfs debugfs tune2fs jq losetup mkswap
need_filesystem ext4 xfs

root=$scratch/root
mkdir -p "$root"/{etc,usr/bin,usr/lib/systemd,var,srv,data,proc,sys,dev,run}
cp -L /bin/true "$root/usr/lib/systemd/systemd"
printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$root/etc/os-release"
cat >"$root/etc/fstab" <<'FSTAB'
LABEL=fs-data  /data xfs  defaults 0 0
LABEL=fs-var   /var  ext4 defaults 0 3
UUID=5e1f0000-0000-4000-8000-00000000a5a5 /srv ext4 defaults 0 2
LABEL=fs-root  /     ext4 defaults 0 1
LABEL=fs-gone  /gone ext4 defaults 0 2
LABEL=fs-swap  none  swap sw       0 0
FSTAB
image_make "$scratch/a-data.img" 320M
mkfs.xfs -q -L fs-data "$scratch/a-data.img"
image_make "$scratch/b-var.img" 16M
mkfs.ext4 -q -L fs-var "$scratch/b-var.img"
tune2fs -c 20 -C 7 -T 20260302 "$scratch/b-var.img" >/dev/null
debugfs -w -R 'ssv error_count 3' "$scratch/b-var.img" 2>/dev/null
debugfs -w -R 'ssv last_error_time 20260214' "$scratch/b-var.img" 2>/dev/null
image_make "$scratch/c-srv.img" 32M
mkfs.ext4 -q -b 1024 -L fs-srv -U 5e1f0000-0000-4000-8000-00000000a5a5 "$scratch/c-srv.img"
dd if=/dev/zero of="$scratch/c-srv.img" bs=1024 seek=1 count=1 conv=notrunc status=none
image_make "$scratch/d-root.img" 32M
mkfs.ext4 -q -L fs-root -d "$root" "$scratch/d-root.img"
image_make "$scratch/e-swap.img" 16M
mkswap -q -L fs-swap "$scratch/e-swap.img"
image_make "$scratch/f-other.img" 16M
mkfs.ext4 -q -L other "$scratch/f-other.img"

images=()
for image in "$scratch"/?-*.img; do
	images+=(--image "$image")
done
r()
{
	run "$refloat" "${images[@]}" --target /mnt/web01 "$@"
}

# flat: the output as one line, as it was before it was broken to fit
flat()
{
	tr -s ' \n' ' ' <<<"$output"
}

# shows FILTER EXPECTED NAME: what jq makes of the list
shows()
{
	is "$(jq -r "$1" <<<"$output")" "$2" "$3"
}

before=$(cat "$scratch"/?-*.img | sha256sum)
r filesystems --json
is "$status" 0 "the listing of a system"
shows '[.filesystems[] | "\(.name) \(.mountpoint)"] | join(", ")' \
	"d-root.img /, c-srv.img /srv, null /gone, b-var.img /var, a-data.img /data, e-swap.img [SWAP]" \
	"root, by pass, those without one last"
shows '.filesystems[] | select(.mountpoint == "/var") | .superblock |
	"\(.condition) \(.errors) \(.mounts)/\(.mounts_limit)"' "errors 3 7/20" \
	"errors and counts of a superblock"
shows '.filesystems[] | select(.mountpoint == "/srv") | "\(.lost.block) \(.lost.block_size) \(.fstype) \(.label)"' \
	"8193 1024 ext4 fs-srv" "one whose first superblock is gone is found by its UUID"
shows '.filesystems[] | select(.mountpoint == "/gone") | "\(.name) \(.why_not)"' \
	"null nothing on this machine has LABEL fs-gone" "one that is not here"
shows '.filesystems[] | select(.mountpoint == "/data") | .superblock.condition' clean "a clean xfs"
shows '[.filesystems[] | select(.superblock and .fstype != "swap") | .superblock.free > 0] | all' true \
	"free space of each"
r filesystems --all --json
shows '.filesystems[-1].name' f-other.img "what fstab does not name comes last"

COLUMNS=80 r filesystems
like "$(flat)" "errors noted \(3\)" "errors in words"
like "$(flat)" "last checked 2026-03-02" "when it was last checked"
like "$(flat)" "7 of 20 mounts since" "and how often mounted since"
like "$(flat)" "its first superblock is all zeros" "a lost one in words"
is "$(awk 'length > 80' <<<"$output" | wc -l)" 0 "lines fit 80 columns"

r systems
like "$(flat)" "damaged ext4 filesystem" "the list of systems says it is damaged, not missing"
r disks
like "$(flat)" "DAMAGED ext4" "and so does the list of disks"
like "$(flat)" "the one at block 8193 is good" "with the place of a good one"
is "$(cat "$scratch"/?-*.img | sha256sum)" "$before" "nothing was written"

r filesystems nowhere
is "$status" 4 "a system that is not here"
run "$refloat" --image "$scratch/f-other.img" filesystems
is "$status" 4 "no system at all"
run "$refloat" --image "$scratch/f-other.img" filesystems --all --json
is "$status" 0 "--all without a system"
shows '.filesystems[].label' other "which lists what is there"

r mount --yes --skip /srv
r filesystems --json
shows '.filesystems[0] | "\(.mounted_at) \(.by_refloat) \(.condition) \(.why_not)"' \
	"/mnt/web01 true in use null" "one that refloat has mounted"
shows '.filesystems[0].superblock.free > 0' true "its free space is the kernel's"
shows '.filesystems[] | select(.mountpoint == "/var") | .superblock.condition' errors \
	"errors are still the superblock's"
r umount --yes
mkdir -p /mnt/by-hand
mount -o loop "$scratch/f-other.img" /mnt/by-hand
run "$refloat" --image "$scratch/f-other.img" filesystems --all --json
shows '.filesystems[0].why_not' "it is mounted at /mnt/by-hand, and not by refloat" \
	"one that others have mounted"
umount /mnt/by-hand
done_testing
