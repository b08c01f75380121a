#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A crafted disk: labels, names, fstab and settings full of what a terminal would act upon. Every
# screen shows printable characters only, also while it is mounted, worked in and taken down.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_program mkfs.ext4 sfdisk ldd
need_filesystem ext4
need_terminal vt100 xterm-256color
private_namespace "$@"
unset REFLOAT_ACCEPT NO_COLOR

clear=$'\e[2J'
title=$'\e]0;owned\a'
bidi=$'\u202e'
c1=$'\xc2\x9b'          # CSI, as UTF-8
overlong=$'\xc0\xaf'    # a slash, in a way that is not allowed
surrogate=$'\xed\xa0\x80'
lone=$'\x9b31m'         # CSI alone
evil=$clear$title$bidi$c1$overlong$surrogate$lone
endless=$(printf '%065536d' 0 | sed "s/0000/o${clear}o/g")

root=$scratch/root
mkdir -p "$root"/{etc,usr/bin,usr/lib/systemd,var,proc,sys,dev,run,root,tmp} "$root/srv/$bidi$clear-a"
ln -s usr/bin "$root/bin"
cp -L "$(type -P true)" "$root/usr/lib/systemd/systemd"
cp -L "$(type -P bash)" "$root/usr/bin/bash"
ldd "$(type -P bash)" | grep -oE '/[^ )]+' | while read -r library; do
	mkdir -p "$root$(dirname "$library")"
	cp -L "$library" "$root$library"
done
mkdir -p "$root/usr/lib/modules/6.1.0-$clear$bidi"
printf 'PRETTY_NAME="Evil %s Linux"\nID=evil\nVERSION_ID="%s"\n' "$evil" "$clear" >"$root/etc/os-release"
printf '%s\n' "ev$clear$endless" >"$root/etc/hostname"
: >"$root/etc/resolv.conf"
printf 'root:x:0:0:root:/root:/bin/bash\n' >"$root/etc/passwd"
{
	printf 'LABEL=ev\\033[2Jil / ext4 defaults 0 1\n'
	printf 'LABEL=missing\\033]0;x\\007%s /srv/m\\033[31m ext4 defaults,x-%s 0 2\n' "$bidi" "$clear"
	printf '/srv/%s\\033[2J-a /var none bind 0 0\n' "$bidi"
	printf 'UUID=%s /%s %s %s 0 2\n' "$evil" "$evil" "$c1" "$endless"
	printf '%s\n' "$endless"
} >"$root/etc/fstab"

# the name of the image is as bad; its partition has a name too, and its filesystem a label
image="$scratch/di${clear}sk.img"
image_make "$image" 96M
sfdisk --quiet --no-reread --no-tell-kernel "$image" <<-EOF
	label: gpt
	start=1MiB, size=80MiB, type=L, name="pa\\x1b[2J\\xe2\\x80\\xaert"
EOF
image_make "$scratch/part.img" 80M
mkfs.ext4 -q -L "ev${clear}il" -d "$root" "$scratch/part.img" 2>"$scratch/mkfs.log" || note "$(cat "$scratch/mkfs.log")"
dd if="$scratch/part.img" of="$image" bs=1M seek=1 conv=notrunc,sparse status=none
swap="$scratch/${bidi}sw.img"
image_make "$swap" 8M
mkswap --quiet --label "${bidi}$c1" "$swap" >/dev/null
menu=("$refloat" --image "$image" --image "$swap" --target "/mnt/t${clear}w")

# look TERM LINE: every screen that only looks
look()
{
	play "looking, $1, $2" -- "${menu[@]}" <<-EOS
		limit 90
		term $1
		$2
		start
		wait "filesystem" 20
		settle 300
		name Disks, and each device
		key k
		wait SIZE
		keys Enter PgDn End q Down Enter PgDn
		settle
		only-printable
		keys q Down Enter PgDn q End
		wait SIZE
		only-printable
		key q
		wait "Quit"
		name the systems
		key i
		wait "LAST USED"
		keys Enter PgDn Enter
		settle
		only-printable
		keys End q End Enter
		settle
		keys q Up Enter q
		settle
		only-printable
		keys q / e v Enter n N
		settle
		only-printable
		signal TERM
		expect-signal TERM
		terminal-restored
	EOS
}

# work TERM LINE: the main job
work()
{
	play "working, $1, $2" -- "${menu[@]}" <<-EOS
		limit 90
		term $1
		$2
		start
		wait "filesystem" 20
		settle 300
		name the form of the mount
		key m
		wait "Read-only"
		settle
		keys Down Down Down Down Up
		only-printable
		name the plan
		key p
		wait "Risk:" 20
		settle
		keys PgDn End Home v
		settle
		keys End Right Right Left Home
		only-printable
		name the run
		key Enter
		wait "u takes it back" 30
		settle
		keys Home End
		only-printable
		name the first screen, and the question when leaving
		key Enter
		wait "Quit"
		settle 300
		key q
		wait "Leave"
		settle
		only-printable
		name a shell in it
		key n
		settle
		key c
		wait "Risk:" 20
		settle
		keys v v Enter
		wait "root:/" 20
		type "exit\n"
		expect-line -1 "Enter open"
		wait "Quit" 20
		settle
		only-printable
		name the log
		key l
		wait "done"
		keys v PgDn End
		settle
		only-printable
		key q
		wait "Quit"
		name undo and its plan
		key u
		wait "UNDOING"
		settle
		key u
		wait "Risk:" 20
		settle
		keys v v End
		only-printable
		key Enter
		wait "Done" 20
		settle
		key Enter
		wait "nothing to undo"
		settle
		key q
		expect-exit 0
		only-printable
		terminal-restored
		no-process-left
	EOS
	is "$(awk '$5 ~ "^/mnt/t"' /proc/self/mountinfo)" "" "$1: no mount is left"
	is "$(losetup --list --noheadings | grep -c "$scratch")" 0 "$1: no loop device is left"
	umount -lR "/mnt/t${clear}w" 2>/dev/null # what a failed test left
	rm -rf /run/refloat
}

for terminal in "vt100:env LC_ALL=C" "xterm-256color:env LC_ALL=C.UTF-8"; do
	look "${terminal%%:*}" "${terminal#*:}"
	work "${terminal%%:*}" "${terminal#*:}"
done
done_testing
