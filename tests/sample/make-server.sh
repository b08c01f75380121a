#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a sample server: two sparse disk images with a Debian-like system that does not boot.
#
#   make-server.sh [--dirty] [--new-uuids] FOLDER
#
# web01-a.img (GPT)  1 BIOS boot   2 /  ext4   3 swap
# web01-b.img (GPT)  1 /var  xfs   2 /home  btrfs, subvolume @home   3 /srv/backup  ext4
#
# Its fstab mixes UUID=, LABEL=, PARTUUID=, an option that XFS no longer knows, a plain /dev/hdb3
# from the time when the disks were on IDE, a bind mount, a tmpfs and an nfs line. With --dirty the
# filesystems are left as after a power cut, with journals to replay.
#
# Needs root, for loop devices and mounts; these live in a mount namespace of their own. The UUIDs
# are always the same; with --new-uuids those of /var and /home are new, since the kernel mounts no
# two of XFS or btrfs that are alike, and somebody else may have a sample server mounted now.
set -eu

die()
{
	echo "make-server.sh: $*" >&2
	exit 1
}

options=()
dirty=no
new_uuids=no
while [ $# -gt 1 ]; do
	case $1 in
	--dirty) dirty=yes ;;
	--new-uuids) new_uuids=yes ;;
	*) break ;;
	esac
	options+=("$1")
	shift
