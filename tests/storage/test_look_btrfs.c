/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking into btrfs filesystems on several devices, whole or not, and into copies: no byte
 * changes, no loop device stays, and the kernel remembers none of it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/root.h"
#include "base/worker.h"
#include "scratch.h"
#include "storage/look.h"
#include "storage/scan.h"

#define TIMEOUT_MS 60000

static char *folder; /* NULL: not root */

static int set_up(void **state)
{
	(void)state;
	if (scratch_enter() && scratch_can_make("btrfs"))
		folder = folder_make();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (folder)
		folder_remove(folder);
	free(folder);
	return 0;
}

/* What is in file "kept" of the device, sent by a process that looks at it as a survey does. */
struct look {
	const struct device *device;
	unsigned pause_ms; /* looks for so long */
};

static int look_in_child(void *data, int fd)
{
	const struct look *look = data;
	_cleanup_free_ char *place = NULL, *line = NULL;
	_cleanup_root_ struct root *root = NULL;
	_cleanup_problem_ struct problem why = {0};
	int r = look_enter(&place, &why);

	if (r == 0)
		r = look_mount(look->device, "subvolid=5", place, &why);
	if (r < 0) {
		(void)worker_send(fd, why.why, strlen(why.why));
		return -r;
	}
	if (root_open(place, &root, NULL) < 0 || root_read_line(root, "kept", &line) < 0)
		line = text_copy("unreadable");
	(void)usleep(look->pause_ms * 1000);
	(void)worker_send(fd, line, strlen(line));
	root = root_free(root);
	look_unmount(look->device, place);
	return 0;
}

static char *look_at(const struct device *device)
{
	struct look look = {.device = device};
	char *answer = NULL;

	assert_true(worker_call(look_in_child, &look, TIMEOUT_MS, &answer, NULL, NULL, NULL) !=
		    -ETIMEDOUT);
	return answer ? answer : text_copy("");
}

/* A filesystem on COUNT images NAME.1, NAME.2, ... of 200 MiB, with a file that fills some of each.
 */
static void make(const char *name, const char *profile, int count)
{
	_cleanup_free_ char *loops = text_copy("");

	scratch_do("cd %s && for i in $(seq %d); do truncate -s 200M %s.$i; done", folder, count,
		   name);
	for (int i = 1; i <= count; i++) {
		_cleanup_free_ char *loop =
			scratch_shell("losetup -f --show %s/%s.%d", folder, name, i);
		char *longer;

		assert_non_null(loop);
		longer = text_format("%s %s", loops, loop);
		free(loops);
		loops = longer;
	}
	scratch_do("mkfs.btrfs -q -f %s %s && set -- %s && mount $1 /mnt && "
		   "echo %s >/mnt/kept && head -c 30M /dev/urandom >/mnt/big && umount /mnt && "
		   "btrfs device scan --forget %s && losetup -d %s",
		   profile, loops, loops, name, loops, loops);
}

static struct machine *scan(const char *name, const char *numbers)
{
	struct scan_options options = {0};
	_cleanup_text_list_ struct text_list list = {0};
	_cleanup_problem_ struct problem why = {0};
	struct machine *machine = NULL;

	text_list_split(&list, numbers, " ");
	for (size_t i = 0; i < list.count; i++)
		text_list_format(&options.images, "%s/%s.%s", folder, name, list.items[i]);
	if (scan_machine(&options, NULL, NULL, NULL, &machine, &why) < 0)
		fail_msg("%s: %s", why.what, why.why);
	text_list_done(&options.images);
	return machine;
}

static char *checksum(const char *name)
{
	return scratch_shell("cd %s && sync %s.* && sha256sum %s.*", folder, name, name);
}

static void assert_no_loops(const char *name)
{
	for (int i = 1; i <= 3; i++) {
		_cleanup_free_ char *file = text_format("%s/%s.%d", folder, name, i);

		assert_int_equal(scratch_count_loops(file), 0);
	}
}

static void whole_filesystem_is_looked_into(void **state)
{
	const char *profile = *state;
	_cleanup_machine_ struct machine *machine = NULL;
	_cleanup_free_ char *before = NULL, *after = NULL, *text = NULL, *other = NULL;

	if (!folder)
		skip(); /* needs root and btrfs */
	make("whole", profile, 3);
	before = checksum("whole");
	machine = scan("whole", "1 2 3");
	text = look_at(machine_find(machine, "whole.1"));
	other = look_at(machine_find(machine, "whole.2")); /* through any of them */
	after = checksum("whole");
	assert_string_equal(text, "whole");
	assert_string_equal(other, "whole");
	assert_string_equal(before, after);
	assert_no_loops("whole");
	scratch_do("rm %s/whole.*", folder);
}

