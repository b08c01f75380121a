#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Help, manual and completion know every word of every command; wrong usage is said and ends with 2.
# functions are called by check; jq has variables of its own
# shellcheck disable=SC2317,SC2016,SC2031
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${REFLOAT:=refloat}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"

table=$scratch/words
"$REFLOAT" --complete >"$table"
mapfile -t commands < <(sed -n 's/^command //p' "$table")

# check NAME COMMAND...
check()
{
	local name=$1
	shift
	"$@"
	ok $? "$name"
}

# refused NAME BLAMED ADVICE WORD...: exit status 2, "refloat: BLAMED: ..." and then ADVICE
refused()
{
	local name=$1 blamed=$2 advice=$3 status
	shift 3
	"$REFLOAT" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	if [ $status -eq 2 ] && [ ! -s "$scratch/out" ] && [ "$(wc -l <"$scratch/err")" -le 2 ] &&
		head -n 1 "$scratch/err" | grep -qF -- "refloat: $blamed: " &&
		grep -qF -- "$advice" "$scratch/err"; then
		ok 0 "$name"
	else
		ok 1 "$name"
		echo "# status $status"
		sed 's/^/# /' "$scratch/out" "$scratch/err"
	fi
}

no_command()
{
	"$REFLOAT" >"$scratch/out" 2>"$scratch/err"
	[ $? -eq 2 ] && [ ! -s "$scratch/out" ] && grep -q '^Usage: refloat' "$scratch/err"
}

overview()
{
	"$REFLOAT" --help >"$scratch/out" 2>"$scratch/err" && [ ! -s "$scratch/err" ] || return
	local command
	for command in "${commands[@]}"; do
		grep -qE "^  $command +[a-z]" "$scratch/out" || return
	done
}

# command_help COMMAND: usage, a sentence for each word, examples that are commands of ours
command_help()
{
	local kind name word example
	"$REFLOAT" "$1" --help >"$scratch/out" 2>"$scratch/err" && [ ! -s "$scratch/err" ] || return
	head -n 1 "$scratch/out" | grep -q "^Usage: refloat $1" || return
	while read -r kind name word _; do
		[[ $name == "$1" && $kind != command ]] || continue
		grep -q -- "^  .*$word" "$scratch/out" || return
	done <"$table"
	[ "$(awk 'length > 80' "$scratch/out" | grep -vc '^  refloat')" -eq 0 ] || return
	sed -n '/^Examples:/,$s/^  refloat //p' "$scratch/out" >"$scratch/examples"
	[ -s "$scratch/examples" ] || return
	while read -r example; do
		grep -qw -- "$1" <<<"$example" || grep -qF -- '--sysroot' <<<"$example" || return
	done <"$scratch/examples"
}

no_long_lines()
{
	[ -z "$("$REFLOAT" --help | awk 'length > 80')" ]
}

# in_manual COMMAND: an item of its own, and one for each of its options
in_manual()
{
	local kind name word manual=$top_srcdir/man/refloat.8.in
	grep -q "^\.It Cm $1" "$manual" || return
	while read -r kind name word _; do
		case $kind:$name in
		option:"$1") grep -q "^\.It Fl -${word#--}" "$manual" || return ;;
		word:"$1") grep "^\.It Cm $1" "$manual" | grep -q "Ar $word" || return ;;
		esac
	done <"$table"
}

common_in_manual()
{
	local word
	while read -r _ word _; do
		grep -qE "^\.It Fl (h , -|V , -|-)${word#--}( |$)" "$top_srcdir/man/refloat.8.in" || return
	done < <(grep '^common ' "$table")
}

manual_is_clean()
{
	local page
	for page in refloat.8 refloat-json.5; do
		sed 's/@PACKAGE_VERSION@/0/' "$top_srcdir/man/$page.in" >"$scratch/$page"
		mandoc -Tlint -W warning "$scratch/$page" >"$scratch/out" 2>/dev/null || return
	done
}

# completes LINE...: the last word is the one to complete; prints what bash would offer
completes()
{
	(
		# shellcheck source=data/refloat.bash
		. "$top_srcdir/data/refloat.bash"
		unset -f _init_completion
		COMP_WORDS=("$REFLOAT" "$@")
		COMP_CWORD=$#
		_refloat
		printf '%s\n' "${COMPREPLY[@]}"
	)
}

completion_knows_all()
{
	local kind name word
	[ "$(completes '' | grep -v '^--' | sort)" = "$(printf '%s\n' "${commands[@]}" | sort)" ] || return
	while read -r kind name word _; do
		case $kind in
		common) completes disks -- | grep -qxF -- "$name" || return ;;
		option) completes --json "$name" -- | grep -qxF -- "$word" || return ;;
		esac
	done <"$table"
}

completion_of_files()
{
	mkdir -p "$scratch/files/folder" && touch "$scratch/files/file.img" || return
	[ "$(completes disks --image "$scratch/files/fi")" = "$scratch/files/file.img" ] &&
		[ "$(completes record "$scratch/files/")" = "$scratch/files/folder" ] &&
		[ -z "$(completes chroot -- l)" ]
}

version()
{
	"$REFLOAT" --version >"$scratch/out" && head -n 1 "$scratch/out" | grep -qE '^refloat [0-9]' &&
		grep -q 'libblkid [0-9].*libmount\|libmount [0-9].*libblkid' "$scratch/out"
}

check "without a command: the overview, on standard error, exit status 2" no_command
check "--help lists every command" overview
check "--help fits 80 columns" no_long_lines
check "-h is --help" cmp -s <("$REFLOAT" -h) <("$REFLOAT" --help)
check "--version tells what is built in" version
for command in "${commands[@]}"; do
	check "$command --help: usage, every option, examples" command_help "$command"
	check "refloat(8) has $command and its options" in_manual "$command"
done
check "refloat(8) has every common option" common_in_manual
if command -v mandoc >/dev/null; then
	check "both manual pages are clean" manual_is_clean
else
	skip "mandoc is missing" "both manual pages are clean"
fi
check "completion offers every command and option" completion_knows_all
check "completion of files and folders" completion_of_files

refused "an unknown command" dsiks 'Did you mean "refloat disks"?' dsiks
refused "an unknown option" --jsno 'Did you mean --json?' disks --jsno
refused "an option of a command in front of it" --fstab "stand behind it" --fstab record x
refused "a missing value" --image "--image FILE" disks --image
refused "a wrong number" --wait "1 to 86400" disks --wait soon
refused "a word too many" x "refloat disks --help" disks x
refused "a missing word" DIR "refloat record --help" record
refused "two sources of disks" --sysroot "one of the two" --sysroot a --image b disks
refused "a word with an escape sequence" '\x1B[2J' "refloat --help" $'\e[2J'
done_testing
