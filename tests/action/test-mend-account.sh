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
needless "one with nothing behind the lock" "\"refloat passwd never --root $root\" sets one" never --unlock
mended "an account that has ended" /etc/shadow "< expired:$tree_hash:19600:0:99999:7::18262:
> expired:$tree_hash:19600:0:99999:7:::" expired --unexpire
mended "a password that is too old" /etc/shadow "< aged:$tree_hash:18262:0:30:7:5::
> aged:$tree_hash:$today:0:30:7:5::" aged --unexpire
mended "a password that must be changed" /etc/shadow "< change:$tree_hash:0:0:99999:7:::
> change:$tree_hash:$today:0:99999:7:::" change --unexpire
mended "a shell that is not there" /etc/passwd "< noshell:x:1007:1007:noshell,,,:/home/noshell:/usr/bin/fish
> noshell:x:1007:1007:noshell,,,:/home/noshell:/bin/bash" noshell --shell best
cp -a "$root/bin/bash" "$root/bin/git-shell"
sed -i '/^well:/s,/bin/bash,/bin/git-shell,' "$root/etc/passwd"
mended "a shell that runs and refuses" /etc/passwd "< well:x:1001:1001:well,,,:/home/well:/bin/git-shell
> well:x:1001:1001:well,,,:/home/well:/bin/bash" well --shell best
sed -i '/^well:/s,/bin/git-shell,/bin/bash,' "$root/etc/passwd"
rm "$root/bin/git-shell"
mended "a shell by its name" /etc/passwd "< well:x:1001:1001:well,,,:/home/well:/bin/bash
> well:x:1001:1001:well,,,:/home/well:/bin/sh" well --shell sh
needless "a shell that works" "shell of well works" well --shell best
r mend-account well --shell /bin/zsh --root "$root" --yes
is "$status" 2 "a shell that is not there is refused"
like "$errors" "not there" "  and why"
r mend-account well --shell /lib/loader --root "$root" --yes
like "$errors" "may not be executed" "  nor one that is no program"
chmod 700 "$root" "$root/bin"
mended "a root and a folder of the shell that are shut" "" "" well --modes
r mend-account well --modes --root "$root" --yes
is "$(stat -c %a "$root" "$root/bin" | tr '\n' ' ')" "701 701 " "  no more than they need is opened"
r undo --yes
chmod 755 "$root" "$root/bin"
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
mv "$root/etc/shadow" "$scratch/"
needless "no shadow anywhere" 'There is no /etc/shadow that has the password of well: "refloat passwd well --root [^"]*" sets one' well --line
mv "$scratch/shadow" "$root/etc/"
mv "$root/etc/passwd" "$root/etc/passwd-"
r mend-account well --all --root "$root" --yes
is "$status" 4 "no passwd"
like "$(tr -s '\n ' ' ' <<<"$errors")" '"cp -a [^ ]+/etc/passwd- [^ ]+/etc/passwd" brings back' "  its backup is named"
mv "$root/etc/passwd-" "$root/etc/passwd"
sed -i "/^well:/s|:x:|:!$tree_hash:|" "$root/etc/passwd"
mv "$root/etc/shadow" "$scratch/"
mended "a lock in passwd" /etc/passwd "< well:!$tree_hash:1001:1001:well,,,:/home/well:/bin/bash
> well:$tree_hash:1001:1001:well,,,:/home/well:/bin/bash" well --all
sed -i '/^well:/s/:![^:]*:/:x:/' "$root/etc/passwd"
mv "$scratch/shadow" "$root/etc/"

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
mv "$root/etc/pam.d" "$scratch/pam.d"
mended "  that a login without PAM asks" /etc/securetty "> tty1" root --gate
mended "  with all that is in the way" "" "" root --all
printf 'tty1\n' >"$root/etc/securetty"
r accounts root --root "$root"
like "$(tr -s '\n ' ' ' <<<"$output")" 'console, perhaps: /etc/securetty lets root in on the terminals that it lists only' \
	"  one that lists terminals is said"
