#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Getting back in through the menu, on a real filesystem in an image: an account is mended, gets a
# password (typed, generated) and a key, another one is added, all is undone; no password is on the
# screen, in the log, in a file or, once its screen is left, in the memory of the menu.
# shellcheck disable=SC2016 # hashes of passwords have dollars
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
# shellcheck source=tests/tui/account-server.sh
. "$(dirname "$0")/account-server.sh"
need_terminal vt100 xterm-256color
need_root
private_namespace "$@"
need_program mke2fs losetup infocmp perl ssh-keygen
need_filesystem ext4

# --- a server that nobody gets into

tree=$scratch/tree
account_server "$tree"
mkdir "$tree/home/anna"
echo web01 >"$tree/etc/hostname"
echo 'LABEL=locked / ext4 defaults 0 1' >"$tree/etc/fstab"
cat >"$tree/etc/passwd" <<-'END'
	root:x:0:0:root:/root:/bin/bash
	daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
	anna:x:1000:1000:Anna Example,,,:/home/anna:/bin/zsh
END
cat >"$tree/etc/shadow" <<-END
	root:*:19700:0:99999:7:::
	daemon:*:19700:0:99999:7:::
	anna:!$account_hash:19700:0:99999:7::19800:
END
printf '%s\n' root:x:0: daemon:x:1: sudo:x:27: anna:x:1000: >"$tree/etc/group"
printf '%s\n' 'root:*::' 'daemon:*::' 'sudo:*::' 'anna:!::' >"$tree/etc/gshadow"
printf '%s\n' /bin/sh /bin/bash >"$tree/etc/shells"
echo "Closed for the night." >"$tree/etc/nologin"
printf '%s\n' 'root ALL=(ALL:ALL) ALL' '%sudo ALL=(ALL:ALL) ALL' >"$tree/etc/sudoers"
cp -L /bin/bash "$tree/usr/bin/sudo" # it is only looked for
printf '%s\n' 'ENCRYPT_METHOD YESCRYPT' 'UID_MIN 1000' 'UID_MAX 60000' >"$tree/etc/login.defs"
chmod 640 "$tree/etc/shadow" "$tree/etc/gshadow"
chgrp 42 "$tree/etc/shadow" "$tree/etc/gshadow"
chown -R 1000:1000 "$tree/home/anna"
image=$scratch/locked.img
truncate -s 96M "$image"
mke2fs -q -t ext4 -L locked -d "$tree" "$image" || skip_all "mke2fs makes no filesystem here"

journal=/run/refloat
menu=("$refloat" --image "$image" --target /mnt/web01 --log "$scratch/menu.log")
export ASAN_OPTIONS=handle_segv=0:handle_abort=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
unset REFLOAT_ACCEPT SHELL NO_COLOR

# field NAME NUMBER FILE: of the account's line in what is mounted
field()
{
	awk -F: -v name="$1" -v number="$2" '$1 == name {print $number}' "/mnt/web01/etc/$3"
}

# takes NAME PASSWORD: whether the hash of the account is one of the password
takes()
{
	local hash
	hash=$(field "$1" 2 shadow)
	[ -n "$hash" ] && [ "$(PASSWORD=$2 HASH=$hash perl -e 'print crypt($ENV{PASSWORD}, $ENV{HASH})')" = "$hash" ]
}

# leaks TEXT: files of ours that have it, but for what the terminal was sent
leaks()
{
	grep -rlaF -e "$1" "$scratch/menu.log" "$journal" 2>/dev/null
}

# in_memory TEXT: whether the menu that runs has it in its memory
in_memory()
{
	local pid
	for pid in $(pgrep -f -- "--log $scratch/menu.log"); do
		[ "$(readlink "/proc/$pid/exe")" = "$(readlink -f "$refloat")" ] || continue
		TEXT=$1 perl -e '
			my ($pid, $text) = ($ARGV[0], $ENV{TEXT});
			open(my $maps, "<", "/proc/$pid/maps") or exit 2;
			open(my $memory, "<", "/proc/$pid/mem") or exit 2;
			binmode($memory);
			while (<$maps>) {
				next unless /^([0-9a-f]+)-([0-9a-f]+) r.*(?<!\[vvar\])$/;
				my ($start, $end) = (hex $1, hex $2);
				next if $end - $start > 1 << 28;
				sysseek($memory, $start, 0) or next;
				my $bytes;
				sysread($memory, $bytes, $end - $start) or next;
				exit 0 if index($bytes, $text) >= 0;
			}
			exit 1' "$pid" && return 0
	done
	return 1
}

typed="tide&harbour 47"
other="lanterns over water"
key="ssh-ed25519 $(ssh-keygen -q -t ed25519 -N '' -C anna@laptop -f "$scratch/key" && cut -d' ' -f2 "$scratch/key.pub") anna@laptop"
fingerprint=$(ssh-keygen -lf "$scratch/key.pub" | cut -d' ' -f2)
export HOME=$scratch

# --- on a vt100: mounted on the way, mended, a password typed

