#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The target's own sshd is asked: what it says counts, it cannot write or stay, and what refloat makes of its
# settings is what it then says itself.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
need_program ldd python3 ssh-keygen
fake=${top_builddir:-$PWD}/tests/action/fake_sshd
at=$scratch/root

# program FILE PLACE: FILE as program PLACE of the tree, with the libraries it needs
program()
{
	local library
	mkdir -p "$at$(dirname "$2")"
	cp -L "$1" "$at$2"
	LD_LIBRARY_PATH=$at/usr/lib/$(uname -m)-linux-gnu ldd "$1" 2>/dev/null | grep -o '/[^ ]*' |
		while read -r library; do
			[ -e "$at$library" ] && continue
			[ "${library#"$at"}" = "$library" ] || continue
			mkdir -p "$at$(dirname "$library")"
			cp -L "$library" "$at$library"
		done
}

fill()
{
	rm -rf "${at:?}" /run/refloat
	mkdir -p "$at"/{etc/ssh,root,home,dev,run,proc,tmp,bin,var,home/anna}
	printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'sshd:x:105:65534::/run/sshd:/usr/sbin/nologin' \
		'anna:x:1000:1000::/home/anna:/bin/sh' 'bob:x:1001:1001::/home/bob:/bin/sh' \
		>"$at/etc/passwd"
	printf '%s:*:20000:0:99999:7:::\n' root sshd anna bob >"$at/etc/shadow"
	printf '%s\n' root:x:0: anna:x:1000: bob:x:1001: >"$at/etc/group"
	printf '%s\n' "$@" >"$at/etc/ssh/sshd_config"
	chown 1000:1000 "$at/home/anna"
	program /bin/sh /bin/sh
}

tree()
{
	(cd "$at" && find . -printf '%p %M %U %G %s %T@ %l\n' | sort && find . -type f -exec sha256sum {} + | sort)
}

# asked: what refloat says, as JSON
asked()
{
	run "$refloat" accounts --root "$at" --json
}

# have EXPRESSION: of the JSON d
have()
{
	printf '%s' "$output" | python3 -c "
import json, sys
d = json.load(sys.stdin)
a = {x['name']: x for x in d['accounts']}
def kinds(name):
    return sorted((o['kind'], o['weight'], o['subject'], o['line']) for o in a[name]['obstacles'] if o['kind'].startswith('sshd'))
def broken():
    return [(o['subject'], o['file'], o['line']) for o in d['obstacles'] if o['kind'] == 'sshd-broken']
print($1)" 2>&1
}

# --- one that only tells what it is told to
fill 'Port 22' 'PasswordAuthentication yes'
program "$fake" /usr/sbin/sshd
echo say >"$at/etc/fake"
printf '%s\n' 'passwordauthentication no' 'kbdinteractiveauthentication no' 'pubkeyauthentication yes' \
	'permitrootlogin no' 'usepam no' 'allowusers root' 'allowusers anna' >"$at/etc/fake.out"
before=$(tree)
asked
is "$(have "d['sshd_asked']")" True 'it is asked'
is "$(have "kinds('root')")" "[('sshd-password', 'blocks', 'PasswordAuthentication', 2), ('sshd-user', 'blocks', 'PermitRootLogin', None)]" \
	'what it says counts, with the place that our reading knows'
is "$(have "kinds('anna')")" "[('sshd-password', 'blocks', 'PasswordAuthentication', 2)]" 'for another account, too'
is "$(have "[k[:3] for k in kinds('bob')]")" "[('sshd-password', 'blocks', 'PasswordAuthentication'), ('sshd-user', 'blocks', 'AllowUsers')]" \
	'and a third'
is "$(tree)" "$before" 'and nothing of the target changes'

printf '%s\n' 'passwordauthentication yes' 'permitrootlogin yes' 'pubkeyauthentication yes' >"$at/etc/fake.out"
printf '%s\n' 'DenyUsers anna' 'NewKeyword yes' >"$at/etc/ssh/sshd_config"
asked
is "$(have "kinds('anna') + broken()")" '[]' 'what it does not say does not count, and a keyword that it takes is none to mend'
printf '%s\n' 'Match Address 10.0.0.0/8' ' DenyUsers anna' >"$at/etc/ssh/sshd_config"
asked
is "$(have "kinds('anna')")" "[('sshd-user', 'may', 'DenyUsers', 2)]" 'what hangs on the address stays'

printf '%s\n' 'AuthorizedKeysFile none' >"$at/etc/ssh/sshd_config"
echo 'authorizedkeysfile none' >>"$at/etc/fake.out"
asked
is "$(have "kinds('anna')")" "[('sshd-key', 'blocks', 'AuthorizedKeysFile', 1)]" 'keys in no file stay said'

