#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# refloat mend-account and add-account on real files: what each mend changes and nothing besides, what undo brings
# back, filesystems that do not let it, files that are odd, and death at every write.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
need_program jq setfattr getfattr setfacl getfacl chattr lsattr
# shellcheck source=tests/action/account-tree.sh
. "$(dirname "$0")/account-tree.sh"
root=$scratch/target
mkdir "$root"

r()
{
	run "$refloat" "$@"
}

# changes FILE: its lines that have gone and come, as diff has them
changes()
{
	diff -a "$scratch/was/$(basename "$1")" "$1" | grep -a '^[<>\\]'
}

# mended NAME FILE LINES WORD...: refloat mend-account WORD... changes these lines of FILE ("" for none of its);
# undo makes all what it was
mended()
{
	local name=$1 file=$2 lines=$3 before
	shift 3
	before=$(tree_state "$root")
	rm -rf "$scratch/was"
	mkdir "$scratch/was"
	[ -z "$file" ] || cp -a "$root$file" "$scratch/was/" 2>/dev/null || : >"$scratch/was/$(basename "$file")"
	r mend-account "$@" --root "$root" --yes
	is "$status $errors" "0 " "$name"
	[ -z "$file" ] || is "$(changes "$root$file")" "$lines" "  these lines and no byte more"
	[ "$(tree_state "$root")" != "$before" ]
	ok $? "  it is done"
	r undo --yes
	is "$status $errors" "0 " "  undone"
	is "$(diff <(echo "$before") <(tree_state "$root"))" "" "  exactly"
}

# needless NAME LIKE WORD...: there is nothing to do, and that is said
needless()
{
	local name=$1 like=$2 before
	shift 2
	before=$(tree_state "$root")
	r mend-account "$@" --root "$root" --yes
	is "$status" 0 "$name"
	like "$(tr -s '\n ' ' ' <<<"$output")" "$like" "  it is said"
	is "$(tree_state "$root")" "$before" "  and nothing is done"
}

people()
{
	person "$root" well 1001
	person "$root" bang 1002 "!$tree_hash:19600:0:99999:7:::"
	person "$root" never 1003 '!!:19600:0:99999:7:::'
	person "$root" expired 1004 "$tree_hash:19600:0:99999:7::18262:"
	person "$root" aged 1005 "$tree_hash:18262:0:30:7:5::"
	person "$root" change 1006 "$tree_hash:0:0:99999:7:::"
	person "$root" noshell 1007
	sed -i '/^noshell:/s,/bin/bash,/usr/bin/fish,' "$root/etc/passwd"
	person "$root" nohome 1008
	rmdir "$root/home/nohome"
	person "$root" owner 1009
	chown 2999:2999 "$root/home/owner"
	person "$root" lineless 1010
	sed -i /^lineless:/d "$root/etc/shadow"
	person "$root" broken 1011 "$tree_hash:later:0:99999:7:::"
	person "$root" carriage 1012
	sed -i '/^carriage:/s/$/\r/' "$root/etc/passwd"
	person "$root" twice 1013
	printf '%s\n' 'twice:x:1999:1999::/nowhere:/bin/false' 'half:x:10' '# a comment' '+::::::' >>"$root/etc/passwd"
	echo '+::::::::' >>"$root/etc/shadow"
}

tree_make "$root"
people
today=$(($(date +%s) / 86400))

