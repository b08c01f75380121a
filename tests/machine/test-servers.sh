#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Real servers: a Debian in different layouts of disks boots from these, is rescued, and boots again.
#
# For each server: in the rescue guest, with its disks, the program looks (not one byte changes), mounts it all by one
# command, runs commands in it and takes it down; then its disks start it up to the login prompt. That is the
# ordinary run, with the servers in $ordinary. REFLOAT_MACHINE=full takes all, and makes it harder: the server is
# switched off in the middle before, its disks come to the guest in another order and as disks of another kind,
# its boot loader is written anew from the chroot, all is done once more by the menu on the serial console, and
# one with two disks is rescued and started with one of them, too. REFLOAT_SERVERS="NAME..." takes these.
# From one server (REFLOAT_LOCKED=all: from each; so does full) everybody is locked out, and let in again (locked.sh).
# shellcheck disable=SC2154 # tap.sh has the variables
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/play.sh
. "$(dirname "$0")/../lib/play.sh"
need_root
need_program qemu-system-x86_64 qemu-img python3 cpio busybox jq flock ssh ssh-keygen
[ "$(uname -m)" = x86_64 ] || skip_all "needs an x86_64 machine"
export PYTHONDONTWRITEBYTECODE=1
here=$top_srcdir/tests/machine
guest_py=$here/guest.py
# shellcheck source=tests/machine/locked.sh
. "$here/locked.sh"
ordinary='nvme-uefi luks-raid'
machine=

# --- one machine at a time
exec 9>"${TMPDIR:-/tmp}/refloat-test-machine.lock"
flock --wait 3600 9 || skip_all "another test machine is running here"
base=$("$here/build-guest.sh" 2>"$scratch/errors") || skip_all "no guest: $(tail -n 1 "$scratch/errors")"
"$here/build-guest.sh" --program "$refloat" "$scratch/program.cpio"
cat "$base/initrd.cpio" "$scratch/program.cpio" >"$scratch/initrd.cpio"

# end_guest: QEMU writes what it has
end_guest()
{
	[ -n "$machine" ] || return 0
	"$guest_py" qmp "$folder" quit >/dev/null 2>&1 || kill "$machine" 2>/dev/null
	wait "$machine" 2>/dev/null
	machine=
}
trap 'end_guest; tap_cleanup' EXIT

# start_guest TABLE: sets $folder
start_guest()
{
	folder=$scratch/guest
	rm -rf "$folder"
	"$guest_py" serve "$folder" --kernel "$base/vmlinux" --initrd "$scratch/initrd.cpio" --disks "$1" 9>&- &
	machine=$!
	run "$guest_py" wait "$folder" 300
	[ "$status" -eq 0 ] || {
		ok 1 "$name: the guest starts"
		note "$errors $(cat "$folder/qemu.log")"
	}
}

# g COMMAND: in the guest; sets $status, $output, $errors
g()
{
	run "$guest_py" run "$folder" --limit 600 "$1"
}

# r ARGUMENT...: refloat in the guest
r()
{
	g "refloat --target /mnt/$name $*"
}

# setting WORD: what the layout says
setting()
{
	sed -n "s/^$1=//p" "$disks/settings"
}

# overlay FOLDER: disks as they were made; sets $disks and $made, and what is expected of the server
overlay()
{
	made=$1
	disks=$scratch/$name
	rm -rf "$disks"
	"$here/build-servers.sh" --overlay "$name" "$disks" 9>&- >/dev/null
	mounts=$(setting mounts)
	passphrase=$(setting passphrase)
	keys=${passphrase:+--passphrase-file /run/passphrase}
	answers="$(setting answers) $keys"
}

# run_server WORD...: server.py on the disks, with WORD... behind them. Where the machine stood still, as an emulated
# one does now and then, and said nothing at all any more, once more, on the disks as they were.
run_server()
{
	local try
	rm -rf "$scratch/before"
	cp -r "$disks" "$scratch/before"
	for try in 1 2; do
		run "$here/server.py" "$disks" "$@" 9>&-
		if [ "$status" -ne 121 ] || [ $try = 2 ]; then
			return
		fi
		note "the machine stood still: $errors"
		rm -rf "$disks"
		cp -r "$scratch/before" "$disks"
	done
}