/* The kernel must not have the loop devices of the look in mind: other ones are the real ones. */
static void nothing_is_remembered_of_a_look(void **state)
{
	_cleanup_machine_ struct machine *machine = NULL;
	_cleanup_free_ char *text = NULL, *mounted = NULL, *first = NULL, *second = NULL;
	_cleanup_free_ char *alone = NULL;

	(void)state;
	if (!folder)
		skip();
	make("real", "-d raid1 -m raid1", 2);
	machine = scan("real", "1 2");
	text = look_at(machine_find(machine, "real.1"));
	assert_string_equal(text, "real");
	first = scratch_shell("losetup -f --show %s/real.1", folder);
	second = scratch_shell("losetup -f --show %s/real.2", folder);
	/* alone it would be refused: the kernel does not know the other one */
	alone = scratch_shell("mount %s /mnt 2>/dev/null && umount /mnt", first);
	mounted = scratch_shell("mount -o device=%s %s /mnt && cat /mnt/kept && umount /mnt",
				second, first);
	scratch_do("btrfs device scan --forget %s %s; losetup -d %s; losetup -d %s; rm %s/real.*",
		   first, second, first, second, folder);
	assert_null(alone);
	assert_non_null(mounted);
	assert_string_equal(mounted, "real");
}

static void half_a_mirror_is_looked_into(void **state)
{
	_cleanup_machine_ struct machine *machine = NULL;
	_cleanup_free_ char *before = NULL, *after = NULL, *text = NULL;

	(void)state;
	if (!folder)
		skip();
	make("half", "-d raid1 -m raid1", 2);
	before = checksum("half");
	machine = scan("half", "2");
	assert_int_equal(device_count_missing(machine_find(machine, "half.2")), 1);
	text = look_at(machine_find(machine, "half.2"));
	after = checksum("half");
	assert_string_equal(text, "half");
	assert_string_equal(before, after);
	assert_no_loops("half");
	scratch_do("rm %s/half.*", folder);
}

/* What cannot be read without the missing part is said, and still no byte changes. */
static void half_of_what_is_striped_changes_nothing(void **state)
{
	const char *profile = *state;
	_cleanup_machine_ struct machine *machine = NULL;
	_cleanup_free_ char *before = NULL, *after = NULL, *text = NULL;

	if (!folder)
		skip();
	make("stripe", profile, 2);
	before = checksum("stripe");
	machine = scan("stripe", "1");
	text = look_at(machine_find(machine, "stripe.1"));
	after = checksum("stripe");
	assert_int_not_equal(strlen(text), 0);
	assert_string_equal(before, after);
	assert_no_loops("stripe");
	scratch_do("rm %s/stripe.*", folder);
}

/* Somebody has shown the kernel the other half, which is not among our disks: it is not touched. */
static void what_the_kernel_knows_besides_is_not_used(void **state)
{
	_cleanup_machine_ struct machine *machine = NULL;
	_cleanup_free_ char *second = NULL, *opened = NULL, *text = NULL;

	(void)state;
	if (!folder)
		skip();
	make("besides", "-d raid1 -m raid1", 2);
	second = scratch_shell("losetup -f --show %s/besides.2", folder);
	scratch_do("btrfs device scan %s", second);
	machine = scan("besides", "1");
	text = look_at(machine_find(machine, "besides.1"));
	opened = scratch_shell("losetup -d %s; losetup -j %s/besides.2", second, folder);
	assert_string_equal(text, "besides");
	assert_string_equal(opened, "");
	scratch_do("rm %s/besides.*", folder);
}

