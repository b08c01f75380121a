#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# refloat on the sample server: its menu on a terminal; without one, or with REFLOAT_DEMO=commands,
# the main job by commands: disks, systems, the plan, mounting, the chroot, undoing.
#
#   demo.sh REFLOAT FOLDER-WITH-IMAGES
#
# Runs in a mount namespace of its own with an empty /run and /mnt, so that nothing of this machine
# is shown, mounted over or left changed.
set -eu
refloat=$(readlink -f "$1")
folder=$(readlink -f "$2")
if [ "${REFLOAT_DEMO_NAMESPACE-}" != yes ]; then
	REFLOAT_DEMO_NAMESPACE=yes exec unshare --mount --propagation private "$0" "$refloat" "$folder"
fi
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /mnt

if [ "${REFLOAT_DEMO-}" != commands ] && [ -t 0 ] && [ -t 1 ]; then
	"$refloat" --image "$folder/web01-a.img" --image "$folder/web01-b.img" --target /mnt/web01
	# what was left mounted goes with this namespace; its images must not stay attached
	"$refloat" --image "$folder/web01-a.img" --image "$folder/web01-b.img" \
		--target /mnt/web01 umount --yes >/dev/null 2>&1 || true
	printf 'The images are in %s; the same by commands: REFLOAT_DEMO=commands\n' "$folder"
	exit 0
fi

# show COMMAND...: types it and runs it
show()
{
	printf '\n# refloat --image web01-a.img --image web01-b.img --target /mnt/web01 %s\n' "$*"
	"$refloat" --image "$folder/web01-a.img" --image "$folder/web01-b.img" \
		--target /mnt/web01 "$@" ||
		printf '(exit status %d)\n' $?
}

show disks
show systems
show mount --plan
show mount --yes --accept-guesses
show status
# shellcheck disable=SC2016 # the shell in the chroot expands it
show chroot -- sh -c 'echo "inside: $(hostname -f 2>/dev/null || cat /etc/hostname)"; tail -n 2 /var/log/syslog; df -h / /var /home'
show umount --yes
show status
if grep -q " /mnt/web01" /proc/self/mountinfo; then
	echo "demo: something is still mounted under /mnt/web01" >&2
	exit 1
fi
printf '\nThe images are in %s; try: sudo %s --image %s/web01-a.img disks\n' \
	"$folder" "$refloat" "$folder"
