#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Recorded machines in, screens as text out: each at four sizes, and none that drives a terminal.
#
# What is expected lies in tests/tui/expected, a file a screen; REFLOAT_ACCEPT=yes writes it anew, to
# be read before it is committed.
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"
# shellcheck source=tests/tui/screens.sh
. "$top_srcdir/tests/tui/screens.sh"

make_machines sata-md virtio nvme renamed multipath live-usb dm-crypt \
	"$top_srcdir/tests/cli/hostile.machine" "$top_srcdir/tests/tui/wide.machine"

# the same without its second disk, and one whose every name is 100 KiB of what no terminal should get
cp -a "$machines/renamed" "$machines/pulled"
find "$machines/pulled" -path '*/sys/*' -name 'vdb*' -prune -exec rm -r {} +
long=$(printf '\e[31m長い%.0s' {1..9000})
cat >"$scratch/long.machine" <<X
evidence=probes
disk sda 20G model="$long" serial="$long" table=dos table_uuid=5eed5eed bus=ata
part sda1 sda 1M 10G type=ext4 uuid=9d6d0ad6-0000-4000-8000-00000000e000 entry=0x83 label="$long"
root sda1
folder usr/bin
file etc/hostname <<<"$long"
file etc/os-release <<<'PRETTY_NAME="$long"'
file etc/fstab <<<"LABEL=$long /$long ext4 $long 0 0"
X
"$top_srcdir/tests/machines/make-machine.sh" "$scratch/long.machine" "$machines/long"
mkdir -p "$machines/empty/sys/class/block" "$machines/empty/proc/self"
: >"$machines/empty/proc/self/mountinfo"

# what was done since this machine started, as the program would have written it
mkdir "$scratch/journal"
cat >"$scratch/journal/journal" <<X
{"journal":1,"boot":"$(cat /proc/sys/kernel/random/boot_id)","namespace":"$(readlink /proc/self/ns/mnt)"}
{"begin":1,"action":"mount","summary":"Mount Debian 12 of web01 under /mnt","started":1795057920,"pid":1,"who":"root from 192.0.2.7 on pts/0"}
{"operation":1,"number":1,"state":"started","step":{"class":"mount","what":"Mount sda2 at /mnt read-only","risk":1,"policy":0,"arguments":{"source":"/dev/sda2","root":"/mnt","place":"/","type":"ext4","options":"ro"}}}
{"operation":1,"number":1,"state":"done","step":{"class":"mount","what":"Mount sda2 at /mnt read-only","risk":1,"policy":0,"arguments":{"source":"/dev/sda2","root":"/mnt","place":"/","type":"ext4","options":"ro","at":"/mnt"}}}
{"operation":1,"number":2,"state":"failed","error":"the kernel says: bad superblock \u001b[2J","step":{"class":"mount","what":"Mount sda3 at /mnt/var","risk":1,"policy":1,"arguments":{"source":"/dev/sda3","root":"/mnt","place":"/var","type":"xfs","options":"noatime"}}}
{"end":1,"state":"partial"}
{"begin":2,"action":"mount","summary":"Mount sdb1","started":1795058000,"pid":1,"who":"root"}
{"operation":2,"number":1,"state":"failed","error":"no such device","step":{"class":"mount","what":"Mount sdb1 at /mnt/srv","risk":1,"policy":0,"arguments":{"source":"/dev/sdb1","root":"/mnt","place":"/srv","type":"ext4","options":""}}}
{"end":2,"state":"undone"}
X

screen disks sata-md k
screen disks-closed sata-md k Down Down Left Left Left
screen disks-silent virtio k
screen disks-multipath multipath k
screen disks-rescue live-usb k End
screen disks-encrypted dm-crypt k
screen disks-none empty k Enter
screen disks-notes virtio k i
screen disks-search sata-md k / v a r
screen disks-hostile hostile k
screen device-array sata-md k / 1 2 6 Enter Enter
screen device-partition sata-md k / s d a 3 Enter Enter
screen device-member sata-md k / s d b 3 Enter Enter
screen device-container dm-crypt k / s d a 5 Enter Enter
screen device-path multipath k End Enter
screen device-paths multipath k / m p a t h _ Enter Enter
screen device-btrfs nvme k Down Down Down Enter
screen device-volume sata-md k / v a r Enter Enter PgDn
screen device-disk nvme k Enter
screen device-silent virtio k End Enter
screen device-guess renamed k / v d a 1 Enter Enter
screen device-hostile hostile k Down Enter
screen device-hostile-disk hostile k Enter
screen systems sata-md i
screen systems-none empty i Enter
screen disks-wide wide k
screen device-wide wide k Down Enter
screen system-wide wide i Enter Down
screen systems-hostile hostile i
screen system sata-md i Enter
screen system-guess renamed i Enter Down
screen system-missing renamed i Enter End
screen system-line renamed i Enter Down Enter
screen system-notes renamed i Enter i
screen system-btrfs nvme i Enter
screen form-check-btrfs nvme f c Down Down
screen system-hostile hostile i Enter End
screen help-disks sata-md k '?'
screen help-system sata-md i Enter '?' End
screen help-help sata-md '?' '?'
screen glossary sata-md '?' w
screen glossary-search sata-md '?' w / s u b v
screen log sata-md '!'
screen log-commands sata-md '!' v
screen log-search sata-md '!' / s d a 3