unlike "$output" 'root --gate' "  and nothing better is promised"
mv "$scratch/pam.d" "$root/etc/pam.d"
gate 'account required pam_access.so'
echo '- : well : ALL' >"$root/etc/security/access.conf"
mended "access.conf" /etc/security/access.conf "> +:well:ALL" well --gate
gate 'session required pam_limits.so'
printf '* hard maxlogins 0' >"$root/etc/security/limits.conf"
mended "limits.conf" /etc/security/limits.conf "< * hard maxlogins 0
\\ No newline at end of file
> * hard maxlogins 0
> well - maxlogins -1" well --gate
rm "$root/etc/security/limits.conf"
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
printf 'mallory\nwell\n' >"$root/etc/allowed"
chmod 666 "$root/etc/allowed"
r accounts well --root "$root"
like "$(tr -s '\n ' ' ' <<<"$output")" 'pam_listfile refuses it, since everybody may write to /etc/allowed' \
	"  one that everybody may write to is not trusted"
mended "  which is mended" "" "" well --gate
r mend-account well --gate --root "$root" --yes
is "$(stat -c %a "$root/etc/allowed")" 664 "  by that bit alone"
r undo --yes
mv "$root/etc/allowed" "$root/etc/allowed.real"
ln -s allowed.real "$root/etc/allowed"
r accounts well --root "$root"
like "$(tr -s '\n ' ' ' <<<"$output")" 'since /etc/allowed is no plain file' "  nor is a link"
needless "  which is left as it is" 'allowed is no plain file: it is to be put right by hand' well --gate
rm "$root/etc/allowed" "$root/etc/allowed.real"
gate 'account required pam_access.so accessfile=/etc/access.own'
mended "a file of pam_access that is not there" /etc/access.own "> +:well:ALL" well --gate
gate 'auth required pam_permit.so'
sed -i 's/$/\r/' "$root/etc/pam.d/login"
r accounts well --root "$root"
like "$(tr -s '\n ' ' ' <<<"$output")" 'PAM refuses everybody: lines of /etc/pam.d/login end in carriage returns' \
	"rules with carriage returns"
mended "  which are taken off" /etc/pam.d/login "$(sed 's/^/< /' "$root/etc/pam.d/login")
$(sed 's/^/> /; s/\r$//' "$root/etc/pam.d/login")" well --gate
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

# --- an emergency account
key='ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHbzCBlDs4dAd2OVWuGJRLsvEJHBa3g1hhCSJzdh0wFV me@home'
before=$(tree_state "$root")
rm -rf "$scratch/was"
cp -a "$root/etc" "$scratch/was"
echo 'a rescue' >"$scratch/hash-in"
r add-account rescue --root "$root" --password-stdin --key "$key" --yes <"$scratch/hash-in"
is "$status $errors" "0 " "an emergency account"
is "$(changes "$root/etc/passwd")" "> rescue:x:2000:2000:emergency account:/home/rescue:/bin/bash" \
	"  with the next number and a shell"
like "$(changes "$root/etc/shadow")" "^> rescue:[$]6[$][^:]+:$today:0:99999:7:::$" "  a password"
is "$(changes "$root/etc/group")" "< sudo:x:27:
> sudo:x:27:rescue
> rescue:x:2000:" "  a group, and that of sudo"
is "$(changes "$root/etc/gshadow")" "< sudo:*::
> sudo:*::rescue
> rescue:!::" "  gshadow, too"
is "$(cd "$root/home" && find rescue -printf '%p %m %U %G\n' | sort)" "rescue 700 2000 2000
rescue/.bashrc 644 2000 2000
rescue/.config 755 2000 2000
rescue/.config/tool 644 2000 2000
rescue/.ssh 700 2000 2000
rescue/.ssh/authorized_keys 600 2000 2000" "  a home with its key"
like "$output" "sudo, which asks for" "  what sudo asks for is said"
! grep -aq 'a rescue' /run/refloat/journal
ok $? "  and the journal knows no password"
r accounts rescue --root "$root" --json
is "$(jq -c '[.. | objects | select(.name? == "rescue") | .uid, .keys] | unique' <<<"$output")" "[1,2000]" "  it is listed"
r add-account rescue --root "$root" --no-password --key "$key" --yes
is "$status" 1 "a second one of the name is refused"
r undo --yes
is "$status" 0 "it is undone"
is "$(diff <(echo "$before") <(tree_state "$root"))" "" "  exactly"
for name in well daemon sudo half '' Upper 0day 'a:b' 'a b' $'a\nb' -x "$(printf 'a%.0s' {1..33})"; do
	r add-account --root "$root" --no-password --key "$key" --yes -- "$name"
	[ "$status" -ne 0 ] && [ "$(tree_state "$root")" = "$before" ]
	ok $? "no account is made with the name $(printf %q "$name")"
