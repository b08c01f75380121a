#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Locks a server (build-servers.sh), so that nobody gets in: each account in a way of its own, and all of them by
# what is the system's.
#
#   lock-server.sh FOLDER KEYS accounts   those whose ways are their own; FOLDER: where its / is mounted
#   lock-server.sh FOLDER KEYS system     what is everybody's
#   lock-server.sh --list                 a line for each account: its name and what proves that it is mended
#   lock-server.sh --ways                 a line for each way: its name, what refloat calls it, and what it does
#
# KEYS is a file of public keys, which all but one account have. Runs in the rescue guest, and runs nothing of the
# server. Proofs, which the test tries: old (its password, old-anchor, at the console), new (one that refloat sets),
# key (by SSH), word (a password by SSH), sudo (becomes root by it).
set -eu

# NAME  PROOFS  WHAT REFLOAT CALLS IT  WHAT IS DONE; lock_NAME does it
accounts='
bang      old,word  password-locked   a lock in front of its password
star      new       password-never    * in place of a password
never     new       password-never    !! in place of a password, as before one was ever set
expired   old       account-expired   its account has ended in 2020
aged      old       password-expired  its password is too old, and the days to change it are over
change    old       must-change       a new password must be set at the next login
noshell   old       shell-missing     its shell is not installed
nologin   old       shell-nologin     its shell is nologin
noexec    old       shell-unusable    its shell may not be executed
unlisted  old       shell-not-listed  its shell is not in /etc/shells, which PAM asks
nohome    old       home-missing      its home is missing, and no login without
owner     old,key   home-owner        its home is another one'"'"'s
counter   old       lockout           as many wrong passwords as faillock takes
mode      key       key-mode          authorized_keys can be written by everybody
folder    key       key-mode          .ssh is another one'"'"'s
group     key       key-mode          its home can be written by its group
keyless   key       no-key            it has no key
denied    key       sshd-user         DenyUsers names it
allowed   key       sshd-user         AllowUsers names all others
match     key       sshd-key          a Match block forbids its keys
broken    new       broken-line       its line in shadow cannot be read
lineless  new       no-shadow-line    it has no line in shadow
carriage  old       carriage-return   a carriage return at the end of its line in passwd
kind      new       password-odd      a hash that libcrypt does not know
empty     new       password-empty    an empty password, where none is taken
access    old       gate              access.conf refuses it
listed    old       gate              a list of pam_listfile has it
member    old,sudo  not-admin         it is not in the group that sudo trusts
root      new,key   password-locked   a lock in front of its password
'
# what is everybody's: NAME  WHAT REFLOAT CALLS IT  WHAT IS DONE; system_NAME does it
system='
nologin-file    nologin           /etc/nologin
permit-root     sshd-user         PermitRootLogin no
no-passwords    sshd-password     PasswordAuthentication no, in an included file
unknown-word    sshd-broken       a keyword in sshd_config that sshd does not know: it does not start
ssh-unit        sshd-disabled     the unit of sshd is disabled, in some layouts masked
host-keys       sshd-no-host-key  no host keys
sshd-account    sshd-no-account   the account that sshd becomes before a login is in no file
serial-getty    no-console        the unit of the serial login is masked
securetty       securetty         root may only use tty1
missing-module  pam-broken        PAM asks a module that is not there
immutable       -                 /etc/shadow and /etc/passwd cannot be changed (chattr +i)
'
# of "old-anchor"
# shellcheck disable=SC2016 # no variables
old_hash='$6$lighthouse$/r.ol4YN.uu9zGBzu/C9n2Oq5892nC9DUVt/.kUYIqMnO8LhYG6MmyFhSlSk3Pnu6rm88DpKrp9FfSolDoOxm1'

rows()
{
	sed '/^$/d' <<<"$1"
}

# --- an account that gets in

