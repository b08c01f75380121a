#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every test, counted in one line at the end: "N passed, N failed, N skipped".
#
#   run-all.sh SOURCE-FOLDER
#
# 1. the build with sanitizers, and make check in it (unit, loop, lint, fuzz); what runs in guests
#    has disks of its own and goes on beside the rest, of which each has the machine to itself;
# 2. while guests still run, the build as packagers make it: install, DESTDIR, distcheck (tests/packaging.sh).
# Expected failures do not exist here; a test that errors counts as failed.
set -u
source=$1
build=$source/build
passed=0
failed=0
skipped=0

# first FILE REGEX: the number behind the first such line (automake repeats them with the details)
first()
{
	awk -v wanted="^# ($2):" '$0 ~ wanted && !($2 in seen) {seen[$2] = 1; n += $3} END {print n + 0}' "$1"
}

# count FILE NAME: adds automake's "# PASS: N" lines of FILE; without them NAME failed
count()
{
	local pass fail skip error
	if ! grep -q '^# TOTAL:' "$1"; then
		echo "FAIL: $2 gave no result"
		tail -n 40 "$1"
		failed=$((failed + 1))
		return
	fi
	pass=$(first "$1" PASS)
	fail=$(first "$1" 'FAIL|XPASS|XFAIL')
	error=$(first "$1" ERROR)
	skip=$(first "$1" SKIP)
	passed=$((passed + pass))
	failed=$((failed + fail + error))
	skipped=$((skipped + skip))
}

# count_tap FILE NAME: the same for bare TAP
count_tap()
{
	local pass skip fail
	if ! grep -qE '^1\.\.[1-9]' "$1"; then
		echo "FAIL: $2 gave no result"
		failed=$((failed + 1))
	fi
	skip=$(grep -cE '^ok .*# SKIP' "$1")
	pass=$(grep -cE '^ok ' "$1")
	fail=$(grep -cE '^not ok ' "$1")
	passed=$((passed + pass - skip))
	failed=$((failed + fail))
	skipped=$((skipped + skip))
}

check_with_sanitizers()
{
	local name part all=() guests=() others=()
	"$source/bootstrap" build test --enable-sanitizers --enable-werror || {
		echo "FAIL: the build with sanitizers"
		failed=$((failed + 1))
		return
	}
	make -C "$build/test" -k -j"$(nproc)" check TESTS= >"$build/check.out" 2>&1 || {
		echo "FAIL: the build of the tests"
		tail -n 40 "$build/check.out"
		failed=$((failed + 1))
		return
	}
	# shellcheck disable=SC2016 # make expands it
	read -r -d '' -a all < <(make -s -C "$build/test" --no-print-directory \
		--eval='list-tests:; @echo $(TESTS)' list-tests)
	for name in "${all[@]}"; do
		case $name in
		tests/machine/*) guests+=("$name") ;;
		*) others+=("$name") ;;
		esac
	done
	run_tests guests "${guests[@]}" &
	run_tests others "${others[@]}"
	check_packaging
	wait
	for part in guests others; do
		grep -E '^(FAIL|ERROR|SKIP)' "$build/check-$part.out" | sort -u
		count "$build/check-$part.out" "make check, $part"
	done
}

# run_tests PART TEST...: their results go to check-PART.out
run_tests()
{
	local part=$1
	shift
	make -C "$build/test" -k check-TESTS TESTS="$*" TEST_SUITE_LOG="$part.log" VERBOSE=1 \
		>"$build/check-$part.out" 2>&1
}

check_packaging()
{
	nice -n 15 "$source/tests/packaging.sh" "$source" >"$build/packaging.tap" 2>"$build/packaging.err"
	grep -E '^not ok|# SKIP' "$build/packaging.tap"
	count_tap "$build/packaging.tap" "packaging"
}

mkdir -p "$build"
check_with_sanitizers
if [ $failed -gt 0 ]; then
	echo "--- details of what failed (whole output: build/check-*.out, build/packaging.err)"
	for part in guests others; do
		grep -E -A30 '^not ok|ERROR: (Address|Leak)Sanitizer|runtime error' "$build/check-$part.out" | head -n 200
	done
	tail -n 60 "$build/packaging.err" 2>/dev/null
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
