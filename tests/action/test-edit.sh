#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Steps that change files of the target: what they keep, what they refuse, what undoing brings back,
# that no secret is in the journal, and death at every call and at any moment.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
# shellcheck source=tests/lib/edit-play.sh
. "$(dirname "$0")/../lib/edit-play.sh"
need_program setfattr getfattr setfacl getfacl chattr lsattr
at=$scratch/mnt
# shellcheck disable=SC2016 # it is what it looks like: a hash
secret='$y$j9T$averysecrethash'
mkdir "$at"
printf 'root:%s:20000:0:99999:7:::\n' "$secret" >"$scratch/new"
printf 'root:!:19000:0:99999:7:::\nbin:*:19000::::::\n' >"$scratch/old"
: >"$scratch/empty"

# all that the folder etc has, with its times but for those of what was looked at
tree()
{
	(
		cd "$at" || exit
		find etc -printf '%p %M %U %G %s %T@ %l\n' | sort | grep -v '^etc '
		find etc -type f ! -name '.pwd.lock' -exec sha256sum {} + | sort
		getfattr -R -h -d -m - etc
		getfacl -R -n -p etc
		lsattr -R etc | grep -v '^$'
		lsattr -d etc
	) 2>/dev/null
}

# a fresh etc on the filesystem
fill()
{
	chattr -R -i -a "$at/etc" 2>/dev/null
	rm -rf "${at:?}/etc" /run/refloat
	mkdir "$at/etc"
	cp "$scratch/old" "$at/etc/shadow"
	chown 0:42 "$at/etc/shadow"
	chmod 640 "$at/etc/shadow"
	setfacl -m u:1234:r "$at/etc/shadow"
	setfattr -n security.selinux -v system_u:object_r:shadow_t:s0 "$at/etc/shadow"
	touch -d '2020-01-02 03:04:05.678' "$at/etc/shadow"
	: >"$at/etc/.pwd.lock"
	chmod 600 "$at/etc/.pwd.lock"
}

image_make "$scratch/image" 48M
mkfs.ext4 -q "$scratch/image" && mount -o loop "$scratch/image" "$at"
ok $? "a target"

# --- what the plan says
fill
play edit "$at" /etc/shadow "$scratch/new" show
like "$output" "^cp $edits/[0-9a-f]+/new $at/etc/shadow\$" "the plan is a command"
unlike "$output" 'secret' "  that has no secret"
is "$(stat -c '%a %U' $edits/*/new)" "600 root" "  what it becomes is root's alone"
sh -c "$output"
ok $? "  the command works when pasted"
cmp -s "$at/etc/shadow" "$scratch/new"
ok $? "  and does the same"
is "$(stat -c '%a %g' "$at/etc/shadow")" "640 42" "  with the owner that it had"
touch -d '2 hours ago' "$(echo $edits/*)"
play edit "$at" /etc/shadow "$scratch/old" show
is "$(find $edits -mindepth 1 -type d | wc -l)" 1 "what nobody wanted is swept away in the end"
fill
play edit "$at" /etc/made "$scratch/new" show
like "$output" "^install -m 0604 -o 12 -g 34 .*/new $at/etc/made\$" "a new file is installed"
play edit "$at" /etc/shadow - show
is "$output" "rm $at/etc/shadow" "a removal removes"
play edit "$at" /etc/shadow "$scratch/old"
is "$output" "done" "nothing to change: nothing is done"
is "$(kept)" 1 "  and nothing more is kept" # of the plan that was shown

# --- there and back
fill
there_and_back "a change" edit "$at" /etc/shadow "$scratch/new" lock
there_and_back "a new file" edit "$at" /etc/made "$scratch/new"
there_and_back "an empty one" edit "$at" /etc/made "$scratch/empty"
there_and_back "a removal" edit "$at" /etc/shadow -
there_and_back "a change with a backup" edit "$at" /etc/shadow "$scratch/new" backup lock
cp "$scratch/empty" "$at/etc/shadow-"
chmod 604 "$at/etc/shadow-"
there_and_back "a backup over another" edit "$at" /etc/shadow "$scratch/new" backup lock
play edit "$at" /etc/shadow "$scratch/new" backup
cmp -s "$at/etc/shadow-" "$scratch/old"
ok $? "the backup is what it was"
is "$(stat -c '%a %g %Y' "$at/etc/shadow-")" "640 42 $(date -d '2020-01-02 03:04:05' +%s)" \
	"  with its owner, mode and time"
