/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking never writes: dirty filesystems have the same checksum before and after, and nothing is
 * left behind, not even by a look that is killed.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/root.h"
#include "base/worker.h"
#include "scratch.h"
#include "storage/device.h"
#include "storage/filesystem.h"
#include "storage/look.h"
#include "storage/mount.h"

#define TIMEOUT_MS 60000
#define PARALLEL 8

static char *scratch; /* NULL: not root */

static int set_up(void **state)
{
	(void)state;
	if (scratch_enter())
		scratch = folder_make();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (scratch)
		folder_remove(scratch);
	free(scratch);
	return 0;
}

static void need(const char *type)
{
	if (!scratch || !scratch_can_make(type))
		skip(); /* needs root, and a kernel and tools for TYPE */
}

/* A file that holds one filesystem, as the device that a look takes. */
static struct device *image_device(const char *path, const char *type)
{
	struct device *device = device_new(DEVICE_IMAGE, "image");

	device->path = text_copy(path);
	device->content.type = text_copy(type);
	return device;
}

static void device_cleanup(struct device **device)
{
	*device = device_free(*device);
}
#define _cleanup_device_ _cleanup_(device_cleanup)

/*
 * The image of a server whose power went: a filesystem that is copied while it is mounted and after
 * a file was synced. "kept" is old and "new" only in the journal.
 */
static char *make_dirty(const char *type)
{
	char *path = text_format("%s/%s.img", scratch, type);

	scratch_do("truncate -s 320M %s.live && mkfs.%s -q %s.live", path, type, path);
	scratch_do("mount -t %s -o loop %s.live /mnt && echo old >/mnt/kept && sync -f /mnt", type,
		   path);
	scratch_do("umount /mnt && mount -t %s -o loop %s.live /mnt", type, path);
	scratch_do("echo new >/mnt/new && sync /mnt/new && mkdir /mnt/folder && sync /mnt/new");
	scratch_do("cp --sparse=always %s.live %s && umount /mnt && rm %s.live", path, path, path);
	return path;
}

struct look {
	const struct device *device;
	const char *options;
	const char *file; /* whose first line is the answer */
	bool stays;	  /* for longer than the test */
	bool writes;	  /* tries to write where it looks */
};

static int look_in_child(void *data, int fd)
{
	const struct look *look = data;
	_cleanup_free_ char *folder = NULL, *line = NULL, *path = NULL;
	_cleanup_root_ struct root *root = NULL;
	_cleanup_problem_ struct problem why = {0};
	int r = look_enter(&folder, &why);

	if (r == 0)
		r = look_mount(look->device, look->options, folder, &why);
	if (r < 0) {
		(void)worker_send(fd, why.why, strlen(why.why));
		return -r;
	}
	if (root_open(folder, &root, NULL) < 0 || root_read_line(root, look->file, &line) < 0)
		line = text_copy("unreadable");
	if (look->writes) {
		path = text_format("%s/written", folder);
		text_set(&line, mkdir(path, 0755) == 0 ? "written" : strerror(errno));
	}
	(void)worker_send(fd, line, strlen(line));
	if (look->stays)
		(void)pause();
	root = root_free(root);
	look_unmount(look->device, folder);
	return 0;
}

/* What FILE in DEVICE says, or why it cannot be looked at; the caller frees. */
static char *look_at(const struct device *device, const char *options, const char *file,
		     int *ret_error)
{
	struct look look = {.device = device, .options = options, .file = file};
	char *answer = NULL;
	int status = 0;

	assert_true(worker_call(look_in_child, &look, TIMEOUT_MS, &answer, NULL, &status, NULL) !=
		    -ETIMEDOUT);
	if (ret_error)
		*ret_error = -status;
	return answer ? answer : text_copy("");
}

static void dirty_filesystem_stays_as_it_is(void **state)
{
	const char *type = *state;
	_cleanup_free_ char *image = NULL, *before = NULL, *after = NULL, *old = NULL;
	_cleanup_device_ struct device *device = NULL;

	need(type);
	image = make_dirty(type);
	before = scratch_checksum(image);
	device = image_device(image, type);
	old = look_at(device, NULL, "kept", NULL);
	after = scratch_checksum(image);
	assert_string_equal(old, "old");
	assert_string_equal(before, after);
	assert_int_equal(scratch_count_loops(image), 0);
	scratch_do("rm %s", image);
}

/* Why all this: mount -o ro alone replays the journal, on a device that can be written. */
static void plain_read_only_mount_does_write(void **state)
{
	const char *type = *state;
	_cleanup_free_ char *image = NULL, *before = NULL, *after = NULL;

	need(type);
	image = make_dirty(type);
	before = scratch_checksum(image);
	scratch_do("loop=$(losetup -f --show %s) && mount -t %s -o ro $loop /mnt && umount /mnt; "
		   "losetup -d $loop",
		   image, type);
	after = scratch_checksum(image);
	assert_string_not_equal(before, after);
	scratch_do("rm %s", image);
}