done
r add-account rescue --root "$root" --no-password --yes
like "$errors" "nobody could log in" "one that could not log in is refused"
r add-account rescue --root "$root" --no-password --key 'ssh-ed25519 AAAA' --yes
[ "$status" -ne 0 ] && [ "$(tree_state "$root")" = "$before" ]
ok $? "  nor one with half a key"
r add-account rescue --root "$root" --no-password --key "$key" --yes
is "$(grep ^rescue: "$root/etc/shadow")" "rescue:*:$today:0:99999:7:::" "with a key alone no password fits"
like "$(tr -s '\n ' ' ' <<<"$output")" "\"refloat passwd rescue --root $root\" sets one" "  and what sudo would need is said"
r undo --yes
mv "$root/etc/shadow" "$root/etc/gshadow" "$scratch/"
before=$(tree_state "$root")
r add-account rescue --root "$root" --password-stdin --yes <"$scratch/hash-in"
is "$status" 0 "without shadow"
like "$(grep ^rescue: "$root/etc/passwd")" "^rescue:[$]6[$]" "  the hash is in passwd"
[ ! -e "$root/etc/shadow" ]
ok $? "  and none is made"
r undo --yes
is "$(tree_state "$root")" "$before" "  undone exactly"
mv "$scratch/shadow" "$scratch/gshadow" "$root/etc/"

# --- odd files
sed -i 's/$/\r/' "$root/etc/shadow"
mended "carriage returns everywhere" /etc/shadow "< bang:!$tree_hash:19600:0:99999:7:::"$'\r'"
> bang:$tree_hash:19600:0:99999:7:::" bang --unlock
sed -i 's/\r$//' "$root/etc/shadow"
cp -a "$root/etc/passwd" "$scratch/passwd"
printf 'last:x:1700:1700::/home/well:/bin/gone' >>"$root/etc/passwd"
mended "no newline at the end" /etc/passwd "< last:x:1700:1700::/home/well:/bin/gone
\\ No newline at end of file
> last:x:1700:1700::/home/well:/bin/bash
\\ No newline at end of file" last --shell best
cp -a "$scratch/passwd" "$root/etc/passwd"
printf 'odd\0line:x\n\n   \n:::::::\nroot\n' >>"$root/etc/passwd"
mended "lines that are none" /etc/passwd "< noshell:x:1007:1007:noshell,,,:/home/noshell:/usr/bin/fish
> noshell:x:1007:1007:noshell,,,:/home/noshell:/bin/bash" noshell --shell best
cp -a "$scratch/passwd" "$root/etc/passwd"
ln "$root/etc/shadow" "$root/etc/shadow.copy"
r mend-account bang --unlock --root "$root" --yes
is "$status" 0 "a shadow with two names"
like "$(tr -s '\n ' ' ' <<<"$output")" "has 2 names: only this one gets the new file" "  that is said"
is "$(grep ^bang: "$root/etc/shadow.copy")" "bang:!$tree_hash:19600:0:99999:7:::" "  the other is what it was"
r undo --yes
rm "$root/etc/shadow.copy"
mv "$root/etc/shadow" "$root/etc/real"
ln -s real "$root/etc/shadow"
mended "a shadow that is a symlink" "" "" bang --unlock
[ -L "$root/etc/shadow" ]
ok $? "  which stays"
rm "$root/etc/shadow"
mv "$root/etc/real" "$root/etc/shadow"
mkdir "$scratch/away"
mv "$root/etc/shadow" "$scratch/away/"
mkfifo "$root/etc/shadow"
r mend-account bang --unlock --root "$root" --yes
[ "$status" -ne 0 ]
ok $? "a fifo in place of shadow is refused"
rm "$root/etc/shadow"
ln -s "$scratch/away/shadow" "$root/etc/shadow"
before=$(sha256sum "$scratch/away/shadow")
r mend-account bang --unlock --root "$root" --yes
is "$(sha256sum "$scratch/away/shadow")" "$before" "nothing is followed out of the system"
rm "$root/etc/shadow"
mv "$scratch/away/shadow" "$root/etc/shadow"

