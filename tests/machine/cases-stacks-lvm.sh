# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154,SC2034 # variables of test-stacks.sh
# LVM: every kind of volume; groups that lack a disk, that share a name, that are copies.
all="/ /boot /home /var"

scene lvm-plain
looks
is "$(system_word '.systems[] | "\(.hostname) \(.root)"')" "web01 vg0-root" "lvm-plain: the system is on vg0-root"
is "$(system_word '.systems[0].fstab[] | "\(.mountpoint) \(.device)"' | sort | tr '\n' ' ')" \
	"/ vg0-root /boot sda1 /home vg0-home /var vg0-var none vg0-swap " "lvm-plain: every entry has its device"
read_only_job "$all"
job "$all"
r mount --yes --with /dev/mapper/vg0-swap
g "tail -n +2 /proc/swaps | wc -l; ls -d /dev/vg0/*"
is "$output" "1
/dev/vg0/home
/dev/vg0/root
/dev/vg0/swap
/dev/vg0/var" "lvm-plain: swap is on, and all volumes that fstab wants are up"
r umount --yes
nothing_left "lvm-plain: with swap"

kinds=lvm-thin
! is_full || kinds="lvm-virtio lvm-linear lvm-striped lvm-snapshot lvm-thin lvm-mirror lvm-raid1 lvm-dashes"
for name in $kinds; do
	case $name in
	lvm-virtio) wanted=$all ;;
	lvm-thin | lvm-dashes) wanted="/ /var" ;;
	*) wanted=/ ;;
	esac
	scene "$name"
	looks
	like "$(system_word '.systems[].hostname')" "^web01" "$name: the system is found"
	case $name in
	lvm-thin | lvm-mirror | lvm-raid1)
		r mount --read-only --yes
		is "$status" 1 "$name: lvm cannot activate it without writing, so that read-only is refused"
		like "$errors" "without writing" "$name: and that is said"
		nothing_left "$name: after a refusal"
		is "$(images)" "$before" "$name: a refusal has changed not one byte"
		;;
	*) read_only_job "$wanted" ;;
	esac
	job "$wanted"
done

# --- a disk is gone
if is_full; then
	scene lvm-raid1-degraded
	looks
	r mount --yes
	[ "$status" -ne 0 ]
	ok $? "$scene: mount is refused"
	like "$output$errors" "--degraded" "$scene: and what to do is said"
	is "$(mounts)" "" "$scene: nothing is mounted"
	is "$(images)" "$before" "$scene: a refusal has changed not one byte"
	job / --degraded
fi
scene lvm-partial
looks
like "$(notes)$planned" "missing" "lvm-partial: the missing disk is said"
r mount --yes --degraded
is "$status" 3 "lvm-partial: mounted in part"
is "$(mounts)" "$(places /)" "lvm-partial: what is whole is mounted, without --degraded nothing would be lost"
like "$output$errors" "/home" "lvm-partial: what is not is named"
r umount --yes
nothing_left lvm-partial

is_full || return 0

# --- one name twice, and a copy
scene lvm-duplicate
r systems --json
found=$output
r mount --plan
is "$status" 2 "lvm-duplicate: which of them is meant is asked"
r mount --plan web01
is "$status" 0 "lvm-duplicate: and a name is enough"
is "$(images)" "$before" "lvm-duplicate: looking has changed not one byte on any disk"
is "$(system_word '.systems[].hostname' | sort | tr '\n' ' ')" "web01 web02 " "lvm-duplicate: both systems are found"
for host in web01 web02; do
	g "refloat --target $target mount --yes $host"
	done_well "$host is mounted"
	g "cat $target/etc/hostname"
	is "$output" $host "lvm-duplicate: it is the right one"
	r umount --yes
	nothing_left "lvm-duplicate: $host"
done

scene lvm-clone
r disks
is "$status" 0 "lvm-clone: disks is done"
like "$output" "copy|same UUID|duplicate|twice" "lvm-clone: a copied disk is said to be one"
r mount --plan
is "$(images)" "$before" "lvm-clone: not one byte has changed"
nothing_left lvm-clone
"$guest_py" remove "$folder" DISK-B
before=$(images)
job /
