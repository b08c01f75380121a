#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes what a guest boots: a kernel with its modules, and an initramfs of this machine's own tools.
#
#   build-guest.sh            prints the folder with vmlinux and initrd.cpio
#   build-guest.sh --program PROGRAM FILE
#                             writes PROGRAM as /usr/sbin/refloat, with its libraries, to the cpio FILE,
#                             which stands behind initrd.cpio
#
# The kernel is Debian's linux-image-amd64, unpacked and not installed; where there is no apt-get, one
# that is installed here. All is kept in $REFLOAT_CACHE, ${XDG_CACHE_HOME:-/var/cache}/refloat-tests if
# it is not set, and made anew when the recipe, the kernel or a tool changes. Exit status 77, with the
# reason on standard error: it cannot be made here.
set -eu
here=$(dirname "$(readlink -f "$0")")
cache=${REFLOAT_CACHE:-${XDG_CACHE_HOME:-/var/cache}/refloat-tests}
work=

# what a rescue system has; those that are missing here are missing in the guest
programs='bash mount umount losetup lsblk blkid findmnt swapon swapoff mkswap sfdisk fdisk blockdev wipefs
	blkdiscard setsid unshare nsenter flock
	mke2fs e2fsck tune2fs dumpe2fs debugfs resize2fs mkfs.xfs xfs_repair xfs_io xfs_db xfs_admin
	mkfs.btrfs btrfs mkfs.fat fsck.fat qemu-nbd smartctl kmod stty infocmp file sgdisk parted udevadm
	chattr lsattr ssh-keygen mdadm mdmon lvm dmsetup kpartx cryptsetup integritysetup veritysetup pdata_tools'
links='kmod:modprobe kmod:insmod kmod:rmmod kmod:lsmod kmod:modinfo mke2fs:mkfs.ext4 e2fsck:fsck.ext4
	mkfs.fat:mkfs.vfat fsck.fat:fsck.vfat udevadm:systemd-udevd'
# programs that are called by other names, too: those that are links to them here
many_names='lvm pdata_tools'
udev_rules='50-udev-default 55-dm 56-lvm 60-block 60-cdrom_id 60-persistent-storage
	60-persistent-storage-dm 63-md-raid-arrays 64-btrfs 80-drivers 95-dm-notify'
# rules that start what is complete; a case that wants them copies them to /etc/udev/rules.d
udev_assembly_rules='64-md-raid-assembly 69-lvm'
udev_helpers='ata_id scsi_id cdrom_id'
modules='ahci sd_mod sr_mod nvme virtio_pci virtio_blk virtio_scsi loop nbd ext4 xfs btrfs vfat msdos fat
	nls_cp437 nls_ascii nls_iso8859-1 nls_utf8 isofs squashfs overlay 9p 9pnet_virtio
	md-mod raid0 raid1 raid10 raid456 linear multipath faulty
	dm-mod dm-crypt dm-raid dm-mirror dm-snapshot dm-thin-pool dm-cache dm-cache-smq dm-writecache
	dm-multipath dm-round-robin dm-queue-length dm-service-time dm-zero dm-flakey dm-delay
	dm-log-userspace dm-integrity dm-verity
	crc32c_generic crc32c-intel crc64_rocksoft_generic blake2b_generic xxhash_generic
	aes_generic aesni-intel cbc ecb xts essiv lrw ctr authenc sha256_generic sha256-ssse3 sha512_generic
	sha512-ssse3 sha1-ssse3 rmd160 wp512 serpent_generic twofish_generic cast5_generic
	af_alg algif_hash algif_skcipher algif_aead algif_rng drbg'
# loaded while a program runs, so that no program names them
more_libraries='libgcc_s.so.1 ossl-modules/legacy.so'
terminals='vt100 vt102 vt220 linux xterm xterm-256color ansi dumb screen'

unable()
{
	echo "$*" >&2
	exit 77
}

cleanup()
{
	[ -z "$work" ] || rm -rf "$work"
}
trap cleanup EXIT

# path_of PROGRAM
path_of()
{
	PATH=$PATH:/usr/sbin:/sbin type -P "$1"
}

# add_file FILE: at its own path in $root
add_file()
{
	[ -e "$root$1" ] && return
	mkdir -p "$root$(dirname "$1")"
	cp -L "$1" "$root$1"
}

# libraries_of FILE
libraries_of()
{
	{ ldd "$1" 2>/dev/null || true; } | grep -oE '/[^ )]+' || true
}

# find_library NAME: where it lies
find_library()
{
	local folder
	for folder in /usr/lib/x86_64-linux-gnu /lib/x86_64-linux-gnu /usr/lib64 /lib64 /usr/lib /lib; do
		[ -e "$folder/$1" ] && echo "$folder/$1" && return
	done
	return 1
}

# pack FILE: the tree in $root, with owners and times that are always the same
pack()
{
	(cd "$root" && find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0) >"$1"
}