# --- one mend each
mended "a lock in front of the password" /etc/shadow "< bang:!$tree_hash:19600:0:99999:7:::
> bang:$tree_hash:19600:0:99999:7:::" bang --unlock
needless "one that is not locked" "not locked" well --unlock
needless "one with nothing behind the lock" "refloat passwd never" never --unlock
mended "an account that has ended" /etc/shadow "< expired:$tree_hash:19600:0:99999:7::18262:
> expired:$tree_hash:19600:0:99999:7:::" expired --unexpire
mended "a password that is too old" /etc/shadow "< aged:$tree_hash:18262:0:30:7:5::
> aged:$tree_hash:$today:0:30:7:5::" aged --unexpire
mended "a password that must be changed" /etc/shadow "< change:$tree_hash:0:0:99999:7:::
> change:$tree_hash:$today:0:99999:7:::" change --unexpire
mended "a shell that is not there" /etc/passwd "< noshell:x:1007:1007:noshell,,,:/home/noshell:/usr/bin/fish
> noshell:x:1007:1007:noshell,,,:/home/noshell:/bin/bash" noshell --shell best
mended "a shell by its name" /etc/passwd "< well:x:1001:1001:well,,,:/home/well:/bin/bash
> well:x:1001:1001:well,,,:/home/well:/bin/sh" well --shell sh
needless "a shell that works" "shell of well works" well --shell best
r mend-account well --shell /bin/zsh --root "$root" --yes
is "$status" 2 "a shell that is not there is refused"
like "$errors" "not there" "  and why"
r mend-account well --shell /lib/loader --root "$root" --yes
like "$errors" "may not be executed" "  nor one that is no program"
mended "a missing home" "" "" nohome --home
r mend-account nohome --home --root "$root" --yes
is "$(cd "$root/home" && find nohome -printf '%p %m %U %G\n' | sort)" "nohome 700 1008 1008
nohome/.bashrc 644 1008 1008
nohome/.config 755 1008 1008
nohome/.config/tool 644 1008 1008" "  with what new ones get"
r umount --yes
[ -d "$root/home/nohome" ]
ok $? "  umount does not take it away"
r undo --yes
[ ! -e "$root/home/nohome" ]
ok $? "  undo does"
mended "a home of somebody else" "" "" owner --home
mended "no line in shadow" /etc/shadow "> lineless:*:$today:0:99999:7:::" lineless --line
mended "a line of shadow that cannot be read" /etc/shadow "> broken:$tree_hash:$today:0:99999:7:::" broken --line
mended "a carriage return" /etc/passwd "< carriage:x:1012:1012:carriage,,,:/home/carriage:/bin/bash"$'\r'"
> carriage:x:1012:1012:carriage,,,:/home/carriage:/bin/bash" carriage --line
mended "of two lines with the name the first" /etc/passwd "< twice:x:1013:1013:twice,,,:/home/twice:/bin/bash
> twice:x:1013:1013:twice,,,:/home/twice:/bin/sh" twice --shell sh
mended "not in the group that sudo trusts" /etc/group "< sudo:x:27:
> sudo:x:27:well" well --admin
r mend-account well --admin --root "$root" --yes
is "$(grep ^sudo: "$root/etc/gshadow")" "sudo:*::well" "  in gshadow, too"
needless "  and once is enough" "may become root already" well --admin
r undo --yes
is "$(tail -n 1 "$root/etc/passwd")" "+::::::" "lines of NIS stay the last"

# --- a line of passwd that the C library passes over
mkdir "$root/home/half"
chown 1500:1501 "$root/home/half"
mended "half a line of passwd" /etc/passwd "> half:x:1500:1501::/home/half:/bin/bash" half --line
rm -r "$root/home/half"
r mend-account half --line --root "$root" --yes
is "$status" 1 "half a line that tells nothing"
like "$errors" "its number is" "  is refused"
sed 's/^half.*/half:x:1600:1600:Half:\/home\/half:\/bin\/bash/' "$root/etc/passwd" >"$root/etc/passwd-"
before=$(cat "$root/etc/passwd")
r mend-account half --all --root "$root" --yes
is "$status" 0 "  but for one in the backup"
is "$(diff <(echo "$before") "$root/etc/passwd")" "18a19
> half:x:1600:1600:Half:/home/half:/bin/bash" "  before the lines of NIS"
r undo --yes
rm "$root/etc/passwd-"
cp -a "$root/etc/passwd" "$scratch/passwd"
sed -i /^root:/d "$root/etc/passwd"
mended "no line of root" /etc/passwd "> root:x:0:0::/root:/bin/bash" root --all
cp -a "$scratch/passwd" "$root/etc/passwd-"
: >"$root/etc/passwd"
before=$(tree_state "$root")
r mend-account root --line --root "$root" --yes
is "$status" 0 "an empty passwd"
cmp -s "$root/etc/passwd" "$scratch/passwd"
ok $? "  is put back from its backup"
cmp -s "$root/etc/passwd-" "$scratch/passwd"
ok $? "  which stays"
r undo --yes
is "$(tree_state "$root")" "$before" "  and undone exactly"
cp -a "$scratch/passwd" "$root/etc/passwd"
rm "$root/etc/passwd-"
cp -a "$root/etc/shadow" "$scratch/shadow"
mv "$root/etc/shadow" "$root/etc/shadow-"
r mend-account well --line --root "$root" --yes
is "$status" 0 "a shadow that is gone"
is "$(stat -c '%a %u %g' "$root/etc/shadow")" "640 0 42" "  is put back with owner and mode"
cmp -s "$root/etc/shadow" "$scratch/shadow"
ok $? "  and bytes"
r undo --yes
mv "$root/etc/shadow-" "$root/etc/shadow"

