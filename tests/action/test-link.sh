#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Steps that make, replace and remove symlinks of the target: what they keep, what they refuse, what undoing
# brings back, that nothing outside the target is touched, and death at every call.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
private_namespace "$@"
# shellcheck source=tests/lib/edit-play.sh
. "$(dirname "$0")/../lib/edit-play.sh"
need_program setfattr getfattr chattr lsattr
at=$scratch/mnt
units=etc/systemd/system
mkdir "$at"

# all that the folder etc has, with its times but for those of folders
tree()
{
	(
		cd "$at" || exit
		find etc ! -type d -printf '%p %M %U %G %s %T@ %l\n' | sort
		find etc -type d -printf '%p %M %U %G\n' | sort
		getfattr -R -P -h -d -m - etc
		lsattr -R etc | grep -v '^$'
		lsattr -d etc
	) 2>/dev/null
}

fill()
{
	chattr -R -i -a "$at/etc" 2>/dev/null
	rm -rf "${at:?}/etc" /run/refloat
	mkdir -p "$at/$units" "$at/usr/lib/systemd/system"
	: >"$at/usr/lib/systemd/system/ssh.service"
	ln -s /dev/null "$at/$units/ssh.service"
	chown -h 7:8 "$at/$units/ssh.service"
	setfattr -h -n security.selinux -v system_u:object_r:systemd_unit_file_t:s0 "$at/$units/ssh.service"
	touch -h -d '2020-01-02 03:04:05.678' "$at/$units/ssh.service"
}

image_make "$scratch/image" 16M
mkfs.ext4 -q "$scratch/image" && mount -o loop "$scratch/image" "$at"
ok $? "a target"
unit=/usr/lib/systemd/system/ssh.service

# --- what the plan says
fill
play link "$at" /$units/ssh.service - show
is "$output" "rm $at/$units/ssh.service" "a removal is a command"
play link "$at" /$units/ssh.service "$unit" show
is "$output" "ln -sfn $unit $at/$units/ssh.service" "so is another target"
sh -c "$output"
is "$(readlink "$at/$units/ssh.service")" $unit "  which works when pasted"
play link "$at" /$units/sshd.service "$unit" show
is "$output" "ln -sn $unit $at/$units/sshd.service" "and a new one"
sh -c "$output"
is "$(readlink "$at/$units/sshd.service")" $unit "  which works, too"
play link "$at" /$units/sshd.service "$unit"
is "$output" "done" "what leads there already is left alone"
play link "$at" /$units/none.service -
is "$output" "done" "what is not there needs no removal"

# --- there and back
fill
there_and_back "a removal" link "$at" /$units/ssh.service -
there_and_back "another target" link "$at" /$units/ssh.service $unit
there_and_back "a new one" link "$at" /$units/sshd.service $unit
there_and_back "a new one in a folder that is missing" link "$at" \
	/$units/multi-user.target.wants/ssh.service $unit
play link "$at" /$units/multi-user.target.wants/ssh.service $unit
is "$(stat -c '%a %u %g %F' "$at/$units/multi-user.target.wants")" "755 0 0 directory" "the folder is made"
is "$(stat -c '%u %g %F' "$at/$units/multi-user.target.wants/ssh.service")" "0 0 symbolic link" "  and the link"
play undo
play link "$at" /$units/ssh.service $unit
is "$(stat -c '%u %g' "$at/$units/ssh.service")" "7 8" "a link that leads elsewhere keeps its owner"
is "$(getfattr -h -n security.selinux --only-values "$at/$units/ssh.service" 2>/dev/null | tr -d '\0')" \
	system_u:object_r:systemd_unit_file_t:s0 "  and its label"
play undo
mkdir -p "$at/etc/selinux"
echo SELINUX=enforcing >"$at/etc/selinux/config"
setfattr -n security.selinux -v system_u:object_r:systemd_unit_file_t:s0 "$at/$units"
there_and_back "a labelled one" link "$at" /$units/a.service $unit
play link "$at" /$units/a.service $unit
is "$(getfattr -h -n security.selinux --only-values "$at/$units/a.service" 2>/dev/null | tr -d '\0')" \
	system_u:object_r:systemd_unit_file_t:s0 "  has the label of its folder"
play undo
chattr +i "$at/$units"
there_and_back "in an immutable folder" link "$at" /$units/ssh.service $unit
play link "$at" /$units/ssh.service - show
like "$output" "note: The folder of .* is kept from being changed \\(\"chattr \\+i\"\\)" "  which is said"
like "$output" "chattr -i $at/$units" "  and is in the command"
chattr -i "$at/$units"

# --- what is refused
fill
: >"$at/$units/file.service"
play link "$at" /$units/file.service $unit
like "$output" 'EEXIST.*is no symlink, and stays' "a file is no symlink"
play link "$at" /$units -
like "$output" 'EEXIST.*is no symlink' "nor is a folder"
mount -o remount,ro "$at"
play link "$at" /$units/ssh.service -
like "$output" 'EROFS.*read-only' "a read-only filesystem is refused before anything is planned"
mount -o remount,rw "$at"
mkdir "$scratch/outside"
ln -s "$scratch/outside" "$at/etc/away"
play link "$at" /etc/away/x $unit
is "$(ls "$scratch/outside")" "" "a folder that leads out of the target leads nowhere"
ok "$([ -L "$at$scratch/outside/x" ]; echo $?)" "  but into it"
play undo
fill
ln -s /etc/../../../../$units "$at/etc/units"
play link "$at" /etc/units/b.service $unit
ok "$([ -L "$at/$units/b.service" ]; echo $?)" "through a symlink to a folder inside"
play undo

# --- between run and undo
fill
play link "$at" /$units/ssh.service $unit
ln -sfn /elsewhere "$at/$units/ssh.service"
play undo
like "$output" "note: $at/$units/ssh.service was changed by somebody since, and stays" \
	"a link that somebody has changed since stays"
is "$(readlink "$at/$units/ssh.service")" /elsewhere "  as it is"
fill
play link "$at" /$units/ssh.service -
: >"$at/$units/ssh.service"
play undo
like "$output" "note: .* was changed by somebody since" "a file in its place stays"
fill
play link "$at" /$units/new.wants/x.service $unit
rm -r "$at/$units/new.wants"
play undo
is "$output" "done" "one that somebody has removed with its folder is undone"

# --- killed at each call

whole()
{
	undone "$1"
}

fill
if can_trace; then
	calls="write symlinkat fchownat lsetxattr renameat renameat2 unlinkat fsync utimensat"
	die "a removal" run "$calls" link "$at" /$units/ssh.service -
	die "another target" run "$calls" link "$at" /$units/ssh.service $unit
	die "a new one" run "$calls" link "$at" /$units/new.wants/ssh.service $unit
	die "undoing a removal" undo "$calls" link "$at" /$units/ssh.service -
	die "undoing another target" undo "$calls" link "$at" /$units/ssh.service $unit
	chattr +i "$at/$units"
	die "an immutable folder" run "ioctl $calls" link "$at" /$units/ssh.service $unit
	chattr -i "$at/$units"
else
	skip "nothing can be traced here" "killed at each call"
fi
done_testing
