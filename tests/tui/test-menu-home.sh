#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An account whose home is on a filesystem that the fstab only names by a guess: what is not mounted is
# said to be in its way, with what to do; and who mends an account is shown the guess before.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
# shellcheck source=tests/tui/account-server.sh
. "$(dirname "$0")/account-server.sh"
need_terminal vt100
need_root
private_namespace "$@"
need_program mke2fs losetup infocmp sfdisk
need_filesystem ext4

# --- a server on two disks: the second one is another one's hdb

tree=$scratch/tree
account_server "$tree"
cp -L /bin/bash "$tree/usr/sbin/sshd" # it is only looked for
echo web02 >"$tree/etc/hostname"
printf '%s\n' 'LABEL=guessroot / ext4 defaults 0 1' '/dev/hdb2 /home ext4 defaults 0 2' >"$tree/etc/fstab"
printf '%s\n' root:x:0:0:root:/root:/bin/bash 'anna:x:1000:1000:Anna:/home/anna:/bin/bash' >"$tree/etc/passwd"
printf '%s\n' "root:$account_hash:19700:0:99999:7:::" "anna:!$account_hash:19700:0:99999:7:::" >"$tree/etc/shadow"
printf '%s\n' root:x:0: anna:x:1000: >"$tree/etc/group"
mkdir -p "$scratch/home/anna/.ssh"
echo "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHzpcPBjPMHxvGgQXnCkzVaJmZL6J7bnvRmP5nBdrLPz anna@laptop" \
	>"$scratch/home/anna/.ssh/authorized_keys"
chown -R 1000:1000 "$scratch/home/anna"
chmod -R go-w "$scratch/home"

# make_disk FILE MIB PARTITION OFFSET-MIB SIZE-MIB LABEL FOLDER <TABLE
make_disk()
{
	truncate -s "$2M" "$1" && sfdisk -q "$1" >/dev/null &&
		mke2fs -q -t ext4 -L "$5" -d "$6" -E "offset=$(($3 << 20))" "$1" "$(($4 << 10))k"
}
mkdir /run/disks
a=/run/disks/a.img
b=/run/disks/b.img
make_disk $a 100 1 98 guessroot "$tree" <<<'start=1MiB, size=98MiB, type=83' 2>/dev/null ||
	skip_all "no disks can be made here"
printf 'start=%s, size=%s, type=83\n' 1MiB 8MiB 9MiB 20MiB |
	make_disk $b 32 9 20 "" "$scratch/home" 2>/dev/null || skip_all "no disks can be made here"
menu=("$refloat" --image "$a" --image "$b" --target /mnt/web02 --log "$scratch/menu.log")
export ASAN_OPTIONS=handle_segv=0:handle_abort=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
unset REFLOAT_ACCEPT SHELL NO_COLOR

play "what is not mounted is in the way" -- "${menu[@]}" <<-EOS
	term vt100
	limit 120
	start
	wait "1 is a guess" 30
	key m
	wait "a guess"
	key p
	wait "Risk:" 30
	expect "/home is a guess and not mounted"
	key Enter
	wait "Enter goes to the menu" 30
	key Enter
	key a
	wait "anna" 30
	key Down
	key Enter
	wait "what it needs is on /home, which is not mounted" 30
	expect "mount it, too"
	keys Down Down Down Down
	wait "> may"
	expect "line 2 of /etc/fstab"
	key Enter
	wait "It is not mounted"
	wait "Undo and unmount"
	expect-not "refloat umount"
	key Enter
	keys q q u
	wait "unmount everything"
	key u
	wait "Risk:" 30
	key Enter
	wait "Enter menu" 30
	key Enter
	wait "not mounted"
	key q
	expect-exit 0
EOS

play "a guess is shown before an account is mended" -- "${menu[@]}" <<-EOS
	term vt100
	limit 120
	start
	wait "1 is a guess" 30
	key a
	wait "anna" 30
	key Down
	key Enter
	wait "its password is locked" 30
	expect "1 SSH key"
	key e
	wait "It is not mounted yet"
	key y
	wait "What to mount" 20
	expect "a guess"
	expect "/home"
	settle
	expect "> /home"
	key Space
	key p
	wait "Risk:" 30
	key Enter
	wait "guess"
	key y
	wait "Enter goes on" 30
	key Enter
	wait "Mend the account anna" 30
	wait "Risk:" 30
	expect "unlock anna"
	keys q q q q
	wait "Leave refloat?"
	key y
	expect-exit 0
EOS
is "$(wc -l </mnt/web02/home/anna/.ssh/authorized_keys)" 1 "the home is mounted"
"$refloat" --image $a --image $b --target /mnt/web02 umount --yes >"$scratch/out" 2>&1
ok $? "all of it is taken down again"
done_testing
