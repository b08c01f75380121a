# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-stacks.sh
# md RAID: every level and metadata version; members that are gone, stale, or claim to be newest.

# --- whole arrays
scene md-12
looks
is "$(system_word '.systems[] | "\(.hostname) \(.root)"')" "web01 md1" "md-12: the system is on md1, not on md127"
is "$(jq -r '.devices[] | select(.type == "raid1") | .name' <<<"$listed" | sort | tr '\n' ' ')" "md0 md1 " \
	"md-12: disks shows the arrays that are not up"
read_only_job "/ /boot"
job "/ /boot"
r mount --yes
is "$(source_of /) $(source_of /boot)" "/dev/md1 /dev/md0" "md-12: the arrays have the names that its fstab has for them"
g "cat /proc/mdstat | grep -c '\[2/2\] \[UU\]'"
is "$output" 2 "md-12: both arrays are whole"
r umount --yes
nothing_left "md-12: at last"
beside_looks "/ /boot"

whole=
! is_full || whole="md-10 md-090 md-11 md-whole md-partitioned md-raid5 md-raid6 md-raid10 md-raid0 md-linear md-foreign"
for name in $whole; do
	case $name in
	md-10 | md-090 | md-partitioned) wanted="/ /boot" ;;
	*) wanted=/ ;;
	esac
	scene "$name"
	looks
	is "$(system_word '.systems[].hostname')" web01 "$name: one system is found, once"
	job "$wanted"
done
if is_full; then
	scene md-nvme
	looks
	read_only_job "/ /boot /boot/efi /var"
	job "/ /boot /boot/efi /var"
	scene md-12 reverse
	looks
	job "/ /boot"
	scene md-12 virtio
	looks
	job "/ /boot"
	for name in md-imsm md-ddf; do
		scene "$name"
		g "export IMSM_NO_PLATFORM=1; refloat --target $target mount --yes"
		done_well "a container's array is mounted"
		is "$(mounts)" "$(places /)" "$scene: nothing is missing"
		r umount --yes
		nothing_left "$scene"
		g "ps | grep -v grep | grep mdmon"
		is "$output" "" "$scene: mdmon has ended"
	done
fi

# --- members that are gone
# refused WORDS: without --degraded nothing is mounted, and it is said why
refused()
{
	r mount --yes
	[ "$status" -ne 0 ]
	ok $? "$scene: mount is refused"
	like "$output$errors" "$1" "$scene: it is said why"
	like "$output$errors" "--degraded" "$scene: and what to do"
	is "$(mounts)" "" "$scene: nothing is mounted"
	nothing_left "$scene: after a refusal"
	is "$(images)" "$before" "$scene: a refusal has changed not one byte"
}

gone="md-degraded"
! is_full || gone="md-degraded md-ran-degraded md-raid5-degraded"
for name in $gone; do
	case $name in
	md-raid5-degraded) wanted=/ ;;
	*) wanted="/ /boot" ;;
	esac
	scene "$name"
	looks --degraded
	is "$(system_word '.systems[].hostname')" web01 "$name: the system is found all the same"
	refused "degraded|missing"
	! is_full || read_only_job "$wanted" --degraded
	job "$wanted" --degraded
done

if is_full; then
	scene md-raid5-broken
	r disks
	like "$output" "1 of 3|2 .*missing" "md-raid5-broken: how many members there are is said"
	r mount --yes --degraded
	is "$status" 4 "md-raid5-broken: no system is found on an array that cannot work"
	is "$(images)" "$before" "md-raid5-broken: not one byte has changed"
	nothing_left md-raid5-broken
fi

# --- members that are behind, and two halves that both ran alone
if is_full; then
	scene md-stale
	looks --degraded
	like "$(notes)" "sdb2 is left out.* events before the others" "md-stale: the stale member is named"
	refused "degraded|missing|behind|stale|older"
	r mount --yes --degraded
	g "cat $target/etc/written-last"
	is "$output" newer "md-stale: what was written last is what is mounted"
	r umount --yes
	nothing_left md-stale
	scene md-stale reverse
	r mount --yes --degraded
	g "cat $target/etc/written-last"
	is "$output" newer "md-stale: with the disks in the opposite order, too"
	r umount --yes
fi

scene md-split
r disks --json
is "$status" 0 "md-split: disks is done"
listed=$output
like "$(notes)$(jq -r '.devices[].obstacle // empty' <<<"$listed")" "both|each|apart|split" \
	"md-split: two halves that ran alone are named"
r systems
is "$status" 4 "md-split: no half is taken for the server"
r mount --yes --degraded
is "$status" 4 "md-split: mount is refused"
like "$output$errors" "md1|sda2" "md-split: where it may be is said"
is "$(mounts)" "" "md-split: nothing is mounted"
is "$(images)" "$before" "md-split: not one byte has changed"
nothing_left md-split

# --- a member that is pulled while the array is mounted
scene md-12
r mount --yes
done_well "mounted"
"$guest_py" pull "$folder" DISK-B
ok $? "md-12: a disk is pulled"
g "echo written >$target/note && sync && cat $target/note"
is "$output" written "md-12: the system works on"
r disks
is "$status" 0 "md-12: disks is done with an array that lost a member"
r chroot -- cat /etc/hostname
is "$output" web01 "md-12: a command in it"
r umount --yes
done_well "taken down"
nothing_left "md-12: after a disk was pulled"
