#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The screens of what is really done: a plan as it runs and what came of it, the first screen with a
# system mounted, what can be undone, and the boxes in front. Two small images are mounted in
# namespaces of their own; a helper of mount(8) holds a step or lets it fail.
# shellcheck disable=SC2317,SC2086 # functions that are named to others; paths without blanks
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"
need_root
need_program mkfs.ext4 sfdisk unshare mountpoint
need_filesystem ext4 overlay
if [ "${RUN_SCREENS-}" != yes ]; then # process numbers are on the screens
	RUN_SCREENS=yes run_instead unshare --mount --propagation private --pid --fork --mount-proc \
		bash "$0" "$@"
fi
private_namespace "$@"
# shellcheck source=tests/tui/screens.sh
. "$top_srcdir/tests/tui/screens.sh"
{ echo 4000 >/proc/sys/kernel/ns_last_pid; } 2>/dev/null || skip_all "process numbers cannot be chosen"

# /run is the namespace's own: paths on the screens are always the same
images=/run/images
control=/run/control
target=/mnt/web01
mkdir -p $images $control /run/helpers "$scratch"/{root,web02}

# a root; on the second disk its /var, and what it calls /dev/hdb2
make_root()
{
	local root=$1 name=$2
	mkdir -p "$root"/{etc,usr/bin,usr/lib/systemd,srv,var,proc,sys,dev,run,tmp}
	cp -L /bin/true "$root/usr/lib/systemd/systemd"
	printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$root/etc/os-release"
	echo "$name" >"$root/etc/hostname"
	find "$root" -exec touch -h -d '2026-11-18 03:12 UTC' {} +
}
make_root "$scratch/root" web01
cat >"$scratch/root/etc/fstab" <<'X'
/dev/hda1  /    ext4 defaults 0 1
LABEL=var  /var ext4 defaults 0 2
/dev/hdb2  /srv ext4 defaults 0 2
/dev/hdc1  /old ext4 defaults 0 2
/srv       /tmp none bind     0 0
X
make_root "$scratch/web02" web02
echo 'LABEL=web02 / ext4 defaults 0 1' >"$scratch/web02/etc/fstab"
# the system that was used last stands first: both were at the same time
touch -d '2026-11-18 03:12 UTC' "$scratch"/{root,web02}/etc{/fstab,}

# partition IMAGE START MIB LABEL [FOLDER]
partition()
{
	mkfs.ext4 -q -F -E "offset=$(($2 << 20))" -L "$4" ${5:+-d "$5"} "$1" "$3M" 2>/dev/null
}
truncate -s 24M $images/a.img $images/b.img $images/c.img
printf 'label: dos\nlabel-id: 0x5eed000a\nstart=2048, size=40960, type=83\n' |
	sfdisk -q $images/a.img
printf 'label: dos\nlabel-id: 0x5eed000b\nstart=2048, size=16384, type=83\nstart=18432, size=16384, type=83\n' |
	sfdisk -q $images/b.img
partition $images/a.img 1 20 root "$scratch/root"
partition $images/b.img 1 8 var
partition $images/b.img 9 8 srv
mkfs.ext4 -q -F -L web02 -d "$scratch/web02" $images/c.img 20M
find $images -exec touch -h -d '2026-11-18 03:12 UTC' {} +

# mount.ext4 SOURCE TARGET [-o OPTIONS], which libmount asks: waits for "go" where $control/hold has
# the target, fails where $control/fail has it
cat >/run/helpers/mount.ext4 <<'X'
#!/bin/sh
if grep -qx "$2" /run/control/hold 2>/dev/null; then
	until [ -e /run/control/go ]; do sleep 0.05; done
	while [ -e /run/control/wait-busy ] && [ ! -e /run/control/busy ]; do sleep 0.05; done
fi
if grep -qx "$2" /run/control/fail 2>/dev/null; then
	exit 32
fi
exec /usr/bin/mount -i -t ext4 "$@"
X
chmod +x /run/helpers/mount.ext4
helpers=$(readlink -f /sbin)
mount -t overlay -o "lowerdir=/run/helpers:$helpers" overlay "$helpers" 2>/dev/null ||
	skip_all "overlay cannot be mounted here"

# --- how things are before a screen is dumped

