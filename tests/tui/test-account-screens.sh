#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The screens about accounts as text, on a recorded machine that hardly anybody gets into, and on others
# where there is nothing to see: each at four sizes, with colours and with longer words.
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"
# shellcheck source=tests/tui/screens.sh
. "$top_srcdir/tests/tui/screens.sh"

make_machines sata-md "$top_srcdir/tests/tui/locked.machine" "$top_srcdir/tests/tui/several.machine" \
	"$top_srcdir/tests/tui/guess.machine"
mkdir "$scratch/journal"

# names and lines that try to drive the terminal, and one account too many to be read at a glance
cat >"$scratch/odd.machine" <<X
evidence=probes
disk sda 20G table=dos table_uuid=5eed5eed bus=ata
part sda1 sda 1M 10G type=ext4 uuid=9d6d0ad6-0000-4000-8000-00000000e000 entry=0x83
root sda1
debian odd x86_64
file etc/fstab <<<"UUID=9d6d0ad6-0000-4000-8000-00000000e000 / ext4 defaults 0 1"
file etc/passwd <<'END'
root:x:0:0:root:/root:/bin/bash
$(printf 'e\e[31mvil:x:1000:1000:Na\e]0;me\a:/home/e\e[2Jvil:/bin/\e[1mbash\n')
$(printf '長い名前:x:1001:1001:長い名前の人:/home/長い名前:/bin/bash\n')
$(printf 'x%.0s' {1..200}):x:1002:1002::/home/x:/bin/bash
END
file etc/shadow <<'END'
root:*:19700:0:99999:7:::
END
X
"$top_srcdir/tests/machines/make-machine.sh" "$scratch/odd.machine" "$machines/odd"
find "$machines/odd" -exec touch -h -d '2026-11-18 03:12 UTC' {} +

# root is not in its passwd
sed '/^\troot:x:0:0:root/d' "$top_srcdir/tests/tui/locked.machine" >"$scratch/rootless.machine"
"$top_srcdir/tests/machines/make-machine.sh" "$scratch/rootless.machine" "$machines/rootless"
find "$machines/rootless" -exec touch -h -d '2026-11-18 03:12 UTC' {} +

# root has a key, another account two lines
sed -e 's/PermitRootLogin no/PermitRootLogin prohibit-password/' \
	-e 's/^\tbackup:x:.*/&\n\tanna:x:1007:1007::\/home\/other:\/bin\/bash/' \
	-e 's/^file etc.fstab/folder root\/.ssh\nfile root\/.ssh\/authorized_keys <<<"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHzpcPBjPMHxvGgQXnCkzVaJmZL6J7bnvRmP5nBdrLPz root@laptop"\n&/' \
	"$top_srcdir/tests/tui/locked.machine" >"$scratch/rootkey.machine"
"$top_srcdir/tests/machines/make-machine.sh" "$scratch/rootkey.machine" "$machines/rootkey"
find "$machines/rootkey" -exec touch -h -d '2026-11-18 03:12 UTC' {} +

screen accounts locked a
screen accounts-no-root rootless a
screen accounts-all locked a .
screen accounts-notes locked a i
screen accounts-help locked a '?'
screen account-root locked a Enter
screen account-locked locked a Down Enter
screen account-locked-second locked a Down Enter Down
screen account-shell locked a Down Down Enter
screen account-in locked a Down Down Down Enter
screen account-story locked a Down Enter i
screen account-help locked a Enter '?'
screen account-recorded locked a Enter p
screen account-not-mended rootkey a Enter Down Enter
screen account-not-mended-either rootkey a End Up Enter End Up Enter
screen account-not-meant locked a . End Enter
screen accounts-of-system locked i Enter a
screen accounts-two several a
screen accounts-two-other several a o
screen accounts-odd odd a
screen account-odd odd a Down Enter
screen accounts-away guess a Down
screen account-away guess a Down Enter Down
screen account-away-told guess a Down Enter Down Enter
windows=${top_builddir:-.}/tests/system/make_windows
mkdir "$scratch/windows"
if grep -q "^#define HAVE_HIVEX 1" "${top_builddir:-.}/config.h" && [ -x "$windows" ] && "$windows" "$scratch/windows" <<'END' 2>/dev/null; then
account 500 Administrator disabled administrator
account 501 Guest disabled nopassword
account 1001 maria full=Maria_Example failures=5 locked login=1700000000 administrator
account 1002 otto hash=none
account 1003 pia online=pia@example.org
domain EXAMPLE
END
	cat >"$scratch/windows.machine" <<-X
		evidence=probes
		disk sda 20G table=dos table_uuid=5eed5eed bus=ata
		part sda1 sda 1M 19G type=ntfs uuid=0123456789ABCDEF entry=0x07 label=Windows
		root sda1
		folder Windows
	X
	"$top_srcdir/tests/machines/make-machine.sh" "$scratch/windows.machine" "$machines/windows"
	cp -a "$scratch/windows/." "$machines/windows/refloat/roots/sda1/"
	screen windows-accounts windows a
	screen windows-accounts-all windows a .
	screen windows-accounts-locked windows a Down
	screen windows-accounts-help windows a '?'
	away windows-accounts windows a
else
	skip "accounts of Windows" "tests/system/make_windows was not built, or there is no libhivex"
fi
roles roles-accounts locked a
roles roles-account locked a Down Enter
away accounts locked a
away account locked a Enter
if make_long_words; then
	long_words accounts locked a
	long_words account locked a Down Enter
else
	skip "long words: accounts" "no texts can be made here"
fi
done_testing