# --- what PAM asks
echo closed >"$root/etc/nologin"
echo closed >"$root/run/nologin"
mended "/etc/nologin and its like" "" "" --nologin
r mend-account --nologin --root "$root" --plan
like "$output" "Put $root/etc/nologin aside" "  the plan says so"
rm "$root/etc/nologin" "$root/run/nologin"
needless "no file nologin" "no file nologin" --nologin
cp "$root/etc/pam.d/login" "$scratch/login"
gate()
{
	{
		printf '%s\n' "$@"
		cat "$scratch/login"
	} >"$root/etc/pam.d/login"
}
gate 'auth required pam_securetty.so'
printf 'tty7' >"$root/etc/securetty"
mkdir -p "$root/boot/grub"
mended "securetty without a last newline" "" "" root --gate
r mend-account root --gate --root "$root" --yes
is "$(head -n 1 "$root/etc/securetty")" tty7 "  what was there stays"
like "$(cat "$root/etc/securetty")" '^tty1$' "  and has a terminal with a login"
r undo --yes
: >"$root/etc/securetty"
mended "an empty securetty" "" "" root --gate
gate 'account required pam_access.so'
echo '- : well : ALL' >"$root/etc/security/access.conf"
mended "access.conf" /etc/security/access.conf "> +:well:ALL" well --gate
gate 'auth required pam_listfile.so item=user sense=deny file=/etc/refused onerr=succeed'
printf 'mallory\nwell\n' >"$root/etc/refused"
mended "a list of those who may not" /etc/refused "< well
> #well" well --gate
gate 'auth required pam_listfile.so item=user sense=allow file=/etc/allowed onerr=fail'
printf 'mallory' >"$root/etc/allowed"
r mend-account well --gate --root "$root" --yes
is "$(cat "$root/etc/allowed")" $'mallory\nwell' "a list of those who may"
r undo --yes
rm "$root/etc/allowed"
mended "  one that is not there" /etc/allowed "> well" well --gate
gate 'account required pam_time.so'
printf '# hours\nlogin;*;well|mallory;Wk0900-1700\nftp;*;*;!Al0000-2400\nlogin;*;mallory;Wk\n' >"$root/etc/security/time.conf"
mended "time.conf" /etc/security/time.conf "< login;*;well|mallory;Wk0900-1700
> #login;*;well|mallory;Wk0900-1700
> login;*;well|mallory&!well;Wk0900-1700" well --gate
gate 'auth required pam_shells.so'
program "$root/bin/odd"
sed -i '/^well:/s,/bin/bash,/bin/odd,' "$root/etc/passwd"
mended "a shell that is not listed" /etc/shells "> /bin/odd" well --all
sed -i '/^well:/s,/bin/odd,/bin/bash,' "$root/etc/passwd"
gate 'auth [success=1 default=ignore] pam_unix.so' 'auth required pam_tally2.so deny=5'
mended "a module that is not there" /etc/pam.d/login "< auth required pam_tally2.so deny=5
> #auth required pam_tally2.so deny=5
> auth	[default=ignore]	pam_permit.so" well --gate
gate 'auth required pam_faillock.so preauth' 'auth required pam_faillock.so authfail'
printf 'dir = /var/lib/faillock\ndeny = 3\nunlock_time = 0\n' >"$root/etc/security/faillock.conf"
mkdir "$root/var/lib" "$root/var/lib/faillock"
for _ in 1 2 3; do
	printf login
	head -c 47 /dev/zero
	printf '\0\0\1\0\100\341\1\147\0\0\0\0'
done >"$root/var/lib/faillock/well"
chown 1001:1001 "$root/var/lib/faillock/well"
chmod 600 "$root/var/lib/faillock/well"
mended "wrong passwords that faillock has counted" "" "" well --all
r mend-account well --lockout --root "$root" --yes
is "$(stat -c '%s %a %u' "$root/var/lib/faillock/well")" "0 600 1001" "  its file is empty"
r undo --yes
rm "$root/var/lib/faillock/well"
needless "none are counted" "No wrong passwords" well --lockout
gate 'auth required pam_tally2.so deny=3'
echo x >"$root/usr/lib/security/pam_tally2.so"
head -c 65536 /dev/zero >"$root/var/log/tallylog"
printf 'tty1' | dd of="$root/var/log/tallylog" bs=1 seek=$((1001 * 64)) conv=notrunc 2>/dev/null
printf '\005\000' | dd of="$root/var/log/tallylog" bs=1 seek=$((1001 * 64 + 54)) conv=notrunc 2>/dev/null
truncate -s $((1003 * 64)) "$root/var/log/tallylog"
mended "  and pam_tally2" "" "" well --lockout
cp "$scratch/login" "$root/etc/pam.d/login"

# --- what was asked for
r mend-account --root "$root" --yes
is "$status" 2 "nothing is asked for"
like "$errors" "--all mends everything" "  and what could be is said"
r mend-account --unlock --root "$root" --yes
like "$errors" "mend-account USER --unlock" "a mend of an account without one"
r mend-account wlel --unlock --root "$root" --yes
is "$status" 4 "an account that is not there"
like "$errors" "Did you mean well" "  the likeliest is said"
r mend-account well --all --root / --yes
[ "$status" -ne 0 ]
ok $? "the rescue system itself is left alone"
r mend-account never --all --root "$root" --plan
like "$(tr -s '\n ' ' ' <<<"$output")" 'refloat passwd never' "what is still in the way after it is said"
r mend-account bang --unlock --root "$root" --plan --json
is "$(jq -r '.steps[-1].what' <<<"$output")" "Change $root/etc/shadow: unlock bang" "the plan says what for"
unlike "$output" 'lighthouse' "  and has no hash"

done_testing
