#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Passphrases: asked for at the start on a terminal, or from a file; what is said without one. Whether
# the kernel can open containers does not matter here: keys are only tried.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
private_namespace "$@"
need_program cryptsetup mkfs.ext4 sfdisk jq losetup
need_filesystem ext4
need_terminal vt100
"$refloat" --version | grep -q 'encrypted containers: yes' || skip_all "this refloat was built without libcryptsetup"
grep -q '_uid' /proc/keys 2>/dev/null || skip_all "this kernel has no keyrings"

image=$scratch/web01.img
passphrase='tide and harbour'

# the server's / is plain, its /home and /srv are encrypted, with a passphrase and another one
container()
{
	truncate -s 20M "$scratch/part"
	printf %s "$1" | cryptsetup luksFormat --batch-mode --type luks2 --pbkdf pbkdf2 \
		--pbkdf-force-iterations 1000 --uuid "$2" --label "$3" "$scratch/part" -
	dd if="$scratch/part" of="$image" bs=1M seek="$4" conv=notrunc status=none
	rm "$scratch/part"
}
root=$scratch/root
mkdir -p "$root"/{etc,usr/bin,usr/lib/systemd,srv,home,proc,sys,dev,run,tmp}
cp -L /bin/true "$root/usr/lib/systemd/systemd"
printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$root/etc/os-release"
echo web01 >"$root/etc/hostname"
cat >"$root/etc/fstab" <<'FSTAB'
LABEL=unlock-root       /      ext4  defaults  0  1
/dev/mapper/home_crypt  /home  ext4  defaults  0  2
UUID=0f3c5a76-1111-4222-8333-444455556666  /srv  ext4  defaults  0  2
FSTAB
cat >"$root/etc/crypttab" <<'CRYPTTAB'
home_crypt UUID=7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e07 none luks
srv_crypt  UUID=7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e08 none luks
CRYPTTAB
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
printf 'root:!:20000:0:99999:7:::\n' >"$root/etc/shadow"
truncate -s 64M "$image"
printf 'label: gpt\nstart=2048, size=32768\nstart=40960, size=40960\nstart=81920, size=40960\n' |
	sfdisk --quiet "$image"
truncate -s 16M "$scratch/part"
mkfs.ext4 -q -L unlock-root -d "$root" "$scratch/part"
dd if="$scratch/part" of="$image" bs=1M seek=1 conv=notrunc status=none
rm "$scratch/part"
container "$passphrase" 7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e07 web01-home 20
container "$passphrase" 7d1f0c3e-52a4-4c0b-8e63-0a1b2c3d4e08 web01-srv 40
before=$(sha256sum <"$image")

r()
{
	run "$refloat" --image "$image" --target /mnt/web01 "$@"
	text=$(tr -s ' \n' ' ' <<<"$output $errors")
}

# left_open: keys and containers that are still there; the kernel takes a moment for what nobody has any more
left_open()
{
	for _ in $(seq 300); do
		grep -q 'refloat: volume key' /proc/keys || break
		sleep 0.2
	done
	grep -h 'refloat: volume key' /proc/keys
	compgen -G '/dev/mapper/refloat*'
	compgen -G '/dev/mapper/*_crypt'
}

# --- nobody can be asked
r systems </dev/null
is "$status" 0 "systems: the system on the plain root is found"
like "$text" "web01.img2 is a locked LUKS2 container of 20M \(label web01-home, UUID 7d1f0c3e" \
	"systems: a locked container is listed"
like "$text" "systems --unlock" "systems: with what to do"
r systems --json
is "$(jq -r '[.locked[] | .name + " " + .type + " " + .version + " " + (.size | tostring)] | join(", ")' <<<"$output")" \
	"web01.img2 crypto_LUKS 2 20971520, web01.img3 crypto_LUKS 2 20971520" "systems --json: locked"
is "$(jq -r '.systems[0].fstab[] | select(.mountpoint == "/home") | .locked | join(" ")' <<<"$output")" \
	web01.img2 "systems --json: /home names the container that crypttab has for it"
