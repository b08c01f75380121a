#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Keys that are added to a tree: where they go, whose they are, what of sshd's settings changes, what is
# refused, that undoing brings back every byte, and that the target's own sshd agrees.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
need_program ssh-keygen setfattr getfattr
at=$scratch/root
keys=$scratch/keys

mkdir "$keys"
ssh-keygen -q -t ed25519 -N '' -C 'anna@desk' -f "$keys/new"
ssh-keygen -q -t ecdsa -N '' -C 'other key' -f "$keys/other"
ssh-keygen -q -t rsa -b 1024 -N '' -C short -f "$keys/short"
new=$(cat "$keys/new.pub")
print=$(ssh-keygen -lf "$keys/new.pub")

# a fresh tree: root, anna with an own group, bob without a home, a service without one for ever
fill()
{
	rm -rf "${at:?}" /run/refloat
	mkdir -p "$at"/{etc/ssh,root,home/anna,bin,usr/sbin}
	printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'anna:x:1000:1000::/home/anna:/bin/sh' \
		'bob:x:1001:1001::/home/bob:/bin/sh' 'svc:x:1002:1002::/nonexistent:/bin/sh' \
		>"$at/etc/passwd"
	printf '%s\n' 'root:*:20000:0:99999:7:::' 'anna:*:20000:0:99999:7:::' \
		'bob:*:20000:0:99999:7:::' 'svc:*:20000:0:99999:7:::' >"$at/etc/shadow"
	printf '%s\n' root:x:0: anna:x:1000: bob:x:1001: svc:x:1002: >"$at/etc/group"
	printf 'Port 22\nUsePAM no\n' >"$at/etc/ssh/sshd_config"
	cp /bin/true "$at/bin/sh"
	chown 1000:1000 "$at/home/anna"
	chmod 700 "$at/root"
}

# everything that a change could touch
tree()
{
	(
		cd "$at" || exit
		find . -printf '%p %M %U %G %s %l\n' | grep -v pwd.lock | sort
		find . -type f ! -name '.pwd.lock' -exec sha256sum {} + | sort
	)
}

add()
{
	run "$refloat" add-key "$@" --root "$at"
	output=$(printf '%s' "$output" | tr -s '\n ' ' ')
}

# owner and mode of a place in the tree
owner()
{
	stat -c '%u:%g %a' "$at/$1"
}

# undone NAME: one undo brings back what BEFORE has
undone()
{
	run "$refloat" undo --yes
	is "$status" 0 "$1: undone"
	is "$(tree)" "$before" "$1: and every byte is back"
}