roles roles-disks virtio k
roles roles-system renamed i Enter Down

# the form of the system that the cursor was on
diff <(dump_screen renamed i m) <(dump_screen renamed i Enter m) >/dev/null
ok $? "m mounts from the list of systems as from the system itself"
dump_screen renamed i m | grep -q 'Mount the system'
ok $? "  which opens the form"

away "device" sata-md k Enter
away "system, notes" renamed i Enter i
away "glossary" sata-md k '?' w
away "log" sata-md k Enter '!'

# a new look leaves the cursor where it was
dump_screen sata-md k Down Down Down >"$scratch/before"
dump_screen sata-md k Down Down Down R >"$scratch/after"
diff "$scratch/before" "$scratch/after" >/dev/null
ok $? "looking again keeps the cursor of the tree"
dump_screen renamed i Enter Down Down >"$scratch/before"
dump_screen renamed i Enter Down Down R >"$scratch/after"
diff "$scratch/before" "$scratch/after" >/dev/null
ok $? "looking again keeps the cursor of the fstab"

# what is pulled goes, what is known of it stays as long as somebody reads it
ln -s "$machines/renamed" "$machines/link"
dump_screen link k End "@$machines/pulled" R >"$scratch/after"
diff <(dump_screen pulled k End) "$scratch/after" >/dev/null
ok $? "the cursor goes to the next line when its disk is pulled"
ln -sfn "$machines/renamed" "$machines/link"
dump_screen link k End Enter "@$machines/pulled" R >"$scratch/after"
grep -q 'not here any more' "$scratch/after" && grep -q 'vdb1' "$scratch/after"
ok $? "a device that was pulled is said to be gone, and what was known is shown"
ln -sfn "$machines/renamed" "$machines/link"
dump_screen link i Enter End "@$machines/empty" R >"$scratch/after"
grep -q 'not here any more' "$scratch/after" && grep -q '^> /old' "$scratch/after"
ok $? "a system whose disks were pulled is said to be gone, and what was known is shown"
ln -sfn "$machines/renamed" "$machines/link"
dump_screen link i Enter End "@$machines/empty" R m >"$scratch/after"
grep -q '^ This system is not here any more' "$scratch/after"
ok $? "  and it cannot be mounted"

# names as long as memory allows are cut or wrapped
for keys in k "k Enter" "k Down Enter" i "i Enter" "i Enter i" "i Enter Enter" "i Enter m" "m"; do
	# shellcheck disable=SC2086 # words
	dump_screen long --utf8 $keys >"$scratch/after" && clean "$scratch/after" &&
		lines_fit 80 "$scratch/after"
	ok $? "names of 100 KiB: keys $keys"
done

# a screen can be made smaller and larger at any moment
dump_screen renamed i Enter Down @10x40 Down @24x80 >"$scratch/after"
diff <(dump_screen renamed i Enter Down Down) "$scratch/after" >/dev/null
ok $? "a screen is the same after it was small for a while"
dump_screen sata-md k Enter @5x10 @24x80 >"$scratch/after"
diff <(dump_screen sata-md k Enter) "$scratch/after" >/dev/null
ok $? "a screen is the same after it was too small for a while"

# a language with longer words: everything still fits, names and keys are still seen
if make_long_words; then
	long_words disks sata-md k
	long_words device virtio k End Enter
	long_words systems sata-md i
	long_words system renamed i Enter Down
	long_words help sata-md k '?'
	long_words log sata-md '!'
else
	note "$(cat "$scratch/err")"
	skip "needs gettext's tools and translations" "long words"
fi
done_testing
