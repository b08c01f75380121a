#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Where a password or a key set through the menu goes, and where nothing goes: filesystems that nobody can
# write to (mounted so, or made so by the kernel meanwhile), files of accounts full of oddities, a line that
# breaks off or a menu that is killed while a password is typed, terminals of 40x10, keys of the rescue system.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_terminal vt100 xterm-256color
private_namespace "$@"
need_program chattr lsattr findmnt perl ssh-keygen
# shellcheck source=tests/cli/accounts.sh
. "$top_srcdir/tests/cli/accounts.sh"
make_images
export ASAN_OPTIONS=handle_segv=0:handle_abort=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
unset REFLOAT_ACCEPT SHELL NO_COLOR

at=/mnt/web01
menu=("$refloat" "${images[@]}" --log "$scratch/menu.log")
typed="tide and harbour"

# r WORD...: on the command line
r()
{
	run "$refloat" "${images[@]}" "$@"
}

# state: a checksum of every file of the system, and of its bytes
state()
{
	(
		cd $at || exit
		find . ! -type d ! -name .pwd.lock -printf '%p %M %U %G %s %T@ %l\n' | sort
		find . -type d -printf '%p %M %U %G\n' | sort
		find . -type f ! -name .pwd.lock -exec sha256sum {} + | sort -k 2
	) | sha256sum
}

# leaks: files that have what was typed, but for what the terminal was sent
leaks()
{
	grep -rlaF -e "$typed" "$scratch/menu.log" "$scratch/cwd" /run/refloat $at 2>/dev/null
}

# anna_line: the number of her line with a hash, if that is one of what was typed
anna_line()
{
	local hash
	hash=$(sed -n 's/^anna:\(\$[^:]*\):.*/\1/p' $at/etc/shadow)
	[ "$(PASSWORD=$typed HASH=$hash perl -e 'print crypt($ENV{PASSWORD}, $ENV{HASH})')" = "$hash" ] &&
		grep -n '^anna:\$' $at/etc/shadow | cut -d: -f1
}

# the screen of anna; what is typed into its form for a password
anna='limit 90
	term vt100
	settings-saved
	start
	wait "mounted under /mnt/web01" 30
	key a
	wait "> root" 30
	keys Down Enter
	wait "anna sudo" 20'
password="$anna
	key p
	wait \"Once more\"
	type \"$typed\"
	key Tab
	type \"$typed\"
	settle 300"
leave='keys q q q
	wait "Leave refloat?" 20
	key y
	expect-exit 0
	settings-same
	terminal-restored
	no-process-left'

