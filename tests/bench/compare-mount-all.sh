#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The resolver beside mount --all --target-prefix on the same layouts: how many mount points end up
# on their right filesystem, how many on none, how many on a wrong one or outside of the target.
#
#   compare-mount-all.sh BUILD-FOLDER [LAYOUTS]
#
# First the made layouts of the unit test (thousands of entries, no disk needed). Then layouts of
# small real filesystems on loop devices, which both programs mount for real: each filesystem holds
# a file with its own name, so that what is really there can be asked. Makes its own images in a
# mount namespace of its own.
set -u
build=$(readlink -f "$1")
layouts=${2:-12}
refloat=$build/refloat
[ "$(id -u)" -eq 0 ] || {
	echo "compare-mount-all: needs root" >&2
	exit 1
}
if [ "${REFLOAT_COMPARE_NAMESPACE-}" != yes ]; then
	REFLOAT_COMPARE_NAMESPACE=yes exec unshare --mount --propagation private "$0" "$build" "$layouts"
fi
scratch=$(mktemp -d)
loops=()

cleanup()
{
	umount -R "$scratch/target" 2>/dev/null
	for loop in "${loops[@]}"; do
		losetup -d "$loop" 2>/dev/null
	done
	rm -rf "$scratch"
}
trap cleanup EXIT
mount -t tmpfs tmpfs /run
mkdir "$scratch/target" "$scratch/work"

echo "the resolver on made layouts (tests/system/test_layouts)"
if [ -x "$build/tests/system/test_layouts" ]; then
	"$build/tests/system/test_layouts" 2>&1 | grep 'entries:' | sed 's/^\(# \)*/  /'
else
	echo "  not run: build it with make check"
fi

# make_disk NAME: one ext4 filesystem with that label on a loop device; sets $loop
make_disk()
{
	truncate -s 12M "$scratch/$1.img"
	mkfs.ext4 -q -L "$1" "$scratch/$1.img"
	mount -o loop "$scratch/$1.img" "$scratch/work"
	echo "$1" >"$scratch/work/name"
	mkdir -p "$scratch/work"/{b,log,www,deep/er}
	umount "$scratch/work"
	loop=$(losetup --find --show "$scratch/$1.img")
	loops+=("$loop")
}

uuid_of()
{
	blkid -p -s UUID -o value "$1"
}

make_disk root
root=$loop
make_disk var
var=$loop
for name in data home srv; do
	make_disk $name
done
mount "$root" "$scratch/work"
mkdir -p "$scratch/work"/{etc,bin,usr/bin,var,data,home,srv/www,real/mail,boot,proc,dev,sys,run}
ln -s /real/mail "$scratch/work/mail"
echo 'PRETTY_NAME="Layout Linux"' >"$scratch/work/etc/os-release"
umount "$scratch/work"
# what an absolute symlink of the target would hit in the rescue system
outside=/real/mail

# one layout a line: what it tests, then the fstab; wanted places behind "#="
layout()
{
	case $1 in
	0) echo "UUID=, right order"
		echo "UUID=$(uuid_of "$var") /var ext4 defaults 0 2"
		echo "#= /var var" ;;
	1) echo "LABEL= in quotes"
		echo 'LABEL="data" /data ext4 defaults 0 2'
		echo "#= /data data" ;;
	2) echo "nested, wrong order"
		echo "LABEL=data /var/log ext4 defaults 0 2"
		echo "LABEL=var /var ext4 defaults 0 2"
		echo "#= /var var"
		echo "#= /var/log data" ;;
	3) echo "absolute symlink as mount point"
		echo "LABEL=srv /mail ext4 defaults 0 2"
		echo "#= /real/mail srv" ;;
	4) echo "bind mount of the system's own folder"
		echo "LABEL=srv /srv ext4 defaults 0 2"
		echo "/srv/www /var none bind 0 0"
		echo "#= /srv srv" ;;
	5) echo "a disk that is gone before one that is here"
		echo "UUID=00000000-1111-2222-3333-444444444444 /data ext4 defaults 0 2"
		echo "LABEL=home /home ext4 defaults 0 2"
		echo "#= /home home" ;;
	6) echo "one bad line"
		echo 'garbage "here'
		echo "LABEL=home /home ext4 defaults 0 2"
		echo "#= /home home" ;;
	7) echo "an option the kernel refuses"
		echo "LABEL=home /home ext4 noquota,no_such_option 0 2"
		echo "#= /home home" ;;
	8) echo "missing mount point"
		echo "LABEL=data /new/place ext4 defaults 0 2"
		echo "#= /new/place data" ;;
	9) echo "wrong type"
		echo "LABEL=home /home xfs defaults 0 2"
		echo "#= /home home" ;;
	10) echo "noauto /boot, which a repair needs"
		echo "LABEL=data /boot ext4 noauto 0 2"
		echo "#= /boot data" ;;
	11) echo "a network line that nobody answers"
		echo "LABEL=home /home ext4 defaults 0 2"
		echo "no-such-host.invalid:/x /data nfs soft,timeo=1,retry=0 0 0"
		echo "#= /home home" ;;
	esac
}

# judge: counts the wanted places of $scratch/fstab in the target
judge()
{
	while read -r _ place name; do
		got=$(cat "$scratch/target$place/name" 2>/dev/null)
		if [ "$got" = "$name" ]; then
			right=$((right + 1))
		elif [ -n "$got" ] && [ "$got" != root ]; then
			wrong=$((wrong + 1))
		else
			missing=$((missing + 1))
		fi
	done < <(grep '^#=' "$scratch/fstab")
	if grep -q " $outside " /proc/self/mountinfo; then
		outside_hits=$((outside_hits + 1))
		umount "$outside"
	fi
}

run_mount_all()
{
	mount "$root" "$scratch/target"
	timeout 30 mount --all --fstab "$scratch/target/etc/fstab" \
		--target-prefix "$scratch/target" >/dev/null 2>&1
	judge
	umount -R "$scratch/target"
}

run_refloat()
{
	"$refloat" --target "$scratch/target" mount "$(basename "$root")" --yes >/dev/null 2>&1
	judge
	"$refloat" umount --yes >/dev/null 2>&1
	umount -R "$scratch/target" 2>/dev/null
}

mkdir -p "$outside"
totals=()
for program in run_mount_all run_refloat; do
	right=0 wrong=0 missing=0 outside_hits=0
	for ((i = 0; i < layouts; i++)); do
		layout "$i" | tail -n +2 >"$scratch/fstab"
		mount "$root" "$scratch/work"
		{
			echo "UUID=$(uuid_of "$root") / ext4 defaults 0 1"
			cat "$scratch/fstab"
		} >"$scratch/work/etc/fstab"
		umount "$scratch/work"
		$program
	done
	totals+=("$right $missing $wrong $outside_hits")
done
rmdir "$outside" "${outside%/*}" 2>/dev/null
echo "the same $layouts real layouts, mounted by both"
printf '  %-36s %8s %8s %8s %8s\n' "" right missing wrong outside
read -r a b c d <<<"${totals[0]}"
printf '  %-36s %8s %8s %8s %8s\n' "mount --all --target-prefix" "$a" "$b" "$c" "$d"
read -r a b c d <<<"${totals[1]}"
printf '  %-36s %8s %8s %8s %8s\n' "refloat mount" "$a" "$b" "$c" "$d"
