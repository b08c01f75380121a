#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The screens of the main job on recorded machines: the first one, what is asked, the plan, what can be
# undone. Compared as test-screens.sh does.
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"
# shellcheck source=tests/tui/screens.sh
. "$top_srcdir/tests/tui/screens.sh"

make_machines sata-md virtio nvme renamed live-usb dm-crypt many \
	"$top_srcdir/tests/cli/hostile.machine" "$top_srcdir/tests/cli/secrets.machine" \
	"$top_srcdir/tests/tui/several.machine" "$top_srcdir/tests/tui/wide.machine"
mkdir -p "$machines/empty/sys/class/block" "$machines/empty/proc/self"
: >"$machines/empty/proc/self/mountinfo"
cat >"$scratch/bare.machine" <<'X'
disk sda 20G model='SAMPLE DISK 20' serial=S-a table=dos table_uuid=5eed5eea bus=ata
part sda1 sda 1M 10G type=ext4 uuid=9d6d0ad6-0000-4000-8000-00000000a001 entry=0x83 label=data
X
make_machines "$scratch/bare.machine"

# journals, as the program would have written them: write_journal FOLDER, with the operations on
# standard input
write_journal()
{
	mkdir -p "$scratch/$1"
	{
		printf '{"journal":1,"boot":"%s","namespace":"%s"}\n' \
			"$(cat /proc/sys/kernel/random/boot_id)" "$(readlink /proc/self/ns/mnt)"
		cat
	} >"$scratch/$1/journal"
}
write_journal journal </dev/null
write_journal mounted <<'X'
{"begin":1,"action":"mount","summary":"Mount Debian 12 of web01 at /mnt/web01","started":1795057920,"pid":1,"who":"root from 192.0.2.7 on pts/0"}
{"operation":1,"number":1,"state":"done","step":{"class":"mount","what":"Mount sda2 (ext4) at /mnt/web01","risk":2,"policy":0,"arguments":{"source":"/dev/sda2","root":"/mnt/web01","place":"/","type":"ext4","options":"","at":"/mnt/web01"}}}
{"operation":1,"number":2,"state":"done","step":{"class":"make-folder","what":"Make the missing folder /mnt/web01/srv","risk":2,"policy":1,"arguments":{"root":"/mnt/web01","path":"/srv","folder":"/srv","made":"/srv"}}}
{"operation":1,"number":3,"state":"failed","error":"wrong fs type, bad option, bad superblock","step":{"class":"mount","what":"Mount sda3 (xfs) at /mnt/web01/var","risk":2,"policy":1,"arguments":{"source":"/dev/sda3","root":"/mnt/web01","place":"/var","type":"xfs","options":"noatime"}}}
{"operation":1,"number":4,"state":"done","step":{"class":"mount","what":"Mount sda4 (ext4) at /mnt/web01/srv","risk":2,"policy":1,"arguments":{"source":"/dev/sda4","root":"/mnt/web01","place":"/srv","type":"ext4","options":"","at":"/mnt/web01/srv"}}}
{"end":1,"state":"partial"}
{"begin":2,"action":"chroot","summary":"Work in Debian 12 of web01","started":1795058000,"pid":1,"who":"root"}
{"end":2,"state":"done"}
X
write_journal halfway <<'X'
{"begin":1,"action":"mount","summary":"Mount Debian 12 of web01 at /mnt/web01","started":1795057920,"pid":1,"who":"root"}
{"operation":1,"number":1,"state":"done","step":{"class":"mount","what":"Mount sda2 (ext4) at /mnt/web01","risk":2,"policy":0,"arguments":{"source":"/dev/sda2","root":"/mnt/web01","place":"/","type":"ext4","options":"","at":"/mnt/web01"}}}
{"operation":1,"number":2,"state":"started","step":{"class":"mount","what":"Mount sda3 (xfs) at /mnt/web01/var","risk":2,"policy":1,"arguments":{"source":"/dev/sda3","root":"/mnt/web01","place":"/var","type":"xfs","options":"","at":"/mnt/web01/var"}}}
X
write_journal failed <<'X'
{"begin":1,"action":"mount","summary":"Mount Debian 12 of web01 at /mnt/web01","started":1795057920,"pid":1,"who":"root"}
{"operation":1,"number":1,"state":"failed","error":"target is busy","step":{"class":"mount","what":"Mount sda2 (ext4) at /mnt/web01","risk":2,"policy":0,"arguments":{"source":"/dev/sda2","root":"/mnt/web01","place":"/","type":"ext4","options":"","at":"/mnt/web01"}}}
{"operation":1,"number":2,"state":"failed","error":"no such device","step":{"class":"mount","what":"Mount sda3 (xfs) at /mnt/web01/var","risk":2,"policy":0,"arguments":{"source":"/dev/sda3","root":"/mnt/web01","place":"/var","type":"xfs","options":""}}}
{"end":1,"state":"failed"}
X

