#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Recorded machines in, text and JSON out.
#
# The expected output lies in tests/cli/expected; REFLOAT_ACCEPT=yes writes it anew, to be read
# before it is committed.
# functions are called by check; jq has variables of its own
# shellcheck disable=SC2317,SC2016
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${REFLOAT:=refloat}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"

expected=$top_srcdir/tests/cli/expected
for machine in "$top_srcdir/tests/cli/secrets.machine" "$top_srcdir/tests/cli/hostile.machine" \
	sata-md virtio multipath stacks; do
	"$top_srcdir/tests/machines/make-machine.sh" "$machine" "$scratch/$(basename "$machine" .machine)"
done
find "$scratch" -exec touch -h -d '2026-11-18 03:12 UTC' {} + # "last used" is told by files
export TZ=UTC
mkdir -p "$scratch/empty/sys/class/block" "$scratch/empty/proc/self"
: >"$scratch/empty/proc/self/mountinfo"

# check NAME COMMAND...
check()
{
	local name=$1
	shift
	"$@"
	ok $? "$name"
}

# prints FILE LOCALE COLUMNS WORD...: what refloat prints is what expected/FILE has
prints()
{
	local file=$1 locale=$2 columns=$3
	shift 3
	(cd "$scratch" && LC_ALL=$locale COLUMNS=$columns "$REFLOAT" "$@") >"$scratch/out" \
		2>"$scratch/err" </dev/null
	[ "${REFLOAT_ACCEPT-}" != yes ] || cp "$scratch/out" "$expected/$file"
	if diff -u "$expected/$file" "$scratch/out" >"$scratch/diff" && [ ! -s "$scratch/err" ]; then
		ok 0 "$file"
	else
		ok 1 "$file"
		sed 's/^/# /' "$scratch/diff" "$scratch/err"
	fi
}

# clean_output WORD...: nothing that a terminal would act upon, on either stream
clean_output()
{
	local locale
	for locale in C C.UTF-8; do
		LC_ALL=$locale "$REFLOAT" --sysroot "$scratch/hostile" "$@" >"$scratch/out" 2>&1 </dev/null
		[ -s "$scratch/out" ] || return
		# control characters, those of Latin 1 as UTF-8, right-to-left override
		! LC_ALL=C grep -aqP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80\xae' \
			"$scratch/out" || return
	done
}

all_lines_fit()
{
	LC_ALL=C.UTF-8 COLUMNS=60 "$REFLOAT" --sysroot "$scratch/secrets" "$@" >"$scratch/out"
	[ "$(LC_ALL=C.UTF-8 wc -L <"$scratch/out")" -le 60 ]
}

# holds FILTER WORD...: jq finds FILTER true of the JSON that refloat prints
holds()
{
	local filter=$1
	shift
	"$REFLOAT" --sysroot "$scratch/secrets" --json "$@" >"$scratch/out" && jq -e "$filter" \
		<"$scratch/out" >/dev/null
}

# ends_with STATUS WORD...
ends_with()
{
	local status=$1
	shift
	"$REFLOAT" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	[ $? -eq "$status" ]
}

# What lies dormant, and what was found in it, is recorded as well.
stacks_are_recorded()
{
	"$REFLOAT" --sysroot "$scratch/stacks" record "$scratch/stacks-record" --fstab >"$scratch/out" &&
		"$REFLOAT" --sysroot "$scratch/stacks" --json disks >"$scratch/was" &&
		"$REFLOAT" --sysroot "$scratch/stacks-record" --json disks >"$scratch/is" &&
		cmp -s "$scratch/was" "$scratch/is" &&
		[ -e "$scratch/stacks-record/refloat/roots/vg0-root/etc/fstab" ]
}

# no_secret WORD...: neither what is printed nor what is written has the password
records_machine()
{
	"$REFLOAT" --sysroot "$scratch/secrets" record "$scratch/record" --fstab >"$scratch/out" &&
		[ -e "$scratch/record/refloat/roots/md0/etc/fstab" ] &&
		! grep -rqE 'hunter2|anna' "$scratch/record" "$scratch/out"
}

# of the record too, the same is said
record_reads_back()
{
	local command
	for command in disks systems; do
		"$REFLOAT" --sysroot "$scratch/secrets" --json "$command" |
			jq 'del(.. | .options?, .source?, .arch?, .init?, .last_used?)' >"$scratch/was" &&
			"$REFLOAT" --sysroot "$scratch/record" --json "$command" |
			jq 'del(.. | .options?, .source?, .arch?, .init?, .last_used?)' >"$scratch/is" &&
			diff "$scratch/was" "$scratch/is" | sed 's/^/# /' &&
			cmp -s "$scratch/was" "$scratch/is" || return
	done
}