# --- SELinux
mkdir "$root/etc/selinux"
printf 'SELINUX=enforcing\nSELINUXTYPE=targeted\n' >"$root/etc/selinux/config"
setfattr -n security.selinux -v system_u:object_r:shadow_t:s0 "$root/etc/shadow"
setfattr -n security.selinux -v system_u:object_r:home_root_t:s0 "$root/home"
label()
{
	getfattr -n security.selinux --only-values "$1" 2>/dev/null | tr -d '\0'
}
mended "with labels" "" "" bang --unlock --home
r mend-account bang --unlock --root "$root" --yes
is "$(label "$root/etc/shadow") $(label "$root/etc/shadow-")" \
	"system_u:object_r:shadow_t:s0 system_u:object_r:shadow_t:s0" "  they are kept"
r undo --yes
r mend-account nohome --home --root "$root" --yes
is "$(label "$root/home/nohome") $(label "$root/home/nohome/.bashrc")" \
	"system_u:object_r:user_home_dir_t:s0 system_u:object_r:user_home_t:s0" "  a new home has its own"
[ ! -e "$root/.autorelabel" ]
ok $? "  and nothing is to be labelled anew"
r undo --yes
setfattr -n security.selinux -v system_u:object_r:shadow_t:s0 "$root/etc/gshadow"
for stray in '' system_u:object_r:unlabeled_t:s0 unconfined_u:object_r:user_tmp_t:s0; do
	setfattr -x security.selinux "$root/etc/shadow"
	[ -z "$stray" ] || setfattr -n security.selinux -v "$stray" "$root/etc/shadow"
	mended "a file of passwords with ${stray:-no label}" "" "" bang --unlock
	r mend-account bang --unlock --root "$root" --yes
	is "$(label "$root/etc/shadow") $(label "$root/etc/shadow-")" \
		"system_u:object_r:shadow_t:s0 system_u:object_r:shadow_t:s0" "  gets that of its kind"
	like "$(tr -s '\n ' ' ' <<<"$output")" "etc/shadow has no SELinux label of its kind, .*: it gets system_u:object_r:shadow_t:s0" \
		"  which is said"
	[ ! -e "$root/.autorelabel" ]
	ok $? "  and that is enough"
	r undo --yes
	is "$(label "$root/etc/shadow")" "$stray" "  undo gives it back what it had"
done
setfattr -x security.selinux "$root/etc/gshadow"
mended "no label anywhere" "" "" bang --unlock
r mend-account bang --unlock --root "$root" --yes
[ -e "$root/.autorelabel" ]
ok $? "  the system labels itself"
r undo --yes
setfattr -x security.selinux "$root/home"
r mend-account nohome --home --root "$root" --yes
[ -e "$root/.autorelabel" ]
ok $? "  where none is known the system labels itself"
like "$(tr -s '\n ' ' ' <<<"$output")" "labels all its files when it starts next" "  which is said"
r undo --yes
rm -r "$root/etc/selinux"
setfattr -x security.selinux "$root/etc/shadow" 2>/dev/null

