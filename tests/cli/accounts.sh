# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # variables of tap.sh and for the tests
# A server with accounts, as a tree and as two disk images, for tests. Sourced behind tap.sh, in a private
# namespace.

need_program mkfs.ext4 jq losetup python3 openssl
need_filesystem ext4

# make_tree FOLDER: Debian 12 with root, anna (locked, a key) and bert (no shell, expired)
make_tree()
{
	local tree=$1 library
	mkdir -p "$tree"
	cp -R "$top_srcdir/tests/system/accounts/debian-12/." "$tree"
	mkdir -p "$tree"/{bin,usr/bin,usr/sbin,usr/lib/systemd,usr/lib/x86_64-linux-gnu,root,home,srv,proc,sys,dev,run,tmp}
	mkdir -p "$tree/usr/lib/x86_64-linux-gnu/security"
	cp -L /bin/true "$tree/usr/lib/systemd/systemd"
	grep -rhoE 'pam_[a-z0-9_]+\.so' "$tree/etc/pam.d" | sort -u | while read -r library; do
		cp -L /bin/true "$tree/usr/lib/x86_64-linux-gnu/security/$library"
	done
	cp -L /bin/true "$tree/bin/bash"
	for library in /lib/x86_64-linux-gnu/libcrypt.so.1 /usr/lib64/libcrypt.so.2 /usr/lib/libcrypt.so.2; do
		[ ! -e "$library" ] || cp -L "$library" "$tree/usr/lib/x86_64-linux-gnu/"
	done
	# what bash needs, so that shells can be run
	mkdir -p "$tree/lib64"
	cp -L /lib64/ld-linux-x86-64.so.2 "$tree/lib64/" 2>/dev/null
	cp -L /lib/x86_64-linux-gnu/libc.so.6 "$tree/usr/lib/x86_64-linux-gnu/" 2>/dev/null
	printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$tree/etc/os-release"
	echo web01 >"$tree/etc/hostname"
	printf 'LABEL=acc-root / ext4 defaults 0 1\nLABEL=acc-home /home ext4 defaults 0 2\n' >"$tree/etc/fstab"
	cat >"$tree/etc/passwd" <<'PASSWD'
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
anna:x:1000:1000:Anna Sample,,,:/home/anna:/bin/bash
bert:x:1001:1001:Bert:/home/bert:/bin/false
PASSWD
	cat >"$tree/etc/shadow" <<'SHADOW'
root:$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1:20000:0:99999:7:::
daemon:*:20000:0:99999:7:::
anna:!$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1:20000:0:99999:7:::
bert:*:20000:0:99999:7::20119:
SHADOW
	cat >"$tree/etc/group" <<'GROUP'
root:x:0:
daemon:x:1:
sudo:x:27:anna
shadow:x:42:
anna:x:1000:
bert:x:1001:
GROUP
	chmod 0640 "$tree/etc/shadow"
	chown 0:42 "$tree/etc/shadow"
	chmod 0700 "$tree/root"
	chmod 1777 "$tree/tmp"
}

# make_home FOLDER: what lies on the filesystem of /home
make_home()
{
	mkdir -p "$1/anna/.ssh" "$1/bert"
	echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIfk1V5VhsRvk2Yx5dgbVzyR4T0Qc0Y3Vg4uJ6dSSLgi anna@desk' \
		>"$1/anna/.ssh/authorized_keys"
	chown -R 1000:1000 "$1/anna"
	chown -R 1001:1001 "$1/bert"
	chmod 0700 "$1/anna" "$1/anna/.ssh" "$1/bert"
	chmod 0600 "$1/anna/.ssh/authorized_keys"
}

# make_images: the same server in two images, $scratch/root.img and $scratch/home.img
make_images()
{
	rm -rf "$scratch/image-root" "$scratch/image-home"
	make_tree "$scratch/image-root"
	make_home "$scratch/image-home"
	image_make "$scratch/root.img" 32M
	mkfs.ext4 -q -L acc-root -d "$scratch/image-root" "$scratch/root.img"
	image_make "$scratch/home.img" 8M
	mkfs.ext4 -q -L acc-home -d "$scratch/image-home" "$scratch/home.img"
	images=(--image "$scratch/root.img" --image "$scratch/home.img" --target /mnt/web01)
}

# fits HASH PASSWORD: crypt(3) makes the one of the other
fits()
{
	[ -n "$1" ] && python3 -W ignore - "$1" "$2" <<'PYTHON'
import ctypes, ctypes.util, sys
library = ctypes.CDLL(ctypes.util.find_library("crypt"))
library.crypt.restype = ctypes.c_char_p
made = library.crypt(sys.argv[2].encode(), sys.argv[1].encode())
sys.exit(made != sys.argv[1].encode())
PYTHON
}

# field FILE USER NUMBER
field()
{
	awk -F : -v user="$2" -v number="$3" '$1 == user { print $number; exit }' "$1"
}
