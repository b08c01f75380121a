# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-machine.sh
# With udev, as most rescue systems have it: what lsblk knows from it, links under /dev/disk, and a
# daemon that opens every device as it comes and goes.
g "modprobe -r nbd"
g "type systemd-udevd >/dev/null && systemd-udevd --daemon && udevadm trigger --action=add \
	--subsystem-match=block && udevadm settle --timeout=30"
if [ "$status" -ne 0 ]; then
	skip "this machine has no udev to take along" "with udev"
	return
fi
r disks --json
is "$status" 0 "disks is done with udev"
listed=$output
# what cannot be read, udev does not know either
compare FSTYPE,FSVER,LABEL,UUID,PTTYPE,PARTTYPE,PARTTYPENAME,PARTLABEL,PARTUUID,MODEL,SERIAL,WWN,TRAN \
	"filesystems, tables and partitions"
[ "$(grep -c ' fstype ' "$scratch/wanted")" -ge 10 ]
ok $? "and lsblk knows filesystems"

# --- /dev/disk/by-path
r mount --yes --accept-guesses
g "for link in /dev/disk/by-path/*; do
		[ \$(readlink -f \$link) != /dev/\$(lsblk -n -r -o NAME,LABEL | sed -n 's/ web01-srv//p') ] || echo \$link
	done | tail -n 1"
link=$output
like "$link" "^/dev/disk/by-path/.*-part1$" "udev has a by-path link for /srv"
g "sed -i 's,^/dev/disk/by-id/[^ ]*,$link,' $target/etc/fstab"
r umount --yes
nothing_left "after a mount with udev"
r systems --json
is "$(jq -r --arg link "$link" '.systems[0].fstab[] | select(.source == $link) |
	"\(.mountpoint) \(.action)"' <<<"$output")" "/srv mount" "by-path leads to it"
r mount --yes --accept-guesses --with $swap
is "$(mounts)" "$all" "everything is mounted with udev"
r umount --yes
is "$status" 0 "and taken down"
nothing_left "with udev"