# --- mounted read-only: nobody types a password for nothing
before=$(checksum "$scratch"/*.img)
r mount --read-only --yes
is "$status" 0 "the server is mounted read-only"
play "mounted read-only" -- "${menu[@]}" <<-EOS
	$anna
	expect-line 1 "mounted read-only"
	expect "mounted read-only: nothing can be mended"
	key p
	wait "it is mounted read-only at $at"
	expect-not "Once more"
	name what to do is said
	expect "Take it down with \"Undo and unmount\" (u) and mount it again without"
	expect "\"Check filesystems\" (f) shows them"
	key Enter
	wait-gone "it is mounted read-only at"
	key k
	wait "it is mounted read-only at $at"
	key Enter
	wait-gone "it is mounted read-only at"
	key e
	wait "it is mounted read-only at $at"
	key Enter
	wait-gone "it is mounted read-only at"
	keys q n
	wait "it is mounted read-only at $at"
	key Enter
	wait-gone "it is mounted read-only at"
	keys q q
	wait "Leave refloat?" 20
	key y
	expect-exit 0
	terminal-restored
EOS
r umount --yes
is "$(checksum "$scratch"/*.img)" "$before" "mounted read-only: not a byte is another one"

# --- the kernel lets nobody write any more, since it has found errors: while the password is typed, and between
# the plan and its run

# break_filesystem FILE: as soon as FILE is there; makes FILE.broken then
break_filesystem()
{
	local device _
	device=$(basename "$(findmnt -no SOURCE $at)")
	until [ -e "$1" ]; do sleep 0.1; done
	mount -o remount,errors=remount-ro $at
	echo refloat >"/sys/fs/ext4/$device/trigger_fs_error"
	: >"$1.broken"
}
r mount --yes
if [ -w "/sys/fs/ext4/$(basename "$(findmnt -no SOURCE $at)")/trigger_fs_error" ]; then
	before=$(state)
	break_filesystem "$scratch/typed" &
	breaker=$!
	play "made read-only while it is typed" -- "${menu[@]}" <<-EOS
		$password
		expect-line 1 "mounted READ-WRITE"
		dump $scratch/typed
		wait-file $scratch/typed.broken
		key Enter
		wait "it is mounted read-only at $at" 30
		expect-not "Risk:"
		expect "its filesystem has errors: \"Check filesystems\""
		wait "mounted read-only" 20
		key q
		wait "Once more"
		key Esc
		wait "mounted read-only: nothing can be mended" 20
		expect-line 1 "mounted read-only"
		$leave
	EOS
	kill $breaker 2>/dev/null
	wait $breaker 2>/dev/null
	touch $at/x 2>/dev/null
	ok "$((!$?))" "  as it really is"
	is "$(state)" "$before" "  and nothing is changed"
	r status --json
	is "$(jq -r .mounted.ro <<<"$output")" true "  which status says, too"
	r umount --yes
	is "$status" 0 "  it is taken down"
	r mount --yes
	before=$(state)
	break_filesystem "$scratch/planned" &
	breaker=$!
	play "made read-only behind the plan" -- "${menu[@]}" <<-EOS
		$password
		key Enter
		wait "Risk: writes to the disks" 30
		dump $scratch/planned
		wait-file $scratch/planned.broken
		key Enter
		wait "It failed, and nothing was changed." 30
		settle
		expect "its filesystem is mounted read-only"
		expect "Mount it read-write: \"Undo and unmount\" (u), then \"Mount the system\" (m)."
		expect "\"Check filesystems\" (f)"
		key Enter
		wait "mounted read-only: nothing can be mended" 20
		$leave
	EOS
	kill $breaker 2>/dev/null
	wait $breaker 2>/dev/null
	is "$(state)" "$before" "  and nothing is changed"
	r check-fs root.img --repair --yes
	is "$status" 0 "  what is said to be done mends it"
else
	skip "this kernel pretends no errors" "filesystems that the kernel makes read-only"
fi
r umount --yes
is "$(leaks)" "" "what was typed is in no file"

# --- files full of what is no account: nothing else is changed by a byte
tree=$scratch/image-root
hash=$(awk -F: '$1 == "root" {print $2}' "$tree/etc/shadow")
{
	printf '# of the admin before us: do not touch\nroot:%s:20000:0:99999:7:::\n' "$hash"
	printf 'no colons at all\n\n   \ndaemon:*:20000:0:99999:7:::  \nann:x\nanna:!!:19000:3:99998:7:14::odd\ntwo:few\n'
	printf 'anna:!second:1:2::4:5::6\nbert:*:20000:0:99999:7::20119::more:fields\r\n'
	printf ':nobody:1:::::\nanna:!third:1::::::\nbyte\377\033[2J:*:1::::::\n'
	printf '+carla::::::::\n-dora::::::::\n+@admins::::::::\n+::::::::\nlast:*:1::::::'
} >"$tree/etc/shadow"
printf '%s\n' 'anna:x:1005:1005:another one:/home/other:/bin/sh' '+carla::::::' '+::::::' '' 'no colons' >>"$tree/etc/passwd"
mkfs.ext4 -q -F -L acc-root -d "$tree" "$scratch/root.img"
r mount --yes
chattr +i $at/etc/shadow
lsattr $at/etc/shadow | grep -q -- '-i-'
ok $? "the shadow is immutable"
attributes=$(lsattr $at/etc/shadow; stat -c '%a %u %g' $at/etc/shadow)
before=$(state)
cp $at/etc/shadow "$scratch/was"
play "among oddities" -- "${menu[@]}" <<-EOS
	$password
	key Enter
	wait "Risk: writes to the disks" 30
	expect "is kept from being changed"
	expect "put back after it"
	key v
	wait "chattr -i $at/etc/shadow"
	expect "chattr +i $at/etc/shadow"
	key Enter
	wait "Enter goes on" 30
	expect "Done."
	key Enter
	wait "has a password" 20
	$leave
EOS
line=$(anna_line)
is "$line" 10 "among oddities: the hash is one of what was typed"
is "$(sed -n "${line}p" $at/etc/shadow | cut -d: -f 4-)" "2::4:5::6" "  the first line that is one has it, with its other fields"
cmp <(sed "${line}d" "$scratch/was") <(sed "${line}d" $at/etc/shadow)
ok $? "  no other line is another one by a byte"
is "$(lsattr $at/etc/shadow; stat -c '%a %u %g' $at/etc/shadow)" "$attributes" "  flag, mode and owner are as they were"
cmp "$scratch/was" $at/etc/shadow-
ok $? "  and what it was is kept beside it"
r undo --yes
is "$status" 0 "  it is undone"
is "$(state)" "$before" "  to the last byte"
is "$(lsattr $at/etc/shadow; stat -c '%a %u %g' $at/etc/shadow)" "$attributes" "  with its flag"
chattr -i $at/etc/shadow
is "$(leaks)" "" "  and what was typed is in no file"

# --- what ends the menu while a password is typed, and in front of the plan
ulimit -c unlimited
mkdir "$scratch/cwd"
cd "$scratch/cwd" || exit 1
before=$(state)
for end in hangup "signal TERM" "signal INT" "signal SEGV" "signal ABRT" "signal KILL"; do
	case $end in
	hangup) ended="expect-signal HUP" ;;
	*) ended="expect-signal ${end#signal }" ;;
	esac
	play "$end while it is typed" -- "${menu[@]}" <<-EOS
		$password
		$end
		$ended
		no-process-left
	EOS
	is "$(state)" "$before" "$end while it is typed: nothing is changed"
	is "$(ls)$(leaks)" "" "$end while it is typed: no core, and what was typed is in no file"
done
play "hangup in front of the plan" -- "${menu[@]}" <<-EOS
	$password
	key Enter
	wait "Risk: writes to the disks" 30
	hangup
	expect-signal HUP
	no-process-left
EOS
is "$(state)" "$before" "hangup in front of the plan: nothing is changed"
is "$(ls)$(leaks)" "" "hangup in front of the plan: no core, and what was typed is in no file"
r status --json
is "$(jq -r '.operations[-1].summary' <<<"$output")" "Set the password of anna on Sample Linux 12 of web01" \
	"the journal has no operation more"
cd / || exit 1

# --- 40x10 and back
play "small" -- "${menu[@]}" <<-EOS
	limit 120
	settings-saved
	start
	wait "mounted under /mnt/web01" 30
	key a
	wait "> root" 30
	settle 500
	dump $scratch/accounts-was
	resize 10 40
	settle
	wait "> root"
	expect "anna"
	expect-line -1 "Enter open"
	key i
	wait "Enter Close"
	key Enter
	wait-gone "Enter Close"
	keys Down Up
	resize 24 80
	settle
	wait "SSH PASSWORD"
	settle 500
	dump $scratch/accounts-is
	keys Down Enter
	wait "anna sudo" 20
	settle 500
	dump $scratch/account-was
	resize 10 40
	settle
	expect-line -1 "p password"
	keys Down Up
	resize 24 80
	settle
	wait "anna sudo"
	settle 500
	dump $scratch/account-is
	key p
	wait "Once more"
	type "tide an"
	settle
	resize 10 40
	settle
	wait "> New password  *******"
	expect-line -1 "Esc back"
	type "d harbour"
	wait "> New password  ****************"
	name no further star
	expect-not "*****************"
	key Tab
	wait "> Once more"
	type "tide"
	key Enter
	wait "is not the same"
	expect-not "Set a password"
	resize 24 80
	settle
	wait "> Once more     ****"
	expect "is not the same"
	type " and harbour"
	resize 10 40
	settle
	wait "> Once more     ****************"
	name sizes that are too small in between
	resize 5 20
	settle
	expect-not "tide"
	resize 10 40
	settle
	wait "> Once more     ****************"
	key Enter
	wait "Set a password" 30
	wait "lines 1-" 30
	resize 24 80
	settle
	wait "Risk: writes to the disks"
	resize 10 40
	settle
	key Enter
	wait "Done." 30
	resize 24 80
	settle
	wait "u takes it back"
	key Enter
	wait "has a password" 20
	$leave
	only-printable
EOS
cmp "$scratch/accounts-was" "$scratch/accounts-is" && cmp "$scratch/account-was" "$scratch/account-is"
ok $? "small: the screens of accounts are what they were"
is "$(anna_line)" 10 "small: the password is set"
r undo --yes

# --- a password is looked up in lists of words once, and not with every key
if command -v strace >/dev/null && strace -e trace=none true 2>/dev/null &&
	"$refloat" --version | grep -q 'password quality: yes' && [ -e /var/cache/cracklib/cracklib_dict.pwd ]; then
	play "looked up" -- env "ASAN_OPTIONS=detect_leaks=0:$ASAN_OPTIONS" strace -DDD -qq -f -o "$scratch/opened" -e trace=openat \
		"${menu[@]}" <<-EOS
		$password
		key Esc
		wait "anna sudo"
		$leave
	EOS
	count=$(grep -c 'cracklib_dict\.pwd' "$scratch/opened") # each time it is opened once or twice
	[ "$count" -ge 1 ] && [ "$count" -le 4 ]
	ok $? "while it is repeated it is looked up once ($count)"
else
	skip "needs strace and the lists of cracklib" "while it is repeated it is looked up once"
fi

# --- the keys of the rescue system, which this namespace alone sees
mkdir "$scratch/upper" "$scratch/work"
if mount -t overlay -o "lowerdir=/root,upperdir=$scratch/upper,workdir=$scratch/work" overlay /root 2>/dev/null; then
	rm -rf /root/.ssh
	mkdir -m 700 /root/.ssh
	ssh-keygen -q -t ed25519 -N '' -C 'laptop of the admin' -f "$scratch/one"
	ssh-keygen -q -t ecdsa -N '' -C 'ci@build' -f "$scratch/two"
	ssh-keygen -q -t ed25519 -N '' -C $'evil\e[2J' -f "$scratch/three"
	{
		printf '# put here by the provider\n\n'
		cat "$scratch/one.pub"
		printf 'nonsense\n'
		printf 'from="10.0.0.0/8",no-pty %s\n' "$(cat "$scratch/two.pub")"
		cat "$scratch/three.pub" "$scratch/one.pub"
		printf 'cert-authority %s\n' "$(cut -d' ' -f 1 "$scratch/one.pub")"
	} >/root/.ssh/authorized_keys
	before=$(sha256sum /root/.ssh/authorized_keys)
	cp $at/home/anna/.ssh/authorized_keys "$scratch/keys-was"
	play "keys of the rescue system" -- "${menu[@]}" <<-EOS
		$anna
		key k
		wait "Keys that may log in to this rescue system"
		expect "ED25519 laptop of the admin  [ ] no"
		expect "ECDSA ci@build"
		expect "ED25519 evil\\\\x1B[2J"
		name nothing is chosen before it is chosen
		key p
		wait "No key was chosen"
		expect "> ED25519 laptop of the admin"
		key Space
		wait "This key is let in:"
		expect "$(ssh-keygen -lf "$scratch/one.pub" | cut -d' ' -f2)"
		keys Down Space
		wait "These keys are let in:"
		expect "$(ssh-keygen -lf "$scratch/two.pub" | cut -d' ' -f2)"
		name one can be taken off again
		keys Up Space
		wait "This key is let in:"
		expect-not "$(ssh-keygen -lf "$scratch/one.pub" | cut -d' ' -f2)"
		key Space
		wait "These keys are let in:"
		key p
		wait "Risk: writes to the disks" 30
		expect "Add 2 keys of anna"
		expect "which are kept: from=\"10.0.0.0/8\",no-pty"
		key Enter
		wait "Enter goes on" 30
		key Enter
		wait "3 SSH keys" 20
		name what is there is not added again
		key k
		wait "Keys that may log in to this rescue system"
		keys Space p
		wait "is there already" 30
		keys q q
		$leave
		only-printable
	EOS
	{
		cat "$scratch/keys-was" "$scratch/one.pub"
		printf 'from="10.0.0.0/8",no-pty %s\n' "$(cat "$scratch/two.pub")"
	} >"$scratch/keys-wanted"
	cmp "$scratch/keys-wanted" $at/home/anna/.ssh/authorized_keys
	ok $? "keys of the rescue system: those that were chosen are added, with their options"
	is "$(sha256sum /root/.ssh/authorized_keys)" "$before" "  and stay where they were"
	umount /root
else
	skip "needs overlay" "keys of the rescue system"
fi
r umount --yes
is "$(losetup --list --noheadings --output BACK-FILE | grep -c "^$scratch/")" 0 "no loop device is left"
done_testing
