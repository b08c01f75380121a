#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the servers that are rescued: a small Debian, each in another layout of disks, that boots by itself.
#
#   build-servers.sh [NAME...]       makes those named, or all, where they are not there yet, and prints
#                                    their folders
#   build-servers.sh --list          the names; what each is stands in servers/NAME.sh
#   build-servers.sh --overlay NAME FOLDER
#                                    writes to FOLDER what a test can change: an overlay of each disk,
#                                    the table of them for guest.py and server.py, and the firmware's memory
#
# The Debian is made once with mmdebstrap, from the mirror that apt uses here; its initrd for each layout in
# a chroot here (in an emulated machine it takes many times as long), in a mount namespace of its own. Disks
# are partitioned, and arrays, volumes and filesystems made, in a guest (build-guest.sh): no disk, loop device
# or kernel module of this machine has to do with them. All is kept in $REFLOAT_CACHE, else
# ${XDG_CACHE_HOME:-/var/cache}/refloat-tests, and made anew when its recipe changes. Exit status 77, with the
# reason on standard error: it cannot be made here.
set -eu -o pipefail
here=$(dirname "$(readlink -f "$0")")
cache=${REFLOAT_CACHE:-${XDG_CACHE_HOME:-/var/cache}/refloat-tests}
guest_py=$here/guest.py
codename=bookworm
# the one that server.py types
password=afloat
work=
machine=

packages=systemd-sysv,udev,kmod,login,passwd,linux-image-amd64,initramfs-tools,busybox,grub-pc-bin,grub-efi-amd64-bin
packages+=,grub2-common,openssh-server,mdadm,lvm2,dmsetup,cryptsetup,cryptsetup-initramfs,btrfs-progs,e2fsprogs
packages+=,dosfstools,iproute2,procps,sudo
# what such a machine has no use for: it makes the image half as large
left_out='/usr/share/doc/* /usr/share/man/* /usr/share/info/* /usr/share/locale/* /lib/udev/hwdb.d/*
	/usr/lib/grub/x86_64-efi/monolithic/*'
modules_left_out='drivers/gpu drivers/media drivers/infiniband drivers/iio drivers/staging
	drivers/hwmon drivers/comedi drivers/mtd drivers/platform drivers/usb drivers/target drivers/hid
	drivers/input drivers/video drivers/isdn drivers/bluetooth drivers/thunderbolt drivers/power drivers/i2c
	drivers/edac drivers/mfd drivers/rtc drivers/leds drivers/watchdog drivers/misc drivers/gpio
	net/bluetooth net/mac80211 net/wireless net/netfilter net/sched net/sunrpc fs/nfs fs/nfsd fs/ocfs2 fs/smb
	fs/ceph fs/gfs2 fs/f2fs fs/jfs fs/reiserfs fs/ntfs3 fs/ubifs fs/afs fs/dlm sound'
# units that a test does not wait for
masked='apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service
	fstrim.timer man-db.timer systemd-timesyncd.service systemd-hwdb-update.service systemd-pstore.service
	systemd-binfmt.service systemd-journal-flush.service systemd-update-utmp.service
	systemd-update-utmp-runlevel.service mdmonitor.service mdcheck_start.timer mdcheck_continue.timer
	mdmonitor-oneshot.timer lvm2-monitor.service blk-availability.service getty@tty1.service
	modprobe@drm.service modprobe@efi_pstore.service'

unable()
{
	echo "$*" >&2
	exit 77
}

die()
{
	echo "build-servers.sh: $*" >&2
	exit 1
}

cleanup()
{
	if [ -n "$machine" ]; then
		kill "$machine" 2>/dev/null || true
		wait "$machine" 2>/dev/null || true
	fi
	[ -z "$work" ] || rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

names()
{
	local file
	for file in "$here"/servers/*.sh; do
		file=${file##*/}
		[ "$file" = install.sh ] || echo "${file%.sh}"
	done
}

# --- the Debian that all are made of

# sources: lines of sources.list, of the mirror that apt is configured for
sources()
{
	# the words in $() are apt's
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(SITE)' 'Created-By: Packages' 2>/dev/null |
		awk -v codename=$codename '
			$1 != "Debian" || $2 ~ /-updates$|-backports/ {next}
			{print "deb", $3, codename ($2 ~ /-security$/ ? "-security" : ""), "main"}' | sort -u
}

base_sum()
{
	{
		declare -f make_base set_up_base
		echo "$codename $packages $left_out $modules_left_out $masked $password"
	} | sha256sum | cut -c 1-16
}