# crash: the server runs and is switched off in the middle: that is what the program finds
crash()
{
	run_server --limit 900 'systemctl is-system-running --wait'
	is "$status $output" "0 running" "$name: it boots to its login, all is well"
	note "$errors"
	made=$scratch/crashed
	rm -rf "$made"
	mkdir "$made"
	cp "$disks"/disk*.qcow2 "$made/"
}

# move_disks: to another machine, where they have other places and are called otherwise
move_disks()
{
	tac "$disks/table" | awk '
		BEGIN {kind["ahci"] = "virtio"; kind["virtio"] = "ahci"; kind["scsi"] = "nvme"; kind["nvme"] = "nvme"}
		{$1 = kind[$1]; print}' >"$disks/rescue"
}

# changed: the disks whose contents are not those that were made; the guest rests meanwhile, so that all
# it has written is there
changed()
{
	local disk
	"$guest_py" qmp "$folder" stop >/dev/null
	for disk in "$disks"/disk*.qcow2; do
		qemu-img compare -q -U "$disk" "$made/${disk##*/}" >/dev/null 2>&1 || printf '%s ' "${disk##*/}"
	done
	"$guest_py" qmp "$folder" cont >/dev/null
}

# left: what is mounted under the target, attached, assembled, opened
left()
{
	g "awk '\$5 ~ \"^/mnt/$name\" {print \$5}' /proc/self/mountinfo; tail -n +2 /proc/swaps
		for i in {1..100}; do losetup --list --noheadings | grep -q . || break; sleep 0.2; done
		losetup --list --noheadings; grep '^md' /proc/mdstat; dmsetup ls | grep -v 'No devices'"
	echo "$output"
}

# look: not one byte changes
look()
{
	r disks
	is "$status" 0 "$name: disks"
	r systems "$keys"
	is "$status" 0 "$name: systems"
	like "$output" "$name" "$name: its system is found"
	r mount --plan "$answers"
	is "$status" 0 "$name: mount --plan"
	is "$(changed)" "" "$name: looking has changed not one byte"
	is "$(left)" "" "$name: and has left nothing"
}

# rescue: mounted, used, taken down
rescue()
{
	r mount --yes "$answers"
	is "$status" 0 "$name: one command mounts it"
	[ "$status" -eq 0 ] || note "$output $errors"
	g "findmnt --noheadings --raw --output TARGET --submounts /mnt/$name | sed 's,^/mnt/$name,,; s,^$,/,' | sort"
	is "${output//$'\n'/ }" "$mounts" "$name: all of its fstab is mounted"
	r chroot -- sh -c "'cat /etc/hostname && dpkg -s systemd | grep Status && echo rescued >/root/rescued'"
	is "$status" 0 "$name: a command runs in it"
	is "$output" "$name
Status: install ok installed" "$name: and is its own"
	[ "${REFLOAT_MACHINE-}" != full ] || write_boot_loader
	r umount --yes
	is "$status" 0 "$name: it is taken down"
	is "$(left)" "" "$name: nothing is left"
	like "$(changed)" "disk" "$name: the comparison tells when something was written"
}

# unlock_by_menu: the keys for that, where there is something to unlock
unlock_by_menu()
{
	[ -n "$passphrase" ] || return 0
	cat <<-EOS
		wait "locked: " 240
		key o
		wait "STATE" 120
		settle 1000
		key Enter
		wait "Passphrase:" 120
		type "$passphrase\\r"
		wait "open: " 300
		key q
	EOS
}

# by_menu: the same over the serial console, as somebody at an IPMI console does it
by_menu()
{
	if [ ! -x "$terminal_play" ]; then
		skip "needs libvterm and ncurses (tests/tui/terminal_play was not built)" "$name by the menu"
		return
	fi
	play "$name by the menu" --limit 1200 -- "$guest_py" terminal "$folder" --rate 0 \
		"export TERM=vt100; exec refloat --target /mnt/$name" <<-EOS
		size 24 80
		term vt100
		start
		$(unlock_by_menu)
		wait "not mounted; " 300
		key m
		wait "Show the plan" 180
		key p
		wait "Risk:" 300
		key Enter
		wait "Done" 600
		key Enter
		wait "mounted under /mnt/$name" 180
		key c
		wait "Risk:" 180
		key Enter
		expect-line -1 "#"
		settle 2000 60
		type "cat /etc/hostname >/root/by-menu; exit\\r"
		expect-line -1 "Enter open"
		wait "mounted under /mnt/$name" 180
		key u
		wait "WHAT UNDOING DOES" 120
		key u
		wait "Risk:" 180
		key Enter
		wait "Done" 600
		key Enter
		wait "nothing to undo" 180
		key q
		expect-exit 0
	EOS
	is "$(left)" "" "$name: nothing is left by the menu"
}