play "an account is mended" -- "${menu[@]}" <<-EOS
	term vt100
	limit 120
	settings-saved
	start
	wait "mounted; 1 filesystem" 30
	key a
	wait "> root" 30
	expect "Accounts of Debian GNU/Linux 12 (bookworm) of web01"
	wait "locked; expired" 20
	key Down
	key Enter
	wait "its password is locked" 20
	key q
	wait-gone "gets in"
	key Enter
	wait "its password is locked"
	key e
	wait "It is not mounted yet"
	key n
	wait-gone "It is not mounted yet"
	expect "its password is locked"
	key q
	wait "SSH PASSWORD"
	expect "/etc/nologin"
	key e
	wait "It is not mounted yet"
	key y
	wait "Risk:" 30
	expect "Mount the system"
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait "Mend what keeps everybody out" 30
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait-gone "/etc/nologin" 20
	wait "> anna" 20
	key Enter
	wait "its password is locked"
	key e
	wait "Mend the account anna" 30
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait-gone "its password is locked" 20
	wait "gets in" 20
	wait "/bin/bash" 20
	wait-gone "has expired" 20
	key p
	wait "Once more"
	type $typed
	settle
	expect-not "$typed"
	expect "***************"
	key Tab
	type something else
	key Enter
	wait "is not the same"
	key Ctrl-U
	type $typed
	key Enter
	wait "Risk:" 30
	expect "yescrypt"
	expect-not "tide"
	key Enter
	wait "Enter goes on" 30
	expect-not "tide"
	key Enter
	wait "gets in" 20
	settle 500
	dump $scratch/after-typed.txt
	keys q q q
	wait "Leave refloat?" 20
	key y
	expect-exit 0
	settings-same
	terminal-restored
	no-process-left
EOS
is "$(field anna 7 passwd)" /bin/bash "its shell is one that is there"
is "$(field anna 8 shadow)" "" "it expires no more"
takes anna "$typed"
ok $? "the hash is one of what was typed"
like "$(field anna 2 shadow)" '^\$y\$' "it is of the kind that login.defs asks for"
is "$(stat -c '%a %u %g' /mnt/web01/etc/shadow)" "640 0 42" "owner and mode are kept"
is "$(leaks "$typed")" "" "the password is in no log and no journal"
is "$(leaks "$(field anna 2 shadow)")" "" "nor is its hash"

# --- in UTF-8 with colours: generated, shown once
play "a password is generated" -- "${menu[@]}" <<-EOS
	term xterm-256color
	utf8 on
	env LC_ALL=C.UTF-8
	size 30 100
	limit 120
	settings-saved
	start
	wait "mounted under /mnt/web01" 30
	key a
	wait "> root" 30
	key Enter
	wait "it has no password" 20
	key p
	wait "Once more"
	key Ctrl-G
	wait "Risk:" 30
	key b
	wait "must be waited for"
	key Enter
	wait "Write it down" 30
	name it is still there for whoever looks what could be undone
	key u
	wait "WHAT UNDOING DOES"
	key q
	wait "Write it down"
	dump $scratch/generated.txt
	key Enter
	wait "Have you written it down?"
	key n
	wait-gone "Have you written it down?"
	expect "Write it down"
	key q
	wait "Have you written it down?"
	key y
	wait "gets in" 20
	wait-gone "Write it down" 20
	sleep 4000
	keys q q q
	wait "Leave refloat?" 20
	key y
	expect-exit 0
	terminal-restored
	no-process-left
EOS
generated=$(grep -A 2 'The new password of root' "$scratch/generated.txt" | tail -n 1 | tr -d ' ')
like "$generated" '^[[:graph:]]{12,}$' "one is shown"
takes root "$generated"
ok $? "the hash is one of what was shown"
is "$(leaks "$generated")" "" "it is in no log and no journal"
is "$(grep -c "$generated" "$scratch/menu.log")" 0 "the log has none of it"

# --- in the memory of the menu: while it is typed, and not any more once the screen is left
{
	until [ -e "$scratch/typed" ]; do sleep 0.1; done
	in_memory "$other" && : >"$scratch/was-there"
	: >"$scratch/looked"
	until [ -e "$scratch/left" ]; do sleep 0.1; done
	in_memory "$other" || : >"$scratch/is-gone"
	: >"$scratch/looked-again"
} &
looker=$!
play "what is typed leaves the memory" -- "${menu[@]}" <<-EOS
	term xterm-256color
	limit 120
	start
	wait "mounted under /mnt/web01" 30
	key a
	wait "> root" 30
	keys Down Enter
	wait "gets in" 20
	key p
	wait "Once more"
	type $other
	key Tab
	type $other
	settle 300
	dump $scratch/typed
	wait-file $scratch/looked
	key Enter
	wait "Risk:" 30
	key q
	wait "Once more"
	key Esc
	wait "gets in"
	settle 300
	dump $scratch/left
	wait-file $scratch/looked-again
	keys q q q
	wait "Leave refloat?" 20
	key y
	expect-exit 0
