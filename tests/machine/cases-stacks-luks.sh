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

# an account of it while nothing is mounted: the looks and the mount that comes first take the file
scene luks2
r accounts --json </dev/null
is "$status" 4 "luks2: without a passphrase there are no accounts"
# shellcheck disable=SC2086 # words
r accounts --json $key
is "$(jq -r '.accounts[0].name' <<<"$output")" root "luks2: accounts with it"
nothing_left "luks2: after accounts"
is "$(images)" "$before" "luks2: looking for accounts has changed not one byte"
r passwd root --generate --yes </dev/null
[ "$status" -ne 0 ]
ok $? "luks2: passwd without a passphrase and nobody to ask fails"
r passwd root --generate --yes --passphrase-file /run/wrong
is "$status" 1 "luks2: passwd with a wrong one fails"
like "$output$errors" "opens none of the locked containers" "luks2: and it is said"
nothing_left "luks2: passwd with a wrong passphrase"
is "$(images)" "$before" "luks2: which has changed not one byte"
# shellcheck disable=SC2086 # words
r passwd root --generate --yes --log /run/log $key </dev/null
done_well "passwd on what is not mounted"
is "$(source_of /)" /dev/mapper/sda2_crypt "luks2: it was mounted for it"
like "$(tr -s ' \n' ' ' <<<"$output")" \
	"may be in what is locked \(sda2\): to mount it comes first\. .*New password of root: [a-z]{16}.*stays mounted at $target: .*\"refloat undo [0-9]+\" takes back all" \
	"luks2: the password is set, and what stays mounted is said"
g "cut -d: -f2 $target/etc/shadow $target/etc/passwd 2>/dev/null | grep -c '^\\\$'"
is "$output" 1 "luks2: its hash is in the container"
g "grep -rl 't[i]de and' /run/refloat* /run/log /var/log /tmp 2>/dev/null; cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ | grep 't[i]de and'"
is "$output" "" "luks2: the passphrase is in no journal, no log, no argument and no environment"
number=$("$guest_py" run "$folder" "refloat status --json" | jq .mounted.operation)
r undo "$number" --yes
done_well "and all is undone by one command"
nothing_left "luks2: after that"
# shellcheck disable=SC2086 # words
r mount --yes --read-only $key
g "cut -d: -f2 $target/etc/shadow $target/etc/passwd 2>/dev/null | grep -c '^\\\$'"
is "$output" 0 "luks2: the password, too"
r umount --yes
g "refloat --target $target mend-account --nologin --yes --json --passphrase-file - </run/passphrase"
is "$(jq -r '.mounted.target' <<<"$output")" "$target" "luks2: mend-account takes it from standard input"
r umount --yes
nothing_left "luks2: behind accounts"

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
