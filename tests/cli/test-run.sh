#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Actions run from the command line on a disk image: what is printed, asked and returned.
# functions are called by check; jq has variables of its own
# shellcheck disable=SC2317,SC2016
set -u
: "${top_srcdir:=$(dirname "$0")/../..}"
: "${REFLOAT:=refloat}"
# shellcheck source=tests/lib/tap.sh
. "$top_srcdir/tests/lib/tap.sh"
need_root
private_namespace "$@"

target=$scratch/target
image=$scratch/web01.img
mkdir "$target"

# check NAME COMMAND...
check()
{
	local name=$1
	shift
	if "$@" >/dev/null; then
		ok 0 "$name"
	else
		ok 1 "$name"
		sed 's/^/# /' "$scratch/out" "$scratch/err"
	fi
}

# make_image LINE...: a filesystem with an installed system whose fstab has these lines
make_image()
{
	local root=$scratch/root
	rm -rf "$root" "$image"
	mkdir -p "$root"/{etc,usr/bin,usr/lib/systemd,boot,srv/data,srv/www,var/www,proc,sys,dev,run,tmp}
	cp -L /bin/true "$root/usr/lib/systemd/systemd"
	printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$root/etc/os-release"
	echo web01 >"$root/etc/hostname"
	printf '%s\n' "$@" >"$root/etc/fstab"
	truncate -s 24M "$image"
	mkfs.ext4 -q -L web01-root -d "$root" "$image" >/dev/null 2>&1
}

# on_image WORD...: refloat on the image; standard output, error and exit status are kept
on_image()
{
	"$REFLOAT" --image "$image" --target "$target" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
}

# ends STATUS: and what was printed drives no terminal
ends()
{
	[ "$status" -eq "$1" ] && ! LC_ALL=C grep -qaP '[\x00-\x09\x0b-\x1f\x7f]' "$scratch/out" \
		"$scratch/err"
}

says()
{
	grep -qE -- "$1" "$scratch/out" "$scratch/err"
}

nothing_mounted()
{
	! grep -q " $scratch/target" /proc/self/mountinfo && [ -z "$(losetup -j "$image")" ]
}

# as if typed on a terminal: ANSWER is given to the question
answer()
{
	local words
	printf -v words '%q ' "$REFLOAT" --image "$image" --target "$target" "${@:2}"
	# the answer comes when the question stands there, as a person's does
	{
		for _ in $(seq 600); do
			grep -q 'y/N' "$scratch/typescript" 2>/dev/null && break
			sleep 0.1
		done
		echo "$1"
		sleep 0.3
	} | script --quiet --return --flush --command "$words" "$scratch/typescript" >"$scratch/out" 2>&1
	status=$?
	: >"$scratch/err"
}

make_image 'LABEL=web01-root / ext4 defaults 0 1' '/srv/www /var/www none bind 0 0'
on_image mount
check "without a terminal nothing is done" ends 2
check "  and what to add is said" says '--yes.*--plan'
check "  and nothing is mounted" nothing_mounted
on_image mount --yes
check "mount --yes: exit status 0" ends 0
check "  each step has a line" says '^\[1/2\] Mount .* \.\.\. ok$'
check "  how to take it back is said" says 'refloat undo'
on_image status
check "status: exit status 0" ends 0
check "  names the mounted system" says 'Sample Linux 12 of web01'
check "  says what undo would do" says 'Unmount '
on_image status --json
check "status --json: steps of the operation are done" \
	jq -e '.mounted.id and ([.operations[0].steps[].state == "done"] | all)' "$scratch/out"
on_image mount --yes
check "mounted already: exit status 1" ends 1
check "  and what next is said" says 'refloat umount'
on_image umount --yes
check "umount --yes: exit status 0" ends 0
check "  nothing is left" nothing_mounted
on_image status
check "status says that nothing is left to undo" says 'nothing to undo'
on_image umount --yes
check "nothing to undo: exit status 4" ends 4
on_image mount --yes --json
check "mount --json: one object, done" \
	jq -e '.result == "done" and ([.steps[].state == "done"] | all) and .problem == null' "$scratch/out"
on_image undo --yes --json
check "undo --json: one object, done" jq -e '.result == "done"' "$scratch/out"
check "  nothing is left after undo" nothing_mounted

make_image 'LABEL=web01-root / ext4 defaults 0 1' 'UUID=dead-beef /srv/data ext4 defaults 0 2'
on_image mount --yes
check "a missing disk: exit status 3" ends 3
check "  and it is named" says '/srv/data is not mounted.*dead-beef'
check "  what is here is mounted" mountpoint -q "$target"
on_image undo --yes
check "  and taken down" nothing_mounted

on_image mount --yes --skip /nosuch
check "an entry that is not there: exit status 2" ends 2
on_image mount nosuch --yes
check "a system that is not there: exit status 4" ends 4
touch "$target/file"
on_image mount --yes
check "a folder that is not empty: exit status 1" ends 1
check "  and what next is said" says '--target'
rm "$target/file"
truncate -s 4M "$image"
on_image systems
check "an image without a system: exit status 4" ends 4
echo "no image" >"$image"
on_image systems
check "a file that is no image: exit status 2" ends 2
make_image 'LABEL=web01-root / ext4 defaults 0 1' 'UUID=dead-beef /srv/data ext4 defaults 0 2'