static bool is_mounted_anywhere(const char *word)
{
	_cleanup_mount_table_ struct mount_table table = {0};

	assert_int_equal(mount_table_read(NULL, &table, NULL), 0);
	for (size_t i = 0; i < table.count; i++) {
		if (strstr(table.entries[i].source, word))
			return true;
	}
	return false;
}

static void note_message(void *data, const char *bytes, size_t length)
{
	(void)bytes;
	(void)length;
	*(bool *)data = true;
}

static void killed_look_leaves_nothing(void **state)
{
	_cleanup_free_ char *image = NULL, *before = NULL, *after = NULL, *loop = NULL;
	_cleanup_device_ struct device *device = NULL;
	struct look look = {.file = "kept", .stays = true};
	struct worker *worker = NULL;
	bool is_there = false;

	(void)state;
	need("ext4");
	image = make_dirty("ext4");
	before = scratch_checksum(image);
	look.device = device = image_device(image, "ext4");
	assert_int_equal(worker_start(look_in_child, &look, TIMEOUT_MS, &worker, NULL), 0);
	while (!is_there && worker_dispatch(worker, note_message, &is_there) == WORKER_RUNNING)
		(void)usleep(10000);
	assert_true(is_there);
	loop = scratch_shell("losetup -n -O NAME -j %s", image);
	assert_non_null(loop);
	assert_int_equal(strncmp(loop, "/dev/loop", 9), 0); /* it looks right now */
	assert_false(is_mounted_anywhere(loop));	    /* where nobody else sees it */
	worker = worker_free(worker);			    /* SIGKILL */
	assert_int_equal(scratch_count_loops(image), 0);
	after = scratch_checksum(image);
	assert_string_equal(before, after);
	scratch_do("rm %s", image);
}

static void looks_at_once_get_a_device_each(void **state)
{
	_cleanup_free_ char *image = NULL;
	_cleanup_device_ struct device *device = NULL;
	struct worker *workers[PARALLEL] = {0};
	struct look look = {.file = "kept"};
	int done = 0;

	(void)state;
	need("ext4");
	image = make_dirty("ext4");
	look.device = device = image_device(image, "ext4");
	for (int i = 0; i < PARALLEL; i++)
		assert_int_equal(worker_start(look_in_child, &look, TIMEOUT_MS, &workers[i], NULL),
				 0);
	for (int i = 0; i < PARALLEL; i++) {
		while (worker_dispatch(workers[i], NULL, NULL) == WORKER_RUNNING)
			(void)usleep(10000);
		done += worker_get_state(workers[i]) == WORKER_DONE;
		workers[i] = worker_free(workers[i]);
	}
	assert_int_equal(done, PARALLEL);
	assert_int_equal(scratch_count_loops(image), 0);
	scratch_do("rm %s", image);
}

/* A partition that the kernel does not show. */
static void virtual_partition_is_looked_into(void **state)
{
	_cleanup_free_ char *disk = NULL, *text = NULL;
	_cleanup_device_ struct device *image = NULL, *partition = NULL;

	(void)state;
	need("ext4");
	disk = text_format("%s/disk.img", scratch);
	scratch_do("truncate -s 16M %s.fs && mkfs.ext4 -qF %s.fs && mount -o loop %s.fs /mnt && "
		   "echo part >/mnt/kept && umount /mnt",
		   disk, disk, disk);
	scratch_do("truncate -s 40M %s && dd if=%s.fs of=%s bs=1M seek=3 conv=notrunc status=none",
		   disk, disk, disk);
	image = image_device(disk, NULL);
	partition = device_new(DEVICE_PARTITION, "image1");
	partition->is_virtual = true;
	partition->start = 3 << 20;
	partition->size = 16 << 20;
	partition->content.type = text_copy("ext4");
	device_link(image, partition);
	text = look_at(partition, NULL, "kept", NULL);
	assert_string_equal(text, "part");
	scratch_do("rm %s %s.fs", disk, disk);
}

/* A filesystem that is mounted is looked at through that mount, and not written to. */
static void mounted_filesystem_is_looked_at_as_it_is(void **state)
{
	const char *type = *state;
	_cleanup_free_ char *image = NULL, *now = NULL, *answer = NULL;
	_cleanup_device_ struct device *device = NULL;
	struct look look = {.file = "kept", .writes = true};

	need(type);
	image = make_dirty(type);
	look.device = device = image_device(image, type);
	scratch_do("mount -t %s -o loop %s /mnt && echo now >/mnt/now", type, image);
	now = look_at(device, strcmp(type, "btrfs") == 0 ? "subvolid=5" : NULL, "now", NULL);
	(void)worker_call(look_in_child, &look, TIMEOUT_MS, &answer, NULL, NULL, NULL);
	scratch_do("umount /mnt && rm %s", image);
	assert_string_equal(now, "now");
	assert_string_equal(answer, "Read-only file system");
}

