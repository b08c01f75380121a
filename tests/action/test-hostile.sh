#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A target that wants to harm the rescue system: symlinks out of the root, files that are no files,
# escape sequences, mount points that lead elsewhere. Nothing outside of the target is read, mounted
# over or changed; nothing but printable text comes out; looking changes not one byte.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.ext4 e2label jq
need_filesystem ext4
private_namespace "$@"

image=$scratch/hostile.img
data=$scratch/data.img
tree=$scratch/tree
target=/mnt/t
mkdir "$tree"

# a file of the rescue system that must not be read, and a folder that must not be mounted over
mkdir -p /run/rescue/folder
echo "secret-of-the-rescue-system" >/run/rescue/secret

# make_target: an ordinary small system, on which the cases then do their harm
make_target()
{
	image_make "$image" 48M
	mkfs.ext4 -q -U 11111111-1111-4111-8111-111111111111 "$image"
	mount -o loop "$image" "$tree"
	mkdir -p "$tree"/{etc,bin,usr/bin,var/log,home,srv,data,boot,dev,proc,sys,run,root,tmp}
	echo 'PRETTY_NAME="Hostile Linux"' >"$tree/etc/os-release"
	echo 'UUID=11111111-1111-4111-8111-111111111111 / ext4 defaults 0 1' >"$tree/etc/fstab"
	if [ -x /bin/busybox ]; then
		cp /bin/busybox "$tree/bin/busybox"
		ln -s busybox "$tree/bin/sh"
		ln -s busybox "$tree/bin/true"
	fi
}

finish_target()
{
	umount "$tree"
}

r()
{
	run timeout 60 "$refloat" --image "$image" --image "$data" --target $target "$@"
}

# looks NAME: disks, systems and the plan end, print nothing but text, and change nothing
looks()
{
	local before command bad=0
	before=$(checksum "$image" "$data")
	for command in disks systems "mount --plan"; do
		# shellcheck disable=SC2086 # words
		r $command
		[ "$status" -lt 124 ] || bad=1
		printf '%s%s' "$output" "$errors" | LC_ALL=C grep -q $'[\001-\011\013-\037\177]' && bad=2
		printf '%s%s' "$output" "$errors" | grep -q secret-of-the-rescue && bad=3
	done
	is "$bad" 0 "$1: looking ends, prints only text, reads nothing outside"
	is "$(checksum "$image" "$data")" "$before" "$1: looking changes nothing"
}

# mounts NAME: what is mounted lies below the target, and comes down again
mounts()
{
	local before after
	before=$(awk '{print $5}' /proc/self/mountinfo | grep -v "^$target" | sort)
	r mount --yes
	after=$(awk '{print $5}' /proc/self/mountinfo | grep -v "^$target" | sort)
	is "$after" "$before" "$1: nothing is mounted outside of the target"
	is "$(cat /run/rescue/secret)" "secret-of-the-rescue-system" "$1: the rescue system is as it was"
}

down()
{
	r umount --yes
	[ "$status" -eq 0 ] || [ "$status" -eq 4 ]
	ok $? "$1: umount takes it down"
	is "$(grep -c " $target" /proc/self/mountinfo)" 0 "$1: no mount is left"
}

image_make "$data" 16M
mkfs.ext4 -q "$data"
e2label "$data" "$(printf 'a\033[2Jb\007')"

# --- etc and its files lead out of the root, or are no files
for case in etc-absolute etc-up fstab-out fstab-fifo fstab-device fstab-folder fstab-huge \
	release-fifo hostname-escapes; do
	make_target
	case $case in
	etc-absolute) rm -r "${tree:?}/etc" && ln -s /run/rescue "$tree/etc" ;;
	etc-up) rm -r "${tree:?}/etc" && ln -s ../../../../../../run/rescue "$tree/etc" ;;
	fstab-out) ln -sf /run/rescue/secret "$tree/etc/fstab" ;;
	fstab-fifo) rm "$tree/etc/fstab" && mkfifo "$tree/etc/fstab" ;;
	fstab-device) rm "$tree/etc/fstab" && mknod "$tree/etc/fstab" c 1 5 ;;
	fstab-folder) rm "$tree/etc/fstab" && mkdir "$tree/etc/fstab" ;;
	fstab-huge) truncate -s 120M "$tree/etc/fstab" ;;
	release-fifo)
		rm "$tree/etc/os-release"
		mkfifo "$tree/etc/os-release" "$tree/etc/hostname" "$tree/etc/crypttab" \
			"$tree/etc/machine-id"
		;;
	hostname-escapes)
		printf 'h\033]0;pwned\007\033[31m\377\xe2\x80\xae\n' >"$tree/etc/hostname"
		printf 'PRETTY_NAME="x\033[2J\233y"\n' >"$tree/etc/os-release"
		printf '\033[5mUUID=x\007 /\033[0m ext4\n/dev/\033c /y\001 ext4\n' >>"$tree/etc/fstab"
		;;
	esac
	finish_target
	looks $case
	mounts $case
	down $case
