# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034 # the variables are for the tests
# What the shell tests share: TAP, a scratch folder, a mount namespace, loop devices.
#
# A test sources this, calls need_root or private_namespace where it must, then ok, is, like, ...,
# and ends with done_testing. Whatever happens, the scratch folder goes, and with it every loop
# device and mount that points into it.

tap_number=0
tap_failed=0
top_srcdir=${top_srcdir:-$(readlink -f "$(dirname "${BASH_SOURCE[0]}")/../..")}
refloat=${REFLOAT:-${top_builddir:-$PWD}/refloat}

# skip_all REASON: the whole test is skipped and counted so
skip_all()
{
	echo "1..0 # SKIP $*"
	exit 0
}

need_root()
{
	[ "$(id -u)" -eq 0 ] || skip_all "needs root"
}

need_program()
{
	local program
	for program in "$@"; do
		command -v "$program" >/dev/null || skip_all "needs $program"
	done
}

# need_filesystem TYPE...: the kernel has a driver
need_filesystem()
{
	local type
	for type in "$@"; do
		grep -qw "$type" /proc/filesystems || skip_all "this kernel has no $type"
	done
}

# run_instead COMMAND...: the script again, in other surroundings; it makes a scratch folder of its own
run_instead()
{
	rm -rf "$scratch"
	exec "$@"
}

# private_namespace "$@": runs the script again in a mount namespace of its own, with an empty
# /run and /mnt, so that no mount and no journal of the test meets the machine's
private_namespace()
{
	need_root
	if [ "${TAP_NAMESPACE-}" != yes ]; then
		TAP_NAMESPACE=yes run_instead unshare --mount --propagation private bash "$0" "$@"
	fi
	unset TAP_NAMESPACE
	mount -t tmpfs -o mode=755 tmpfs /run
	mount -t tmpfs -o mode=755 tmpfs /mnt
}

tap_cleanup()
{
	local loop
	grep -F " $scratch" /proc/self/mountinfo | awk '{print $5}' | tac | while read -r at; do
		umount -l "$at" 2>/dev/null
	done
	if command -v losetup >/dev/null; then
		losetup --list --noheadings --raw --output NAME,BACK-FILE 2>/dev/null |
			grep -F " $scratch/" | while read -r loop _; do
			losetup -d "$loop" 2>/dev/null
		done
	fi
	rm -rf "$scratch"
}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/refloat-test.XXXXXX")
trap tap_cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# ok STATUS NAME
ok()
{
	tap_number=$((tap_number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $tap_number - $2"
	else
		echo "not ok $tap_number - $2"
		tap_failed=$((tap_failed + 1))
	fi
}

# skip REASON NAME
skip()
{
	tap_number=$((tap_number + 1))
	echo "ok $tap_number - $2 # SKIP $1"
}

# note TEXT: lines that explain a failure
note()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

# is GOT WANTED NAME
is()
{
	if [ "$1" = "$2" ]; then
		ok 0 "$3"
	else
		ok 1 "$3"
		note "got:    $1"
		note "wanted: $2"
	fi
}

# like GOT REGEX NAME
like()
{
	if printf '%s' "$1" | grep -qE -- "$2"; then
		ok 0 "$3"
	else
		ok 1 "$3"
		note "got: $1"
		note "wanted something like: $2"
	fi
}

# unlike GOT REGEX NAME
unlike()
{
	if printf '%s' "$1" | grep -qE -- "$2"; then
		ok 1 "$3"
		note "got: $1"
		note "wanted nothing like: $2"
	else
		ok 0 "$3"
	fi
}

# run COMMAND...: sets $status, $output (standard output) and $errors (standard error)
run()
{
	status=0
	output=$("$@" 2>"$scratch/stderr") || status=$?
	errors=$(cat "$scratch/stderr")
}

# run_with_loops COMMAND...: as run; where somebody else on this machine took the loop device that was meant, it
# is done again, as refloat says then
run_with_loops()
{
	local tries
	for tries in 1 2 3 4 5; do
		run "$@"
		[[ $status != 0 && $output$errors == *"another loop device is taken"* ]] || return 0
		sleep "0.$tries"
	done
}

done_testing()
{
	echo "1..$tap_number"
	[ $tap_failed -eq 0 ]
	exit
}

# image_make FILE SIZE
image_make()
{
	rm -f "$1"
	truncate -s "$2" "$1"
}

# loop_attach FILE [LOSETUP OPTIONS]: prints the device; it goes with the scratch folder
loop_attach()
{
	local file=$1
	shift
	losetup --find --show "$@" "$file"
}

# checksum FILE...
checksum()
{
	sha256sum "$@" | sha256sum | cut -d ' ' -f 1
}
