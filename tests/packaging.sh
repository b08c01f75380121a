#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The build as packagers make it: from a clean export of the tree, in the tree and out of it,
# installed under DESTDIR, without the optional libraries, and as make distcheck does. TAP.
#
#   packaging.sh SOURCE-FOLDER
set -u
source=$(readlink -f "$1")
scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch"; rm -rf "$scratch"' EXIT
number=0

# report STATUS NAME
report()
{
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
	fi
}

export_tree()
{
	mkdir "$scratch/tree"
	if git -C "$source" rev-parse --git-dir >/dev/null 2>&1; then
		(cd "$source" && git ls-files -z | tar --null -T - -cf -) | tar -C "$scratch/tree" -xf -
	else
		cp -a "$source/." "$scratch/tree"
	fi
}

in_tree_build()
{
	cd "$scratch/tree" && autoreconf -fi && ./configure --prefix=/usr --sysconfdir=/etc CFLAGS='-O2 -Werror' &&
		make -j"$(nproc)"
}

# everything a package must hold, and nothing outside the prefix
installed_files()
{
	cd "$scratch/tree" && make install DESTDIR="$scratch/dest" || return
	(
		cd "$scratch/dest" && test -s etc/profile.d/refloat.sh && test -x usr/sbin/refloat && test -s usr/share/man/man8/refloat.8 &&
			test -s usr/share/man/man5/refloat-json.5 &&
			test -s usr/share/bash-completion/completions/refloat &&
			[ "$(echo *)" = "etc usr" ] && usr/sbin/refloat --version
	)
}

hardened()
{
	readelf -W -l -d "$scratch/dest/usr/sbin/refloat" >"$scratch/elf" || return
	grep -q 'GNU_RELRO' "$scratch/elf" && grep -q 'BIND_NOW\|FLAGS.*NOW' "$scratch/elf" &&
		grep -q 'Flags: .*PIE' "$scratch/elf" &&
		! grep -E 'GNU_STACK' "$scratch/elf" | grep -q 'RWE'
}

# What sanitizers do not see: reads of what was never written. Probing children write no log of their
# own, so each process gets one.
under_valgrind()
{
	local programs='tests/base/test_text tests/base/test_root tests/storage/test_machines
		tests/system/test_cases tests/system/test_inspect' program
	cd "$scratch/tree" || return
	# shellcheck disable=SC2086 # one word a program
	make -j"$(nproc)" $programs || return
	truncate -s 64M "$scratch/disk.img" &&
		printf 'label: gpt\nstart=1MiB, size=16MiB\n' | sfdisk -q "$scratch/disk.img" || return
	for program in $programs "./refloat --image $scratch/disk.img disks"; do
		# shellcheck disable=SC2086 # the words of a command
		top_srcdir=$PWD top_builddir=$PWD valgrind -q --error-exitcode=99 \
			--log-file="$scratch/valgrind.%p" $program >/dev/null || return
	done
	# its other words are of system calls that it does not know
	! grep -h '^==' "$scratch"/valgrind.*
}

uninstalled()
{
	cd "$scratch/tree" && make uninstall DESTDIR="$scratch/dest" &&
		[ -z "$(find "$scratch/dest" -type f)" ]
}

without_optional_libraries()
{
	make -C "$scratch/tree" distclean && mkdir "$scratch/small" && cd "$scratch/small" &&
		"$scratch/tree/configure" --without-cmocka --without-fuse --disable-nls \
			CFLAGS='-O1 -Werror' >summary && make -j"$(nproc)" &&
		./refloat --version
}

# a packager's check: unit tests only, the loop and screen tests have had their turn
distcheck()
{
	cd "$scratch/tree" &&
		make distcheck TESTS='tests/plan/test_plan tests/system/test_cases' \
			DISTCHECK_CONFIGURE_FLAGS='CFLAGS=-O1' -j"$(nproc)"
}

export_tree >&2
report $? "the tree can be exported"
in_tree_build >&2
report $? "autoreconf, configure and make in the tree, without a warning"
installed_files >&2
report $? "make install puts everything under DESTDIR"
hardened >&2
report $? "the program is hardened: PIE, full RELRO, no executable stack"
if command -v valgrind >/dev/null && command -v sfdisk >/dev/null; then
	under_valgrind >&2
	report $? "nothing reads what was never written"
else
	number=$((number + 1))
	echo "ok $number - nothing reads what was never written # SKIP needs valgrind and sfdisk"
fi
uninstalled >&2
report $? "make uninstall leaves no file"
distcheck >&2
report $? "make distcheck"
without_optional_libraries >&2
report $? "builds out of the tree without the optional libraries, and says so"
echo "1..$number"