# skeleton: the folders and links of a merged /usr
skeleton()
{
	local name
	for name in bin sbin lib lib64; do
		mkdir -p "$root/usr/$name"
		ln -s "usr/$name" "$root/$name"
	done
}

# --- the kernel

# fetch_kernel: sets $kernel_package to the package's file; what an older run fetched will do
fetch_kernel()
{
	local name
	kernel_package=
	command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 0
	name=$(apt-cache depends linux-image-amd64 2>/dev/null |
		awk '$1 == "Depends:" && $2 ~ /^linux-image-/ {print $2; exit}') || true
	[ -z "$name" ] || find_package "$name" ||
		(cd "$cache" && apt-get download -q "$name" >"$cache/download.log" 2>&1) || true
	[ -n "$kernel_package" ] || find_package "${name:-none}" || find_package "linux-image-[0-9]" || true
}

# find_package PREFIX: a pattern; the newest
find_package()
{
	local file
	kernel_package=$(find "$cache" -maxdepth 1 -name "$1*_amd64.deb" -size +1M | LC_ALL=C sort | tail -n 1)
	[ -n "$kernel_package" ]
}

# find_kernel: sets $release, $kernel_tree (which has lib/modules) and $kernel_image
find_kernel()
{
	local folder
	if [ -n "$kernel_package" ]; then
		kernel_tree=$work/kernel
		mkdir "$kernel_tree"
		dpkg-deb -x "$kernel_package" "$kernel_tree"
		release=$(ls "$kernel_tree/lib/modules")
		kernel_image=$kernel_tree/boot/vmlinuz-$release
		return
	fi
	kernel_tree=
	for folder in /lib/modules/*; do
		release=${folder##*/}
		for kernel_image in "$folder/vmlinuz" "/boot/vmlinuz-$release"; do
			[ -r "$kernel_image" ] && grep -q '/ahci\.ko' "$folder"/modules.{dep,builtin} && return
		done
	done
	unable "no kernel for a guest: linux-image-amd64 cannot be fetched, and none is installed here"
}

# extract_vmlinux BZIMAGE FILE: the kernel that is packed in it, which starts in half the time
extract_vmlinux()
{
	python3 - "$1" "$2" <<-'PYTHON'
		import lzma, subprocess, sys, zlib
		data = open(sys.argv[1], "rb").read()
		def zstd(packed):
		    return subprocess.run(["zstd", "-dcq"], input=packed, stdout=subprocess.PIPE).stdout
		ways = ((b"\xfd7zXZ\0", lambda p: lzma.LZMADecompressor().decompress(p)),
		        (b"\x1f\x8b\x08", lambda p: zlib.decompressobj(31).decompress(p)),
		        (b"\x28\xb5\x2f\xfd", zstd))
		for magic, unpack in ways:
		    at = data.find(magic)
		    while at >= 0:
		        try:
		            image = unpack(data[at:])
		        except (lzma.LZMAError, zlib.error, OSError):
		            image = b""
		        if image.startswith(b"\x7fELF"):
		            open(sys.argv[2], "wb").write(image)
		            sys.exit(0)
		        at = data.find(magic, at + 1)
		sys.exit(1)
	PYTHON
}

