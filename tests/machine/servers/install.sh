# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2086,SC2154 # variables of the layout
# Runs in the guest, on empty disks: makes the layout, unpacks the server into it and makes it bootable.
set -eu
server=/server
boot_disks=
firmware=bios
# no udev runs here: the tools make their nodes themselves
export DM_DISABLE_UDEV=1 MDADM_NO_UDEV=1

step()
{
	echo "$(cut -d ' ' -f 1 /proc/uptime) $*"
}

# a node of a partition is there a moment after sfdisk
wait_for()
{
	local name tries
	for name in "$@"; do
		for tries in $(seq 100); do
			[ ! -b "$name" ] || continue 2
			sleep 0.1
		done
		echo "no $name after $tries tries" >&2
		return 1
	done
}

# make_container DEVICE UUID [KEY-FILE]: LUKS2, with a key derivation that an emulated machine can bear; without a
# file its key is the passphrase
make_container()
{
	printf '%s' "$passphrase" | cryptsetup luksFormat --batch-mode --type luks2 --uuid "$2" --cipher aes-xts-plain64 \
		--key-size 256 --pbkdf argon2id --pbkdf-memory 32768 --pbkdf-force-iterations 4 --pbkdf-parallel 1 \
		"$1" "${3:--}"
}

# shellcheck source=/dev/null
. /share/layout.sh
mkdir -p $server
step "the layout"
lay_out
step "unpacking"
base=$(grep -l '^BASE$' /sys/block/vd*/serial)
base=${base%/serial}
tar -x -f "/dev/${base##*/}" -C $server
tar -x -f /share/layer.tar -C $server
step "the boot loader"
for folder in dev proc sys run; do
	mount --rbind /$folder $server/$folder
done
if [ $firmware = uefi ]; then
	chroot $server grub-install --target=x86_64-efi --no-nvram --force-extra-removable
else
	for disk in $boot_disks; do
		chroot $server grub-install --target=i386-pc "$disk"
	done
fi
step "its menu"
chroot $server update-grub
for folder in dev proc sys run; do
	umount -R -l $server/$folder
done
touch $server/etc/.updated $server/var/.updated
[ "$(type -t finish)" != function ] || finish
step "unmounting"
umount -R $server
take_down
sync
step "done"