is "$(getfattr -n security.selinux --only-values "$at/etc/shadow-" 2>/dev/null)" \
	system_u:object_r:shadow_t:s0 "  and label"
play undo
rm "$at/etc/shadow-"
ln -s /etc/passwd "$at/etc/shadow-"
play edit "$at" /etc/shadow "$scratch/new" backup
like "$output" "note: .*shadow- is no regular file" "a backup is never written through a symlink"
[ ! -e "$at/etc/passwd" ]
ok $? "  and nothing is made where it leads"
play undo
fill
ln -s ../etc/shadow "$at/etc/link"
there_and_back "through a symlink" edit "$at" /etc/link "$scratch/new"
[ -L "$at/etc/link" ]
ok $? "  which stays"
chattr +i "$at/etc/shadow"
play edit "$at" /etc/shadow "$scratch/new"
like "$output" 'EPERM.*chattr \+i' "an immutable file is refused"
there_and_back "changed where that is asked for" edit "$at" /etc/shadow "$scratch/new" lift
there_and_back "removed where that is asked for" edit "$at" /etc/shadow - lift
chattr -i "$at/etc/shadow"
chattr +i "$at/etc"
there_and_back "in an immutable folder" edit "$at" /etc/shadow "$scratch/new" lift backup lock
chattr -i "$at/etc"
ln "$at/etc/shadow" "$at/etc/second"
play edit "$at" /etc/shadow "$scratch/new"
like "$output" 'EMLINK.*2 names' "a file with two names is refused"
there_and_back "and written in place where that is wanted" edit "$at" /etc/shadow "$scratch/new" write

# --- between plan and run, and between run and undo
fill
play edit "$at" /etc/shadow "$scratch/new" backup
echo 'more:!:1::::::' >>"$at/etc/shadow"
play undo
like "$output" "note: $at/etc/shadow was changed by somebody since, and stays; what it was is in" \
	"a file that somebody has changed since stays"
