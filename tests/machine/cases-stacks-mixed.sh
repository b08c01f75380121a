# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-stacks.sh
# One on another; names that differ; kill -9; a member that stalls.
key="--passphrase-file /run/passphrase"

stacks=luks-lvm-md
! is_full || stacks="luks-lvm-md lvm-luks-md"
for name in $stacks; do
	case $name in
	luks-lvm-md) wanted="/ /boot /home" ;;
	*) wanted="/ /boot /home /var" ;;
	esac
	scene "$name"
	# shellcheck disable=SC2086 # words
	looks $key
	is "$(system_word '.systems[].hostname')" web01 "$name: the system is found"
	# shellcheck disable=SC2086 # words
	read_only_job "$wanted" $key
	# shellcheck disable=SC2086 # words
	job "$wanted" $key
done
if is_full; then
	for name in lvm-luks luks-lvm btrfs-luks; do
		case $name in
		lvm-luks) wanted="/ /boot /home /var" ;;
		*) wanted="/ /boot /home" ;;
		esac
		scene "$name"
		# shellcheck disable=SC2086 # words
		looks $key
		# shellcheck disable=SC2086 # words
		job "$wanted" $key
	done
	scene lvm-md
	looks
	job "/ /boot /home /var"
	beside_looks "/ /boot /home /var"
	for name in btrfs-md btrfs-two; do
		scene "$name"
		looks
		read_only_job "/ /home"
		job "/ /home"
		beside_looks "/ /home"
	done
	scene btrfs-missing
	looks
	r mount --yes
	[ "$status" -ne 0 ]
	ok $? "$scene: mount is refused"
	is "$(images)" "$before" "$scene: a refusal has changed not one byte"
	job "/ /home" --degraded
fi

# --- names that differ
scene names-vda
looks
r mount --yes --accept-guesses
done_well "installed on vda, rescued on sda: mounted"
is "$(mounts)" "$(places / /boot /home)" "$scene: nothing is missing"
is "$(source_of /boot) $(source_of /home)" "/dev/sda1 /dev/sdb" "$scene: each where it belongs"
r umount --yes
nothing_left "$scene"
