#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk that never answers: everything else is shown, the silent one is named, nothing waits longer
# than the deadline: neither the program nor whoever reads its output through a pipe. The silent one
# is a loop device above a FUSE file.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.ext4 jq
stall=${top_builddir:-.}/tests/storage/stall_fuse
[ -x "$stall" ] || skip_all "stall_fuse was not built: libfuse3 is missing"
[ -e /dev/fuse ] || skip_all "needs /dev/fuse"
private_namespace "$@"

image_make "$scratch/good" 32M
mkfs.ext4 -q -L good "$scratch/good"
good=$(loop_attach "$scratch/good")
mkdir "$scratch/stalled"
"$stall" "$scratch/stalled" >/dev/null 2>&1 &
server=$!
trap 'kill -KILL $server 2>/dev/null; tap_cleanup' EXIT
for _ in $(seq 600); do
	mountpoint -q "$scratch/stalled" && break
	sleep 0.1
done
silent=$(timeout 20 losetup --find --show "$scratch/stalled/disk")
ok $? "a loop device lies above a file that never answers"

run timeout 60 "$refloat" --wait 2 disks --json
is "$status" 0 "disks ends all the same"
is "$(jq -r --arg p "$good" '.devices[] | select(.path == $p) | .label' <<<"$output")" good \
	"the disk beside it is shown with its contents"
is "$(jq -r --arg p "$silent" '.devices[] | select(.path == $p) | .state' <<<"$output")" silent \
	"the silent one is shown as silent"
run timeout 60 "$refloat" --wait 2 disks
like "$output" "${silent#/dev/}.*did not answer within 2 s" "and said so in words"
run timeout 60 "$refloat" --wait 2 systems
[ "$status" -ne 124 ]
ok $? "systems ends, too"
# the server first: its end fails what waits, so that the device can go
kill -KILL $server
wait $server 2>/dev/null
umount -l "$scratch/stalled" 2>/dev/null
losetup -d "$silent" 2>/dev/null
losetup -d "$good"
done_testing
