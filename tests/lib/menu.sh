# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # variables of tap.sh and for the tests
# The menu on the sample server, for tests that play scripts with it. Sourced behind tap.sh and
# play.sh, in a private namespace.

need_program sfdisk mkfs.ext4 mkfs.xfs mkfs.btrfs mkswap losetup infocmp
need_filesystem ext4 xfs btrfs
"$refloat" --help | grep -q -- --keys || skip_all "this refloat has no menu"

"$top_srcdir/tests/sample/make-server.sh" --new-uuids "$scratch/sample" >/dev/null || {
	ok 1 "the sample server is made"
	done_testing
}
menu=("$refloat" --image "$scratch/sample/web01-a.img" --image "$scratch/sample/web01-b.img"
	--target /mnt/web01)
# a crash is left to the program by the sanitizers, which otherwise would end it in their own way
export ASAN_OPTIONS=handle_segv=0:handle_abort=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
unset REFLOAT_ACCEPT SHELL NO_COLOR

# nothing_left NAME: no mount and no loop device of ours. What a failed test left is taken away.
nothing_left()
{
	is "$(grep -c ' /mnt/web01' /proc/self/mountinfo) $(losetup --list --noheadings | grep -c "$scratch")" \
		"0 0" "$1"
	take_down
}

take_down()
{
	umount -lR /mnt/web01 2>/dev/null
	rm -rf /run/refloat
}