# --- for whom it is asked, and how often
echo users >"$at/etc/fake"
denied="{n: [k[2] for k in kinds(n)] for n in sorted(a)}"
printf '%s\n' 'Match Address 10.0.0.1' ' X11Forwarding no' >"$at/etc/ssh/sshd_config"
asked
is "$(have "$denied")" "{'anna': [], 'bob': [], 'root': ['DenyUsers']}" \
	'where no Match looks at names or groups it is asked once'
printf '%s\n' 'Match User root,carl' ' X11Forwarding no' >"$at/etc/ssh/sshd_config"
asked
is "$(have "$denied")" "{'anna': ['DenyUsers'], 'bob': [], 'root': ['DenyUsers']}" \
	'once for those that no Match tells apart'
run "$refloat" accounts bob --root "$at" --json
is "$(have "$denied")" "{'bob': ['DenyUsers']}" 'for those alone that are named'
printf '%s\n' 'Match Group bob' ' X11Forwarding no' 'Match User !root,*' ' X11Forwarding no' >"$at/etc/ssh/sshd_config"
asked
is "$(have "$denied")" "{'anna': ['DenyUsers'], 'bob': ['DenyUsers'], 'root': ['DenyUsers']}" \
	'and for each of those that groups or names tell apart'
printf '%s\n' 'Match Group wheel' ' X11Forwarding no' >"$at/etc/ssh/sshd_config"
echo 'group: files sss' >"$at/etc/nsswitch.conf"
asked
is "$(have "$denied")" "{'anna': ['DenyUsers'], 'bob': ['DenyUsers'], 'root': ['DenyUsers']}" \
	'and for each where groups may come from elsewhere'

# --- defaults of its own
fill 'Port 22' 'Match User bob' ' X11Forwarding no'
program "$fake" /usr/sbin/sshd
ssh-keygen -q -t ed25519 -N '' -f "$at/etc/ssh/ssh_host_ed25519_key"
echo patched >"$at/etc/fake"
cp "$at/etc/ssh/sshd_config" "$scratch/before"
run "$refloat" mend-account anna --sshd --yes --root "$at"
asked
is "$(have "(d['sshd_asked'], kinds('anna'))")" '(True, [])' 'what it forbids by a default of its own is allowed by a line'
is "$(grep -v '^#' "$at/etc/ssh/sshd_config" | sort -s -k1,1 | tr '\n' ';')" \
	' X11Forwarding no;Match User bob;PasswordAuthentication yes;Port 22;PubkeyAuthentication yes;' \
	'by no other'
is "$(sed -n '/^Match/,$p' "$at/etc/ssh/sshd_config")" $'Match User bob\n X11Forwarding no' 'in front of the first Match'
run "$refloat" undo --yes
is "$status" 0 'undo takes it back'
ok_same=$(cmp "$at/etc/ssh/sshd_config" "$scratch/before" 2>&1)
is "$ok_same" '' 'to the byte'
run "$refloat" mend-account root --sshd --yes --root "$at"
is "$(grep -c '^PermitRootLogin prohibit-password$' "$at/etc/ssh/sshd_config")" 1 'root is let in by key'
is "$(grep -c '^PasswordAuthentication' "$at/etc/ssh/sshd_config")" 0 'and no password for its sake'
like "$(tr -s '\n ' ' ' <<<"$output$errors")" 'neither an SSH key nor a password' 'what it needs besides is said'

# --- root's password
printf '%s\n' 'PermitRootLogin prohibit-password' >"$at/etc/ssh/sshd_config"
printf '%s\n' 'permitrootlogin prohibit-password' 'passwordauthentication yes' 'pubkeyauthentication yes' >"$at/etc/fake.out"
echo say >"$at/etc/fake"
sed -i "s|^root:[^:]*:|root:\$6\$saltsalt\$$(printf 'a%.0s' {1..86}):|" "$at/etc/shadow"
mends="[(o['kind'], o['mend']) for o in a['root']['obstacles'] if o['kind'] == 'sshd-password']"
asked
is "$(have "$mends")" "[('sshd-password', 'sshd')]" 'without a key --sshd is proposed for its password'
run "$refloat" mend-account root --all --plan --root "$at"
like "$(tr -s '\n ' ' ' <<<"$output")" 'its password is not let in over SSH' '--all does not let it in, and says so'
run "$refloat" mend-account root --sshd --plan --root "$at"
like "$(tr -s '\n ' ' ' <<<"$output")" '"PermitRootLogin yes" in place of' 'and --sshd does'
mkdir -m 700 "$at/root/.ssh"
ssh-keygen -q -t ed25519 -N '' -f "$scratch/key"
install -m 600 "$scratch/key.pub" "$at/root/.ssh/authorized_keys"
asked
is "$(have "$mends")" "[('sshd-password', 'none')]" 'with a key nothing is proposed'
run "$refloat" mend-account root --sshd --plan --root "$at"
is "$(tr -s '\n ' ' ' <<<"$output" | grep -c 'PermitRootLogin yes')" 0 'and --sshd lets it in by key alone'

