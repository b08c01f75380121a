# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # variables of test-stacks.sh
# LUKS: passphrases from a file and typed, key files, what the container is called, and what is no LUKS.
key="--passphrase-file /run/passphrase"

scene luks2
r disks --json
is "$(jq -r '.devices[] | select(.name == "sda2") | .fstype' <<<"$output")" crypto_LUKS "luks2: the container is shown"
r mount --yes </dev/null
[ "$status" -ne 0 ]
ok $? "luks2: without a passphrase and nobody to ask, mount fails"
like "$output$errors" "passphrase" "luks2: and says what it lacks"
nothing_left "luks2: without a passphrase"
r mount --yes --passphrase-file /run/wrong
[ "$status" -ne 0 ]
ok $? "luks2: a wrong passphrase fails"
like "$output$errors" "passphrase" "luks2: and it is said"
nothing_left "luks2: after a wrong passphrase"
is "$(images)" "$before" "luks2: a wrong passphrase has changed not one byte"
# shellcheck disable=SC2086 # words
looks $key
is "$(system_word '.systems[].hostname')" web01 "luks2: with it the system is found"
# shellcheck disable=SC2086 # words
read_only_job "/ /boot" $key
# shellcheck disable=SC2086 # words
job "/ /boot" $key
# shellcheck disable=SC2086 # words
r mount --yes $key
is "$(source_of /)" /dev/mapper/sda2_crypt "luks2: the container has the name that crypttab has for it"
g "grep -rl 't[i]de and' /run/refloat* /var/log /tmp 2>/dev/null; cat /proc/[0-9]*/cmdline | grep 't[i]de and'"
is "$output" "" "luks2: the passphrase is in no journal, no log and no argument"
r umount --yes
nothing_left "luks2: at last"

more="luks-keyfile"
! is_full || more="luks1 luks-keyfile luks-whole luks-two"
for name in $more; do
	case $name in
	luks-keyfile | luks-two) wanted="/ /boot /srv" ;;
	*) wanted="/ /boot" ;;
	esac
	scene "$name"
	# shellcheck disable=SC2086 # words
	is_full && looks $key && read_only_job "$wanted" $key
	# shellcheck disable=SC2086 # words
	job "$wanted" $key
done

if is_full; then
	scene luks-keydisk
	# shellcheck disable=SC2086 # words
	job "/ /boot" $key
	scene luks-detached
	looks
	r mount --yes
	like "$status" "^[03]$" "luks-detached: the rest is mounted"
	is "$(mounts)" "$(places / /boot)" "luks-detached: / and /boot are there"
	like "$output$errors" "/srv" "luks-detached: what is missing is named"
	r umount --yes
	nothing_left luks-detached
	scene bitlocker
	looks
	r disks
	like "$output" "BitLocker" "bitlocker: it is said what it is"
	job "/ /boot"
fi