screen home-asking sata-md @now
screen home sata-md
screen home-silent virtio
screen home-bare bare
screen home-empty empty
screen home-several several Down Down
screen home-guess renamed End
screen home-rescue live-usb
screen home-many many
screen home-wide wide
screen home-hostile hostile
journal=mounted screen home-undo sata-md
journal=halfway screen home-cut-off sata-md
journal=failed screen home-failed sata-md

# why something cannot be used now stands in place of the keys until the next one
screen hint-shell sata-md c
screen hint-mount bare m
screen hint-early sata-md @now m @now
screen hint-run sata-md m p Enter
screen hint-undo sata-md u Enter

screen form sata-md m
screen form-guess renamed m Down Down
screen form-switched renamed m Down Down Space Down Space
screen form-missing virtio m End
screen form-scrolled renamed m End Up Up
screen form-several several m
screen form-several-second several m Right Down
screen form-secret secrets m
screen form-hostile hostile m Down Down
screen form-wide wide m Down Down
screen form-subvolumes nvme m
journal=mounted screen form-umount sata-md u u o

screen plan sata-md m p
screen plan-commands sata-md m p v
screen plan-read-only virtio m Space p
screen plan-guess renamed m Down Down Space p
screen plan-guess-left renamed m p
screen plan-several several m Right p
screen plan-subvolumes nvme m p v
screen plan-secret secrets m p
screen plan-hostile hostile m p
screen plan-wide wide m p
screen plan-end sata-md m p End
screen plan-asking sata-md m p @now

screen undo-nothing sata-md u
journal=mounted screen undo sata-md u
journal=mounted screen undo-down sata-md u Down Down
journal=halfway screen undo-cut-off sata-md u
journal=failed screen undo-failed sata-md u
journal=mounted screen undo-plan sata-md u Down Down Enter
journal=mounted screen undo-plan-all sata-md u u
journal=halfway screen undo-plan-cut-off sata-md u Enter v
journal=mounted screen log-operations sata-md l

screen help-home sata-md '?'
screen help-form sata-md m '?'
screen help-plan sata-md m p '?'
screen help-undo sata-md u '?'

# a language with longer words
if make_long_words; then
	long_words home renamed
	long_words home-asking sata-md @now
	journal=halfway long_words home-cut-off bare Down Down
	long_words form renamed m
	long_words form-several several m
	journal=mounted long_words form-umount sata-md u u o
	long_words plan renamed m p
	long_words plan-commands renamed m p v End
	long_words plan-hint renamed m p Enter
	journal=mounted long_words undo sata-md u
	journal=halfway long_words undo-cut-off sata-md u
	long_words help-home sata-md '?'
	long_words words sata-md '?' w
	long_words too-small sata-md @8x30
else
	note "$(cat "$scratch/err")"
	skip "needs gettext's tools and translations" "long words"
fi

# a role alone is noticed: each screen was looked through for it
printf '%-80s\n' "sda 40G" "sdb 20G" "sdc does not answer" >"$scratch/one"
printf '%-80s\n' ".." "ww" "eeeeeeeeeeeeeeeeeee" | tr ' ' . >"$scratch/roles"
is "$(says_so "$scratch/one" "$scratch/roles" | tr -d '\n')" "by its role only:  sd" \
	"what is said by its role only is found"

# too small, and just large enough
screen_at()
{
	is "$(dump_screen sata-md --size "$1" | tr -s ' \n' ' ' | sed 's/ $//')" "$2" "$1: $2"
}
screen_at 8x30 "30x8 is too small: refloat needs 40x10"
screen_at 9x200 "200x9 is too small: refloat needs 40x10"
screen_at 1x5 "5x1"

# the title in all its widths: what is cut gives way in a stated order
: >"$scratch/all"
for width in 40 50 60 65 70 72 76 80 90 100 132; do
	dump_screen sata-md --size "10x$width" | head -n 1 >>"$scratch/all"
	dump_screen sata-md --size "10x$width" k | head -n 1 >>"$scratch/all"
done
[ "${REFLOAT_ACCEPT-}" != yes ] || cp "$scratch/all" "$expected/titles.txt"
diff -u "$expected/titles.txt" "$scratch/all" >"$scratch/diff"
ok $? "the title at all widths"
sed 's/^/# /' "$scratch/diff"

away "form" renamed m
away "plan" renamed m p
away "undo" sata-md u
done_testing