# --- settings that it refuses
fill 'Port 22'
program "$fake" /usr/sbin/sshd
echo say >"$at/etc/fake"
printf '%s\n' '/etc/ssh/sshd_config line 1: Deprecated option Foo' \
	'/etc/ssh/sshd_config: line 1: Bad configuration option: Prot' \
	'/etc/ssh/x y.conf line 7: unsupported option "maybe".' \
	'/etc/ssh/sshd_config: terminating, 1 bad configuration options' >"$at/etc/fake.err"
asked
is "$(have 'broken()')" "[('Prot', '/etc/ssh/sshd_config', 1), ('unsupported option \"maybe\".', '/etc/ssh/x y.conf', 7)]" \
	'lines that it refuses are told'
rm "$at/etc/fake.err"
echo 'sshd: no hostkeys available -- exiting.' >"$at/etc/fake.err"
asked
is "$(have "d['sshd_asked']")" False 'where it says nothing our own reading counts'

# --- what it can do
echo look >"$at/etc/fake"
before=$(tree)
asked
is "$(have "' '.join(b[0] for b in broken())")" \
	'writes-no remounts-no nodes-no network-no descriptors-no terminal-no first-yes null-yes folder-yes owner-no' \
	'it can write nothing, mount nothing, reach nobody, and has what it needs'
is "$(tree)" "$before" 'and nothing of the target changes'
is "$(grep -c "$at" /proc/self/mountinfo)" 0 'and nothing stays mounted'

# asked_run: how many processes are the sshd of this system, and not of another test
asked_run()
{
	local pid count=0
	for pid in $(pgrep -f '^/usr/sbin/sshd -T'); do
		[ "/proc/$pid/exe" -ef "$at/usr/sbin/sshd" ] && count=$((count + 1))
	done
	echo $count
}

echo hang >"$at/etc/fake"
(until [ "$(asked_run)" -ge 1 ]; do sleep 0.1; done; : >"$scratch/ran") &
watcher=$!
asked
is "$(have "d['sshd_asked']")" False 'one that hangs is not waited for'
kill $watcher 2>/dev/null
[ -e "$scratch/ran" ]
ok $? 'though it ran'
for _ in {1..300}; do # what was killed has its turn to die
	[ "$(asked_run)" = 0 ] && break
	sleep 0.1
done
is "$(asked_run)" 0 'and ends, with what it has started'
echo flood >"$at/etc/fake"
asked
is "$status" 0 'one that writes without end is cut off'

# --- one that cannot run here
printf '\177ELF\2\1\1' >"$at/usr/sbin/sshd"
asked
is "$(have "d['sshd_asked']")" False 'one that is broken is not asked'
rm "$at/usr/sbin/sshd"
asked
is "$(have "d['sshd_asked']")" False 'one that is not there neither'