# set_up_base ROOT: run by mmdebstrap when all packages are there
set_up_base()
{
	local root=$1 folder unit
	for folder in $modules_left_out; do
		rm -rf "$root"/lib/modules/*/kernel/"$folder"
	done
	find "$root"/lib/modules/*/kernel/drivers/net -type f ! -name 'virtio_net*' ! -name 'net_failover*' -delete
	chroot "$root" depmod "$(ls "$root/lib/modules")"
	for unit in $masked; do
		ln -sf /dev/null "$root/etc/systemd/system/$unit"
	done
	echo "root:$password" | chroot "$root" chpasswd
	rm -f "$root"/etc/ssh/ssh_host_*_key* "$root"/var/cache/apt/*.bin "$root/etc/resolv.conf"
	chroot "$root" ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
	echo C.UTF-8 >"$root/etc/locale.conf"
	# where server.py gives it a network card, which forwards a port of this machine
	cat >"$root/etc/udev/rules.d/90-lan.rules" <<-'RULES'
		ACTION=="add", SUBSYSTEM=="net", DRIVERS=="virtio_net", NAME="lan0", RUN+="/bin/ip link set dev lan0 up", RUN+="/bin/ip address add 10.0.2.15/24 dev lan0"
	RULES
	cat >"$root/etc/default/grub" <<-'GRUB'
		GRUB_DEFAULT=0
		GRUB_TIMEOUT=0
		GRUB_TIMEOUT_STYLE=hidden
		GRUB_DISTRIBUTOR=Debian
		GRUB_CMDLINE_LINUX="console=ttyS0,115200 loglevel=3 mitigations=off no_timer_check"
		GRUB_TERMINAL="serial"
		GRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"
		GRUB_DISABLE_OS_PROBER=true
		GRUB_DISABLE_RECOVERY=true
	GRUB
	cat >"$root/etc/initramfs-tools/initramfs.conf" <<-'INITRAMFS'
		MODULES=list
		BUSYBOX=y
		KEYMAP=n
		COMPRESS=gzip
		COMPRESSLEVEL=1
		RUNSIZE=10%
		FSTYPE=auto
		RESUME=none
	INITRAMFS
	cat >"$root/etc/initramfs-tools/modules" <<-'MODULES'
		ahci
		sd_mod
		nvme
		virtio_pci
		virtio_blk
		virtio_scsi
		ext4
		crc32c_generic
	MODULES
}

# make_base FILE
make_base()
{
	local options patterns lines
	mapfile -t lines < <(sources)
	[ ${#lines[@]} -gt 0 ] || unable "apt is not configured for a mirror of Debian ($codename)"
	read -r -d '' -a patterns <<<"$left_out" || true
	options=("${patterns[@]/#/--dpkgopt=path-exclude=}")
	{
		echo 'set -eu'
		declare -p modules_left_out masked password
		declare -f set_up_base
		# the parameter of the hook
		# shellcheck disable=SC2016
		echo 'set_up_base "$1"'
	} >"$work/set-up"
	INITRD=No TMPDIR=$work mmdebstrap --mode=root --variant=minbase --format=tar \
		--aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
		--dpkgopt=force-unsafe-io "${options[@]}" --include="$packages" \
		--customize-hook="bash $work/set-up \"\$1\"" \
		$codename "$1" "${lines[@]}" >"$work/base.log" 2>&1 || {
		cp "$work/base.log" "$cache/server-base.log" || true
		unable "mmdebstrap failed: $(grep -E '^E: ' "$work/base.log" | head -n 1)"
	}
}

# build_base: sets $base, the tar file
build_base()
{
	base=$cache/server-base-$(base_sum).tar
	[ ! -s "$base" ] || return 0
	[ "$(id -u)" -eq 0 ] || unable "needs root, for mmdebstrap and a chroot"
	command -v mmdebstrap >/dev/null || unable "needs mmdebstrap"
	start_work
	make_base "$work/base.tar"
	rm -f "$cache"/server-base-*.tar
	mv "$work/base.tar" "$base"
	end_work
}

start_work()
{
	work=$(mktemp -d "$cache/making.XXXXXX")
}

end_work()
{
	rm -rf "$work"
	work=
}

# --- one server

# read_layout NAME: sets $name and what the file says: $disks, $firmware (bios or uefi), $passphrase (of its boot),
# $mounts (its mount points), $answers (what refloat has to be told); defines configure (on this machine), lay_out,
# finish, take_down (in the guest)
read_layout()
{
	names | grep -qx "$1" || die "no server is called $1"
	name=$1
	disks=
	passphrase=
	mounts=
	answers=
	firmware=bios
	# shellcheck source=/dev/null
	. "$here/servers/$1.sh"
}

server_sum()
{
	{
		base_sum
		cat "$here/servers/$name.sh" "$here/servers/install.sh"
		declare -f make_layer install_server make_disks
	} | sha256sum | cut -c 1-16
}

# make_layer FILE: what this server has beside the base, its initrd included, as a tar file
make_layer()
{
	{
		echo 'set -eu; umask 022'
		declare -p name
		cat "$here/servers/$name.sh"
		cat <<-'CHROOT'
			root=$1
			mount -t tmpfs -o mode=755 tmpfs "$root"
			tar -x -f "$2" -C "$root" --exclude './dev/*'
			touch "$root/.before"
			sleep 0.1 # what follows must not bear the same tick of the clock
			echo "$name" >"$root/etc/hostname"
			printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$name" >"$root/etc/hosts"
			echo "$name" | md5sum | cut -c 1-32 >"$root/etc/machine-id"
			configure
			mount -t proc proc "$root/proc"
			for node in null zero full random urandom tty; do
				: >"$root/dev/$node"
				mount --bind "/dev/$node" "$root/dev/$node"
			done
			ln -s /proc/self/fd "$root/dev/fd"
			chroot "$root" update-initramfs -c -k "$(ls "$root/lib/modules")"
			cd "$root"
			find etc boot root -newer .before ! -type d | tar -c -f "$3" --owner=0 --group=0 -T -
		CHROOT
	} >"$work/layer.sh"
	mkdir "$work/root"
	unshare --mount --propagation private bash "$work/layer.sh" "$work/root" "$base" "$1" \
		>"$work/layer.log" 2>&1 || {
		cat "$work/layer.log" >&2
		die "the initrd of $name cannot be made"
	}
}

# make_disks FOLDER: empty ones and their table
make_disks()
{
	local number=0 kind serial size
	while read -r kind serial size; do
		[ -n "$kind" ] || continue
		number=$((number + 1))
		qemu-img create -q -f qcow2 "$1/disk$number.qcow2" "$size"
		echo "$kind $serial disk$number.qcow2" >>"$1/table"
	done <<<"$disks"
}

# install_server FOLDER: in a guest, onto the disks that are there
install_server()
{
	local guest=$work/guest initrd
	initrd=$("$here/build-guest.sh")
	mkdir "$work/share"
	cp "$here/servers/install.sh" "$work/share/"
	cp "$here/servers/$name.sh" "$work/share/layout.sh"
	cp "$work/layer.tar" "$work/share/"
	{
		sed "s,disk[0-9]*\.qcow2,$1/&," "$1/table"
		echo "virtio BASE $base read-only"
	} >"$work/table"
	"$guest_py" serve "$guest" --kernel "$initrd/vmlinux" --initrd "$initrd/initrd.cpio" \
		--disks "$work/table" --share "$work/share" 9>&- &
	machine=$!
	"$guest_py" wait "$guest" 300
	"$guest_py" run "$guest" --limit 1500 'bash /share/install.sh' >"$work/install.log" 2>&1 || {
		cat "$work/install.log" >&2
		tail -n 20 "$guest/kernel.log" >&2
		die "$name cannot be installed"
	}
	# a disk's last writes are QEMU's to write
	"$guest_py" qmp "$guest" quit >/dev/null
	wait "$machine" || true
	machine=
}

# build_server NAME: prints its folder
build_server()
{
	local folder
	read_layout "$1"
	folder=$cache/server-$name-$(server_sum)
	if [ ! -s "$folder/table" ]; then
		build_base
		start_work
		make_layer "$work/layer.tar"
		mkdir "$work/done"
		make_disks "$work/done"
		install_server "$work/done"
		{
			echo "firmware=$firmware"
			echo "passphrase=$passphrase"
			echo "mounts=$mounts"
			echo "answers=$answers"
		} >"$work/done/settings"
		cp "$work/install.log" "$work/done/"
		chmod 444 "$work/done"/*.qcow2
		rm -rf "$cache/server-$name"-????????????????
		mv "$work/done" "$folder"
		end_work
	fi
	echo "$folder"
}

# overlay NAME FOLDER
overlay()
{
	local folder disk image
	folder=$(build_server "$1")
	mkdir -p "$2"
	for disk in "$folder"/*.qcow2; do
		image=$2/${disk##*/}
		rm -f "$image"
		qemu-img create -q -f qcow2 -F qcow2 -b "$disk" "$image"
	done
	sed "s,disk[0-9]*\.qcow2,$2/&," "$folder/table" >"$2/table"
	cp "$folder/settings" "$2/"
}

for program in qemu-system-x86_64 qemu-img python3 apt-get flock; do
	command -v $program >/dev/null || unable "needs $program"
done
mkdir -p "$cache" 2>/dev/null || true
[ -w "$cache" ] || unable "no folder to keep servers in: $cache"
cache=$(readlink -f "$cache")
case ${1-} in
--list)
	names
	exit
	;;
--overlay)
	exec 9>"$cache/servers.lock"
	flock 9
	overlay "$2" "$(readlink -m "$3")"
	exit
	;;
esac
exec 9>"$cache/servers.lock"
flock 9
[ $# -gt 0 ] || mapfile -t names < <(names)
for server in "${@:-${names[@]}}"; do
	build_server "$server"
done