is "$(jq -r '.systems[0].fstab[] | select(.mountpoint == "/srv") | .locked | join(" ")' <<<"$output")" \
	"web01.img2 web01.img3" "systems --json: /srv names those that it may be in"
r systems --unlock </dev/null
is "$status" 2 "systems --unlock without a terminal: exit status 2"
like "$text" "--passphrase-file" "systems --unlock without a terminal: what to do"
r mount --plan </dev/null
is "$status" 0 "mount --plan without a terminal asks nothing"
like "$text" "/home is not mounted: .* It may be in web01.img2, which is locked" "mount --plan: what is locked"
like "$text" "--passphrase-file" "mount --plan: what to do"

# --- a file
printf '%s\n' "$passphrase" >"$scratch/good"
printf '%s' "$passphrase" >"$scratch/exact"
echo wrong >"$scratch/wrong"
: >"$scratch/empty"
truncate -s 10K "$scratch/long"
for file in good exact; do
	r mount --plan --passphrase-file "$scratch/$file"
	[ "$status" -eq 0 ] && [[ $text != *"is locked"* ]]
	ok $? "--passphrase-file $file: nothing is locked any more"
done
r mount --plan --passphrase-file - <"$scratch/good"
[ "$status" -eq 0 ] && [[ $text != *"is locked"* ]]
ok $? "--passphrase-file -: standard input"
for file in wrong empty long missing; do
	r mount --yes --passphrase-file "$scratch/$file"
	is "$status" "$([ $file = empty ] && echo 2 || { [ $file = missing ] && echo 4; } || echo 1)" \
		"--passphrase-file $file: the exit status"
	like "$text" "refloat: $scratch/$file: " "--passphrase-file $file: it is said"
done
[ ! -e /mnt/web01 ]
ok $? "with none of these anything is mounted"
is "$(left_open)" "" "no key is left"

# --- an account of a system that is not mounted: the mount that comes first gets the file
if "$refloat" --help >/dev/null && losetup -f >/dev/null 2>&1; then
	original=$image
	image=$scratch/copy.img
	cp "$original" "$image"
	new='Tide-and-Anchor 91'
	log=$scratch/log

	# a ACTION...: without a question
	a()
	{
		run_with_loops "$refloat" --image "$image" --target /mnt/web01 --log "$log" --yes "$@"
		text=$(tr -s ' \n' ' ' <<<"$output $errors")
	}

	# traces: of the passphrase, of where it was read from nothing but its name
	traces()
	{
		grep -rlE 'tide and harbour' /run/refloat "$log" 2>/dev/null
		grep -c 'tide and harbour' <<<"$text"
	}

	a passwd root --password-stdin --passphrase-file "$scratch/wrong" <<<"$new"
	is "$status" 1 "passwd with a file that opens nothing: exit status 1"
	like "$text" "web01 is not mounted: that comes first.*$scratch/wrong: this opens none of the locked containers" \
		"passwd with a file that opens nothing: it is said"
	[ ! -e /mnt/web01/etc ]
	ok $? "and nothing is mounted"
	a passwd root --password-stdin --passphrase-file - <<<"$new"
	is "$status" 2 "standard input is not read for a password and a passphrase"
	like "$text" "--passphrase-file -: standard input is read for the password already" "which is said"
	a add-key root --key-file - --passphrase-file - <<<"$new"
	is "$status" 2 "nor for keys and a passphrase"
	a add-key root --key-file "$scratch/none" --passphrase-file "$scratch/good"
	[ "$status" -ne 0 ] && [ ! -e /mnt/web01/etc ]
	ok $? "a file of keys that is not there: nothing is mounted for it"

	a passwd root --password-stdin --passphrase-file "$scratch/good" <<<"$new"
	is "$status" 0 "passwd with a passphrase file"
	# which needs device-mapper of the kernel
	like "$text" "Open the encrypted container on copy.img2 as home_crypt|/home is not mounted: home_crypt cannot be started" \
		"the mount has the key to the container of /home"
	unlike "$text" "is locked" "nothing of it is locked"
	like "$(cut -d: -f2 /mnt/web01/etc/shadow)" '^\$' "and the password is set"
	number=$("$refloat" status --json | jq .mounted.operation)
	like "$text" "stays mounted at /mnt/web01: \"refloat umount\" takes it down and leaves what was changed, \"refloat undo $number\" takes back all" \
		"what stays mounted is said, and how all is undone"
	is "$(traces)" 0 "the passphrase is in no journal, no log, no plan"
	a undo "$number"
	is "$status" 0 "that command"
	[ ! -e /mnt/web01/etc ]
	ok $? "takes the mount down"
	debugfs -R 'cat /etc/shadow' "$image?offset=1048576" 2>/dev/null >"$scratch/shadow"
	is "$(cat "$scratch/shadow")" 'root:!:20000:0:99999:7:::' "and the password back"

	a mend-account root --unlock --passphrase-file - <"$scratch/good"
	unlike "$text" "no passphrase in it|is locked" "mend-account reads standard input once, for the mount"
	[ -e /mnt/web01/etc/shadow ]
	ok $? "which is made"
	a umount
	a passwd nobodyknows --generate --passphrase-file "$scratch/good"
	is "$status" 4 "an account that is not there is seen when it is mounted"
	like "$text" "no account of this name.*stays mounted at /mnt/web01: \"refloat umount\" takes it down\." \
		"and what stays mounted is said"
	a umount
	a passwd root --generate --json --passphrase-file "$scratch/good"
	is "$(jq -r '.result, .mounted.target' <<<"$output" | paste -sd' ')" "done /mnt/web01" \
		"--json: the object says what stays mounted"
	a umount
	image=$scratch/whole.img
	truncate -s 20M "$image"
	printf %s "$passphrase" | cryptsetup luksFormat --batch-mode --type luks2 --pbkdf pbkdf2 \
		--pbkdf-force-iterations 1000 "$image" -
	a passwd root --generate --passphrase-file "$scratch/wrong"
	is "$status" 1 "a system that is not even seen, and a file that opens nothing"
	like "$text" "The system is not seen, and may be in what is locked \(whole.img\): to mount it comes first\. .*$scratch/wrong: this opens none" \
		"it is said why it would be mounted, and why not"
	is "$(left_open)" "" "no key is left after these"
	rm -rf /run/refloat
	image=$original