done
[ $# -eq 1 ] || die "usage: make-server.sh [--dirty] [--new-uuids] FOLDER"
[ "$(id -u)" -eq 0 ] || die "needs root, for loop devices"
if [ "${REFLOAT_SAMPLE_NAMESPACE-}" != yes ]; then
	self=$(readlink -f "$0")
	REFLOAT_SAMPLE_NAMESPACE=yes exec unshare --mount --propagation private "$self" "${options[@]}" "$@"
fi
for tool in sfdisk mkfs.ext4 mkfs.xfs mkfs.btrfs mkswap losetup btrfs ldd gzip xz; do
	command -v $tool >/dev/null || die "needs $tool"
done

mkdir -p "$1"
folder=$(readlink -f "$1")
disk_a=$folder/web01-a.img
disk_b=$folder/web01-b.img
root_uuid=5a5c6d0e-8f6e-4b5e-9c51-6f0e1d2c3b01
var_uuid=5a5c6d0e-8f6e-4b5e-9c51-6f0e1d2c3b02
home_uuid=5a5c6d0e-8f6e-4b5e-9c51-6f0e1d2c3b03
swap_uuid=5a5c6d0e-8f6e-4b5e-9c51-6f0e1d2c3b04
if [ $new_uuids = yes ]; then
	var_uuid=$(cat /proc/sys/kernel/random/uuid)
	home_uuid=$(cat /proc/sys/kernel/random/uuid)
fi
backup_uuid=5a5c6d0e-8f6e-4b5e-9c51-6f0e1d2c3b05
home_partuuid=5a5c6d0e-8f6e-4b5e-9c51-6f0e1d2c3c02
work=$(mktemp -d)
loops=()

cleanup()
{
	umount -R "$work/root" 2>/dev/null || true
	for loop in "${loops[@]}"; do
		losetup -d "$loop" 2>/dev/null || true
	done
	rm -rf "$work"
}
trap cleanup EXIT

# attach IMAGE START SIZE (in MiB): sets $loop
attach()
{
	loop=$(losetup --find --show --offset $(($2 * 1048576)) --sizelimit $(($3 * 1048576)) "$1")
	loops+=("$loop")
}

make_disks()
{
	rm -f "$disk_a" "$disk_b"
	truncate -s 2G "$disk_a"
	truncate -s 3G "$disk_b"
	sfdisk --quiet --no-reread --no-tell-kernel "$disk_a" <<-EOF
		label: gpt
		label-id: 5A5C6D0E-8F6E-4B5E-9C51-6F0E1D2C3A01
		start=1MiB, size=1MiB, type=21686148-6449-6E6F-744E-656564454649, name="bios"
		start=2MiB, size=1200MiB, type=L, name="root", uuid=5A5C6D0E-8F6E-4B5E-9C51-6F0E1D2C3C11
		start=1202MiB, size=256MiB, type=S, name="swap", uuid=5A5C6D0E-8F6E-4B5E-9C51-6F0E1D2C3C12
	EOF
	sfdisk --quiet --no-reread --no-tell-kernel "$disk_b" <<-EOF
		label: gpt
		label-id: 5A5C6D0E-8F6E-4B5E-9C51-6F0E1D2C3A02
		start=1MiB, size=600MiB, type=L, name="var", uuid=5A5C6D0E-8F6E-4B5E-9C51-6F0E1D2C3C01
		start=601MiB, size=600MiB, type=L, name="home", uuid=$home_partuuid
		start=1201MiB, size=400MiB, type=L, name="backup", uuid=5A5C6D0E-8F6E-4B5E-9C51-6F0E1D2C3C03
	EOF
}

make_filesystems()
{
	attach "$disk_a" 2 1200; root_loop=$loop
	attach "$disk_a" 1202 256; swap_loop=$loop
	attach "$disk_b" 1 600; var_loop=$loop
	attach "$disk_b" 601 600; home_loop=$loop
	attach "$disk_b" 1201 400; backup_loop=$loop
	mkfs.ext4 -q -L web01-root -U $root_uuid "$root_loop"
	mkswap --quiet --uuid $swap_uuid --label web01-swap "$swap_loop"
	mkfs.xfs -q -f -L web01-var -m uuid="$var_uuid" "$var_loop"
	mkfs.btrfs -q -L web01-home -U "$home_uuid" "$home_loop" >/dev/null 2>&1
	mkfs.ext4 -q -L web01-backup -U $backup_uuid "$backup_loop"
}

mount_all()
{
	mkdir "$work/root" "$work/top"
	mount "$root_loop" "$work/root"
	mount "$home_loop" "$work/top"
	btrfs -q subvolume create "$work/top/@home" 2>/dev/null ||
		btrfs subvolume create "$work/top/@home" >/dev/null
	umount "$work/top"
	mkdir -p "$work/root/var" "$work/root/home" "$work/root/srv/backup"
	mount "$var_loop" "$work/root/var"
	mount -o subvol=@home "$home_loop" "$work/root/home"
	mount "$backup_loop" "$work/root/srv/backup"
}

# copy_program NAME: the program and the libraries it needs, from this machine
copy_program()
{
	local path library
	path=$(type -P "$1") || return 0
	path=$(readlink -f "$path")
	mkdir -p "$root/usr/bin"
	cp -L "$path" "$root/usr/bin/$1"
	{ ldd "$path" 2>/dev/null || true; } | grep -oE '/[^ )]+' | while read -r library; do
		[ -e "$root$library" ] && continue
		mkdir -p "$root$(dirname "$library")"
		cp -L "$library" "$root$library"
	done
}

make_userland()
{
	local name
	mkdir -p "$root"/{dev,proc,sys,run,tmp,mnt,media,opt,etc,root,boot,usr/bin,usr/lib,usr/sbin}
	chmod 1777 "$root/tmp"
	chmod 700 "$root/root"
	for name in bin sbin lib lib64; do
		mkdir -p "$root/usr/$name"
		ln -s "usr/$name" "$root/$name"
	done
	for name in bash ls cat cp mv rm ln mkdir rmdir touch chmod chown df du head tail grep sed sort \
		wc id uname env ps mount umount hostname date sleep true false find gzip findmnt \
		readlink stat tty; do
		copy_program $name
	done
	ln -s bash "$root/usr/bin/sh"
	mkdir -p "$root/usr/lib/systemd"
	cp -L "$(readlink -f "$(type -P true)")" "$root/usr/lib/systemd/systemd"
	ln -s ../lib/systemd/systemd "$root/usr/sbin/init"
}

make_settings()
{
	cat > "$root/etc/os-release" <<-'EOF'
		PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
		NAME="Debian GNU/Linux"
		VERSION_ID="12"
		VERSION="12 (bookworm)"
		VERSION_CODENAME=bookworm
		ID=debian
	EOF
	echo web01 > "$root/etc/hostname"
	echo 6f0e1d2c3b0145a89c515a5c6d0e8f6e > "$root/etc/machine-id"
	printf '127.0.0.1\tlocalhost\n127.0.1.1\tweb01\n' > "$root/etc/hosts"
	ln -s ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"
	cat > "$root/etc/passwd" <<-'EOF'
		root:x:0:0:root:/root:/bin/bash
		www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
		anna:x:1000:1000:Anna:/home/anna:/bin/bash
	EOF
	printf 'root:x:0:\nwww-data:x:33:\nanna:x:1000:\n' > "$root/etc/group"
	# "!" locks an account: nobody can log in on this server
	printf 'root:!:20000:0:99999:7:::\nwww-data:*:20000:0:99999:7:::\nanna:!:20000:0:99999:7:::\n' \
		> "$root/etc/shadow"
	chmod 640 "$root/etc/shadow"
	cat > "$root/etc/fstab" <<-EOF
		# /etc/fstab: static file system information.
		# <source>  <mount point>  <type>  <options>  <dump>  <pass>
		UUID=$root_uuid  /  ext4  errors=remount-ro  0  1
		LABEL=web01-var  /var  xfs  defaults,nobarrier  0  2
		PARTUUID=$home_partuuid  /home  btrfs  subvol=@home,noatime  0  0
		/dev/hdb3  /srv/backup  ext4  defaults  0  2
		UUID=$swap_uuid  none  swap  sw  0  0
		/srv/www  /var/www  none  bind  0  0
		tmpfs  /tmp  tmpfs  defaults,size=256m  0  0
		fileserver:/export/shared  /srv/shared  nfs  defaults,_netdev  0  0
	EOF
}

make_kernels()
{
	local version
	for version in 6.1.0-9-amd64 6.1.0-37-amd64; do
		mkdir -p "$root/usr/lib/modules/$version"
		echo "sample kernel $version" > "$root/boot/vmlinuz-$version"
		echo "sample initrd $version" > "$root/boot/initrd.img-$version"
	done
}

make_data()
{
	mkdir -p "$root"/srv/{www,shared} "$root/var"/{www,lib,cache,tmp,spool} "$root/home/anna"
	echo '<h1>It works, or did until Friday</h1>' > "$root/srv/www/index.html"
	echo 'call the hosting company' > "$root/home/anna/todo"
	echo 'full backup of 2026-11-14' > "$root/srv/backup/README"
	chown -R 1000:1000 "$root/home/anna"
}

# log_lines DAY COUNT: syslog lines of that day of November
log_lines()
{
	local i
	for ((i = 0; i < $2; i++)); do
		printf 'Nov %2d %02d:%02d:07 web01 systemd[1]: Started Session %d of user anna.\n' \
			"$1" $((i / 60 % 24)) $((i % 60)) "$i"
	done
}

make_logs()
{
	local log=$root/var/log
	mkdir -p "$log/apt" "$log/journal"
	log_lines 15 2000 | xz > "$log/syslog.3.xz"
	log_lines 16 2000 | gzip > "$log/syslog.2.gz"
	log_lines 17 2000 > "$log/syslog.1"
	{
		log_lines 18 180
		cat <<-'EOF'
			Nov 18 03:11:40 web01 systemd[1]: dev-hdb3.device: Job dev-hdb3.device/start timed out.
			Nov 18 03:11:40 web01 systemd[1]: Timed out waiting for device /dev/hdb3.
			Nov 18 03:11:40 web01 systemd[1]: Dependency failed for /srv/backup.
			Nov 18 03:11:40 web01 systemd[1]: Dependency failed for Local File Systems.
			Nov 18 03:12:02 web01 sulogin: root account is locked, starting no shell
		EOF
	} > "$log/syslog"
	echo 'Nov 17 22:40:12 web01 sshd[811]: Accepted publickey for anna from 192.0.2.7' \
		> "$log/auth.log"
	echo 'Start-Date: 2026-11-17  22:45:03' | gzip > "$log/apt/history.log.1.gz"
	touch -d '2026-11-18 03:12 UTC' "$log"/* "$root/etc/fstab"
	touch -d '2026-11-17 UTC' "$log"/syslog.1 "$log/auth.log"
	touch -d '2026-11-16 UTC' "$log"/syslog.2.gz
	touch -d '2026-11-15 UTC' "$log"/syslog.3.xz
}

# XFS writes its metadata to their place within half a minute: what the journal alone is to have is made last
in_journal_alone()
{
	rmdir "$1"
	fsfreeze --freeze "${1%/*}" && fsfreeze --unfreeze "${1%/*}" # its journal is empty then
	mkdir "$1"
}

power_cut()
{
	local place
	sync
	for place in /srv/backup /home /var ""; do
		[ "$place" != /var ] || in_journal_alone "$root/var/www"
		mkdir -p "$root$place/lost"
		date > "$root$place/lost/$$"
		xfs_io -x -c 'shutdown -f' "$root$place" >/dev/null 2>&1 || true
	done
}

make_disks
make_filesystems
mount_all
root=$work/root
make_userland
make_settings
make_kernels
make_data
make_logs
# the last sign of life is the one in the logs
find "$root/etc" "$root/root" "$root/var/log" -newermt '2026-11-18 03:13 UTC' -print0 |
	xargs -0r touch --no-dereference -d '2026-11-18 03:12 UTC'
[ $dirty = no ] || power_cut
umount -R "$work/root"
