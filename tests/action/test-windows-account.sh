#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Accounts of Windows: listed and mended in a folder, and in an NTFS filesystem that ntfs-3g mounts; undo; what is
# refused and what to do then.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
"$refloat" --version | grep -q 'accounts of Windows: yes' ||
	skip_all "this refloat was built without libhivex"
need_program jq setfattr getfattr sfdisk
make_windows=${top_builddir:-$PWD}/tests/system/make_windows
windows=$scratch/windows
sam=$windows/Windows/System32/config/SAM

cat >"$scratch/office" <<'EOF'
rule threshold=5
account 500 Administrator disabled administrator hash=none neverexpires
account 501 Gast disabled nopassword hash=none
account 1001 Jürgen_Groß full=Jürgen_Groß hash=aes administrator login=1700000000 neverexpires
account 1002 maria hash=rc4 failures=7 failed=1700000000 neverexpires
account 1003 old hash=aes expires=1600000000 neverexpires
account 1004 cloud hash=aes online=somebody@example.com
domain corp.example.com
EOF

# system DESCRIPTION: makes it anew
system()
{
	rm -rf "$windows"
	mkdir "$windows"
	"$make_windows" "$windows" <"$1"
}

# with LINE...: the office with these lines
with()
{
	printf '%s\n' "$@" | cat "$scratch/office" - >"$scratch/with"
	system "$scratch/with"
}

mend()
{
	run "$refloat" windows-account "$@" --root "$windows" --yes
}

# field NAME FIELD: of an account, as JSON has it
field()
{
	"$refloat" accounts --all --json --root "$windows" |
		jq -r --arg name "$1" ".windows.accounts[] | select(.name == \$name).$2"
}

# --- what is listed

system "$scratch/office"
run "$refloat" accounts --root "$windows"
is "$status" 0 "accounts lists a Windows system"
like "$output" 'Administrator +500 +yes +never +disabled; no password' "the built-in administrator"
like "$output" 'Jürgen Groß +1001 +yes +2023-11-14 22:13' "a name with a space and umlauts"
like "$output" 'maria .*locked after 7 wrong passwords' "one that is locked"
like "$output" 'cloud .*Microsoft account somebody@example.com' "a Microsoft account"
like "$output" 'old .*expired' "one that has expired"
unlike "$output" 'Gast' "the guest is none that logs in"
like "$output" 'domain corp.example.com: accounts of the domain are out of' "the domain is out of reach"
like "$output" 'Passwords of Microsoft accounts are out of reach' "and so is Microsoft"
run "$refloat" accounts --root "$windows" --all
like "$output" 'Gast +501' "--all lists the guest as well"
run "$refloat" accounts --root "$windows" MARIA 500
is "$(grep -cE '^(maria|Administrator) ' <<<"$output")" 2 "accounts by name in any case, and by RID"
unlike "$output" 'Jürgen' "and no others"
run "$refloat" accounts --root "$windows" mario
is "$status" 4 "an unknown account"
like "$errors" 'Did you mean maria' "and the likest name"
is "$(field maria locked),$(field maria failures),$(field maria password)" "true,7,set" "JSON"
is "$("$refloat" accounts --json --root "$windows" | jq -r .windows.domain)" corp.example.com \
	"JSON has the domain"
is "$(cd "$windows" && find . -name '*.refloat')" "" "listing makes no file"

printf 'account 1001 ev\033[31mil\ndomain d\033[2J\n' >"$scratch/with"
system "$scratch/with"
run "$refloat" accounts --root "$windows"
unlike "$output" $'\033' "names drive no terminal"
like "$output" 'ev\\x1B\[31mil' "and are readable"

# --- mends, and undo

system "$scratch/office"

before=$(sha256sum <"$sam")
mend 500 --enable --blank-password
is "$status" 0 "the built-in administrator is enabled"
is "$(field Administrator disabled)" false "and is"
is "$(sha256sum <"$sam.refloat")" "$before" "what the hive was lies beside it"
is "$(cmp -l "$sam" "$sam.refloat" | wc -l)" 1 "one byte of the hive has changed"
mend 500 --enable
like "$output" 'nothing to do' "a second time there is nothing to do"
run "$refloat" undo --yes
is "$(sha256sum <"$sam"),$(ls "$sam".*)" "$before,$sam.LOG1" "undo brings back every byte, and no file stays"
mend maria --unlock --blank-password
is "$status,$(field maria locked),$(field maria failures),$(field maria password)" 0,false,0,blank \
	"unlocked, and without a password"