# --- a real one, where its package can be had
real=$scratch/real
mkdir "$real" "$scratch/packages"
if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null &&
	(cd "$scratch/packages" && timeout 60 apt-get -q download openssh-server libwrap0) >/dev/null 2>&1; then
	for package in "$scratch"/packages/*.deb; do
		dpkg-deb -x "$package" "$real"
	done
fi

# settings TEXT...: a tree with the real sshd and these settings; all but them is made once
settings()
{
	if [ ! -d "$scratch/base" ]; then
		fill
		mkdir -p "$at/usr/lib/$(uname -m)-linux-gnu" "$at/etc/pam.d"
		cp "$real/usr/lib/$(uname -m)-linux-gnu/"libwrap* "$at/usr/lib/$(uname -m)-linux-gnu" 2>/dev/null ||
			cp "$real/lib/$(uname -m)-linux-gnu/"libwrap* "$at/usr/lib/$(uname -m)-linux-gnu"
		program "$real/usr/sbin/sshd" /usr/sbin/sshd
		: >"$at/etc/pam.d/sshd"
		ssh-keygen -q -t ed25519 -N '' -f "$at/etc/ssh/ssh_host_ed25519_key"
		cp -a "$at" "$scratch/base"
	fi
	rm -rf "${at:?}"/* /run/refloat
	cp -a "$scratch/base"/* "$at"
	printf '%s\n' "$@" >"$at/etc/ssh/sshd_config"
}

# mended NAME USER WANTED TEXT...: with the settings TEXT it is the real sshd that says so after the mend
mended()
{
	local name=$1 user=$2 wanted=$3
	shift 3
	settings "$@"
	run "$refloat" mend-account "$user" --sshd --yes --root "$at"
	asked
	is "$(have "(d['sshd_asked'], [k[0] for k in kinds('$user')] + broken())")" "(True, $wanted)" "$name"
}

if [ -x "$real/usr/sbin/sshd" ]; then
	settings 'PermitRootLogin no' 'Match User bob' ' PasswordAuthentication no' ' KbdInteractiveAuthentication no'
	asked
	is "$(have "(d['sshd_asked'], kinds('root'), kinds('anna'), kinds('bob'))")" \
		"(True, [('sshd-user', 'blocks', 'PermitRootLogin', 1)], [], [('sshd-password', 'blocks', 'PasswordAuthentication', 3)])" \
		'a real sshd says of each what our reading does'
	settings 'Port 22' 'PermitRotLogin no'
	asked
	is "$(have 'broken()')" "[('PermitRotLogin', '/etc/ssh/sshd_config', 2)]" 'and what it refuses'
	key="['sshd-password']"
	mended 'root by key' root "$key" 'PermitRootLogin no'
	mended 'root in a list' root "$key" 'PermitRootLogin no' 'AllowUsers bob' 'DenyUsers root anna'
	mended 'root by group' root "$key" 'AllowGroups ssh' 'DenyGroups root'
	mended 'keys' anna '[]' 'PubkeyAuthentication no' 'AuthorizedKeysFile none'
	mended 'passwords' anna '[]' 'PasswordAuthentication no' 'KbdInteractiveAuthentication no'
	mended 'passwords for one' anna '[]' 'PasswordAuthentication yes' 'Match User anna' 'PasswordAuthentication no'
	mended 'methods' anna '[]' 'AuthenticationMethods publickey,password'
	mended 'a user in a list' anna '[]' 'AllowUsers bob'
	mended 'a user out of a list' anna '[]' 'DenyUsers bob anna' 'DenyUsers anna'
	mended 'groups' anna '[]' 'AllowGroups wheel'
	mended 'a group in a block' anna '[]' 'Match Group anna' 'DenyUsers anna'
	mended 'an unknown word' anna '[]' 'Port 22' 'PermitRotLogin yes'
	mended 'a bad value' anna '[]' 'UsePAM maybe' 'Port 0' 'PasswordAuthentication'
	mended 'a bad block' anna '[]' 'Match Usr anna' ' DenyUsers *' 'Match User bob' ' X11Forwarding no'
	mended 'a keyword that may not be in a block' anna '[]' 'Match User anna' ' UsePAM no'
	mended 'files that include each other' anna '[]' 'Include /etc/ssh/sshd_config' 'DenyUsers anna'
	mended 'carriage returns' anna '[]' $'DenyUsers anna\r' $'Port 22\r'
	mended 'a pattern stays' anna "['sshd-user']" 'DenyUsers an*'
	settings 'PasswordAuthentication no' 'KbdInteractiveAuthentication no' 'PermitRootLogin no'
	echo 'cleo:x:1003:1003::/home/cleo:/bin/sh' >>"$at/etc/passwd"
	echo 'cleo:*:20000:0:99999:7:::' >>"$at/etc/shadow"
	run "$refloat" mend-account --sshd --yes --root "$at"
	asked
	is "$(have "[k[0] for k in kinds('anna') + kinds('bob')], [k[2] for k in kinds('root')]")" \
		"[] ['PermitRootLogin']" \
		'what keeps several accounts out is mended without naming one, and root stays out'
	# the account that it becomes before a login: without it it says nothing, and does not start
	settings 'Port 22'
	sed -i '/^sshd:/d' "$at/etc/passwd" "$at/etc/shadow"
	echo 'nogroup:x:65534:' >>"$at/etc/group"
	asked
	is "$(have "(d['sshd_asked'], [(o['kind'], o['subject'], o['mend']) for o in d['obstacles'] if o['kind'] == 'sshd-no-account'])")" \
		"(False, [('sshd-no-account', 'sshd', 'sshd')])" 'a real sshd without its account does not answer'
	run "$refloat" mend-account --sshd --yes --root "$at"
	asked
	is "$(have "(d['sshd_asked'], [o['kind'] for o in d['obstacles'] if o['kind'] in ('sshd-no-account', 'sshd-folder')])")" \
		"(True, [])" 'and does once it is there again'
	is "$(grep ^sshd: "$at/etc/passwd")" 'sshd:x:999:65534::/run/sshd:/usr/sbin/nologin' 'as Debian makes it'
	is "$(grep -c ^sshd: "$at/etc/group")" 0 'without a group of its own'
	run "$refloat" undo --yes
	asked
	is "$(have "d['sshd_asked']")" False 'and after undo again not'
	mended 'an included file' anna '[]' 'Include /etc/ssh/*.conf' 'PasswordAuthentication yes'
else
	skip 'the package openssh-server cannot be had' 'a real sshd says what our reading does'
fi
done_testing