is "$(tail -n 1 "$at/etc/shadow")" 'more:!:1::::::' "  with what he wrote"
cmp -s $edits/*/was "$scratch/old"
ok $? "  and what it was is kept for a person"
[ ! -e "$at/etc/shadow-" ]
ok $? "  while the rest is undone"
play undo
is "$output" "done" "  and is not undone again"
fill
play edit "$at" /etc/shadow "$scratch/new"
chmod 600 "$at/etc/shadow"
play undo
like "$output" 'note: owner, mode or attributes .* were changed since, and stay' \
	"a mode that somebody has changed since stays"
cmp -s "$at/etc/shadow" "$scratch/old"
ok $? "  and the bytes are put back"
fill
play edit "$at" /etc/made "$scratch/new"
echo more >>"$at/etc/made"
play undo
like "$output" 'note: .*made was changed by somebody since' "a new file that was written to stays"
fill
play edit "$at" /etc/shadow "$scratch/new"
rm "$at/etc/shadow"
mkdir "$at/etc/shadow"
play undo
like "$output" 'note: .*shadow was changed by somebody since' "a folder in its place stays"
fill
play edit "$at" /etc/shadow "$scratch/new"
umount "$at"
play undo
like "$output" 'ENXIO.*not mounted there now' "what is not mounted cannot be undone"
image_make "$scratch/image2" 8M
mkfs.ext4 -q "$scratch/image2" && mount -o loop "$scratch/image2" "$at"
play undo
like "$output" 'ENXIO.*not mounted there now' "  nor on another filesystem"
umount "$at"
mount -o loop "$scratch/image" "$at"
play undo
is "$output" "done" "  and can when it is mounted again"
cmp -s "$at/etc/shadow" "$scratch/old"
ok $? "  with the old bytes"
mount -o remount,ro "$at"
play edit "$at" /etc/shadow "$scratch/new"
like "$output" 'EROFS.*read-only' "a read-only filesystem is refused before anything is planned"
mount -o remount,rw "$at"

# --- the lock of shadow-utils
fill
python3 - "$at/etc/.pwd.lock" >/dev/null <<'END' &
import fcntl, sys, time
f = open(sys.argv[1], "w")
fcntl.lockf(f, fcntl.LOCK_EX)
time.sleep(1.5)
END
sleep 0.5
play edit "$at" /etc/shadow "$scratch/new" lock
is "$output" "done" "somebody who changes the accounts is waited for"
wait
play undo

# --- owner and mode
fill
mkdir "$at/etc/folder"
there_and_back "a mode" owner "$at" /etc/shadow 0600 - -
there_and_back "an owner" owner "$at" /etc/shadow - 5 6
there_and_back "both, of a folder" owner "$at" /etc/folder 1770 5 6
play owner "$at" /etc/folder 0750 0 5 show
is "$output" "chown -h 0:5 $at/etc/folder
chmod 0750 $at/etc/folder" "it is two commands"
play owner "$at" /etc/shadow 0640 - 42
is "$output" "done" "what is so already is left alone"
cp /bin/true "$at/etc/program"
chmod 4755 "$at/etc/program"
setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 "$at/etc/program"
play owner "$at" /etc/program - 5 -
is "$(stat -c '%a %u' "$at/etc/program")" "4755 5" "a new owner, and the set-user-ID bit stays"
is "$(getfattr -n security.capability -e hex --only-values "$at/etc/program" 2>/dev/null | wc -c)" 20 \
	"  as do capabilities"
play undo
is "$(stat -c '%a %u' "$at/etc/program")" "4755 0" "  and back"
ln -s shadow "$at/etc/link"
play owner "$at" /etc/link 0777 - -
like "$output" 'ELOOP.*symlink' "nothing is given away through a symlink"
ln -s /etc "$at/etc/away"
play owner "$at" /etc/away/shadow 0777 - -
like "$output" 'ELOOP.*symlink' "  nor through one on the way"
ln "$at/etc/shadow" "$at/etc/second"
play owner "$at" /etc/second - 1000 -
like "$output" 'EMLINK.*2 names' "  nor by another name"
is "$(stat -c '%a %u %g' "$at/etc/shadow")" "640 0 42" "  and it is what it was"
there_and_back "by another name where that is wanted" owner "$at" /etc/second - 1000 - links
rm "$at/etc/second"
chattr +i "$at/etc/shadow"
play owner "$at" /etc/shadow 0600 - -
like "$output" 'EPERM.*chattr \+i' "an immutable file keeps its mode"
there_and_back "unless the flag is lifted" owner "$at" /etc/shadow 0600 5 6 lift
chattr -i "$at/etc/shadow"
play owner "$at" /etc/shadow 0600 - -
chmod 644 "$at/etc/shadow"
play undo
like "$output" 'note: owner or mode .* changed by somebody since' "what somebody has set since stays"
is "$(stat -c '%a' "$at/etc/shadow")" 644 "  as it is"

# --- SELinux
fill
play label "$at" /etc/gshadow "$scratch/new"
is "$(getfattr -n security.selinux --only-values "$at/etc/gshadow" 2>/dev/null | tr -d '\0')" \
	system_u:object_r:shadow_t:s0 "a new file has the label of its kind"
play undo
play label "$at" /etc/motd "$scratch/new"
is "$output" "done" "one that has no kind, on a system without SELinux, has none"
play undo
mkdir "$at/etc/selinux"
echo SELINUX=enforcing >"$at/etc/selinux/config"
play label "$at" /etc/motd "$scratch/new"
like "$output" "note: $at/etc/motd cannot be given its SELinux label here" \
	"  and on one with it this is said"
is "$(stat -c '%a %s' "$at/.autorelabel")" "644 0" "  and the system labels itself"
play label "$at" /etc/issue "$scratch/new"
like "$output" "note: $at/etc/issue gets its SELinux label when the system starts" "  once"
play undo
[ ! -e "$at/.autorelabel" ] && [ ! -e "$at/etc/motd" ]
ok $? "  which is undone with the rest"

# --- a disk that is full
fill
head -c 30M /dev/urandom >"$scratch/big"
split -b 15M "$scratch/big" "$scratch/part."
dd if=/dev/zero of="$at/fill" bs=1M 2>/dev/null
dd if=/dev/zero of="$at/fill2" bs=1k 2>/dev/null
before=$(tree)
play edit "$at" /etc/shadow "$scratch/part.aa" backup
like "$output" 'ENOSPC.*no space' "a full disk"
is "$(tree)" "$before" "  nothing is changed, nothing is left"
is "$(kept)" 0 "  nor kept"
rm "$at/fill" "$at/fill2"

# --- whole WHAT: the file is the old or the new one, and undoing makes the tree what it was
whole()
{
	local bad=0 entry
	if ! cmp -s "$at/etc/shadow" "$scratch/old" && ! cmp -s "$at/etc/shadow" "$scratch/new"; then
		note "$1: shadow is neither"
		bad=1
	fi
	undone "$1" || bad=1
	# of a plan that died before it was in the journal something is left, for an hour
	for entry in "$edits"/*; do
		grep -qs "$(basename "$entry")" /run/refloat/journal || continue
		note "$1: $entry is left"
		bad=1
	done
	rm -rf $edits
	return $bad
}

fill
before=$(tree)
if can_trace; then
	die_least=12
	die "a change" run "write fchown fchmod fsetxattr fsync rename renameat unlink pwrite64" edit "$at" /etc/shadow "$scratch/new" lock
	die "undoing a change" undo "write utimensat fsync renameat unlink unlinkat" edit "$at" /etc/shadow "$scratch/new" backup
	chattr +i "$at/etc/shadow" "$at/etc"
	before=$(tree)
	die "an immutable file" run "ioctl renameat fsync" edit "$at" /etc/shadow "$scratch/new" lift
	chattr -i "$at/etc/shadow" "$at/etc"
	# in place it is neither for a moment: undoing knows that for its own
	printf 'short\n' >"$scratch/short"
	ln "$at/etc/shadow" "$at/etc/second"
	before=$(tree)
	for count in 1 2 3 4; do # the journal and its lock are cut, too
		{
			ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=ftruncate \
				-e inject="ftruncate:signal=KILL:when=$count" \
				"$play" edit "$at" /etc/shadow "$scratch/short" write >/dev/null 2>&1
		} 2>/dev/null
		cmp -s "$at/etc/second" "$scratch/old" || break
		play undo
	done
	is "$(head -n 1 "$at/etc/second")" short "killed while it is written in place"
	is "$(stat -c %s "$at/etc/second")" "$(stat -c %s "$scratch/old")" "  between old and new"
	play undo
	is "$output" "done" "  it is undone"
	is "$(tree)" "$before" "  exactly"
	chmod 6755 "$at/etc/shadow"
	setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 \
		"$at/etc/shadow"
	before=$(tree)
	{
		ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=fchown \
			-e inject=fchown:signal=KILL:when=1 \
			"$play" edit "$at" /etc/shadow "$scratch/short" write >/dev/null 2>&1
	} 2>/dev/null
	is "$(cat "$at/etc/second")" short "killed when it is written and has lost its capabilities"
	play undo
	is "$output" "done" "  it is undone"
	is "$(tree)" "$before" "  exactly"
	rm "$at/etc/second"
else
	skip "nothing can be traced here" "killed at each call"
fi

# at moments that nobody chose
fill
before=$(tree)
failed=0
died=0
for moment in $(seq 1 25); do
	status=0
	delay=$(awk -v n="$moment" 'BEGIN {print 0.05 + 0.015 * n}')
	{
		timeout --foreground -s KILL "$delay" "$play" edit "$at" /etc/shadow "$scratch/new" backup lock \
			>/dev/null 2>&1 || status=$?
	} 2>/dev/null
	[ $status -eq 137 ] && died=$((died + 1))
	whole "killed after $delay s" || failed=$((failed + 1))
done
note "$died of 25 died before their end"
is $failed 0 "killed at some moment: old or new, and undone"

# --- the program's own undo knows it
fill
before=$(tree)
play edit "$at" /etc/shadow "$scratch/new"
run "$refloat" umount --yes
cmp -s "$at/etc/shadow" "$scratch/new"
ok $? "refloat umount leaves what was mended"
run "$refloat" undo --plan
like "$output" "Put back what $at/etc/shadow was" "refloat undo says what it does"
run "$refloat" undo --yes
is $status 0 "  and does it"
is "$(tree)" "$before" "  exactly"
done_testing