like "$output" 'network' "what a blank password is good for is said"
like "$output" 'EFS' "and what is lost"
mend old --enable
is "$status,$(field old expired)" 0,false "an account that has expired gets in again"
mend old --blank-password
is "$(field old password)" blank "a password of Windows 10"
system "$scratch/office"
mend 'jürgen groß' --enable
like "$output$errors" 'nothing to do|no local account' "a name with umlauts is taken as it is"
mend 'Jürgen Groß' --blank-password
is "$status,$(field 'Jürgen Groß' password)" 0,blank "and found"

# --- an administrator: only two values of the hive change

if command -v hivexml >/dev/null; then
	system "$scratch/office"
	values()
	{
		hivexml "$1" | tr '<' '\n' | grep -E '^(node|value) ' | grep -v '^node name="ROOT"'
	}
	values "$sam" >"$scratch/was"
	mend maria --administrator
	values "$sam" >"$scratch/is"
	is "$status,$(field maria administrator)" 0,true "an administrator more"
	is "$(diff "$scratch/was" "$scratch/is" | grep -c '^>')" 2 "two values of the whole hive differ"
	is "$(diff "$scratch/was" "$scratch/is" | grep -c '^<')" 2 "and none is gone"
else
	skip "hivexml is not here" "an administrator more"
fi

# --- what is refused

system "$scratch/office"
mend maria
is "$status" 2 "nothing asked for"
like "$errors" 'blank-password, --unlock' "names what there is"
mend nobody --enable
is "$status" 4 "an account that is not there"
mend cloud --blank-password
is "$status" 1 "a Microsoft account's password"
like "$errors" 'kept by Microsoft.*out of reach|account.live.com' "is out of reach, with what to do"
mend cloud --administrator
is "$status,$(field cloud administrator)" 0,true "but it can be an administrator"
run "$refloat" passwd maria --generate --root "$windows" --yes
is "$status" 2 "passwd is not for Windows"
like "$errors" 'windows-account' "and names what is"
mkdir -p "$scratch/linux/etc" "$scratch/linux/usr/bin"
printf 'ID=debian\nPRETTY_NAME=Debian\n' >"$scratch/linux/etc/os-release"
run "$refloat" windows-account root --enable --root "$scratch/linux" --yes
is "$status" 2 "and windows-account not for Linux"

with 'hibernated HIBR'
before=$(sha256sum <"$sam")
mend maria --unlock
is "$status,$(sha256sum <"$sam")" "1,$before" "a hibernated Windows is not touched"
like "$errors" 'shutdown /s /f /t 0' "what to do is said"
like "$errors" 'remove_hiberfile' "and how the session is thrown away"
run "$refloat" accounts --root "$windows"
like "$output" 'Nothing can be changed now' "the listing says it, too"

printf '%s\n' 'account 1002 maria hash=rc4 disabled neverexpires' >"$scratch/office-of-one"
for state in log oldlog; do
	{ cat "$scratch/office-of-one"; echo "state $state"; } >"$scratch/with"
	system "$scratch/with"
	before=$(sha256sum <"$sam")
	is "$(field maria disabled)" true "$state: what only the log has is read"
	mend maria --enable
	is "$status,$(field maria disabled)" 0,false "$state: and changed"
	like "$output" 'log of its registry' "$state: which is said"
	is "$("$refloat" accounts --json --root "$windows" | jq -r '.windows | "\(.dirty),\(.replayed)"')" \
		false,false "$state: then the hive is clean, and Windows leaves the log alone"
	run "$refloat" undo --yes
	is "$(sha256sum <"$sam")" "$before" "$state: undo brings back the old hive"
done
{ cat "$scratch/office-of-one"; echo "state dirty"; } >"$scratch/with"
system "$scratch/with"
mend maria --blank-password
is "$status" 1 "a hive that was being written is refused"
like "$errors" 'old-hive' "and the way out named"
mend maria --blank-password --old-hive
is "$status,$(field maria password)" 0,blank "--old-hive works on what is there"