r()
{
	local status=0
	"$refloat" --image $images/a.img --image $images/b.img --target $target "$@" \
		>"$scratch/said" 2>&1 || status=$?
	[ $status -eq 0 ] || [ $status -eq 3 ] # done, or without what its fstab has too much
}
fresh() { :; }
read_only() { r mount --yes --read-only; }
read_write() { r mount --yes; }
hold_var() { echo $target/var >$control/hold; }
hold_root() { echo $target >$control/hold; }
fail_var() { echo $target/var >$control/fail; }
fail_root() { echo $target >$control/fail; }
# somebody works in what is mounted
work_in()
{
	mkdir -p "$scratch/bin"
	cp -L /bin/sleep "$scratch/bin/rsync"
	echo 4999 >/proc/sys/kernel/ns_last_pid
	(
		until mountpoint -q "$1"; do read -rt 0.05 <>/run/control/never; done
		cd "$1" && exec "$scratch/bin/rsync" 600
	) 2>/dev/null &
	worker=$!
	( # the screens have its name: it is there once it has become that program
		until [ "$(</proc/$worker/comm)" = rsync ]; do read -rt 0.05 <>$control/never; done
		: >$control/busy
	) 2>/dev/null &
}
hold_var_busy()
{
	hold_var
	: >$control/wait-busy
	work_in $target
}
busy()
{
	read_write && work_in $target/var
	until [ -e $control/busy ]; do
		read -rt 0.05 <>$control/never || true
	done
}
vanishing() { cp $images/a.img $images/gone.img; }
# somebody mounts it elsewhere, once $control/go is there
mount_later()
{
	(
		until [ -e $control/go ]; do
			read -rt 0.05 <>$control/never || true
		done
		read_write
	) &
	worker=$!
}

# all is as before again
take_down()
{
	local _
	: >$control/go
	[ -z "${worker-}" ] || kill "$worker" 2>/dev/null
	[ -z "${worker-}" ] || wait "$worker" 2>/dev/null
	worker=
	for _ in $(seq 100); do # what was left running ends first
		r umount --yes
		mountpoint -q $target || [ -e $target ] || break
		sleep 0.1
	done
	rm -rf $control/{go,hold,fail,busy,wait-busy} /run/refloat
}
mkfifo $control/never

# dump_screen HOW WORD...: HOW is one of the functions above; $images_shown, $before
dump_screen()
{
	local how=$1 image status=0 words=()
	shift
	for image in ${images_shown:-a.img b.img}; do
		words+=(--image "$images/$image")
	done
	$how || note "$how: $(cat "$scratch/said")"
	${before-} "$dump" --journal /run/refloat --target $target "${words[@]}" "$@" || status=$?
	take_down
	return $status
}

is "$(r mount --plan; grep -c "^ .*Mount" "$scratch/said")" 3 "the sample can be mounted"

# before anything is mounted to be written: they count that
screen filesystems fresh f
screen filesystems-mounted read_only f
screen run-begins fresh m p Enter @now
screen run-now hold_var m p Enter '@until=mounted R' '@until=now      Mount b.img1'
screen run-stopping hold_var m p Enter '@until=mounted R' '@until=now      Mount b.img1' x @now
screen run-hint hold_var m p Enter '@until=mounted R' '@until=now      Mount b.img1' q @now
screen run-stopped hold_var m p Enter '@until=mounted R' '@until=now      Mount b.img1' x @now @+$control/go @rest
screen run-done fresh m p Enter
screen run-part fail_var m p Enter
screen run-failed fail_root m p Enter
screen run-left hold_var_busy m p Enter '@until=mounted R' '@until=now      Mount b.img1' x @now @+$control/go @rest
screen run-guess fresh m Down Down Down Down Space p Enter y
screen plan-on-mounted read_write m p

screen home-read-only read_only
screen home-read-write read_write Down Down
screen home-later mount_later @+$control/go '@until=READ-WRITE'
images_shown="a.img b.img c.img" screen home-images fresh
images_shown=gone.img screen home-problem vanishing @-$images/gone.img R
images_shown=gone.img screen home-problem-read vanishing @-$images/gone.img R Enter
before="unshare --mount" screen home-foreign read_write

screen form-images fresh m
screen dialog-guess fresh m Down Down Down Down Space p Enter
screen dialog-guess-no fresh m Down Down Down Down Space p Enter n
screen dialog-leave read_write q
screen dialog-leave-no read_write q n
screen dialog-shell fresh c Enter

screen form-check fresh f Down c Down
screen form-check-all fresh f a
screen help-filesystems fresh f '?'

images_shown="a.img c.img" screen form-chroot fresh c
images_shown="a.img c.img" screen form-typed fresh c Down Down Down Down s h Space - c
screen plan-chroot fresh c
screen plan-chroot-mounted read_write c

screen undo-mounted read_write u
before="unshare --mount" screen undo-foreign read_write u Enter
screen undo-busy busy u u Enter
screen undo-busy-plan busy u u
screen undo-busy-options busy u u o
screen undo-run read_write u Enter Enter
done_testing