# --- a new file
fill
before=$(tree)
add anna --key "$new" --plan
is "$status" 0 'a plan is made'
like "$output" "$(printf '%s' "${print% (*}" | sed 's/[+.]/\\&/g')" 'it has the fingerprint that ssh-keygen has'
is "$(tree)" "$before" 'and nothing changes'
add anna --key "$new" --yes
is "$status" 0 'a key is added'
is "$(cat "$at/home/anna/.ssh/authorized_keys")" "$new" 'as it was given'
is "$(owner home/anna/.ssh)" '1000:1000 700' 'the folder is the account'"'"'s'
is "$(owner home/anna/.ssh/authorized_keys)" '1000:1000 600' 'and so is the file'
is "$(cat "$at/etc/ssh/sshd_config")" "$(printf 'Port 22\nUsePAM no')" 'sshd needs no change'
add anna --key "$new" --yes
is "$status" 0 'a second time'
like "$output" 'is there already' 'it is said to be there'
is "$(wc -l <"$at/home/anna/.ssh/authorized_keys")" 1 'and is not added again'
undone 'a new file'

# --- an existing one: without its last newline, with options, comments, another key
fill
mkdir -m 700 "$at/home/anna/.ssh"
printf '# mine\n\nno-pty %s\r\n%s' "$(cat "$keys/other.pub")" '  broken line' >"$at/home/anna/.ssh/authorized_keys"
chown -R 1000:1000 "$at/home/anna"
chmod 644 "$at/home/anna/.ssh/authorized_keys"
setfattr -n user.note -v kept "$at/home/anna/.ssh/authorized_keys"
before=$(tree)
old=$(cat "$at/home/anna/.ssh/authorized_keys")
add anna --key-file "$keys/new.pub" --key-file "$keys/other.pub" --yes
is "$status" 0 'a key is added to a file that is there'
is "$(cat "$at/home/anna/.ssh/authorized_keys")" "$old
$new" 'behind what was in it, on a line of its own, and what is there is not repeated'
is "$(owner home/anna/.ssh/authorized_keys)" '1000:1000 644' 'its owner and mode stay'
is "$(getfattr --only-values -n user.note "$at/home/anna/.ssh/authorized_keys" 2>/dev/null)" kept \
	'and its attributes'
undone 'an existing file'

# --- a key that is there, and of no use: sshd takes the first line that fits
fill
mkdir -m 700 "$at/home/anna/.ssh"
printf '# cloud\ncommand="echo not as this user" %s\n%s\n' "$new" "$(cat "$keys/other.pub")" >"$at/home/anna/.ssh/authorized_keys"
chown -R 1000:1000 "$at/home/anna"
before=$(tree)
add anna --key-file "$keys/new.pub" --key-file "$keys/other.pub" --yes
is "$status" 0 'a key that runs only a command'
like "$output" 'there already with options that restrict it \(line 2\)' 'which is said'
is "$(cat "$at/home/anna/.ssh/authorized_keys")" "# cloud
$new
command=\"echo not as this user\" $new
$(cat "$keys/other.pub")" 'a line without them comes in front of it'
add anna --key "$new" --yes
is "$(grep -c "$new" "$at/home/anna/.ssh/authorized_keys")" 2 'and once is enough'
undone 'a key with options'

# --- owners and modes that sshd objects to
fill
mkdir -m 777 "$at/home/anna/.ssh"
chown 1000:1000 "$at/home/anna/.ssh"
echo "$new" >"$at/home/anna/.ssh/authorized_keys"
chown 1001:1001 "$at/home/anna/.ssh/authorized_keys"
chmod 666 "$at/home/anna/.ssh/authorized_keys"
chmod 775 "$at/home/anna"
chown 1000:1002 "$at/home/anna"
before=$(tree)
add anna --key-file "$keys/other.pub" --yes
is "$status" 0 'a key behind wrong owners and modes'
is "$(owner home/anna/.ssh)" '1000:1000 755' 'the folder: only write bits are taken'
is "$(owner home/anna/.ssh/authorized_keys)" '1000:1001 644' 'the file: its owner, too'
is "$(owner home/anna)" '1000:1002 755' 'the home'
like "$output" 'is the home folder' 'of which it is said'
undone 'owners and modes'
fill
mkdir -m 777 "$at/home/anna/.ssh"
chown 1000 "$at/home/anna/.ssh"
add anna --key "$new" --yes
is "$(owner home/anna/.ssh)" '1000:0 755' 'a folder without a file is mended as well'

# --- Debian lets a group write that nobody else is in
fill
chmod 775 "$at/home/anna"
echo 'ID=debian' >"$at/etc/os-release"
add anna --key "$new" --yes
is "$(owner home/anna)" '1000:1000 775' 'a group of its own may write on Debian'
fill
chmod 775 "$at/home/anna"
echo 'ID=debian' >"$at/etc/os-release"
sed -i 's/^anna:x:1000:/&bob/' "$at/etc/group"
add anna --key "$new" --yes
is "$(owner home/anna)" '1000:1000 755' 'but none with others in it'

# --- homes
fill
before=$(tree)
add bob --key "$new" --yes
is "$status" 0 'an account without a home'
is "$(owner home/bob)" '1001:1001 700' 'gets it'
is "$(cat "$at/home/bob/.ssh/authorized_keys")" "$new" 'and the key in it'
undone 'a home'
add svc --key "$new" --yes
is "$status" 1 'one that is to have none is refused'
like "$errors" 'none of the files' 'with the reason'
is "$(tree)" "$before" 'and nothing changes'

# --- the file that sshd really reads
fill
printf 'AuthorizedKeysFile none\n' >"$at/etc/ssh/sshd_config"
before=$(tree)
add root --key "$new" --yes
is "$(cat "$at/etc/ssh/sshd_config")" '# refloat: was AuthorizedKeysFile none
AuthorizedKeysFile .ssh/authorized_keys' 'no file at all: the setting is changed'
undone 'AuthorizedKeysFile none'
printf 'AuthorizedKeysFile /etc/ssh/keys/%%u .ssh/authorized_keys\n' >"$at/etc/ssh/sshd_config"
before=$(tree)
add anna --key "$new" --yes
is "$(cat "$at/etc/ssh/keys/anna")" "$new" 'a file outside of the home'
is "$(owner etc/ssh/keys) $(owner etc/ssh/keys/anna)" '0:0 755 0:0 644' 'is root'"'"'s, for sshd to read'
undone 'a file outside of the home'
mkdir -p "$at/etc/ssh/keys/anna"
before=$(tree)
add anna --key "$new" --yes
is "$(cat "$at/home/anna/.ssh/authorized_keys")" "$new" 'a folder in its place: the next file'
undone 'the next file'

# --- a symlink that leads out of the tree is followed inside of it
fill
mkdir "$at/home/anna/.ssh" "$at/srv"
ln -s /srv/keys "$at/home/anna/.ssh/authorized_keys"
chown -R -h 1000:1000 "$at/home/anna/.ssh" "$at/srv"
before=$(tree)
add anna --key "$new" --yes
is "$(cat "$at/srv/keys")" "$new" 'a symlink is followed inside of the target'
undone 'a symlink'
rm "$at/home/anna/.ssh/authorized_keys"
ln -s /etc/passwd "$at/home/anna/.ssh/authorized_keys"
before=$(tree)
add anna --key "$new" --yes
is "$(cat "$at/home/anna/.ssh/authorized_keys2")" "$new" 'but not to what is root'"'"'s: the next file'
undone 'a symlink to a file of root'

# --- the settings of sshd
fill
printf 'Port 22\nPermitRootLogin no\nAllowUsers anna\n' >"$at/etc/ssh/sshd_config"
chmod 600 "$at/etc/ssh/sshd_config"
before=$(tree)
add root --key "$new" --yes
is "$status" 0 'root, whom sshd forbids'
is "$(cat "$at/etc/ssh/sshd_config")" 'Port 22
# refloat: was PermitRootLogin no
PermitRootLogin prohibit-password
# refloat: was AllowUsers anna
AllowUsers anna root' 'gets in by key, and no more'
is "$(owner etc/ssh/sshd_config)" '0:0 600' 'mode and owner of the settings stay'
undone 'settings'
add root --key "$new" --only-key --yes
is "$(sed -n 2p "$at/etc/ssh/sshd_config")" 'PermitRootLogin no' '--only-key leaves them'
like "$(tr -s '\n ' ' ' <<<"$output")" "mend-account root --sshd --root $at\" changes them" 'and says what would change them'
undone '--only-key'
echo 'DenyUsers r*' >>"$at/etc/ssh/sshd_config"
add root --key "$new" --plan
like "$output" 'DenyUsers "r\*" \(line 4 of .*/etc/ssh/sshd_config\) means others' \
	'a pattern that cannot be narrowed is said'

# --- what stands in the way besides
fill
rm "$at/bin/sh"
add anna --key "$new" --plan
like "$output" 'Still in the way.*: .*shell' 'what else is in the way is said'

# --- what is refused
fill
before=$(tree)
add anna --key-file "$keys/new" --yes
is "$status" 2 'a private key is refused'
like "$errors" 'line 1: this is a private key' 'and said to be one'
add anna --key "${new:0:60}" --yes
like "$errors" 'cut off or damaged' 'a key that was cut off'
add anna --key-file "$scratch/none" --yes
like "$errors" "$scratch/none: No such file" 'a file that is not there'
add anna --yes
is "$status" 2 'no key at all'
like "$errors" 'no key was given' 'is said'
add nobody-here --key "$new" --yes
like "$errors" 'no account of this name' 'no such account'
is "$(tree)" "$before" 'and nothing has changed'

# --- weak keys, options
add anna --key-file "$keys/short.pub" --plan
like "$output" 'less than 2048 bits is weak' 'a short key is said to be weak'
add anna --key "from=\"10.0.0.1\" $new" --yes
like "$output" 'options, which are kept: from="10.0.0.1"' 'options are said'
is "$(cat "$at/home/anna/.ssh/authorized_keys")" "from=\"10.0.0.1\" $new" 'and kept'

# --- standard input and the rescue system's own keys
fill
run bash -c '"$0" add-key anna --key-file - --yes --root "$1" <"$2"' "$refloat" "$at" "$keys/new.pub"
is "$status" 0 'keys from standard input'
is "$(cat "$at/home/anna/.ssh/authorized_keys")" "$new" 'are added'
fill
mkdir -p "$scratch/home/.ssh"
printf '# a comment\nssh-foo AAAA x\n%s\n' "$new" >"$scratch/home/.ssh/authorized_keys"
HOME=$scratch/home add anna --rescue-keys --yes
is "$status" 0 'keys of the rescue system'
is "$(grep -c "${new% *}" "$at/home/anna/.ssh/authorized_keys")" 1 'are added'

# --- labels of SELinux
fill
mkdir -p "$at/etc/selinux"
printf 'SELINUX=enforcing\nSELINUXTYPE=targeted\n' >"$at/etc/selinux/config"
if setfattr -n security.selinux -v system_u:object_r:root_t:s0 "$at" 2>/dev/null; then
	setfattr -n security.selinux -v unconfined_u:object_r:user_home_dir_t:s0 "$at/home/anna"
	add anna --key "$new" --yes
	label=$(getfattr --only-values -n security.selinux "$at/home/anna/.ssh/authorized_keys" 2>/dev/null | tr -d '\0')
	is "$label" unconfined_u:object_r:ssh_home_t:s0 'the file has the label for keys'
	label=$(getfattr --only-values -n security.selinux "$at/home/anna/.ssh" 2>/dev/null | tr -d '\0')
	is "$label" unconfined_u:object_r:ssh_home_t:s0 'and its folder'
else
	skip 'no labels here' 'the file has the label for keys'
	skip 'no labels here' 'and its folder'
fi

# --- a filesystem that is read-only
fill
mount --bind "$at" "$at"
mount -o remount,bind,ro "$at"
add anna --key "$new" --yes
is "$status" 1 'a read-only tree is refused'
like "$errors" 'read-only' 'and said to be'
umount "$at"
done_testing