head -c 5000 "$sam" >"$scratch/cut"
cp "$scratch/cut" "$sam"
mend maria --blank-password
is "$status" 1 "a hive that is cut off is refused"
head -c 20000 /dev/urandom >"$sam"
run "$refloat" accounts --root "$windows"
is "$status" 1 "and so is noise"

# --- in an NTFS filesystem

if ! command -v mkfs.ntfs >/dev/null || ! command -v mount.ntfs-3g >/dev/null || [ ! -c /dev/fuse ]; then
	skip "ntfs-3g or /dev/fuse is not here" "NTFS"
	done_testing
fi
image=$scratch/disk.img
system_at='--image '$image
descriptor=0x010004901400000024000000000000003000000001020000000000052000000020020000010100000000000512000000020034000200000000001400ff011f0001010000000000051200000000001800ff011f0001020000000000052000000020020000

# disk DESCRIPTION: an image with a partition that has the system, whose SAM only SYSTEM and Administrators may read
disk()
{
	local loop mounted=$scratch/mounted
	image_make "$image" 80M
	printf 'label: gpt\nstart=2048, size=140000, type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\n' |
		sfdisk -q "$image"
	loop=$(loop_attach "$image" --offset $((2048 * 512)) --sizelimit $((140000 * 512)))
	mkfs.ntfs -q -F -L WIN "$loop" >"$scratch/mkfs" 2>&1
	mkdir -p "$mounted"
	mount -t ntfs-3g "$loop" "$mounted"
	"$make_windows" "$mounted" <"$1"
	setfattr -n system.ntfs_acl -v $descriptor "$mounted/Windows/System32/config/SAM"
	setfattr -n system.ntfs_attrib -v 0x26000000 "$mounted/Windows/System32/config/SAM"
	umount "$mounted"
	losetup -d "$loop"
}

# acl FILE, attributes FILE
acl()
{
	getfattr --absolute-names --only-values -n system.ntfs_acl "$1" | od -An -tx1 | tr -d " \\n"
}

attributes()
{
	getfattr --absolute-names --only-values -n system.ntfs_attrib "$1" | od -An -tx1 | tr -d " \\n"
}

# fuse_mounts: how many there are; a machine may have its own
fuse_mounts()
{
	grep -c ' - fuse' /proc/self/mountinfo
}

target=/mnt/windows
fuse_before=$(fuse_mounts)
disk "$scratch/office"
before=$(checksum "$image")
# shellcheck disable=SC2086 # two words
run "$refloat" $system_at accounts
is "$status" 0 "not mounted, its accounts are read"
like "$output" 'not mounted' "which is said"
like "$output" 'maria .*locked after 7' "maria"
is "$(checksum "$image")" "$before" "not one byte of the disk changes"
is "$(fuse_mounts)" "$fuse_before" "nothing stays mounted"
# shellcheck disable=SC2086
run_with_loops "$refloat" $system_at --target $target windows-account 500 --enable --yes
is "$status" 0 "what is not mounted is mounted first"
# shellcheck disable=SC2086
run "$refloat" $system_at --target $target umount --yes
# shellcheck disable=SC2086
is "$("$refloat" $system_at accounts --json 500 | jq -r '.windows.accounts[].disabled')" false \
	"unmounting leaves the account as it has become"
disk "$scratch/office"
# shellcheck disable=SC2086
run_with_loops "$refloat" $system_at --target $target mount --yes
is "$status" 0 "it is mounted"
sam=$target/Windows/System32/config/SAM
before=$(sha256sum <"$sam")
# shellcheck disable=SC2086
run "$refloat" $system_at --target $target windows-account MARIA --unlock --blank-password --administrator --yes
is "$status" 0 "maria is mended"
# shellcheck disable=SC2086
is "$("$refloat" $system_at --target $target accounts --json maria |
	jq -r '.windows.accounts[] | "\(.password),\(.locked),\(.administrator)"')" blank,false,true \
	"as was asked for"
is "0x$(acl "$sam")" $descriptor "the hive keeps its security descriptor"
is "$(attributes "$sam")" 26000000 "and its attributes"
is "0x$(acl "$sam.refloat")" $descriptor "the backup is nobody else's, either"
is "$(sha256sum <"$sam.refloat")" "$before" "and what it was"
# shellcheck disable=SC2086
run "$refloat" $system_at --target $target undo --yes
is "$status,$(sha256sum <"$sam")" "0,$before" "undo brings it back"
is "0x$(acl "$sam"),$(attributes "$sam")" "$descriptor,26000000" "with descriptor and attributes"
[ ! -e "$sam.refloat" ]
ok $? "and no backup"

