#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Fuzzes for as long as you like with clang's libFuzzer, which follows the branches taken. Not part
# of "make check".
#
#   long-fuzz.sh WORK-FOLDER [SECONDS-PER-TARGET [TARGET...]]
#
# The build, the inputs found and those that broke something stay in WORK-FOLDER; put the latter,
# made small, into corpus/TARGET.
set -eu
source_folder=$(readlink -f "$(dirname "$0")/../..")
[ $# -ge 1 ] || {
	sed -n 's/^#   //p' "$0" >&2
	exit 2
}
mkdir -p "$1"
cd "$1"
seconds=${2:-60}
shift "$(($# < 2 ? $# : 2))"
sanitizers=address,undefined
printf '#include <stddef.h>\nint LLVMFuzzerTestOneInput(const char *, size_t);\n%s\n' \
	'int LLVMFuzzerTestOneInput(const char *d, size_t n) { return !d && n; }' >try.c
clang -fsanitize=fuzzer try.c -o try 2>/dev/null || {
	echo "long-fuzz.sh: clang with -fsanitize=fuzzer does not work here" >&2
	exit 1
}
[ -e config.status ] || CC=clang "$source_folder/configure" -q --disable-hardening \
	CFLAGS="-g -O1 -fsanitize=$sanitizers,fuzzer-no-link -fno-sanitize-recover=undefined"
make -s -j2
if [ $# -eq 0 ]; then
	for target in "$source_folder"/tests/fuzz/fuzz_*.c; do
		target=$(basename "$target" .c)
		[ "$target" = fuzz_main ] || set -- "$@" "${target#fuzz_}"
	done
fi
libraries="json-c blkid fdisk mount"
for library in libcryptsetup hivex pwquality libcrypt; do # those that it was built with, if they are here
	! pkg-config --exists "$library" || libraries="$libraries $library"
done
failed=0
menu=$(ls libtui.a 2>/dev/null || true) # where it is built
for target; do
	# what the Makefile has for it, but for the main that stands for libFuzzer's
	mapfile -t sources < <(sed -e ':a' -e '/\\$/N; s/\\\n//; ta' "$source_folder/tests/fuzz/Makemodule.am" |
		sed -n "s/^tests_fuzz_fuzz_${target}_SOURCES = //p" | tr -s ' \t' '\n' |
		grep '\.c$' | grep -v fuzz_main | sed "s|^|$source_folder/|")
	# shellcheck disable=SC2046,SC2086 # these are lists of words
	clang -g -O1 -fsanitize=$sanitizers,fuzzer -include config.h \
		-I"$source_folder/include" -I"$source_folder/src" \
		$(pkg-config --cflags $libraries) "${sources[@]}" \
		$menu libaction.a libplan.a libsystem.a libstorage.a libbase.a $(pkg-config --libs $libraries) \
		-o "fuzz-$target"
	mkdir -p "found-$target"
	echo "== $target"
	"./fuzz-$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1500 -max_len=8192 \
		-print_final_stats=0 -artifact_prefix="$target-" "found-$target" \
		"$source_folder/tests/fuzz/corpus/$target" >"$target.log" 2>&1 || failed=1
	grep -aE '^SUMMARY|^Done|runtime error|Assertion' "$target.log" || true
done
exit $failed