# add_modules: those wanted and what they need
add_modules()
{
	local from=$kernel_tree/lib/modules/$release to=$root/usr/lib/modules/$release file
	mkdir -p "$to"
	cp "$from"/modules.{builtin,order} "$to/"
	cp "$from/modules.builtin.modinfo" "$to/" 2>/dev/null || true
	[ -n "$kernel_tree" ] && depmod -b "$kernel_tree" "$release"
	awk -v wanted="${modules//[$'\n\t']/ }" '
		function name(path) {sub(/.*\//, "", path); sub(/\.ko.*/, "", path); gsub(/-/, "_", path); return path}
		{split($0, halves, ":"); needs[halves[1]] = halves[2]; path[name(halves[1])] = halves[1]}
		END {
			gsub(/-/, "_", wanted)
			count = split(wanted, list, " ")
			for (i = 1; i <= count; i++) {
				first = path[list[i]]
				if (first) print first needs[first]
			}
		}' "$from/modules.dep" | tr ' ' '\n' | sed '/^$/d' | sort -u >"$work/modules"
	while read -r file; do
		mkdir -p "$to/$(dirname "$file")"
		cp "$from/$file" "$to/$file"
	done <"$work/modules"
	depmod -b "$root/usr" "$release" 2>/dev/null || depmod -b "$root" "$release"
}

# --- the tools

add_tools()
{
	local program path library pair
	for program in $programs; do
		path=$(path_of "$program") || continue
		cp -L "$path" "$root/usr/bin/$program"
		for library in $(libraries_of "$path"); do
			add_file "$library"
		done
	done
	for pair in $links; do
		[ ! -e "$root/usr/bin/${pair%:*}" ] || ln -sf "${pair%:*}" "$root/usr/bin/${pair#*:}"
	done
	for program in $many_names; do
		path=$(path_of "$program") || continue
		find -L "$(dirname "$path")" -maxdepth 1 -samefile "$path" -printf '%f\n' | while read -r pair; do
			[ -e "$root/usr/bin/$pair" ] || ln -s "$program" "$root/usr/bin/$pair"
		done
	done
	for library in $more_libraries; do
		path=$(find_library "$library") || continue
		[ ! -f "$path" ] || add_file "$path"
	done
	cp -L "$(path_of busybox)" "$root/usr/bin/busybox"
	for program in $("$root/usr/bin/busybox" --list); do
		[ -e "$root/usr/bin/$program" ] || ln -s busybox "$root/usr/bin/$program"
	done
	rmdir "$root/usr/sbin"
	ln -s bin "$root/usr/sbin"
}

# udev's rules for disks and the programs that these run
add_udev()
{
	local folder name library
	mkdir -p "$root/usr/lib/udev/rules.d" "$root/usr/share/udev-assembly"
	for folder in /usr/lib/udev /lib/udev; do
		for name in $udev_rules; do
			cp -L "$folder/rules.d/$name.rules" "$root/usr/lib/udev/rules.d/" 2>/dev/null || true
		done
		for name in $udev_assembly_rules; do
			cp -L "$folder/rules.d/$name.rules" "$root/usr/share/udev-assembly/" 2>/dev/null || true
		done
		for name in $udev_helpers; do
			[ -x "$folder/$name" ] || continue
			cp -L "$folder/$name" "$root/usr/lib/udev/"
			for library in $(libraries_of "$folder/$name"); do
				add_file "$library"
			done
		done
	done
}

add_terminals()
{
	local folder name
	for name in $terminals; do
		for folder in /usr/share/terminfo /lib/terminfo /etc/terminfo; do
			[ -e "$folder/${name:0:1}/$name" ] || continue
			mkdir -p "$root/usr/share/terminfo/${name:0:1}"
			cp -L "$folder/${name:0:1}/$name" "$root/usr/share/terminfo/${name:0:1}/"
			break
		done
	done
}

add_settings()
{
	mkdir -p "$root"/{dev,proc,sys,run,tmp,mnt,root,share,etc,var/lock}
	echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
	echo 'root:x:0:' >"$root/etc/group"
	echo rescue >"$root/etc/hostname"
	printf 'PRETTY_NAME="Rescue system"\nID=rescue\n' >"$root/etc/os-release"
	install -m 755 "$here/guest-init" "$root/init"
	install -m 755 "$here/guest-agent" "$here/guest-console" "$root/usr/bin/"
}

# what the guest is made of, in a few lines
recipe()
{
	local program
	cat "$here"/{build-guest.sh,guest-init,guest-agent,guest-console}
	echo "${kernel_package:-$(uname -r)}"
	for program in $programs busybox; do
		stat -L -c '%n %s %Y' "$(path_of "$program" || echo /)"
	done
}

build_base()
{
	local sum folder
	fetch_kernel
	sum=$(recipe | sha256sum | cut -c 1-16)
	folder=$cache/guest-$sum
	if [ ! -s "$folder/vmlinux" ] || [ ! -s "$folder/initrd.cpio" ]; then
		work=$(mktemp -d "$cache/making.XXXXXX")
		root=$work/root
		find_kernel
		skeleton
		mkdir "$work/done"
		extract_vmlinux "$kernel_image" "$work/done/vmlinux" || cp "$kernel_image" "$work/done/vmlinux"
		add_modules
		add_tools
		add_udev
		add_terminals
		add_settings
		pack "$work/done/initrd.cpio"
		# another clone of the sources may use another one now
		find "$cache" -maxdepth 1 -name 'guest-*' -mmin +1440 -exec rm -rf {} +
		mv -T "$work/done" "$folder" 2>/dev/null || [ -s "$folder/initrd.cpio" ]
	fi
	touch "$folder"
	echo "$folder"
}

# build_program PROGRAM FILE
build_program()
{
	local library
	work=$(mktemp -d)
	root=$work/root
	mkdir -p "$root/usr/bin"
	cp -L "$1" "$root/usr/bin/refloat"
	strip "$root/usr/bin/refloat" 2>/dev/null || true
	for library in $(libraries_of "$1"); do
		# /lib is a link in the guest, and must stay one
		case $library in
		/usr/*) add_file "$library" ;;
		*) mkdir -p "$root/usr$(dirname "$library")" && cp -L "$library" "$root/usr$library" ;;
		esac
	done
	pack "$2"
}

for program in cpio depmod busybox python3 ldd; do
	path_of $program >/dev/null || unable "needs $program"
done
mkdir -p "$cache" 2>/dev/null || true
[ -w "$cache" ] || unable "no folder to keep a guest in: $cache"
case ${1-} in
--program) build_program "$2" "$3" ;;
*) build_base ;;
esac