/* Two copies that have gone different ways, looked at at once: each shows what is its own. */
static void copies_are_not_mixed_up(void **state)
{
	_cleanup_machine_ struct machine *machine = NULL;
	struct look looks[2] = {0};
	struct worker *workers[2] = {0};

	(void)state;
	if (!folder)
		skip();
	make("copy", "", 1);
	scratch_do("cd %s && cp copy.1 copy.2 && mount -o loop copy.2 /mnt && echo other "
		   ">/mnt/kept && "
		   "umount /mnt",
		   folder);
	machine = scan("copy", "1 2");
	for (int i = 0; i < 2; i++) {
		_cleanup_free_ char *name = text_format("copy.%d", i + 1);

		looks[i] = (struct look){.device = machine_find(machine, name), .pause_ms = 300};
		assert_non_null(looks[i].device->copy_of);
		assert_int_equal(
			worker_start(look_in_child, &looks[i], TIMEOUT_MS, &workers[i], NULL), 0);
	}
	for (int i = 0; i < 2; i++) {
		while (worker_dispatch(workers[i], NULL, NULL) == WORKER_RUNNING)
			(void)usleep(10000);
		assert_int_equal(worker_get_state(workers[i]), WORKER_DONE);
		workers[i] = worker_free(workers[i]);
	}
	for (int i = 0; i < 2; i++) {
		_cleanup_free_ char *text = look_at(looks[i].device);

		assert_string_equal(text, i ? "other" : "copy");
	}
	assert_no_loops("copy");
	scratch_do("rm %s/copy.*", folder);
}

/* Overwrites the metadata block at the address that AWK finds in what SHOW prints of PATH. */
static void destroy_block(const char *path, const char *show, const char *awk)
{
	scratch_do("at=$(%s %s | awk '%s') && "
		   "btrfs-map-logical -l $at %s | sed 's/.*physical \\([0-9]*\\).*/\\1/' | "
		   "while read -r byte; do dd if=/dev/zero of=%s bs=4096 count=1 conv=notrunc "
		   "oflag=seek_bytes seek=$byte status=none; done",
		   show, path, awk, path, path);
}

/* The tree of trees, or the tree of extents, is gone: the files are all there, and are seen. */
static void damage_is_looked_through(void **state)
{
	static const struct {
		const char *show, *awk;
	} blocks[] = {
		{"btrfs inspect-internal dump-super", "$1 == \"root\" { print $2 }"},
		{"btrfs inspect-internal dump-tree -t root",
		 "/EXTENT_TREE ROOT_ITEM/ { found = 1 } "
		 "found && /bytenr/ { for (i = 1; i < NF; i++) if ($i == \"bytenr\") print $(i + 1); exit }"},
	};

	(void)state;
	if (!folder)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
		_cleanup_machine_ struct machine *machine = NULL;
		_cleanup_free_ char *path = text_format("%s/hurt.1", folder);
		_cleanup_free_ char *before = NULL, *after = NULL, *text = NULL, *plain = NULL;

		make("hurt", "", 1);
		/* what is left of a tree of trees is an older one: the file must be in that, too */
		scratch_do("mount -o loop %s /mnt && for i in 1 2 3; do echo $i >/mnt/later; sync -f "
			   "/mnt; done; umount /mnt", path);
		destroy_block(path, blocks[i].show, blocks[i].awk);
		plain = scratch_shell("mount -o loop,ro %s /mnt 2>/dev/null && umount /mnt", path);
		assert_null(plain); /* else nothing was damaged */
		before = checksum("hurt");
		machine = scan("hurt", "1");
		text = look_at(machine_find(machine, "hurt.1"));
		after = checksum("hurt");
		assert_string_equal(text, "hurt");
		assert_string_equal(before, after);
		assert_no_loops("hurt");
		scratch_do("rm %s/hurt.*", folder);
	}
}

#define EACH(text, function, profile)                                                              \
	{                                                                                          \
		text " " profile, function, NULL, NULL, (void *)(profile)                          \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EACH("whole filesystem:", whole_filesystem_is_looked_into, "-d raid1 -m raid1"),
		EACH("whole filesystem:", whole_filesystem_is_looked_into, "-d raid0 -m raid0"),
		EACH("whole filesystem:", whole_filesystem_is_looked_into, "-d single -m raid1"),
		cmocka_unit_test(nothing_is_remembered_of_a_look),
		cmocka_unit_test(half_a_mirror_is_looked_into),
		EACH("half of a", half_of_what_is_striped_changes_nothing, "-d raid0 -m raid0"),
		EACH("half of a", half_of_what_is_striped_changes_nothing, "-d raid0 -m raid1"),
		EACH("half of a", half_of_what_is_striped_changes_nothing, "-d single -m dup"),
		cmocka_unit_test(what_the_kernel_knows_besides_is_not_used),
		cmocka_unit_test(copies_are_not_mixed_up),
		cmocka_unit_test(damage_is_looked_through),
	};

	return cmocka_run_group_tests_name("look at btrfs", tests, set_up, tear_down);
}