EOS
kill $looker 2>/dev/null
wait $looker 2>/dev/null
[ -e "$scratch/was-there" ]
ok $? "what is typed is found where it must be"
[ -e "$scratch/is-gone" ]
ok $? "and nowhere once the screen is left"
takes anna "$typed"
ok $? "a plan that is left changes nothing"

# --- a key, pasted as a terminal marks it, with a line end in the midst of it
play "a key is added" -- "${menu[@]}" <<-EOS
	term xterm-256color
	limit 120
	start
	wait "mounted under /mnt/web01" 30
	key a
	wait "> root" 30
	keys Down Enter
	wait "gets in" 20
	key k
	wait "Paste a key"
	type "nonsense"
	key Enter
	settle
	expect "Paste a key"
	expect-not "Risk:"
	key Ctrl-U
	type "\e[200~${key:0:40}\r${key:40}\r\e[201~"
	wait "$fingerprint"
	keys Enter Enter
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait "1 SSH key" 20
	keys q q q
	wait "Leave refloat?" 20
	key y
	expect-exit 0
	terminal-restored
EOS
is "$(grep -cF "$key" /mnt/web01/home/anna/.ssh/authorized_keys)" 1 "the key is there, whole"
is "$(stat -c '%a %u %g' /mnt/web01/home/anna/.ssh /mnt/web01/home/anna/.ssh/authorized_keys | tr '\n' ' ')" \
	"700 1000 1000 600 1000 1000 " "owners and modes are those that sshd wants"

# --- an account for an emergency, and into the sudo group
play "an account is added" -- "${menu[@]}" <<-EOS
	term vt100
	limit 120
	start
	wait "mounted under /mnt/web01" 30
	key a
	wait "> root" 30
	keys Down Enter
	wait "gets in" 20
	key s
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key u
	wait "WHAT UNDOING DOES"
	key Enter
	wait "Risk:" 30
	key Enter
	wait "Done" 30
	key Enter
	wait "gets in" 20
	wait "may not become root" 20
	key s
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait "may become root" 20
	key q
	wait "SSH PASSWORD"
	key n
	wait "Once more"
	expect "rescue"
	key Ctrl-G
	wait "Risk:" 30
	key Enter
	wait "Write it down" 30
	dump $scratch/new.txt
	key Enter
	wait "Have you written it down?"
	key y
	wait "rescue" 20
	keys q q
	wait "Leave refloat?" 20
	key y
	expect-exit 0
EOS
like ",$(field sudo 4 group)," ',anna,' "anna is in the group"
new=$(grep -A 2 'The new password of rescue' "$scratch/new.txt" | tail -n 1 | tr -d ' ')
takes rescue "$new"
ok $? "the new account takes the password that was shown"

# --- all of it is undone, and the files are as they were
"$refloat" --image "$image" undo --yes >"$scratch/undo.log" 2>&1
for _ in 1 2 3 4 5 6; do
	"$refloat" --image "$image" undo --yes >>"$scratch/undo.log" 2>&1 || break
	grep -q ' /mnt/web01 ' /proc/self/mountinfo || break
done
umount /mnt/web01 2>/dev/null
mkdir -p "$scratch/was"
mount -o loop,ro "$image" "$scratch/was"
for file in passwd shadow group gshadow nologin; do
	cmp "$tree/etc/$file" "$scratch/was/etc/$file"
	ok $? "undone: $file is as it was"
done
[ ! -e "$scratch/was/home/anna/.ssh/authorized_keys" ]
ok $? "undone: the key is gone"
umount "$scratch/was"
rm -rf /run/refloat

# --- a passwd without root, who is in no list: put back from there, and taken back from there
mount -o loop "$image" "$scratch/was"
sed -i /^root:/d "$scratch/was/etc/passwd"
umount "$scratch/was"
play "root is put back" -- "${menu[@]}" <<-EOS
	term vt100
	limit 120
	settings-saved
	start
	wait "not mounted; 1 filesystem" 30
	key a
	wait "\"put root back\" (a, t) puts one there" 30
	expect "t put root back"
	expect-not "refloat mend-account"
	key t
	wait "It is not mounted yet"
	key y
	wait "Mount the system" 30
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait "Mend the account root" 30
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait "  root  " 20
	wait-gone "put root back" 20
	name what was done is taken back on the same screen
	key u
	wait "Mend the account root"
	key Enter
	wait "Undo: Mend the account root" 30
	wait "Risk:" 30
	key Enter
	wait "Done" 30
	key Enter
	wait "t put root back" 20
	key t
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait "  root  " 20
	keys q q
	wait "Leave refloat?" 20
	key y
	expect-exit 0
	settings-same
	terminal-restored
	no-process-left
EOS
like "$(grep ^root: /mnt/web01/etc/passwd)" '^root:x:0:0:[^:]*:/root:/bin/bash$' "its line is there again"
umount /mnt/web01
is "$(losetup --list --noheadings | grep -c "$scratch")" 0 "no loop device is left"
rm -rf /run/refloat
done_testing