/* What hides a mount must not be taken for it. */
static void hidden_mount_is_not_mixed_up(void **state)
{
	_cleanup_free_ char *image = NULL, *text = NULL;
	_cleanup_device_ struct device *device = NULL;

	(void)state;
	need("ext4");
	image = make_dirty("ext4");
	device = image_device(image, "ext4");
	scratch_do("mount -o loop %s /mnt && mount -t tmpfs tmpfs /mnt && echo wrong >/mnt/kept",
		   image);
	text = look_at(device, NULL, "kept", NULL);
	scratch_do("umount /mnt && umount /mnt && rm %s", image);
	assert_string_equal(text, "old");
}

static void subvolumes_are_seen_beside_a_mounted_one(void **state)
{
	_cleanup_free_ char *image = NULL, *text = NULL, *again = NULL;
	_cleanup_device_ struct device *device = NULL;

	(void)state;
	need("btrfs");
	image = text_format("%s/subvolumes.img", scratch);
	scratch_do("truncate -s 320M %s && mkfs.btrfs -q %s && mount -o loop %s /mnt && "
		   "btrfs -q subvolume create /mnt/@ && btrfs -q subvolume create /mnt/@home && "
		   "echo top >/mnt/kept && echo home >/mnt/@home/kept && umount /mnt",
		   image, image, image);
	device = image_device(image, "btrfs");
	text = look_at(device, "subvol=@home", "kept", NULL);
	assert_string_equal(text, "home");
	scratch_do("mount -o loop,subvol=@ %s /mnt", image);
	again = look_at(device, "subvolid=5", "kept", NULL);
	scratch_do("touch /mnt/can-be-written && umount /mnt");
	assert_string_equal(again, "top");
	scratch_do("rm %s", image);
}

/* After a look the kernel must not hold a loop device that is gone against the real one. */
static void btrfs_can_be_mounted_after_a_look(void **state)
{
	_cleanup_free_ char *image = NULL, *text = NULL;
	_cleanup_device_ struct device *device = NULL;

	(void)state;
	need("btrfs");
	image = make_dirty("btrfs");
	device = image_device(image, "btrfs");
	for (int i = 0; i < 3; i++) {
		_cleanup_free_ char *line = look_at(device, "subvolid=5", "kept", NULL);

		assert_string_equal(line, "old");
	}
	text = scratch_shell("mount -o loop %s /mnt && cat /mnt/new && umount /mnt", image);
	assert_non_null(text);
	assert_string_equal(text, "new");
	scratch_do("rm %s", image);
}

/* Half of a mirror, as it is where the other disk is dead or has not been given. */
static void btrfs_with_a_missing_member_is_looked_into(void **state)
{
	_cleanup_free_ char *image = NULL, *text = NULL, *before = NULL, *after = NULL;
	_cleanup_device_ struct device *device = NULL;

	(void)state;
	need("btrfs");
	image = text_format("%s/mirror.img", scratch);
	scratch_do("truncate -s 320M %s %s.2 && a=$(losetup -f --show %s) && "
		   "b=$(losetup -f --show %s.2) && mkfs.btrfs -q -d raid1 -m raid1 $a $b && "
		   "mount $a /mnt && echo both >/mnt/kept && umount /mnt; "
		   "btrfs device scan --forget $a $b; losetup -d $a; losetup -d $b",
		   image, image, image, image);
	before = scratch_checksum(image);
	device = image_device(image, "btrfs");
	text = look_at(device, "subvolid=5", "kept", NULL);
	after = scratch_checksum(image);
	assert_string_equal(text, "both");
	assert_string_equal(before, after);
	scratch_do("rm %s %s.2", image, image);
}

