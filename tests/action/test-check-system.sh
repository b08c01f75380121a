#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks of the filesystems of a whole system: their order, what is mounted, what is in use, undo, metadata
# kept, swap, programs that are missing.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
need_program mkfs.ext4 debugfs e2image mkswap jq losetup
need_filesystem ext4
private_namespace "$@"
# shellcheck source=tests/action/damage.sh
. "$top_srcdir/tests/action/damage.sh"
export PATH=$PATH:/usr/sbin:/sbin

# a system whose fstab has its lines in another order than its checks
target=/mnt/web01
root=$scratch/root
mkdir -p "$root"/{etc,usr/bin,usr/lib/systemd,srv,var,home,data,proc,sys,dev,run,tmp}
cp -L /bin/true "$root/usr/lib/systemd/systemd"
printf 'PRETTY_NAME="Sample Linux 12"\nID=sample\n' >"$root/etc/os-release"
echo web01 >"$root/etc/hostname"
cat >"$root/etc/fstab" <<'FSTAB'
LABEL=check-data /data  ext4 defaults 0 0
LABEL=check-var  /var   ext4 defaults 0 3
LABEL=check-home /home  ext4 defaults 0 2
LABEL=check-root /      ext4 defaults 0 1
LABEL=check-swap none   swap sw       0 0
FSTAB
images=()
for name in root var home data; do
	image_make "$scratch/$name.img" 16M
	if [ $name = root ]; then
		mkfs.ext4 -q -L check-root -d "$root" "$scratch/root.img"
	else
		mkfs.ext4 -q -L "check-$name" "$scratch/$name.img"
	fi
	images+=(--image "$scratch/$name.img")
done
image_make "$scratch/swap.img" 1M
mkswap -q -L check-swap "$scratch/swap.img"
images+=(--image "$scratch/swap.img")

r()
{
	run_with_loops "$refloat" "${images[@]}" --target "$target" "$@"
	said="$output
$errors"
}

# done_well NAME
done_well()
{
	is "$status" 0 "$1"
	[ "$status" -eq 0 ] || note "$said"
}

# --- the order
r check-fs --plan --json
is "$status" 0 "a plan for the whole system"
is "$(jq -r '.steps[].what | select(startswith("Check"))' <<<"$output" | awk '{print $2}' | paste -s -d ' ')" \
	"root.img home.img var.img data.img swap.img" "root first, then by pass number, what fstab does not check last"
