# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2154 # the names are those of tests/lib/tap.sh
# What the tests of screens as text share: recorded machines, a screen at all sizes beside what is
# expected. Sourced behind tests/lib/tap.sh.

expected=$top_srcdir/tests/tui/expected
dump=${top_builddir:-.}/tests/tui/screen_dump
[ -x "$dump" ] || skip_all "built without ncurses"
[ "$(LC_ALL=C.UTF-8 locale charmap 2>/dev/null)" = UTF-8 ] || skip_all "needs the locale C.UTF-8"
export TZ=UTC
unset LANGUAGE

machines=$scratch/machines

# make_machines NAME|FILE...: recorded machines in $machines
make_machines()
{
	local machine
	mkdir -p "$machines"
	for machine in "$@"; do
		"$top_srcdir/tests/machines/make-machine.sh" "$machine" \
			"$machines/$(basename "$machine" .machine)"
	done
	find "$machines" -exec touch -h -d '2026-11-18 03:12 UTC' {} + # "last used" is told by files
}

# dump_screen MACHINE OPTION... WORD...: with $journal, a folder in $scratch
dump_screen()
{
	local machine=$1
	shift
	"$dump" --journal "$scratch/${journal:-journal}" --sysroot "$machines/$machine" "$@"
}

# lines_fit COLUMNS FILE: no line is wider
lines_fit()
{
	[ "$(LC_ALL=C.UTF-8 wc -L <"$2")" -le "$1" ]
}

# clean FILE: nothing that a terminal would act upon: control characters, those of Latin 1 as
# UTF-8, right-to-left override
clean()
{
	! LC_ALL=C grep -aqP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' "$1"
}

# says_so TEXT ROLES: prints what is shown as a warning or an error, by its role, and does not say
# so in words, which is all that a monochrome screen has. Wrapped lines are one text.
says_so()
{
	awk -v words="not |no |none|nothing|cannot|missing|ambiguous|guess|fail|left|undo|stop|cut off|halfway|writes|without|in part|still|too small|perhaps|degraded|mounts? it|leave|only|already|note |must be|error|damaged|overwritten|to do|being|running|goes on|no$|depends|blocks|may$|weak|locked|disabled|expired|wait" '
	NR == FNR {text[FNR] = $0; next}
	function judge() {
		if (said != "" && tolower(said) !~ words)
			print "by its role only: " said
		said = ""
	}
	{
		while (match($0, /[ew]m/)) # what a search has found stands within it
			$0 = substr($0, 1, RSTART) substr($0, RSTART, 1) substr($0, RSTART + 2)
		found = 0
		for (at = 1; match(substr($0, at), /e+|w+/); at = start + RLENGTH) {
			start = at + RSTART - 1
			shown = substr(text[FNR], start, RLENGTH)
			# the title of a box, whose text says it, or what a box half covers
			if (substr($0, start - 1, 1) == "b" || substr($0, start + RLENGTH, 1) == "b")
				continue
			# goes on where the line above ended for want of room
			if (!(said != "" && above == FNR - 1 && start <= 14 && ended > length($0) - 25))
				judge()
			said = said " " shown
			above = FNR
			ended = start + RLENGTH - 1
			found = 1
		}
		if (!found)
			judge()
	}
	END {judge()}' "$1" "$2"
}

# screen NAME MACHINE KEY...: what is shown after these keys, at four sizes
screen()
{
	local name=$1 machine=$2 status=0 kind
	shift 2
	: >"$scratch/all"
	while read -r kind size option; do
		# shellcheck disable=SC2086 # an option or none
		dump_screen "$machine" --size "$size" $option "$@" >"$scratch/one" 2>"$scratch/err" ||
			status=1
		lines_fit "${size#*x}" "$scratch/one" && clean "$scratch/one" && [ ! -s "$scratch/err" ] ||
			status=1
		printf '==== %s %s\n' "$size" "$kind" >>"$scratch/all"
		cat "$scratch/one" "$scratch/err" >>"$scratch/all"
		if [ "$kind $size" = "ASCII 24x80" ]; then
			dump_screen "$machine" --roles "$@" >"$scratch/roles" 2>/dev/null
			says_so "$scratch/one" "$scratch/roles" >>"$scratch/all"
		fi
	done <<-KINDS
		ASCII 24x80
		UTF-8 24x80 --utf8
		UTF-8 40x120 --utf8
		ASCII 10x40
	KINDS
	[ "${REFLOAT_ACCEPT-}" != yes ] || cp "$scratch/all" "$expected/$name.txt"
	diff -u "$expected/$name.txt" "$scratch/all" >"$scratch/diff" 2>&1 || status=1
	ok $status "$name"
	[ $status -eq 0 ] || sed 's/^/# /' "$scratch/diff"
}

# roles NAME MACHINE KEY...: colours by role; each repeats what stands there in words
roles()
{
	local name=$1 machine=$2
	shift 2
	dump_screen "$machine" --roles "$@" >"$scratch/all"
	[ "${REFLOAT_ACCEPT-}" != yes ] || cp "$scratch/all" "$expected/$name.txt"
	diff -u "$expected/$name.txt" "$scratch/all" >"$scratch/diff" 2>&1
	ok $? "$name"
	sed 's/^/# /' "$scratch/diff"
}

# away NAME MACHINE KEY...: q and Esc lead back to the first screen and out of it
away()
{
	local name=$1 machine=$2 out
	shift 2
	out=$(dump_screen "$machine" "$@" q q q q q)
	is "$out" "(left refloat)" "$name: q leads out"
	out=$(dump_screen "$machine" "$@" Esc Esc Esc Esc Esc)
	is "$out" "(left refloat)" "$name: Esc leads out"
}

# make_long_words: the texts of a language with longer words in $scratch/texts; needs sata-md
make_long_words()
{
	mkdir -p "$scratch/texts/C.UTF-8/LC_MESSAGES"
	"$top_srcdir/tests/lib/long-words.sh" "$scratch/texts/C.UTF-8/LC_MESSAGES/refloat.mo" \
		2>"$scratch/err" && dump_screen sata-md --utf8 --texts "$scratch/texts" k '?' |
		grep -q 'Keys of this screen *eee'
}

# keeps_keys FILE: the last line has the keys that are on every screen, or is no line of keys
keeps_keys()
{
	local last
	last=$(tail -n 1 "$1")
	case $last in
	*"? help"*"~"*"q back"*"~"*) return 0 ;;
	*"? "* | *"q "*) return 1 ;;
	esac
}

# long_words NAME MACHINE WORD...: in that language nothing runs over an edge, names and keys stay
long_words()
{
	local name=$1 machine=$2 size
	shift 2
	: >"$scratch/all"
	for size in 24x80 10x40; do
		dump_screen "$machine" --utf8 --texts "$scratch/texts" --size $size "$@" >"$scratch/one"
		printf '==== %s\n' "$size" >>"$scratch/all"
		cat "$scratch/one" >>"$scratch/all"
		lines_fit "${size#*x}" "$scratch/one" || printf 'too wide\n' >>"$scratch/all"
		keeps_keys "$scratch/one" || printf 'no help or no way back\n' >>"$scratch/all"
	done
	[ "${REFLOAT_ACCEPT-}" != yes ] || cp "$scratch/all" "$expected/long-$name.txt"
	diff -u "$expected/long-$name.txt" "$scratch/all" >"$scratch/diff" 2>&1
	ok $? "long words: $name"
	sed 's/^/# /' "$scratch/diff"
}
