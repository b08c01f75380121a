#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The listing of accounts: of systems that are not mounted, mounted, in a folder, recorded; nothing is written.
# shellcheck disable=SC2016 # jq has variables of its own
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"
need_root
private_namespace "$@"
# shellcheck source=tests/cli/accounts.sh
. "$top_srcdir/tests/cli/accounts.sh"

make_images
r()
{
	run_with_loops "$refloat" "${images[@]}" "$@"
}

# in_tree FOLDER WORD...: of a folder
in_tree()
{
	local tree=$1
	shift
	run "$refloat" accounts --root "$tree" "$@"
}

# shows FILTER EXPECTED NAME: what jq makes of it
shows()
{
	is "$(jq -r "$1" <<<"$output")" "$2" "$3"
}

# flat: the output as one line, as it was before it was broken to fit
flat()
{
	tr -s ' \n' ' ' <<<"$output"
}

# --- not mounted
before=$(checksum "$scratch/root.img" "$scratch/home.img")
r accounts
is "$status" 0 "a system that is not mounted"
like "$output" '^Sample Linux 12 of web01, not mounted' "it says so"
like "$output" '^USER +UID ROOT CONSOLE ' "who may become root is shown"
like "$output" '^root +0 yes +yes ' "root gets in at the console"
like "$output" '^anna +1000 no +no ' "anna does not"
like "$output" '^bert +1001 no +no ' "nor bert, who may not become root either"
like "$(flat)" 'its password is locked \("!" in front of it\) \[--unlock\]' "and why, and what mends it"
like "$(flat)" 'the account has expired on 2025-01-31 \[--unexpire\] its shell is /bin/false, which ends every login \[--shell best\]' \
	"one obstacle behind the other"
unlike "$output" '^daemon' "accounts of services are left out"
is "$(awk 'length > 80' <<<"$output")" "" "80 columns are enough"
r accounts --json
is "$status" 0 "--json"
shows '"\(.system) \(.mounted_at) \(.read_only) \(.shadow)"' "root.img null false true" "what is listed"
shows '[.accounts[].name] | join(" ")' "root anna bert" "the accounts, root first"
shows '.accounts[] | select(.name == "anna") | "\(.uid) \(.kind) \(.gecos) \(.shell) \(.password) \(.groups | join(","))"' \
	"1000 person Anna Sample,,, /bin/bash true anna,sudo" "one of them"
shows '.accounts[] | select(.name == "anna") | .keys' 1 "its key lies on another filesystem of the tree"
shows '.accounts[] | select(.name == "root") | .logins | "\(.console) \(.["ssh-password"]) \(.["ssh-key"])"' \
	"yes no no" "the ways in"
shows '.accounts[] | select(.name == "anna") | .obstacles[] | select(.kind == "password-locked") |
	"\(.weight) \(.logins | join(",")) \(.file) \(.line) \(.mend)"' \
	"blocks console,ssh-password /etc/shadow 3 unlock" "an obstacle"
shows '.accounts[] | select(.name == "anna") | .obstacles[] | select(.kind == "password-locked") | .command' \
	"refloat mend-account anna --unlock" "the command that mends it"
shows '[.obstacles[].kind] | join(" ")' "sshd-missing" "what is in the way of everybody"
r accounts anna
is "$status" 0 "one account"
like "$(flat)" 'home /home/anna shell /bin/bash groups anna, sudo may be root no password yes SSH keys 1' \
	"what is known of it"
like "$(flat)" 'console, SSH with a password: its password is locked \("!" in front of it\) \(line 3 of /etc/shadow\) unlock it: refloat mend-account anna --unlock' \
	"the obstacle with its place, and the command"
unlike "$output" 'bert' "no other one"
r accounts bert anna --json
shows '[.accounts[].name] | join(" ")' "anna bert" "two by name"
r accounts anan
is "$status" 4 "a name that is not there: the exit status"
like "$errors" 'anan: there is no such account' "it is said"
like "$errors" 'Did you mean anna' "what was meant is said"
r accounts --all --json
shows '[.accounts[].name] | join(" ")' "root anna bert daemon" "--all: those of services, too"
r accounts --system nowhere
is "$status" 4 "a system that is not there"
is "$(checksum "$scratch/root.img" "$scratch/home.img")" "$before" "not a byte of the images has changed"
is "$(losetup --list --noheadings | grep -c "$scratch")" 0 "no loop device is left"
is "$(grep -c "$scratch" /proc/self/mountinfo)" 0 "nothing is left mounted"

# --- mounted
r mount --yes --read-only
is "$status" 0 "it is mounted read-only"
r accounts
like "$output" '^Sample Linux 12 of web01, mounted read-only at /mnt/web01' "the listing says so"
like "$output" '^anna +1000 no +no ' "and has the same accounts"
r accounts --system web01 --json
shows '"\(.mounted_at) \(.read_only) \(.accounts | length)"' "/mnt/web01 true 3" "--system: by its host name"
r umount --yes
r mount --yes
r accounts --json
shows '"\(.mounted_at) \(.read_only)"' "/mnt/web01 false" "mounted so that it can be written"
rm -rf /mnt/web01/etc/shadow
echo 'NO_SUCH: thing' >/mnt/web01/etc/nologin
r accounts
like "$(flat)" 'There is no /etc/shadow' "without a shadow: it is said"
like "$(flat)" 'In the way of everybody: .*/etc/nologin is there, which lets nobody in but root' "a nologin file"
like "$(flat)" 'put the file aside: refloat mend-account --nologin' "and what puts it aside"
r umount --yes
is "$status" 0 "it is unmounted again"

