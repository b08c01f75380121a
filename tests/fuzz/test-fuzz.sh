#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fuzz target on its corpus and on mutations of it for some seconds (FUZZ_SECONDS).
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

for corpus in "$top_srcdir"/tests/fuzz/corpus/*/; do
	name=$(basename "$corpus")
	program=${top_builddir:-.}/tests/fuzz/fuzz_$name
	if [ ! -x "$program" ]; then
		skip "not built: it belongs to the menu" "$name"
		continue
	fi
	nice -n 15 "$program" "$corpus" "${FUZZ_SECONDS:-4}" >"$scratch/out" 2>&1
	ok $? "$name: $(tail -n 1 "$scratch/out" | cut -c 1-60)"
	grep -E 'ERROR|SUMMARY|runtime error|Assertion' "$scratch/out" | head -n 10 | sed 's/^/# /'
done
done_testing