if command -v script >/dev/null; then
	answer n mount
	check "answered no: exit status 1" [ $status -eq 1 ]
	check "  nothing is mounted" nothing_mounted
	answer y mount
	check "answered yes: exit status 3, as a disk is missing" [ $status -eq 3 ]
	check "  it is mounted" mountpoint -q "$target"
	on_image umount --yes
	make_image 'LABEL=web01-root / ext4 defaults 0 1' '/dev/hda7 /srv/data ext4 defaults 0 2'
	answer n mount
	check "nothing is done without a yes, whatever is guessed" nothing_mounted
else
	skip "script is missing" "answers on a terminal"
fi

if need=$(command -v busybox); then
	make_image 'LABEL=web01-root / ext4 defaults 0 1'
	cp -L "$need" "$scratch/root/usr/bin/busybox"
	ln -s usr/bin "$scratch/root/bin"
	ln -s busybox "$scratch/root/usr/bin/sh"
	ln -s busybox "$scratch/root/usr/bin/cat"
	truncate -s 32M "$image"
	mkfs.ext4 -q -F -L web01-root -d "$scratch/root" "$image" >/dev/null 2>&1
	on_image chroot --yes -- sh -c 'cat /etc/hostname; exit 7'
	check "chroot: the command's exit status" [ $status -eq 7 ]
	is "$(cat "$scratch/out")" web01 "  and its output alone on standard output"
	check "  and everything is taken down again" nothing_mounted
	on_image --json chroot --yes -- cat /etc/hostname
	is "$(cat "$scratch/out")" web01 "  and no JSON in between"
	on_image chroot -- cat /etc/hostname
	check "chroot that must mount asks: without a terminal exit status 2" ends 2
	on_image mount --yes
	on_image chroot -- cat /etc/hostname
	check "chroot in what is mounted asks nothing" [ $status -eq 0 ]
	on_image status
	check "  and undo still means the mounts" says 'would undo operation [0-9]+:$'
	on_image status --json
	check "  in JSON too" jq -e '.undo as $u | .operations[] | select(.number == $u) |
		.action == "mount"' "$scratch/out"
	on_image chroot --skip /srv/data --read-only -- cat /etc/hostname
	check "chroot --skip in what is mounted: done all the same" [ $status -eq 0 ]
	on_image chroot --skip /srv/data --plan -- cat /etc/hostname
	check "  and the plan says that it changes nothing" says '--skip changes nothing'
	on_image umount --yes

	# two disks whose names have changed: both are guesses
	printf '%s\n' '/dev/hda / ext4 defaults 0 1' '/dev/hdb /srv/data ext4 defaults 0 2' \
		'/dev/hdc /srv/www ext4 defaults 0 2' 'tmpfs /tmp tmpfs defaults 0 0' \
		>"$scratch/root/etc/fstab"
	rm "$image"
	truncate -s 32M "$image"
	mkfs.ext4 -q -F -L web01-root -d "$scratch/root" "$image" >/dev/null 2>&1
	for disk in web02 web03; do
		truncate -s 8M "$scratch/$disk.img"
		mkfs.ext4 -q -F "$scratch/$disk.img" >/dev/null 2>&1
	done
	on_three()
	{
		on_image --image "$scratch/web02.img" --image "$scratch/web03.img" "$@"
	}
	on_three chroot --yes --with /tmp -- cat /proc/mounts
	check "chroot --with mounts what is left out" says '^[^ ]+ /tmp tmpfs'
	check "  and no guess" [ "$(grep -c ' /srv/' "$scratch/out")" -eq 0 ]
	on_three chroot --yes --accept-guesses --skip /srv/data -- cat /proc/mounts
	check "chroot --skip leaves out one of two guesses" says '^[^ ]+ /srv/www ext4'
	check "  that one" [ "$(grep -c ' /srv/data ' "$scratch/out")" -eq 0 ]
	check "  and everything is taken down again" nothing_mounted
	on_three chroot --yes --skip /nosuch -- cat /etc/hostname
	check "chroot --skip of nothing: exit status 2" ends 2
	if command -v script >/dev/null; then
		answer $'n\ny\ny' --image "$scratch/web02.img" --image "$scratch/web03.img" \
			chroot -- cat /proc/mounts
		check "a guess that is rejected is left out, the other one is not" \
			says '^[^ ]+ /srv/www ext4'
		check "  and not mounted" [ "$(grep -c '^[^ ]* /srv/data ' "$scratch/out")" -eq 0 ]
		check "  and everything is taken down again" nothing_mounted
	else
		skip "script is missing" "a guess that is rejected"
	fi
else
	skip "busybox is missing" "chroot"
fi
on_image --log "$scratch/log" mount --yes
check "--log keeps each step" grep -qE '^20[0-9]{2}-.*mount' "$scratch/log"
on_image umount --yes
done_testing