prints disks-c-80.txt C 80 --sysroot secrets disks
prints disks-utf8-80.txt C.UTF-8 80 --sysroot secrets disks
prints disks-utf8-130.txt C.UTF-8 130 --sysroot secrets disks
prints disks-c-50.txt C 50 --sysroot secrets disks
prints disks.json C.UTF-8 80 --sysroot secrets disks --json
prints disks-sata-md.txt C.UTF-8 80 --sysroot sata-md disks
prints disks-stacks.txt C.UTF-8 80 --sysroot stacks disks
prints disks-stacks.json C.UTF-8 80 --sysroot stacks disks --json
prints disks-virtio.txt C.UTF-8 80 --sysroot virtio disks
prints disks-multipath.txt C.UTF-8 80 --sysroot multipath disks
prints disks-hostile.txt C.UTF-8 80 --sysroot hostile disks
prints systems-c-80.txt C 80 --sysroot secrets systems
prints systems-utf8-120.txt C.UTF-8 120 --sysroot secrets systems
prints systems-sata-md.txt C.UTF-8 80 --sysroot sata-md systems
prints systems.json C.UTF-8 80 --sysroot secrets systems --json
prints systems-hostile.txt C.UTF-8 80 --sysroot hostile systems
prints mount-plan.txt C 80 --sysroot secrets mount --plan
prints mount-plan-hostile.txt C.UTF-8 80 --sysroot hostile mount --plan
prints mount-plan.json C 80 --sysroot secrets mount --plan --json
for words in disks systems "disks --json" "systems --json" "disks --verbose" "mount --plan" \
	"mount --plan --json" "chroot --plan" "mount nosuch --plan"; do
	# shellcheck disable=SC2086 # words
	check "a hostile machine drives no terminal: $words" clean_output $words
done
check "disks fits the width" all_lines_fit disks
if command -v jq >/dev/null; then
	check "JSON: sizes are integers" holds '[.devices[].size | type == "number"] | all' disks
	check "JSON: lists are never null" holds \
		'[.devices[] | .mountpoints, .parents, .notes | type == "array"] | all' disks
	check "JSON: parents stand before their children" holds \
		'[.devices[].name] as $n | [.devices | to_entries[] | .key as $k | .value.parents[] as $p |
			($n | index($p)) < $k] | all' disks
	check "JSON: an array has both parents" holds \
		'.devices[] | select(.name == "md0") | .parents == ["sda1", "sdb1"]' disks
	check "JSON: names are unique" holds '[.devices[].name] | length == (unique | length)' disks
	check "JSON: every entry of fstab has an action and a reason" holds \
		'[.systems[].fstab[] | .action != null and .reason != null] | all' systems
	check "JSON: every step of a plan has a command and a risk" holds \
		'.steps | length > 0 and ([.[] | .what != "" and .command != "" and .risk != null] | all)' \
		mount --plan
	check "record --fstab keeps no password and no user" records_machine
	check "what is recorded reads back" record_reads_back
	check "a recording holds what a look has found" stacks_are_recorded
else
	skip "jq is missing" "JSON"
fi
check "no disk at all: exit status 4" ends_with 4 --sysroot "$scratch/empty" disks
check "no system: exit status 4" ends_with 4 --sysroot "$scratch/empty" systems
check "a system that is not there: exit status 4" ends_with 4 --sysroot "$scratch/secrets" mount nosuch --plan
check "an image that is not there: exit status 2" ends_with 2 --image "$scratch/nosuch.img" disks
check "a folder that is no recorded machine: exit status 2" ends_with 2 --sysroot "$scratch/nosuch" disks
check "no terminal, no --yes: exit status 2" ends_with 2 --sysroot "$scratch/secrets" mount
check "  and it says --yes and --plan" grep -q -- '--yes.*--plan' "$scratch/err"
check "with --json nothing is asked: exit status 2" ends_with 2 --sysroot "$scratch/secrets" mount --json
check "an entry that is not in fstab: exit status 2" \
	ends_with 2 --sysroot "$scratch/secrets" mount --skip /nosuch --plan
check "a folder that is not empty is not recorded to" \
	ends_with 1 --sysroot "$scratch/secrets" record "$scratch"
done_testing
