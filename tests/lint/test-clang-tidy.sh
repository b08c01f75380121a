#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# clang-tidy over src with the checks of .clang-tidy. Each version finds other things: only what the
# version finds that the sources were read with is held against them.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program clang-tidy pkg-config
version=14
clang-tidy --version | grep -q "version $version\." ||
	skip_all "these findings are known for clang-tidy $version"
build=$(readlink -f "${top_builddir:-.}")
[ -e "$build/config.h" ] || skip_all "needs a configured build"
cd "$top_srcdir" || exit 1

# What cannot be seen across files: FILE:CHECK.
known=(
	# whoever passes no errno has set the pointer
	src/storage/scan.c:clang-analyzer-core.NullDereference
	# a form that has fields has an array of them
	src/tui/widgets/form_key.c:clang-analyzer-core.NullDereference
)

mapfile -t flags < <(pkg-config --cflags json-c mount blkid fdisk smartcols ncursesw 2>/dev/null |
	tr -s ' ' '\n' | grep .)
# the analyser gives a function up after so many states: more cost minutes and tell nothing new
flags+=(-std=gnu11 -include "$build/config.h" -Iinclude -Isrc '-DLOCALEDIR="/"'
	-Xclang -analyzer-config -Xclang max-nodes=20000)

{
	echo '#!/usr/bin/env bash'
	echo "exec clang-tidy --quiet --config-file=$(printf %q "$PWD/.clang-tidy") \"\$@\" --$(
		printf ' %q' "${flags[@]}") 2>/dev/null"
} >"$scratch/tidy"

# findings FILE...: one a line: FILE:LINE:COLUMN: what is wrong [check]
findings()
{
	printf '%s\0' "$@" | nice -n 15 xargs -0 -P 2 -n 12 bash "$scratch/tidy" |
		grep -E ': (warning|error): ' | sed "s|^$PWD/||" | sort -u
}

cat >"$scratch/bad.c" <<-'BAD'
	#include "base/text.h"
	int bad(const char *text);
	int bad(const char *text)
	{
		char *copy = malloc(8);
		if (!text)
			return *text;
		return copy != NULL;
	}
BAD
found=$(findings "$scratch/bad.c")
like "$found" "NullDereference" "what is wrong is found: a null pointer"
like "$found" "unix.Malloc" "what is wrong is found: a leak"

mapfile -t sources < <(find src -name '*.c' | sort)
found=$(findings "${sources[@]}")
for entry in "${known[@]}"; do
	file=${entry%%:*}
	check=${entry#*:}
	found=$(grep -v "^$file:.*\[$check\]" <<<"$found")
done
is "$found" "" "clang-tidy finds nothing in ${#sources[@]} files"
done_testing