# write_boot_loader: what a chroot is mostly for. GRUB's menu names / by UUID only where /dev/disk/by-uuid has it, as
# udev makes it; a udev that stays would have lvm wait for rules that the guest does not have.
write_boot_loader()
{
	g "systemd-udevd --daemon && udevadm trigger --action=add --subsystem-match=block && udevadm settle
		udevadm control --exit; rm -rf /run/udev; ls /dev/disk/by-uuid"
	is "$status" 0 "$name: disks have links"
	if [ "$(setting firmware)" = uefi ]; then
		r chroot -- grub-install --target=x86_64-efi --no-nvram --force-extra-removable
	else
		r chroot -- sh -c "'for d in \$(lsblk -dnpo NAME,TYPE | sed -n \"s/ *disk\$//p\"); do grub-install \$d || exit; done'"
	fi
	is "$status" 0 "$name: grub-install works in it"
	[ "$status" -eq 0 ] || note "$output $errors"
	r chroot -- update-grub
	is "$status" 0 "$name: update-grub works in it"
	[ "$status" -eq 0 ] || note "$output $errors"
}

# give_passphrase: to the guest
give_passphrase()
{
	[ -z "$passphrase" ] || g "(umask 077; printf %s '$passphrase' >/run/passphrase)"
}

# half: with the second disk only
half()
{
	overlay "$made_folder"
	sed -i 1d "$disks/table"
	cp "$disks/table" "$disks/rescue"
	start_guest "$disks/rescue"
	give_passphrase
	r mount --yes "$answers"
	unlike "$status" '^0$' "$name: half of it is not mounted without --degraded"
	is "$(changed)" "" "$name: and not one byte has changed"
	answers="$answers --degraded"
	rescue
	lock accounts system
	mend_by_commands
	end_guest
	everybody_logs_in
}

# is_locked NAME: everybody is to be locked out of it
is_locked()
{
	[ "${REFLOAT_MACHINE-}" = full ] || [ "${REFLOAT_LOCKED-}" = all ] || [ "$1" = nvme-uefi ]
}

# test_server NAME
test_server()
{
	name=$1
	made_folder=$("$here/build-servers.sh" "$name" 2>"$scratch/errors" 9>&-)
	case $? in
	0) ;;
	77)
		skip "$(tail -n 1 "$scratch/errors")" "$name"
		return
		;;
	*)
		ok 1 "$name is made"
		note "$(cat "$scratch/errors")"
		return
		;;
	esac
	ok 0 "$name is made"
	overlay "$made_folder"
	cp "$disks/table" "$disks/rescue"
	if [ "${REFLOAT_MACHINE-}" = full ]; then
		crash
		move_disks
	fi
	start_guest "$disks/rescue"
	give_passphrase
	look
	rescue
	[ "${REFLOAT_MACHINE-}" != full ] || by_menu
	if is_locked "$name"; then
		lock accounts system
		look_at_accounts
		check_found
		mend_by_menu
		end_guest
		everybody_logs_in
	else
		look_at_accounts
		end_guest
		make_key
		echo 'console root afloat' >"$scratch/logins"
		boots_well afloat
	fi
	[ "${REFLOAT_MACHINE-}" != full ] || [ "$(wc -l <"$disks/table")" -lt 2 ] || half
	[ "${REFLOAT_MACHINE-}" != full ] || [ "$name" != nvme-uefi ] || locked_before
	rm -rf "$disks" "$scratch/crashed"
}

if [ -n "${REFLOAT_SERVERS-}" ]; then
	names=$REFLOAT_SERVERS
elif [ "${REFLOAT_MACHINE-}" = full ]; then
	names=$("$here/build-servers.sh" --list)
else
	names=$ordinary
fi
for server in $names; do
	test_server "$server"
done
done_testing