done

# --- mount points that lead elsewhere
make_target
rm -r "${tree:?}/srv" "${tree:?}/home"
ln -s /run/rescue/folder "$tree/srv"
ln -s ../../../run/rescue/folder "$tree/home"
ln -s loop-b "$tree/loop-a"
ln -s loop-a "$tree/loop-b"
mkdir -p "$tree/data/var"
rm -r "${tree:?}/var" && ln -s /data/var "$tree/var"
uuid=$(blkid -p -s UUID -o value "$data")
for place in /srv /home /loop-a /../../../run/rescue/folder; do
	echo "UUID=$uuid $place ext4 defaults 0 0" >>"$tree/etc/fstab"
done
echo "UUID=$uuid /var ext4 defaults 0 0" >>"$tree/etc/fstab"
echo "/run/rescue /boot none bind 0 0" >>"$tree/etc/fstab"
finish_target
looks "mount points"
mounts "mount points"
is "$(ls -A /run/rescue/folder)" "" "mount points: the rescue system's folder is not mounted over"
like "$(awk '{print $5}' /proc/self/mountinfo)" "^$target/data/var$" \
	"an absolute symlink is followed inside the target"
[ ! -e $target/boot/secret ]
ok $? "a bind mount's source lies inside the target, too"
down "mount points"

# --- resolv.conf in each of its forms: it works or is said, and stays as it is
if [ -x /bin/busybox ]; then
	for case in file out in-run elsewhere missing folder fifo; do
		make_target
		conf=$tree/etc/resolv.conf
		case $case in
		file) echo "nameserver 192.0.2.1" >"$conf" ;;
		out) ln -s /run/rescue/secret "$conf" ;;
		in-run) ln -s ../run/systemd/resolve/stub-resolv.conf "$conf" ;;
		elsewhere) ln -s /var/gone/resolv.conf "$conf" ;;
		missing) ;;
		folder) mkdir "$conf" ;;
		fifo) mkfifo "$conf" ;;
		esac
		finish_target
		r mount --yes
		state=$(stat -c '%F %s %Y' $target/etc/resolv.conf 2>&1; find $target -xdev | sort)
		r chroot -- true
		is "$status" 0 "resolv.conf ($case): the chroot works"
		is "$(stat -c '%F %s %Y' $target/etc/resolv.conf 2>&1; find $target -xdev | sort)" \
			"$state" "resolv.conf ($case): is as it was, and nothing was made"
		is "$(cat /run/rescue/secret)" "secret-of-the-rescue-system" \
			"resolv.conf ($case): the rescue system's files are as they were"
		down "resolv.conf ($case)"
	done

	# --- programs that cannot run here: words, never "exec failed"
	make_target
	rm "$tree/bin/sh" "$tree/bin/busybox" "$tree/bin/true"
	finish_target
	r chroot --yes
	is "$status" 1 "no shell at all: refused"
	like "$errors" "it has none: no /bin/sh" "and said"
	make_target
	# the machine's number in the ELF header: 0xb7 is AArch64, 0x3e x86-64
	other='\267'
	[ "$(uname -m)" != aarch64 ] || other='\76'
	# shellcheck disable=SC2059 # an escape
	printf "$other" | dd of="$tree/bin/busybox" bs=1 seek=18 conv=notrunc status=none
	finish_target
	r chroot --yes -- true
	is "$status" 1 "another architecture: refused"
	like "$errors" "the system is for [a-z0-9_]+, this rescue system for" "and said in words"
	unlike "$errors" "[Ee]xec failed|Exec format" "never as exec failed"
	is "$(grep -c " $target" /proc/self/mountinfo)" 0 "and everything is taken down again"
else
	skip "needs /bin/busybox" "chroot into hostile targets"
fi
done_testing
