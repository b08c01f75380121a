#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes a recorded machine out of a short description.
#
#   make-machine.sh NAME|DESCRIPTION.sh FOLDER [COUNT]
#
# NAME is one of the descriptions beside this script. README.md says how to write one. FOLDER must
# not exist or be empty. COUNT is how many disks "many" has.
set -u -o pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/machines/words.sh
. "$here/words.sh"
# shellcheck source=tests/machines/write.sh
. "$here/write.sh"

die()
{
	echo "make-machine.sh: $*" >&2
	exit 1
}

[ $# -ge 2 ] || die "usage: make-machine.sh NAME|DESCRIPTION.sh FOLDER [COUNT]"
description=$1
[ -f "$description" ] || description=$here/$1.machine
[ -f "$description" ] || die "no description $1"
# descriptions read it
# shellcheck disable=SC2034
count=${3:-1000}

mkdir -p "$2" || exit 1
folder=$(readlink -f "$2")
[ -z "$(ls -A "$folder")" ] || die "$2 is not empty"
# shellcheck source=/dev/null
. "$description"
write_machine "$folder"
