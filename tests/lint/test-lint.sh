#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How the code must be shaped: walls between rooms, libraries behind one file each, sizes, headers,
# and what tools for shell, manual pages and C find.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
cd "$top_srcdir" || exit 1

# none LINES NAME: nothing was found
none()
{
	if [ -z "$1" ]; then
		ok 0 "$2"
	else
		ok 1 "$2"
		note "$1"
	fi
}

# --- a room includes only from itself and from rooms below
rooms="base storage system plan action cli tui"
allowed=""
for room in $rooms; do
	allowed="${allowed% cli} $room" # the front ends do not know each other
	bad=$(grep -nE '^#include "[a-z]+/' -r "src/$room" "include/$room" 2>/dev/null |
		grep -vE "\"(${allowed# })/" | grep -vE "#include \"($(tr ' ' '|' <<<"${allowed# }"))/")
	none "$bad" "room $room includes only from itself and below"
done

# --- each library behind its own files
# behind HEADER FILES-REGEX
behind()
{
	none "$(grep -lE "#include <$1" -r src include | grep -vE "^($2)\$")" \
		"$1 is included only where it belongs"
}
behind 'blkid/' 'src/storage/(probe_read|table_blkid)\.c|src/cli/version\.c|src/cli/[a-z]+\.c'
behind 'libfdisk' 'src/storage/table_fdisk\.c|src/cli/[a-z]+\.c'
behind 'libmount' 'src/storage/mount[a-z_]*\.c|src/system/fstab\.c|src/cli/[a-z]+\.c'
behind 'libcryptsetup' 'src/storage/crypt\.c'
behind 'hivex' 'src/system/hive\.c'
behind 'libsmartcols' 'src/cli/[a-z]+\.c'
behind 'n?curses' 'src/tui/terminal[a-z_]*\.c'

# --- who may make processes and namespaces
none "$(grep -nE '\b(fork|vfork|clone|posix_spawn|popen|system)\(' -r src |
	grep -vE '^src/base/(daemon|process|worker|namespace)\.c|/\*|^[^:]*:[0-9]*: \*')" \
	"only base makes processes"
none "$(grep -nE '\bunshare\(' -r src | grep -vE '^src/(base/namespace|storage/look)\.c')" \
	"only base's namespaces and storage's look unshare"

# --- below the front ends nothing is printed, nothing exits
none "$(grep -nE '\b(printf|puts|putchar|perror|exit)\(' -r src/base src/storage src/system \
	src/plan src/action | grep -vE '_exit\(|^src/base/log\.c')" \
	"below the front ends nothing is printed and nothing exits"
none "$(grep -nwE 'TODO|FIXME|XXX' -r src include tests po/update-potfiles bootstrap |
	grep -vE '^tests/lint/|XXXXX')" "nothing is left to do in the code"

# --- every file says what it is for
bad=""
while read -r file; do
	head -n 1 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' ||
		bad="$bad $file: no SPDX line;"
	sed -n 2p "$file" | grep -q '^/\*' || bad="$bad $file: no first comment;"
done < <(find src include tests -name '*.[ch]')
none "$bad" "every file starts with its licence and its purpose"

# --- sizes
none "$(find src include -name '*.[ch]' -exec wc -l {} + | awk '$2 != "total" && $1 > 800')" \
	"no file over 800 lines"
none "$(find src -name '*.c' -exec awk '
	FNR == 1 {start = 0}
	/^\{/ {start = FNR}
	/^\}/ {if (start && FNR - start > 80) print FILENAME ":" start ": " FNR - start " lines"; start = 0}
	' {} +)" "no function over 80 lines"
listed()
{
	find src tests -name Makemodule.am -exec grep -ohE '(src|include|tests)/[^ ]+\.(c|h|sh)' Makefile.am {} +
}
none "$(find src include tests -name '*.[ch]' -o -path 'tests/*' -name '*.sh' | grep -vxFf <(listed))" \
	"every source is in a tarball"
none "$(grep -nE '^.{121,}' -r src include --include='*.[ch]' | cut -c 1-100)" "no overlong lines"

# --- translations know every file with a string
if [ -w "$scratch" ]; then
	{
		echo "# made by po/update-potfiles"
		grep -lE '\b(_|N_|P_)\(' -r src --include='*.[ch]' | LC_ALL=C sort
	} >"$scratch/potfiles"
	none "$(diff "$scratch/potfiles" po/POTFILES.in)" "po/POTFILES.in is up to date"
fi

# --- every action is in the manual and has a test
while read -r name; do
	grep -q "refloat.*\b$name\b" -r tests/action tests/cli
	ok $? "$name has a test"
	grep -qE "^\.(It|Ss|Sh).*\b$name\b" man/refloat.8.in
	ok $? "$name is in refloat(8)"
done < <(sed -n 's/^	\.name = "\([a-z-]*\)",$/\1/p' src/action/{mount,umount,chroot,check_fs,mend_account,add_account}.c)

# --- tools
if command -v shellcheck >/dev/null; then
	mapfile -t scripts < <(grep -lE '^#!.*\b(ba)?sh\b' -r bootstrap .ci tests po/update-potfiles)
	shellcheck -x "${scripts[@]}" >"$scratch/shellcheck" 2>&1
	none "$(head -n 40 "$scratch/shellcheck")" "shellcheck finds nothing"
else
	skip "needs shellcheck" "shellcheck"
fi
if command -v mandoc >/dev/null; then
	for page in man/*.in; do
		sed 's/@[A-Z_]*@/0.1/g' "$page" >"$scratch/page"
		none "$(mandoc -Tlint -Wwarning <"$scratch/page" 2>&1)" "mandoc finds nothing in $page"
	done
else
	skip "needs mandoc" "manual pages"
fi
if command -v cppcheck >/dev/null; then
	# shellcheck disable=SC2046 # no file has a blank in its name
	none "$(nice -n 15 cppcheck -j2 -q --enable=warning,portability --inline-suppr --std=c11 \
		--suppress=missingInclude --suppress=missingIncludeSystem \
		--suppress='*:/usr/*' -D_GNU_SOURCE -Iinclude -Isrc \
		$(find src -name '*.c') 2>&1)" "cppcheck finds nothing"
else
	skip "needs cppcheck" "cppcheck"
fi
done_testing
