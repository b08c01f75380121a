#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A mount beside looks of other processes: it waits for them, and never gets their read-only loop
# devices; a look waits for a mount. Nobody waits for ever for whoever keeps a lock.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.ext4 losetup flock jq
need_filesystem ext4
private_namespace "$@"

target=/mnt/beside
root=$scratch/root
mkdir -p "$root"/{etc,usr/bin,usr/lib/systemd,var}
cp -L /bin/true "$root/usr/lib/systemd/systemd"
printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$root/etc/os-release"

# make TYPE: a server on one filesystem, in $image
make()
{
	image=$scratch/$1.img
	echo "LABEL=beside / $1 defaults 0 1" >"$root/etc/fstab"
	image_make "$image" "$2"
	if [ "$1" = btrfs ]; then
		mkfs.btrfs -q -L beside --rootdir "$root" "$image" >/dev/null 2>&1
	else
		mkfs.ext4 -q -L beside -d "$root" "$image"
	fi
}

r()
{
	run "$refloat" --image "$image" --target $target "$@"
}

# how the target is mounted: rw or ro, nothing where it is not
how()
{
	awk -v t=$target '$5 == t {print substr($6, 1, 2)}' /proc/self/mountinfo
}

# look_on: looks follow each other, two at a time, until look_off
look_on()
{
	local _
	touch "$scratch/looking"
	for _ in 1 2; do
		while [ -e "$scratch/looking" ]; do
			"$refloat" --image "$image" systems >/dev/null 2>&1
		done &
	done
}
look_off()
{
	rm "$scratch/looking"
	wait
}

# --- looks of others all the time
beside_looks()
{
	local _ modes=""
	look_on
	for _ in 1 2 3 4 5 6; do
		r mount --yes
		modes+=" $(how)"
		r umount --yes
	done
	look_off
	is "$modes" " rw rw rw rw rw rw" "$1: mounted to be written, whoever looks meanwhile"
	is "$(how)" "" "$1: and nothing is left mounted"
}

make ext4 24M
beside_looks ext4
if command -v mkfs.btrfs >/dev/null && grep -qw btrfs /proc/filesystems; then
	make btrfs 200M
	beside_looks btrfs
else
	skip "no btrfs here" "btrfs: mounted to be written, whoever looks meanwhile"
	skip "no btrfs here" "btrfs: and nothing is left mounted"
fi

# --- one look, for as long as the test wants
make ext4 24M
exec {held}<"$image"
flock -s $held
loop=$(losetup --find --show --read-only "$image")
(
	sleep 1
	losetup -d "$loop"
	flock -u $held
) &
r mount --yes
is "$status $(how)" "0 rw" "a mount waits for a look to end"
wait
r umount --yes

# --- a lock that stays hinders nobody for long
flock -x $held
r systems --json
is "$(jq -r '.systems | length' <<<"$output")" 1 "a look goes on beside a lock that stays"
r mount --yes
is "$status $(how)" "0 rw" "and so does a mount"
r umount --yes
exec {held}<&-
is "$(losetup --list --noheadings --output BACK-FILE | grep -c "$scratch")" 0 "no loop device is left"
done_testing