# --- a folder
tree=$scratch/tree
make_tree "$tree"
make_home "$tree/home"
in_tree "$tree"
is "$status" 0 "--root"
like "$output" "^$tree" "the folder is the title"
in_tree "$tree" anna
like "$(flat)" "refloat mend-account anna --unlock --root $tree" "commands name the folder"
sed -i '/^anna:/s/:20000:/:0:/' "$tree/etc/shadow"
in_tree "$tree"
like "$(flat)" 'locked \("!" in front of it\) \[--unlock\] note: its password must be changed at the next login \[--unexpire\]' \
	"what lets it in and is good to know is a note"
cp "$tree/etc/passwd" "$scratch/passwd"
: >"$tree/etc/passwd"
in_tree "$tree"
like "$(flat)" "/etc/passwd has no line of root\. \"refloat mend-account root --line --root $tree\" puts one there, " \
	"a passwd that is empty: it is said, and what helps"
run "$refloat" passwd root --root "$tree" --generate --yes
is "$status" 4 "  no password is set there"
like "$errors" "\"refloat mend-account root --line --root $tree\" makes a line" "  and what comes first is said"
printf '%0300d:x:1004:1004:::/bin/sh\n' 0 >>"$scratch/passwd"
cp "$scratch/passwd" "$tree/etc/passwd"
in_tree "$tree"
like "$output" '^0{29}\.\.\. +1004 no ' "a name that is too long is cut"
is "$(awk 'length > 80' <<<"$output")" "" "  and the table is no wider"
in_tree /
is "$status" 2 "--root /: refused"
like "$errors" 'this is the running system itself' "and why"
in_tree /proc/self/root
like "$errors" 'this is the running system itself' "by another name, too"
in_tree "$scratch/nowhere"
is "$status" 4 "--root: a folder that is not there"
in_tree "$scratch/root.img"
like "$errors" 'is not a folder' "--root: no folder"
mkdir "$scratch/empty"
in_tree "$scratch/empty"
is "$status" 4 "--root: a folder without a system"
like "$output" 'There is no /etc/passwd' "that is said"
printf 'evil\033]0;x\007:x:1002:1002:\033[2J:/home/evil:/bin/\033[31mbash\n' >>"$tree/etc/passwd"
printf 'mallory:x:1003:1003:\033[2J,,:/home/\377:/bin/sh\033[0m\n' >>"$tree/etc/passwd"
for words in "" "--all" "mallory" "--json"; do
	# shellcheck disable=SC2086
	in_tree "$tree" $words
	LC_ALL=C grep -qaP '[\x00-\x09\x0b-\x1f\x7f]' <<<"$output$errors"
	is "$?" 1 "accounts ${words:-(all)}: nothing of a hostile passwd reaches the terminal"
done
ln -s /etc/shadow "$tree/etc/shadow.link"
rm "$tree/etc/shadow"
ln -s /etc/shadow "$tree/etc/shadow"
in_tree "$tree" --json
is "$status" 0 "links that lead out of the tree stay in it"

# --- the same without being root, and recorded
make_tree "$scratch/other"
chmod -R a+rX "$scratch/other"
chmod 0755 "$scratch"
run setpriv --reuid 65534 --regid 65534 --clear-groups "$refloat" accounts --root "$scratch/other" --json
is "$status" 0 "who is not root sees what the files let be seen"
run "$refloat" --sysroot "$top_srcdir/tests/cli/nothing" accounts
[ "$status" -ne 0 ]
ok $? "a recording that is not there"
while read -r machine root; do
	recorded=$scratch/$machine
	"$top_srcdir/tests/machines/make-machine.sh" "$machine" "$recorded"
	folder=$recorded/refloat/roots/$root
	rm -f "$folder/etc/passwd"
	run "$refloat" --sysroot "$recorded" accounts
	is "$status" 4 "$machine: a recorded machine has no accounts"
	like "$output" 'There is no /etc/passwd' "$machine: since their files are not recorded"
	cp "$scratch/other/etc/"{passwd,shadow,group} "$folder/etc"
	run "$refloat" --sysroot "$recorded" accounts --json
	shows '[.accounts[].name] | join(" ")' "root anna bert" "$machine: one that has them"
	run "$refloat" --sysroot "$recorded" passwd root --generate --yes
	[ "$status" -ne 0 ] && [[ $errors == *"a recorded machine can only be looked at"* ]]
	ok $? "$machine: nothing is changed of one"
	mv "$folder" "$scratch/$machine.was"
	ln -s / "$folder"
	run "$refloat" --sysroot "$recorded" accounts --all --json
	unlike "$output" '"name": "root"' "$machine: a link out of a recording is not followed"
done <<-END
	virtio vda1
	stacks vg0-root
END

# --- how it is described
run "$refloat" accounts --help
like "$(flat)" 'Usage: refloat accounts \[USER\.\.\.\] \[--all\]' "--help"
like "$("$refloat" --complete)" 'word accounts USER' "completion knows its words"
# completes WORD...: what is offered for the last word
completes()
(
	# shellcheck source=data/refloat.bash
	. "$top_srcdir/data/refloat.bash"
	COMP_WORDS=("$refloat" "$@")
	COMP_CWORD=$#
	_refloat 2>/dev/null
	printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
)
is "$(completes accounts --root "$scratch/other" '')" "anna bert daemon root " "and the accounts of a folder"
is "$(completes passwd --root "$scratch/other" a)" "anna " "those that begin so"
is "$(completes passwd a)" " " "of nothing that is mounted there are none"
done_testing