/* The members are block devices that the kernel knows: it must know them afterwards as well. */
static void btrfs_of_two_devices_is_known_after_a_look(void **state)
{
	_cleanup_free_ char *image = NULL, *text = NULL, *first = NULL, *second = NULL;
	_cleanup_free_ char *mounted = NULL, *before = NULL, *after = NULL;
	_cleanup_device_ struct device *device = NULL;
	struct stat status;

	(void)state;
	need("btrfs");
	image = text_format("%s/pair.img", scratch);
	scratch_do("truncate -s 320M %s %s.2", image, image);
	first = scratch_shell("losetup -f --show %s", image);
	second = scratch_shell("losetup -f --show %s.2", image);
	assert_true(first && second);
	scratch_do("mkfs.btrfs -q -d raid1 -m raid1 %s %s && mount %s /mnt && "
		   "echo pair >/mnt/kept && umount /mnt",
		   first, second, first);
	device = image_device(first, "btrfs");
	assert_int_equal(stat(first, &status), 0);
	device->number = status.st_rdev;
	scratch_do("sync %s.2", image);
	before = scratch_shell("sha256sum <%s.2", image);
	text = look_at(device, "subvolid=5", "kept", NULL);
	after = scratch_shell("sync %s.2 && sha256sum <%s.2", image, image);
	/* by the other member, so that the kernel must find the first one by itself */
	mounted = scratch_shell("mount %s /mnt && cat /mnt/kept && umount /mnt", second);
	scratch_do("btrfs device scan --forget %s %s; losetup -d %s; losetup -d %s; rm %s %s.2",
		   first, second, first, second, image, image);
	assert_string_equal(text, "pair");
	assert_string_equal(before, after); /* that member is no loop device of ours */
	assert_non_null(mounted);
	assert_string_equal(mounted, "pair");
}

static void squashfs_is_looked_into(void **state)
{
	_cleanup_free_ char *image = NULL, *text = NULL;
	_cleanup_device_ struct device *device = NULL;

	(void)state;
	need("squashfs");
	image = text_format("%s/squash.img", scratch);
	scratch_do("mkdir %s/tree && echo packed >%s/tree/kept && "
		   "mksquashfs %s/tree %s -quiet -no-progress >&2",
		   scratch, scratch, scratch, image);
	device = image_device(image, "squashfs");
	text = look_at(device, NULL, "kept", NULL);
	assert_string_equal(text, "packed");
	scratch_do("rm -r %s %s/tree", image, scratch);
}

static void refusals_are_sentences(void **state)
{
	_cleanup_free_ char *garbage = NULL, *missing = NULL;
	const struct {
		const char *path;
		const char *type;
		int error;
	} cases[] = {
		{"garbage", "ext4", -EINVAL},
		{"garbage", "nosuchfs", -ENODEV},
		{"missing", "ext4", -ENOENT},
		{"garbage", NULL, -EINVAL},
	};

	(void)state;
	need("ext4");
	garbage = text_format("%s/garbage", scratch);
	scratch_do("head -c 1M /dev/zero | tr '\\0' x >%s", garbage);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *path = text_format("%s/%s", scratch, cases[i].path);
		_cleanup_device_ struct device *device = image_device(path, cases[i].type);
		_cleanup_free_ char *reason = NULL;
		int error = 0;

		reason = look_at(device, NULL, "kept", &error);
		assert_int_equal(error, cases[i].error);
		assert_int_not_equal(strlen(reason), 0);
	}
	assert_int_equal(scratch_count_loops(garbage), 0);
}

#define EACH(text, function, type)                                                                 \
	{                                                                                          \
		text " " type, function, NULL, NULL, (void *)(type)                                \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH("dirty filesystem stays as it is:", dirty_filesystem_stays_as_it_is, "ext4"),
		EACH("dirty filesystem stays as it is:", dirty_filesystem_stays_as_it_is, "ext3"),
		EACH("dirty filesystem stays as it is:", dirty_filesystem_stays_as_it_is, "xfs"),
		EACH("dirty filesystem stays as it is:", dirty_filesystem_stays_as_it_is, "btrfs"),
		EACH("plain read-only mount does write:", plain_read_only_mount_does_write, "ext4"),
		EACH("plain read-only mount does write:", plain_read_only_mount_does_write, "xfs"),
		cmocka_unit_test(killed_look_leaves_nothing),
		cmocka_unit_test(looks_at_once_get_a_device_each),
		cmocka_unit_test(virtual_partition_is_looked_into),
		EACH("mounted filesystem as it is:", mounted_filesystem_is_looked_at_as_it_is,
		     "ext4"),
		EACH("mounted filesystem as it is:", mounted_filesystem_is_looked_at_as_it_is,
		     "xfs"),
		EACH("mounted filesystem as it is:", mounted_filesystem_is_looked_at_as_it_is,
		     "btrfs"),
		cmocka_unit_test(hidden_mount_is_not_mixed_up),
		cmocka_unit_test(subvolumes_are_seen_beside_a_mounted_one),
		cmocka_unit_test(btrfs_can_be_mounted_after_a_look),
		cmocka_unit_test(btrfs_with_a_missing_member_is_looked_into),
		cmocka_unit_test(btrfs_of_two_devices_is_known_after_a_look),
		cmocka_unit_test(squashfs_is_looked_into),
		cmocka_unit_test(refusals_are_sentences),
	};

	return cmocka_run_group_tests_name("look", tests, set_up, tear_down);
}
