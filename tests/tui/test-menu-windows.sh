#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Accounts of a Windows system through the menu, on a real NTFS filesystem in an image: listed before
# anything is mounted, mended by one key and by the form, undone.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_terminal vt100 xterm-256color
need_root
private_namespace "$@"
need_program mkfs.ntfs mount.ntfs-3g losetup infocmp
[ -c /dev/fuse ] || skip_all "/dev/fuse is not here"
"$refloat" --version | grep -q 'accounts of Windows: yes' ||
	skip_all "this refloat was built without libhivex"
make_windows=${top_builddir:-$PWD}/tests/system/make_windows
[ -x "$make_windows" ] || skip_all "tests/system/make_windows was not built"

image=$scratch/office.img
truncate -s 64M "$image"
mkfs.ntfs -q -F -L office "$image" >"$scratch/mkfs" 2>&1 || skip_all "mkfs.ntfs makes nothing here"
mkdir "$scratch/at"
mount -t ntfs-3g -o loop "$image" "$scratch/at" || skip_all "ntfs-3g mounts nothing here"
"$make_windows" "$scratch/at" <<-'END'
	rule threshold=5
	account 500 Administrator disabled administrator hash=none neverexpires
	account 501 Gast disabled nopassword hash=none
	account 1001 Maria full=Maria_Example hash=aes login=1700000000 failures=7 failed=1700000000 neverexpires
END
sum=$(sha256sum <"$scratch/at/Windows/System32/config/SAM")
umount "$scratch/at"
menu=("$refloat" --image "$image" --target /mnt/office --log "$scratch/menu.log")
export ASAN_OPTIONS=handle_segv=0:handle_abort=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
unset REFLOAT_ACCEPT SHELL NO_COLOR

play "Windows" -- "${menu[@]}" <<-EOS
	term vt100
	limit 120
	settings-saved
	start
	wait "not mounted; 1 filesystem" 30
	key a
	wait "> Administrator" 30
	expect "disabled; no password"
	expect-not "Gast"
	key .
	wait "Gast"
	key .
	wait-gone "Gast"
	key e
	wait "It is not mounted yet"
	key y
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait "Mend the account Administrator" 30
	wait "Risk:" 30
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait "> Administrator" 30
	wait-gone "disabled" 20
	key e
	wait "It is enabled already"
	keys Down Enter
	wait "Account: Maria"
	key Space
	keys Down Down Down Space
	key p
	wait "Risk:" 30
	expect "account Maria (1001)"
	key Enter
	wait "Enter goes on" 30
	key Enter
	wait "> Maria" 30
	wait "no password; an" 20
	keys q q
	wait "Leave refloat?" 20
	key y
	keep-jobs # ntfs-3g is a process, which the mount needs
	expect-exit 0
	settings-same
	terminal-restored
EOS
"$refloat" --image "$image" --target /mnt/office accounts >"$scratch/after" 2>&1
like "$(tr -s ' \n' ' ' <"$scratch/after")" 'wrong passwords; no password' "the account has no password any more"
for _ in 1 2; do
	"$refloat" --image "$image" undo --yes >>"$scratch/undo.log" 2>&1
done
is "$(sha256sum </mnt/office/Windows/System32/config/SAM)" "$sum" "undone: the registry is as it was"
"$refloat" --image "$image" umount --yes >>"$scratch/undo.log" 2>&1
is "$(grep -c ' /mnt/office' /proc/self/mountinfo) $(losetup --list --noheadings | grep -c "$scratch")" "0 0" \
	"nothing is left mounted"
rm -rf /run/refloat
done_testing