before=$(checksum "$scratch"/*.img)
r check-fs --yes
done_well "all of them are checked"
is "$(grep -c 'nothing is wrong' <<<"$said")" 5 "each with its own verdict"
is "$(checksum "$scratch"/*.img)" "$before" "and not one byte has changed"

# one damaged among them does not keep the others from their check
debug "$scratch/home.img" <<<"ssv free_blocks_count 77"
copy_image "$scratch/home.img" "$scratch/home.damaged"
r check-fs --yes
is "$status" 3 "one of them damaged: something is left"
is "$(grep -c 'nothing is wrong' <<<"$said")" 4 "the others are checked all the same"
like "$said" "home\.img.*damaged" "and it is said which one it is"
r check-fs --repair --yes
done_well "repaired"
r check-fs /home --yes
done_well "a mount point of the system is a name, too"

# --- mounted by refloat: unmounted for as long as it takes
r mount --yes
done_well "the system is mounted"
mounts=$(awk -v t=$target 'index($5, t) == 1 {print $5}' /proc/self/mountinfo | sort | tr '\n' ' ')
echo kept >"$target/var/note"
r check-fs /var --plan
like "$said" "Unmount.*/var" "the plan says that it is unmounted"
like "$said" "(gain|after)" "and what comes after"
mkdir "$scratch/kept"
r check-fs /var --repair --undo-file "$scratch/kept" --plan
like "$(tr -s '\n ' ' ' <<<"$said")" "mounted again afterwards; once something is written to it, its repair cannot be taken back" \
	"what a mount does to an undo file is said before"
r check-fs /var --yes
done_well "a mounted one is checked"
is "$(awk -v t=$target 'index($5, t) == 1 {print $5}' /proc/self/mountinfo | sort | tr '\n' ' ')" "$mounts" \
	"everything is mounted again"
is "$(cat $target/var/note)" kept "with what was in it"
r check-fs / --yes
done_well "root is checked, with all that is mounted in it"
is "$(awk -v t=$target 'index($5, t) == 1 {print $5}' /proc/self/mountinfo | sort | tr '\n' ' ')" "$mounts" \
	"everything is mounted again, in its order"

# somebody is in it
(cd $target/var && exec sleep 60) &
sleeper=$!
for _ in $(seq 600); do
	[ "$(readlink /proc/$sleeper/cwd)" = $target/var ] && break
	sleep 0.1
done
r check-fs /var --repair --yes
[ "$status" -ne 0 ]
ok $? "what somebody uses is not checked ($status)"
like "$said" "sleep|in use|busy" "and it is said why"
kill $sleeper
wait $sleeper 2>/dev/null
is "$(awk -v t=$target 'index($5, t) == 1 {print $5}' /proc/self/mountinfo | sort | tr '\n' ' ')" "$mounts" \
	"everything is still mounted"
r umount --yes
done_well "and can be taken down"

# --- mounted by somebody else: refused, and left alone
mkdir -p /mnt/other
mount -o loop "$scratch/data.img" /mnt/other
before=$(checksum "$scratch/var.img")
r check-fs data.img --repair-all --yes
[ "$status" -ne 0 ]
ok $? "what others have mounted is refused ($status)"
like "$said" "mounted at /mnt/other, and not by refloat" "in words"
like "$said" "umount /mnt/other" "with what to do"
mountpoint -q /mnt/other
ok $? "and left as it is"
# the same where only its loop device is there, under another name than the image
umount /mnt/other
loop=$(loop_attach "$scratch/data.img")
mount "$loop" /mnt/other
run_with_loops "$refloat" check-fs "${loop#/dev/}" --repair-all --yes
[ "$status" -ne 0 ]
ok $? "a mounted device is refused ($status)"
like "$output $errors" "mounted at /mnt/other" "in words"
umount /mnt/other
run_with_loops "$refloat" check-fs "${loop#/dev/}" --yes
is "$status" 0 "once it is not mounted, the device is checked"
losetup -d "$loop"

# --- a mounted btrfs: a scrub finds what no look at its metadata can
if grep -qw btrfs /proc/filesystems && command -v mkfs.btrfs >/dev/null; then
	damage_make btrfs "$scratch/pool.img"
	damage_btrfs_data "$scratch/pool.img"
	mkdir -p /mnt/pool
	mount -o loop "$scratch/pool.img" /mnt/pool
	run_with_loops "$refloat" --image "$scratch/pool.img" check-fs pool.img --plan
	like "$output $errors" "scrub" "of a mounted btrfs a scrub is planned"
	run_with_loops "$refloat" --image "$scratch/pool.img" check-fs pool.img --yes
	is "$status" 3 "it finds damage"
	like "$output $errors" "checksum" "in the contents of a file"
	mountpoint -q /mnt/pool
	ok $? "and leaves it mounted"
	run_with_loops "$refloat" --image "$scratch/pool.img" check-fs pool.img --repair --yes
	is "$status" 3 "with one copy only there is nothing to repair it from"
	like "$output $errors" "backup|copy" "and that is said"
	umount /mnt/pool
	# the same in metadata, of which there are two copies
	damage_make btrfs "$scratch/pool.img"
	damage_btrfs_root_one_copy "$scratch/pool.img"
	mount -o loop "$scratch/pool.img" /mnt/pool
	run_with_loops "$refloat" --image "$scratch/pool.img" check-fs pool.img --repair --yes
	is "$status" 0 "a bad copy of metadata is written anew from the good one"
	[ "$status" -eq 0 ] || note "$output $errors"
	umount /mnt/pool
	run_with_loops "$refloat" --image "$scratch/pool.img" check-fs pool.img --yes
	is "$status" 0 "after which nothing is wrong"
else
	skip "this kernel has no btrfs" "of a mounted btrfs a scrub is planned"
fi

# --- undo, in a folder elsewhere
copy_image "$scratch/home.damaged" "$scratch/home.img"
before=$(checksum "$scratch/home.img")
mkdir "$scratch/undo"
r check-fs home.img --repair-all --undo-file "$scratch/undo" --plan
like "$said" "undo" "the plan tells of the undo file"
is "$(checksum "$scratch/home.img")" "$before" "a plan changes nothing"
r check-fs home.img --repair-all --undo-file "$scratch/undo" --yes
done_well "repaired with an undo file"
[ "$(checksum "$scratch/home.img")" != "$before" ]
ok $? "something was changed"
[ -n "$(ls -A "$scratch/undo")" ]
ok $? "the undo file is where it was wanted"
r undo --yes
done_well "the repair is taken back"
is "$(checksum "$scratch/home.img")" "$before" "byte for byte"
r check-fs home.img --repair-all --undo-file "$scratch/undo" --yes
repaired=$(checksum "$scratch/home.img")
mkdir "$scratch/elsewhere"
mv "$scratch"/undo/*-2.e2undo "$scratch/elsewhere/"
r undo --yes
is "$status" 1 "without its undo file it cannot be taken back: exit status 1"
like "$said" "undo file .* is not there any more" "  which is said"
is "$(checksum "$scratch/home.img")" "$repaired" "  and nothing was changed"
mv "$scratch"/elsewhere/* "$scratch/undo/"
r undo --yes
done_well "once the file is back, so is what was"
is "$(checksum "$scratch/home.img")" "$before" "  byte for byte"

# --- undo, of what was mounted since
r check-fs home.img --repair-all --undo-file "$scratch/undo" --yes
copy_image "$scratch/home.img" "$scratch/home.repaired"
mkdir "$scratch/seen"
mount -o loop "$scratch/home.img" "$scratch/seen"
r undo --yes
is "$status" 1 "what is mounted is not taken back"
like "$said" "it is mounted: its repair cannot be taken back now" "  which is said"
umount "$scratch/seen"
later=$(checksum "$scratch/home.img")
r undo --yes
is "$status" 1 "nor what was mounted since"
like "$said" "mounted or changed since its repair" "  which is said, too"
is "$(checksum "$scratch/home.img")" "$later" "  and nothing was changed"
copy_image "$scratch/home.repaired" "$scratch/home.img"
r undo --yes
done_well "as the repair has left it, it is taken back"
is "$(checksum "$scratch/home.img")" "$before" "  byte for byte"

# --- metadata kept
mkdir "$scratch/metadata"
r check-fs home.img --repair-all --save-metadata "$scratch/metadata" --yes
done_well "repaired, with the metadata kept"
saved=$(find "$scratch/metadata" -type f | head -n 1)
e2image -r "$saved" "$scratch/metadata/raw" >/dev/null 2>&1
dumpe2fs -h "$scratch/metadata/raw" 2>/dev/null | grep -q check-home
ok $? "what was kept is an image of its metadata"

# --- swap
r check-fs swap.img --yes
done_well "swap is looked at"
image_make "$scratch/locked.img" 32M
if command -v cryptsetup >/dev/null; then
	printf 'tide' | cryptsetup luksFormat -q --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
		--key-file - "$scratch/locked.img"
	run_with_loops "$refloat" --image "$scratch/locked.img" check-fs locked.img --repair-all --yes </dev/null
	[ "$status" -ne 0 ]
	ok $? "an encrypted container is no filesystem ($status)"
	like "$output $errors" "encrypted container|locked" "and that is said"
else
	skip "needs cryptsetup" "an encrypted container is no filesystem"
fi
image_make "$scratch/empty.img" 4M
run_with_loops "$refloat" --image "$scratch/empty.img" check-fs empty.img --yes
is "$status" 2 "nothing but zeros is refused"
like "$output $errors" "no filesystem" "in words"
run_with_loops "$refloat" --image "$scratch/empty.img" check-fs nowhere --yes
[ "$status" -ne 0 ]
ok $? "a name that is nobody's is refused"

# --- a program that is not there: hidden in a namespace of its own
# without PROGRAM COMMAND...
without()
{
	local program
	program=$(command -v "$1")
	shift
	: >"$scratch/nothing"
	# shellcheck disable=SC2016 # these are of the inner shell
	run unshare --mount bash -c 'mount --bind "$1" "$2" && shift 2 && exec "$@"' _ \
		"$scratch/nothing" "$(readlink -f "$program")" "$@"
}

if command -v mkfs.f2fs >/dev/null && command -v fsck.f2fs >/dev/null; then
	damage_make f2fs "$scratch/f2fs.img" 2>/dev/null
	without fsck.f2fs "$refloat" --image "$scratch/f2fs.img" check-fs f2fs.img --yes
	[ "$status" -ne 0 ]
	ok $? "without its program a filesystem is not checked ($status)"
	like "$output $errors" "f2fs-tools" "and the package is named"
else
	skip "needs f2fs-tools" "without its program a filesystem is not checked"
fi
without e2fsck "$refloat" --image "$scratch/var.img" check-fs var.img --yes
like "$output $errors" "e2fsprogs" "so is e2fsck's"

# --- an image that can be written through another loop device is not repaired beside that
bytes=$(sha256sum <"$scratch/var.img")
other=$(losetup --find --show "$scratch/var.img")
run "$refloat" --image "$scratch/var.img" check-fs var.img --repair --yes
is "$status" 1 "an image that somebody else can write is not repaired"
like "$errors" "can be written through $other already" "  and through what is said"
is "$(sha256sum <"$scratch/var.img")" "$bytes" "  and nothing is changed"
run "$refloat" --image "$scratch/var.img" check-fs var.img --yes
is "$status" 0 "it can be looked at"
losetup --detach "$other"
run "$refloat" --image "$scratch/var.img" check-fs var.img --repair --yes
is "$status" 0 "and once that is gone it can be repaired"

# --- all is taken down
is "$(losetup --list --noheadings --output BACK-FILE | grep -c "$scratch")" 0 "no loop device is left"
is "$(awk -v t=$target 'index($5, t) == 1' /proc/self/mountinfo)" "" "and no mount"
# --- a btrfs within a root that is unmounted for its check: no scrub, it is not mounted then either
if grep -qw btrfs /proc/filesystems && command -v mkfs.btrfs >/dev/null; then
	printf 'LABEL=check-root / ext4 defaults 0 1\nLABEL=check-pool /home btrfs defaults 0 0\n' >"$root/etc/fstab"
	image_make "$scratch/root.img" 16M
	mkfs.ext4 -q -L check-root -d "$root" "$scratch/root.img"
	image_make "$scratch/pool.img" 128M
	mkfs.btrfs -q -L check-pool "$scratch/pool.img" >/dev/null 2>&1
	images=(--image "$scratch/root.img" --image "$scratch/pool.img")
	r mount --yes
	done_well "a system with a btrfs is mounted"
	r check-fs --plan
	unlike "$said" "scrub" "all of it: the btrfs is checked unmounted"
	r check-fs --yes
	done_well "  and nothing is wrong"
	mountpoint -q "$target/home"
	ok $? "  it is mounted again"
	r check-fs /home --plan
	like "$said" "scrub" "alone it stays mounted, for a scrub"
	r umount --yes
	done_well "  and all is taken down"
else
	skip "this kernel has no btrfs" "a btrfs within a root"
fi
done_testing