# --- filesystems
# filesystem NAME MKFS...: what is said of a folder holds there, too
filesystem()
{
	local name=$1 before
	shift
	image_make "$scratch/image" 320M
	if ! "$@" "$scratch/image" >/dev/null 2>&1 || ! mount -o loop "$scratch/image" "$scratch/disk"; then
		skip "no $name here" "$name"
		return
	fi
	root=$scratch/disk
	tree_make "$root"
	people
	setfacl -m u:1234:r "$root/etc/shadow"
	setfattr -n user.note -v kept "$root/etc/passwd"
	touch -d '2020-01-02 03:04:05.678' "$root/etc/shadow" "$root/etc/passwd"
	before=$(getfacl -n -p "$root/etc/shadow")
	mended "$name: a lock" "" "" bang --unlock
	mended "$name: a shell" "" "" noshell --shell best
	mended "$name: a home" "" "" nohome --home
	r mend-account bang --unlock --shell sh --root "$root" --yes
	is "$(getfacl -n -p "$root/etc/shadow")" "$before" "$name: the ACL is kept"
	is "$(getfattr -n user.note --only-values "$root/etc/passwd" 2>/dev/null)" kept "  attributes, too"
	is "$(getfacl -n -p "$root/etc/shadow-" | tail -n +2)" "$(tail -n +2 <<<"$before")" "  the backup has them as well"
	r undo --yes
	if chattr +i "$root/etc/shadow" 2>/dev/null; then
		chattr +ia "$root/etc/passwd"
		mended "$name: immutable files" "" "" bang --unlock --shell sh
		r mend-account bang --unlock --root "$root" --plan
		like "$output" "chattr -i $root/etc/shadow" "  the plan has the commands"
		like "$(tr -s '\n ' ' ' <<<"$output")" "the flag is taken off for the change and put back" "  and says so"
		r mend-account bang --unlock --root "$root" --yes
		like "$(lsattr "$root/etc/shadow")" '^....i' "  the flag is there again"
		r undo --yes
		chattr -ia "$root/etc/passwd" "$root/etc/shadow"
		chattr +i "$root/etc"
		mended "$name: an immutable folder" "" "" bang --unlock
		chattr -i "$root/etc"
	else
		skip "$name has no such flags" "$name: immutable files"
	fi
	mount -o remount,ro "$root"
	before=$(tree_state "$root")
	r mend-account bang --unlock --root "$root" --yes
	[ "$status" -ne 0 ]
	ok $? "$name: mounted read-only"
	like "$errors" "read-only" "  is said"
	is "$(tree_state "$root")" "$before" "  and nothing is done"
	mount -o remount,rw "$root"
	r umount --yes
	umount "$root"
}
mkdir "$scratch/disk"
filesystem xfs mkfs.xfs -q -f
filesystem btrfs mkfs.btrfs -q -f
filesystem ext4 mkfs.ext4 -q -F

# --- /etc is a filesystem of its own, and read-only
mount -o loop "$scratch/image" "$scratch/disk"
root=$scratch/disk
mkdir "$scratch/lower"
cp -a "$root/etc/." "$scratch/lower/"
mount -t tmpfs tmpfs "$root/etc"
cp -a "$scratch/lower/." "$root/etc/"
mended "/etc on a filesystem of its own" "" "" bang --unlock
mount -o remount,ro "$root/etc"
r mend-account bang --unlock --root "$root" --yes
like "$errors" "read-only" "  that is read-only"
umount "$root/etc"

# --- somebody else changes accounts
if command -v python3 >/dev/null; then
	python3 - "$root/etc/.pwd.lock" "$scratch/locked" >/dev/null <<-'END' &
		import fcntl, sys, time
		f = open(sys.argv[1], "w")
		fcntl.lockf(f, fcntl.LOCK_EX)
		open(sys.argv[2], "w").close()
		time.sleep(2)
	END
	while [ ! -e "$scratch/locked" ]; do sleep 0.05; done
	mended "who has the lock of /etc/passwd is waited for" "" "" bang --unlock
	wait
else
	skip "needs python3" "the lock of /etc/passwd"
fi

