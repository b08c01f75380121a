#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A target without the account that its sshd becomes before a login, or without its folder: what is said, what
# mend-account --sshd makes on which distribution, and that undo takes exactly that back.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_root
private_namespace "$@"
need_program jq setfattr getfattr setfacl getfacl chattr lsattr
# shellcheck source=tests/action/account-tree.sh
. "$(dirname "$0")/account-tree.sh"
root=$scratch/target
today=$(($(date +%s) / 86400))

# target ID FOLDER [USER]: a Debian whose sshd has the folder FOLDER and the USER in it, started and with a host key
target()
{
	chattr -R -i -a "$root" 2>/dev/null
	rm -rf "$root" /run/refloat
	mkdir "$root"
	tree_make "$root"
	mkdir -p "$root/usr/lib/systemd/system" "$root/etc/systemd/system/multi-user.target.wants"
	echo x >"$root/usr/lib/systemd/systemd"
	ln -s /usr/lib/systemd/systemd "$root/sbin/init"
	printf '[Service]\nExecStart=/usr/sbin/sshd -D\n[Install]\nWantedBy=multi-user.target\n' \
		>"$root/usr/lib/systemd/system/ssh.service"
	ln -s /usr/lib/systemd/system/ssh.service "$root/etc/systemd/system/multi-user.target.wants/ssh.service"
	printf '[Unit]\n' >"$root/usr/lib/systemd/system/multi-user.target"
	ln -s multi-user.target "$root/usr/lib/systemd/system/default.target"
	program "$root/sbin/nologin"
	program "$root/bin/false"
	printf 'OpenSSH_9.2p1\0ssh-rsa\0%s\0%s\0' "${3-sshd}" "$2" >"$root/usr/sbin/sshd"
	chmod 755 "$root/usr/sbin/sshd"
	echo 'UsePAM yes' >"$root/etc/ssh/sshd_config"
	echo key >"$root/etc/ssh/ssh_host_ed25519_key"
	chmod 600 "$root/etc/ssh/ssh_host_ed25519_key"
	echo "ID=$1" >"$root/etc/os-release"
	echo 'nogroup:x:65534:' >>"$root/etc/group"
	case $2 in
	/run/* | /var/run/*) ;;
	*) mkdir -p "$root$2" ;;
	esac
}

# said: what keeps sshd from starting, as JSON has it
said()
{
	"$refloat" accounts --root "$root" --json |
		jq -r '[.obstacles[] | select(.kind | startswith("sshd")) | .kind + " " + .subject + " " + .mend] | join(", ")'
}

# line FILE [NAME]: the line of the account
line()
{
	grep "^${2-sshd}:" "$root/etc/$1"
}

mend()
{
	run "$refloat" mend-account "$@" --root "$root" --yes
	text=$(tr -s ' \n' ' ' <<<"$output $errors")
}

# added NAME PASSWD GROUP [USER]: these lines come, "" for none, and no other changes; undo makes all what it was
added()
{
	local name=$1 user=${4-sshd} before file
	before=$(tree_state "$root")
	rm -rf "$scratch/was"
	cp -a "$root/etc" "$scratch/was"
	is "$(said)" "sshd-no-account $user sshd" "$name: it is said"
	mend --sshd
	is "$status $errors" "0 " "$name: mended"
	is "$(line passwd "$user")" "$2" "$name: passwd"
	is "$(line shadow "$user")" "$user:!*:$today::::::" "$name: shadow"
	is "$(line group "$user")" "$3" "$name: group"
	is "$(line gshadow "$user")" "${3:+$user:!::}" "$name: gshadow"
	for file in passwd shadow group gshadow; do
		is "$(diff "$scratch/was/$file" "$root/etc/$file" | grep -c '^[<>]')" \
			"$([ -n "$(line "$file" "$user")" ] && echo 1 || echo 0)" "$name: nothing else in $file"
	done
	is "$(stat -c '%a %u %g' "$root/etc/shadow")" "640 0 42" "$name: mode and owner of shadow"
	is "$(said)" "" "$name: nothing is in the way any more"
	mend --sshd
	like "$text" 'Nothing keeps sshd from starting' "$name: and nothing is left to do"
	run "$refloat" undo --yes
	is "$status $(diff <(echo "$before") <(tree_state "$root"))" "0 " "$name: undone, exactly"
}

# --- as the packages of distributions make it
target debian /run/sshd
run "$refloat" accounts --root "$root"
like "$(tr -s ' \n' ' ' <<<"$output")" \
	'SSH: the account sshd is missing, without which the SSH server does not start \(/etc/passwd\) mend the SSH server: refloat mend-account --sshd' \
	'what is missing and what follows is a sentence, with what mends it'
added debian 'sshd:x:999:65534::/run/sshd:/usr/sbin/nologin' ''
target debian /var/run/sshd
added 'an old debian' 'sshd:x:999:65534::/var/run/sshd:/usr/sbin/nologin' ''
target debian /run/sshd
mkdir -p "$root/usr/lib/sysusers.d"
printf '#Type Name ID GECOS Home\nu! sshd -:nogroup "sshd user" /run/sshd\n' >"$root/usr/lib/sysusers.d/openssh-server.conf"
added 'debian with sysusers.d' 'sshd:x:999:65534:sshd user:/run/sshd:/usr/sbin/nologin' ''
target rhel /usr/share/empty.sshd
added rhel-9 'sshd:x:74:74:Privilege-separated SSH:/usr/share/empty.sshd:/sbin/nologin' 'sshd:x:74:'
target rhel /var/empty/sshd
added rhel-7 'sshd:x:74:74:Privilege-separated SSH:/var/empty/sshd:/sbin/nologin' 'sshd:x:74:'
target opensuse-leap /var/lib/empty
added suse 'sshd:x:999:999:SSH daemon:/var/lib/sshd:/bin/false' 'sshd:x:999:'
target alpine /var/empty
added alpine 'sshd:x:22:22:sshd:/var/empty:/sbin/nologin' 'sshd:x:22:'
target void /var/chroot/ssh
added void 'sshd:x:999:999::/var/chroot/ssh:/sbin/nologin' 'sshd:x:999:'
target arch /usr/share/empty.sshd nobody
echo 'nobody:x:65533:' >>"$root/etc/group"
echo 'nobody:!::' >>"$root/etc/gshadow"
is "$(said)" 'sshd-no-account nobody sshd' 'arch: it becomes nobody'
mend --sshd
is "$(line passwd nobody)" 'nobody:x:65534:65533:Kernel Overflow User:/:/usr/sbin/nologin' 'arch: that is made, with the group that is there'
is "$(line group sshd)" '' 'arch: and no sshd'
is "$(said)" '' 'arch: nothing is in the way any more'
target plan9 /opt/nowhere
added 'an sshd that nobody knows' 'sshd:x:999:999:sshd:/:/sbin/nologin' 'sshd:x:999:'

# --- the number
target rhel /var/empty/sshd
echo 'tape:x:74:74::/:/sbin/nologin' >>"$root/etc/passwd"
echo 'other:x:999:' >>"$root/etc/group"
added 'another has its number' 'sshd:x:998:998:Privilege-separated SSH:/var/empty/sshd:/sbin/nologin' 'sshd:x:998:'
target debian /run/sshd
printf 'SYS_UID_MIN 300\nSYS_UID_MAX 301\n' >>"$root/etc/login.defs"
echo 'tape:x:301:1::/:/sbin/nologin' >>"$root/etc/passwd"
added 'the range of login.defs' 'sshd:x:300:65534::/run/sshd:/usr/sbin/nologin' ''
echo 'mail:x:300:1::/:/sbin/nologin' >>"$root/etc/passwd"
before=$(tree_state "$root")
mend --sshd
[ "$status" -ne 0 ]
ok $? 'no number is free'
like "$text" '/etc/passwd: no number from 300 to 301 is free' '  which is said'
is "$(diff <(echo "$before") <(tree_state "$root"))" "" '  and nothing is done'
target debian /run/sshd
echo 'sshd:x:105:65534::/run/sshd:/usr/sbin/nologin' >"$root/etc/passwd-"
added 'the number that it had, by the backup' 'sshd:x:105:65534::/run/sshd:/usr/sbin/nologin' ''
target debian /run/sshd
echo 'sshd:x:0:0::/root:/bin/bash' >"$root/etc/passwd-"
added 'a backup that would make it root' 'sshd:x:999:65534::/run/sshd:/usr/sbin/nologin' ''
target debian /run/sshd
printf 'UID_MIN 500\n' >>"$root/etc/login.defs"
added 'people begin at 500' 'sshd:x:499:65534::/run/sshd:/usr/sbin/nologin' ''

# --- what is left of it
target rhel /var/empty/sshd
echo 'sshd:x:80:' >>"$root/etc/group"
echo 'sshd:!::' >>"$root/etc/gshadow"
echo 'sshd:!!:19000::::::' >>"$root/etc/shadow"
mend --sshd
is "$(line passwd) $(grep -c '^sshd:' "$root/etc/shadow" "$root/etc/group" "$root/etc/gshadow" | cut -d: -f2 | paste -sd' ')" \
	'sshd:x:74:80:Privilege-separated SSH:/var/empty/sshd:/sbin/nologin 1 1 1' \
	'its group and its line of shadow stay as they are'
is "$(line shadow)" 'sshd:!!:19000::::::' '  both'
target rhel /var/empty/sshd
rm "$root/etc/shadow" "$root/etc/gshadow"
mend --sshd
is "$(line passwd)" 'sshd:!*:74:74:Privilege-separated SSH:/var/empty/sshd:/sbin/nologin' 'without shadow the lock is in passwd'
[ ! -e "$root/etc/shadow" ] && [ ! -e "$root/etc/gshadow" ]
ok $? '  and no file is made'
target debian /run/sshd
echo '+::::::' >>"$root/etc/passwd"
echo 'passwd: files' >"$root/etc/nsswitch.conf"
mend --sshd
is "$(tail -n 2 "$root/etc/passwd" | cut -d: -f1 | paste -sd' ')" 'sshd +' 'it comes before lines of NIS'
target debian /run/sshd
person "$root" anna 1001
mend anna --sshd
is "$(line passwd)" 'sshd:x:999:65534::/run/sshd:/usr/sbin/nologin' 'with an account, too'
run "$refloat" undo --yes
mend --all
is "$(line passwd)" 'sshd:x:999:65534::/run/sshd:/usr/sbin/nologin' 'and with --all'
target debian /run/sshd
chattr +i "$root/etc/passwd" 2>/dev/null
mend --sshd
is "$(line passwd | cut -d: -f1-4)" 'sshd:x:999:65534' 'passwd may be immutable'
chattr -i "$root/etc/passwd"
target debian /run/sshd
run "$refloat" mend-account --sshd --root "$root" --plan
like "$(tr -s ' \n' ' ' <<<"$output")" \
	"Change $root/etc/shadow: add the account sshd of the SSH server.*Change $root/etc/passwd: add the account sshd of the SSH server" \
	'the plan says so: shadow first, then passwd'
is "$(line passwd)" '' 'which does nothing'

# --- the folder
# folder NAME FOLDER OBSTACLE WANTED: it becomes what it should be, mode and owner, and undo takes that back
folder()
{
	local before
	before=$(tree_state "$root")
	is "$(said)" "sshd-folder $2 sshd" "$1: it is said"
	mend --sshd
	is "$status $(stat -c '%a %u %g' "$root$2")" "0 $3" "$1: mended"
	is "$(said)" '' "$1: nothing is in the way any more"
	run "$refloat" undo --yes
	is "$status $(diff <(echo "$before") <(tree_state "$root"))" "0 " "$1: undone, exactly"
}

target rhel /var/empty/sshd
echo 'sshd:x:74:74::/:/sbin/nologin' >>"$root/etc/passwd"
rmdir "$root/var/empty/sshd"
folder 'a folder that is missing' /var/empty/sshd '711 0 0'
rmdir "$root/var/empty"
folder 'and the one above it' /var/empty/sshd '711 0 0'
mkdir -p "$root/var/empty/sshd"
chmod 0773 "$root/var/empty/sshd"
folder 'a folder that others may write' /var/empty/sshd '751 0 0'
run "$refloat" accounts --root "$root"
like "$(tr -s ' \n' ' ' <<<"$output")" \
	'the SSH server does not start, since others than root may write the folder /var/empty/sshd' '  the words'
chmod 0711 "$root/var/empty/sshd"
chown 74:74 "$root/var/empty/sshd"
folder 'a folder of another' /var/empty/sshd '711 0 74'
rmdir "$root/var/empty/sshd"
mkdir -p "$root/usr/lib/tmpfiles.d"
echo 'd /var/empty/sshd 0711 root root -' >"$root/usr/lib/tmpfiles.d/openssh.conf"
is "$(said)" '' 'one that tmpfiles.d makes is not missing'
rm "$root/usr/lib/tmpfiles.d/openssh.conf"
echo x >"$root/var/empty/sshd"
mend --sshd
is "$(cat "$root/var/empty/sshd")" x 'a file in its place stays'
run "$refloat" accounts --root "$root"
like "$(tr -s ' \n' ' ' <<<"$output")" 'the SSH server does not start, since /var/empty/sshd is no folder' '  and is said'
rm "$root/var/empty/sshd"
mkdir -m 777 "$scratch/outside" "$root/real"
ln -s /real "$root/var/empty/sshd"
chmod 0777 "$root/real"
mend --sshd
is "$(stat -c %a "$root/real" "$scratch/outside" | paste -sd' ')" '755 777' 'a symlink leads to a folder of the target'
target rhel /var/empty/sshd
rmdir "$root/var/empty/sshd"
mend --sshd
is "$(line passwd | cut -d: -f1-4) $(stat -c '%a' "$root/var/empty/sshd")" 'sshd:x:74:74 711' 'account and folder in one'
target debian /run/sshd
echo 'sshd:x:105:65534::/run/sshd:/usr/sbin/nologin' >>"$root/etc/passwd"
is "$(said)" '' 'of one that is made at each start nothing is said'
done_testing
