# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # the names are those of tests/lib/tap.sh and of the tests
# A small server for tests that interrupt refloat: how to mount it, and what is left of it afterwards.
# Sourced behind tests/lib/tap.sh, in a private namespace.
need_program mkfs.ext4 debugfs jq losetup
need_filesystem ext4

target=/mnt/web01
image=$scratch/root.img
var=$scratch/var.img
log=$scratch/log

# a root, a /var on another image, and a bind whose folder must be made
root=$scratch/root
mkdir -p "$root"/{etc,usr/bin,usr/lib/systemd,srv/www,var,proc,sys,dev,run,tmp}
cp -L /bin/true "$root/usr/lib/systemd/systemd"
printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$root/etc/os-release"
echo web01 >"$root/etc/hostname"
cat >"$root/etc/fstab" <<'FSTAB'
LABEL=kill-root /           ext4 defaults 0 1
LABEL=kill-var  /var        ext4 defaults 0 2
/srv/www        /mnt/a/made none bind     0 0
FSTAB
image_make "$image" 16M
image_make "$var" 8M
mkfs.ext4 -q -L kill-root -d "$root" "$image"
mkfs.ext4 -q -L kill-var "$var"

r()
{
	run "$refloat" --image "$image" --image "$var" --target "$target" "$@"
}

# what_is_left: prints what is left of a mount, nothing where all is gone
what_is_left()
{
	local _
	awk -v t="$target" 'index($5, t) == 1 {print "mounted: " $5}' /proc/self/mountinfo
	# a loop device that clears itself needs a moment
	for _ in $(seq 600); do
		losetup --list --noheadings --output BACK-FILE | grep -q "^$scratch/" || break
		sleep 0.1
	done
	losetup --list --noheadings --output NAME,BACK-FILE | grep "$scratch/" | sed 's/^/attached: /'
	[ -e "$target" ] && echo "folder: $target"
	debugfs -R 'ls -p /' "$image" 2>/dev/null | grep -q '/mnt/' && echo "folder: /mnt in the image"
	r status --json
	jq -r 'if .undo != null then "status: \(.undo) can be undone" else empty end,
		if .mounted != null then "status: mounted" else empty end,
		(.operations[] | select(.state != "undone") | "status: \(.number) \(.state)")' \
		<<<"$output"
}