# --- death
# whole OLD NEW NAME: each account file is the old or the new one; what is left is undone
whole()
{
	local file bad=0
	for file in passwd shadow group gshadow; do
		cmp -s "$root/etc/$file" "$scratch/old/$file" || cmp -s "$root/etc/$file" "$scratch/new/$file" || {
			note "$1: $file is neither"
			bad=1
		}
	done
	# with the name in passwd all else is there, too
	if grep -q ^rescue: "$root/etc/passwd" && ! { cmp -s "$root/etc/shadow" "$scratch/new/shadow" &&
		cmp -s "$root/etc/group" "$scratch/new/group"; }; then
		note "$1: passwd has an account that is not whole"
		bad=1
	fi
	for _ in {1..100}; do # what was started may hold the journal for a moment longer
		r undo --yes
		[[ $errors == *"another refloat is at work"* ]] || break
		sleep 0.3
	done
	if [ "$(tree_state "$root")" != "$before" ]; then
		note "$1: not undone: $status $output $errors"
		note "$(diff <(echo "$before") <(tree_state "$root"))"
		bad=1
	fi
	rm -rf /run/refloat
	return $bad
}
words=(add-account rescue --no-password --key "$key" --root "$root" --yes)
rm -rf /run/refloat "$scratch/old" "$scratch/new"
before=$(tree_state "$root")
mkdir "$scratch/old" "$scratch/new"
cp "$root"/etc/{passwd,shadow,group,gshadow} "$scratch/old"
r "${words[@]}"
cp "$root"/etc/{passwd,shadow,group,gshadow} "$scratch/new"
r undo --yes
is "$(diff <(echo "$before") <(tree_state "$root"))" "" "an account that is made and undone"
rm -rf /run/refloat
if command -v strace >/dev/null && strace -e trace=none true 2>/dev/null; then
	failed=0 total=0
	for call in renameat,renameat2,rename mkdirat fchown; do
		killed=137 count=0
		while [ $killed -eq 137 ]; do
			count=$((count + 1)) killed=0
			{
				ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /dev/null -e trace="$call" \
					-e inject="$call:signal=KILL:when=$count" \
					"$refloat" "${words[@]}" >/dev/null 2>&1 || killed=$?
			} 2>/dev/null
			[ $killed -eq 137 ] && total=$((total + 1))
			whole "$call $count" || failed=$((failed + 1))
		done
	done
	is $failed 0 "killed at each of $total calls that change something: old or new, and undone"
	[ $total -ge 12 ]
	ok $? "  and these were many"
else
	skip "nothing can be traced here" "killed at each call"
fi
failed=0 died=0
for moment in $(seq 1 20); do
	killed=0
	delay=$(awk -v n="$moment" 'BEGIN {print 0.04 + 0.02 * n}')
	{ timeout --foreground -s KILL "$delay" "$refloat" "${words[@]}" >/dev/null 2>&1 || killed=$?; } 2>/dev/null
	[ $killed -eq 137 ] && died=$((died + 1))
	whole "killed after $delay s" || failed=$((failed + 1))
done
note "$died of 20 died before their end"
is $failed 0 "killed at some moment: old or new, and undone"

# --- one change is undone alone
r mend-account bang --unlock --root "$root" --yes
r mend-account noshell --shell sh --root "$root" --yes
r mend-account nohome --home --root "$root" --yes
r undo 1 --plan --json
is "$(jq -r '[.steps[].what] | map(select(test("home|passwd"))) | length' <<<"$output")" 0 "undo of the first is of it alone"
r undo 1 --yes
is "$(grep ^bang: "$root/etc/shadow")" "bang:!$tree_hash:19600:0:99999:7:::" "  and undoes it"
like "$(grep ^noshell: "$root/etc/passwd")" ':/bin/sh$' "  not what came after it"
[ -d "$root/home/nohome" ]
ok $? "  nor the home"
r mend-account noshell --shell bash --root "$root" --yes
r undo 2 --yes
like "$(tr -s '\n ' ' ' <<<"$output")" "goes first: Mend the account noshell of [^ ]+ \(4\)" \
	"an operation that goes with it is named"
is "$(grep ^noshell: "$root/etc/passwd")" "noshell:x:1007:1007:noshell,,,:/home/noshell:/usr/bin/fish" \
	"a later change of the same file is undone before"
umount "$root"
r undo 3 --yes
is "$status" 1 "what is not mounted now is not undone"
like "$errors" "not mounted there now" "  which is said"
mount -o loop "$scratch/image" "$root"
r undo 3 --yes
is "$status" 0 "  and is once it is mounted again"
is "$(diff <(echo "$before") <(tree_state "$root"))" "" "  and nothing is left"

done_testing