# killed at any moment, the hive is the old one or the new one
# shellcheck disable=SC2086
"$refloat" $system_at --target $target windows-account maria --unlock --yes >"$scratch/whole"
after=$(sha256sum <"$sam")
# shellcheck disable=SC2086
"$refloat" $system_at --target $target undo --yes >"$scratch/whole"
torn=0
for delay in 01 02 03 04 05 06 08 10 15; do
	# shellcheck disable=SC2086
	"$refloat" $system_at --target $target windows-account maria --unlock --yes >"$scratch/killed" 2>&1 &
	sleep 0.$delay
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
	now=$(sha256sum <"$sam")
	[ "$now" = "$before" ] || [ "$now" = "$after" ] || torn=$((torn + 1))
	# what it had started may hold the journal for a moment longer
	for _ in {1..100}; do
		[ "$(sha256sum <"$sam")" = "$after" ] || [ -e "$sam.refloat" ] || break
		# shellcheck disable=SC2086
		"$refloat" $system_at --target $target undo --yes >"$scratch/killed" 2>&1 && break
		sleep 0.3
	done
	[ "$(sha256sum <"$sam")" = "$before" ] || torn=$((torn + 1))
done
is $torn 0 "killed at any moment the hive is whole, and undo brings the old one back"
is "$(ls "${sam%/*}")" "$(printf '%s\n' SAM SAM.LOG1 SECURITY SOFTWARE SYSTEM)" "nothing is left beside it"

# shellcheck disable=SC2086
"$refloat" $system_at --target $target windows-account maria --unlock --yes >"$scratch/whole"
# shellcheck disable=SC2086
run "$refloat" $system_at --target $target umount --yes
is "$status" 0 "it is unmounted"
is "$(fuse_mounts)" "$fuse_before" "nothing stays mounted"
for _ in {1..300}; do # its driver is a program, which has its turn to end
	losetup --list --noheadings --raw --output BACK-FILE | grep -qF "$image" || break
	sleep 0.1
done
is "$(losetup --list --noheadings --raw --output BACK-FILE | grep -cF "$image")" 0 "no loop device stays"

# shellcheck disable=SC2086
run_with_loops "$refloat" $system_at --target $target mount --yes
is "$(sha256sum <"$sam")" "$after" "mounted again, the mend is there"
# shellcheck disable=SC2086
number=$("$refloat" $system_at status | sed -n 's/^Operation \([0-9]*\): Mend.*/\1/p' | tail -n 1)
# shellcheck disable=SC2086
run "$refloat" $system_at --target $target undo "$number" --yes
is "$status,$(sha256sum <"$sam")" "0,$before" "and is undone"
# shellcheck disable=SC2086
run "$refloat" $system_at --target $target umount --yes

loop=$(loop_attach "$image" --offset $((2048 * 512)) --sizelimit $((140000 * 512)))
ntfsfix "$loop" >"$scratch/ntfsfix" 2>&1 # marks it as one that Windows has to check
losetup -d "$loop"
# shellcheck disable=SC2086
run "$refloat" $system_at --target $target mount --plan
like "$output" 'checks it at its next start' "of a filesystem that was not cleanly unmounted it is said"

{ cat "$scratch/office"; echo 'hibernated hibr'; } >"$scratch/with"
disk "$scratch/with"
before=$(checksum "$image")
# shellcheck disable=SC2086
run_with_loops "$refloat" $system_at --target $target mount --yes
is "$status" 0 "a hibernated one is mounted"
like "$output" 'read-only' "read-only"
like "$output" 'hibernated' "and why is said"
# shellcheck disable=SC2086
run "$refloat" $system_at --target $target windows-account maria --unlock --yes
is "$status" 1 "nothing is changed in it"
like "$errors" 'shutdown /s /f /t 0' "what to do is said"
# shellcheck disable=SC2086
run "$refloat" $system_at --target $target umount --yes
is "$(checksum "$image")" "$before" "not one byte of the disk has changed"
done_testing