else
	skip "no loop devices" "an account of a system that is not mounted"
fi

# --- a terminal
play "asked" -- "$refloat" --image "$image" --target /mnt/web01 mount --plan <<'SCRIPT'
limit 120
settings-saved
start
wait "web01.img2 is a locked LUKS2 container" 30
wait "for /home and /srv"
wait "Passphrase for web01.img2 (empty: leave it locked):"
type "wrong\r"
wait "this is none of its passphrases" 30
settle 1000 30
type "tide and harbour\r"
wait "Mount Sample Linux 12" 60
expect-not harbour
expect-not wrong
expect-not "Passphrase for web01.img3"
expect-exit 0
settings-same
SCRIPT
play "three wrong tries" -- "$refloat" --image "$image" --target /mnt/web01 mount --plan <<'SCRIPT'
limit 120
size 40 100
start
wait "Passphrase for web01.img2" 30
type "one\r"
settle 1500 60
type "two\r"
settle 1500 60
type "three\r"
wait "Passphrase for web01.img3" 30
type "\r"
wait "Mount Sample Linux 12" 60
wait "is locked"
expect-exit 0
SCRIPT
play "Ctrl-C" -- "$refloat" --image "$image" --target /mnt/web01 mount <<'SCRIPT'
limit 60
settings-saved
start
wait "Passphrase for web01.img2" 30
type "half"
key Ctrl-C
expect-signal INT
settings-same
SCRIPT
play "systems --unlock" -- "$refloat" --image "$image" systems --unlock <<'SCRIPT'
limit 120
size 40 100
start
wait "Passphrase for web01.img2" 30
type "tide and harbour\r"
wait "web01" 60
expect-exit 0
expect-not "Locked:"
SCRIPT
is "$(left_open)" "" "no key is left after that"
[ ! -e /mnt/web01 ] && [ ! -e /run/refloat/journal ]
ok $? "nothing was done"
is "$(sha256sum <"$image")" "$before" "not a byte of the image has changed"
done_testing