# person NAME NUMBER
person()
{
	local home=$root/home/$1
	echo "$1:x:$2:$2:$1,,,:/home/$1:/bin/bash" >>"$root/etc/passwd"
	echo "$1:$old_hash:19600:0:99999:7:::" >>"$root/etc/shadow"
	echo "$1:x:$2:" >>"$root/etc/group"
	mkdir -m 700 "$home" "$home/.ssh"
	cp "$keys" "$home/.ssh/authorized_keys"
	chmod 600 "$home/.ssh/authorized_keys"
	chown -R "$2:$2" "$home"
}

# shadow NAME FIELD TEXT: of its line; FIELD counts from 1
shadow()
{
	awk -F : -v OFS=: -v name="$1" -v field="$2" -v text="$3" '$1 == name {$field = text} {print}' \
		"$root/etc/shadow" >"$root/run-shadow"
	cat "$root/run-shadow" >"$root/etc/shadow"
	rm "$root/run-shadow"
}

# shell NAME SHELL
shell()
{
	sed -i "/^$1:/s,[^:]*\$,$2," "$root/etc/passwd"
}

# --- one way each

lock_bang() { shadow bang 2 "!$old_hash"; }
lock_star() { shadow star 2 '*'; }
lock_never() { shadow never 2 '!!'; }
lock_expired() { shadow expired 8 18262; }
lock_aged()
{
	shadow aged 3 18262
	shadow aged 5 30
	shadow aged 7 5
}
lock_change() { shadow change 3 0; }
lock_noshell() { shell noshell /usr/bin/fish; }
lock_nologin() { shell nologin /usr/sbin/nologin; }
lock_noexec()
{
	cp "$root/bin/dash" "$root/usr/local/bin/menu"
	chmod 644 "$root/usr/local/bin/menu"
	echo /usr/local/bin/menu >>"$root/etc/shells"
	shell noexec /usr/local/bin/menu
}
lock_unlisted()
{
	cp "$root/bin/bash" "$root/usr/local/bin/bash-next"
	shell unlisted /usr/local/bin/bash-next
}
lock_nohome() { rm -rf "$root/home/nohome"; }
lock_owner() { chown -R 2999:2999 "$root/home/owner"; }
lock_counter()
{
	local number source
	mkdir -p "$root/var/lib/faillock"
	# three records: where from (52 bytes), reserved, status (valid), seconds since 1970
	for number in 1 2 3; do
		source=login
		printf '%s' "$source"
		head -c $((52 - ${#source})) /dev/zero
		printf '\0\0\1\0\100\341\1\147\0\0\0\0'
	done >"$root/var/lib/faillock/counter"
	chmod 600 "$root/var/lib/faillock/counter"
	chown "$(id_of counter)" "$root/var/lib/faillock/counter"
}
lock_mode() { chmod 666 "$root/home/mode/.ssh/authorized_keys"; }
lock_folder() { chown 2999:2999 "$root/home/folder/.ssh"; }
# its own group may, where nobody else is in it: so says the sshd of Debian
lock_group()
{
	chgrp 50 "$root/home/group"
	chmod 775 "$root/home/group"
}
lock_keyless() { rm -rf "$root/home/keyless/.ssh"; }
lock_denied() { sshd_line 'DenyUsers denied'; }
lock_allowed() { sshd_line "AllowUsers $(rows "$accounts" | awk '$1 != "allowed" {printf "%s ", $1}')"; }
lock_match() { printf '\nMatch User match\n\tPubkeyAuthentication no\n' >>"$root/etc/ssh/sshd_config"; }
lock_broken() { shadow broken 3 later; }
lock_lineless() { sed -i /^lineless:/d "$root/etc/shadow"; }
lock_carriage() { sed -i '/^carriage:/s/$/\r/' "$root/etc/passwd"; }
# shellcheck disable=SC2016 # no variables
lock_kind() { shadow kind 2 '$9$keel$c2VlIHRoZSBzaGlwIHNhaWwgYnkgYW5kIGJ5'; }
lock_empty() { shadow empty 2 ''; }
lock_access() { echo '- : access : ALL' >>"$root/etc/security/access.conf"; }
lock_listed() { printf 'mallory\nlisted\n' >"$root/etc/login.refused"; }
lock_member() { :; }
lock_root() { shadow root 2 "!$(sed -n 's/^root:\([^:]*\):.*/\1/p' "$root/etc/shadow")"; }

id_of()
{
	awk -F : -v name="$1" '$1 == name {print $3 ":" $4}' "$root/etc/passwd"
}

# sshd_line TEXT: above all Match blocks
sshd_line()
{
	sed -i "1i $1" "$root/etc/ssh/sshd_config"
}

# what the ways above need: gates that a Debian does not ask by itself
gates()
{
	local pam=$root/etc/pam.d
	sed -i 's/^#\?DEFAULT_HOME.*/DEFAULT_HOME no/' "$root/etc/login.defs"
	# an emulated machine whose processors others use too is no reason to refuse anybody
	sed -i 's/^#\?LOGIN_TIMEOUT.*/LOGIN_TIMEOUT 600/' "$root/etc/login.defs"
	sshd_line 'LoginGraceTime 600'
	printf 'dir = /var/lib/faillock\ndeny = 3\nunlock_time = 0\n' >>"$root/etc/security/faillock.conf"
	cat >"$pam/common-auth" <<-'PAM'
		auth	required	pam_faillock.so preauth
		auth	required	pam_shells.so
		auth	[success=2 default=ignore]	pam_unix.so
		auth	[default=die]	pam_faillock.so authfail
		auth	requisite	pam_deny.so
		auth	required	pam_permit.so
	PAM
	echo 'account	required	pam_faillock.so' >>"$pam/common-account"
	sed -i '/^# *account .*pam_access.so/s/^# *//' "$pam/login"
	sed -i '1i auth	required	pam_listfile.so item=user sense=deny file=/etc/login.refused onerr=succeed' "$pam/login"
}

lock_accounts()
{
	local name number=2001
	gates
	for name in $(rows "$accounts" | awk '{print $1}'); do
		[ "$name" = root ] || person "$name" $number
		number=$((number + 1))
	done
	for name in $(rows "$accounts" | awk '{print $1}'); do
		"lock_$name"
	done
}

# --- what is everybody's

system_nologin_file() { echo 'Closed for the winter.' >"$root/etc/nologin"; }
system_permit_root() { sshd_line 'PermitRootLogin no'; }
system_no_passwords() { echo 'PasswordAuthentication no' >"$root/etc/ssh/sshd_config.d/50-hardening.conf"; }
system_unknown_word() { sshd_line 'LighthouseAuthentication yes'; }
system_ssh_unit()
{
	rm -f "$root"/etc/systemd/system/multi-user.target.wants/ssh.service "$root/etc/systemd/system/sshd.service"
	case $(cat "$root/etc/hostname") in
	nvme-* | luks-lvm | old-*) ln -s /dev/null "$root/etc/systemd/system/ssh.service" ;;
	esac
}
system_host_keys() { rm "$root"/etc/ssh/ssh_host_*_key*; }
system_sshd_account() { sed -i '/^sshd:/d' "$root"/etc/{passwd,shadow}; }
system_serial_getty() { ln -s /dev/null "$root/etc/systemd/system/serial-getty@ttyS0.service"; }
system_securetty()
{
	echo tty1 >"$root/etc/securetty"
	sed -i '1i auth	requisite	pam_securetty.so' "$root/etc/pam.d/login"
}
system_missing_module() { sed -i '1i auth	required	pam_tally2.so deny=5' "$root/etc/pam.d/common-auth"; }
system_immutable() { chattr +i "$root/etc/passwd" "$root/etc/shadow"; }

lock_system()
{
	local name
	for name in $(rows "$system" | awk '{print $1}'); do
		"system_${name//-/_}"
	done
}

case $1 in
--list) rows "$accounts" | awk '{print $1, $2}' ;;
--ways)
	rows "$accounts" | sed 's/^\([^ ]*\) *[^ ]* */\1 /' | tr -s ' '
	rows "$system" | tr -s ' '
	;;
*)
	root=$1
	keys=$2
	"lock_$3"
	sync
	;;
esac
