/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which devices make up one btrfs filesystem: linking, what is missing, copies, what is old. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"
#include "storage/machine.h"
#include "storage/probe.h"
#include "storage/scan.h"

#define FSID "bb000000-0000-4000-8000-0000000000bb"

static struct device *add(struct machine *machine, const char *name, const char *member,
			  uint64_t id, uint64_t count, uint64_t generation)
{
	struct device *device = device_new(DEVICE_DISK, name);

	device->state = DEVICE_OK;
	device->path = text_format("/dev/%s", name);
	device->content.type = text_copy("btrfs");
	device->content.usage = text_copy("filesystem");
	device->content.uuid = text_copy(FSID);
	device->content.uuid_sub = text_copy(member);
	device->content.btrfs = (struct btrfs_super){id, count, generation};
	machine_add(machine, device);
	return device;
}

static void two_devices_are_one_filesystem(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE), *copy = NULL;
	struct device *second = add(machine, "sda", "b2", 2, 2, 7);
	struct device *first = add(machine, "sdb", "b1", 1, 2, 7);
	const struct device *matches[2];

	(void)state;
	machine_sort(machine);
	assert_int_equal(first->member_count, 2);
	assert_ptr_equal(first->members[0], first);
	assert_ptr_equal(first->members[1], second);
	assert_ptr_equal(second->member_of, first);
	assert_ptr_equal(device_get_filesystem(second), first);
	assert_ptr_equal(device_get_filesystem(first), first);
	assert_true(device_is_member(second));
	assert_false(device_is_member(first));
	assert_int_equal(device_count_missing(first), 0);
	assert_int_equal(machine_find_tag(machine, "UUID", FSID, matches, 2), 1);
	assert_ptr_equal(matches[0], first);
	copy = machine_copy(machine);
	assert_ptr_equal(machine_find(copy, "sda")->member_of, machine_find(copy, "sdb"));
	assert_ptr_not_equal(machine_find(copy, "sdb"), first);
}

static void missing_ones_are_counted(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *alone = add(machine, "sda", "b2", 2, 4, 7);

	(void)state;
	machine_sort(machine);
	assert_null(alone->members);
	assert_int_equal(device_count_missing(alone), 3);
	(void)add(machine, "sdc", "b4", 4, 4, 7);
	machine_sort(machine);
	assert_int_equal(alone->member_count, 2);
	assert_int_equal(device_count_missing(alone), 2);
}

static void copies_stand_for_themselves(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *first = add(machine, "sda", "b1", 1, 2, 7);
	struct device *copy = add(machine, "sdb", "B1", 1, 2, 6);
	struct device *other = add(machine, "sdc", "b2", 2, 2, 7);
	const struct device *matches[4];

	(void)state;
	machine_sort(machine);
	assert_ptr_equal(first->copy_of, copy);
	assert_ptr_equal(copy->copy_of, first);
	assert_null(other->copy_of);
	assert_null(first->members);
	assert_null(other->member_of);
	assert_int_equal(machine_find_tag(machine, "UUID", FSID, matches, 4), 3);
}

static void a_member_that_was_away_is_stale(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *old = add(machine, "sda", "b1", 1, 2, 7);
	struct device *newest = add(machine, "sdb", "b2", 2, 2, 70);
	struct device *third = NULL;

	(void)state;
	machine_sort(machine);
	assert_ptr_equal(old->member_of, newest);
	assert_true(device_is_stale_member(old));
	assert_false(device_is_stale_member(newest));
	/* a crash between the two superblocks */
	old->content.btrfs.generation = 69;
	machine_sort(machine);
	assert_false(device_is_stale_member(old));
	/* one that was taken out while it was away is no member of it any more */
	third = add(machine, "sdc", "b3", 3, 3, 60);
	machine_sort(machine);
	assert_int_equal(newest->member_count, 2);
	assert_true(device_is_former_member(third));
	assert_false(device_is_stale_member(third));
	assert_ptr_equal(third->member_of, newest);
	assert_int_equal(device_count_missing(newest), 0);
}

/* A multipath device over its paths, and a loop device that looks at a disk, are no copies. */
static void one_disk_seen_twice_is_one(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *path = add(machine, "sda", "b1", 1, 1, 7);
	struct device *other_path = add(machine, "sdb", "b1", 1, 1, 7);
	struct device *multipath = add(machine, "mpatha", "b1", 1, 1, 7);
	struct device *loop = add(machine, "loop0", "b1", 1, 1, 7);

	(void)state;
	multipath->kind = DEVICE_MULTIPATH;
	device_link(path, multipath);
	device_link(other_path, multipath);
	loop->kind = DEVICE_LOOP;
	loop->backing_file = text_copy("/dev/mpatha");
	machine_sort(machine);
	assert_null(path->copy_of);
	assert_null(multipath->copy_of);
	assert_null(loop->copy_of);
	assert_null(multipath->members);
}

/* The rescue system's own filesystem is its own on every device. */
static void rescue_is_on_all_members(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *first = add(machine, "sda", "b1", 1, 2, 7);
	struct device *second = add(machine, "sdb", "b2", 2, 2, 7);

	(void)state;
	second->is_rescue = true;
	machine_sort(machine);
	assert_true(first->is_rescue);
}

static void records_are_bounded(void **state)
{
	static const struct {
		const char *json;
		struct btrfs_super expected;
	} cases[] = {
		{"{\"device\":2,\"devices\":3,\"generation\":9}", {2, 3, 9}},
		{"{\"device\":0,\"devices\":3,\"generation\":9}", {0, 0, 0}},
		{"{\"device\":1,\"devices\":0}", {0, 0, 0}},
		{"{\"device\":1,\"devices\":99999999999}", {0, 0, 0}},
		{"{\"device\":-1,\"devices\":-1,\"generation\":-1}", {0, 0, 0}},
		{"[]", {0, 0, 0}},
		{"7", {0, 0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = text_format(
			"{\"content\":{\"type\":\"btrfs\",\"btrfs\":%s}}", cases[i].json);
		_cleanup_probe_record_ struct probe_record record = {0};
		_cleanup_probe_record_ struct probe_record again = {0};
		_cleanup_free_ char *formatted = NULL;

		assert_int_equal(probe_record_parse(text, strlen(text), &record, NULL), 0);
		assert_memory_equal(&record.content.btrfs, &cases[i].expected,
				    sizeof(struct btrfs_super));
		formatted = probe_record_format(&record);
		assert_int_equal(probe_record_parse(formatted, strlen(formatted), &again, NULL), 0);
		assert_memory_equal(&again.content.btrfs, &cases[i].expected,
				    sizeof(struct btrfs_super));
	}
}

/* What mkfs.btrfs writes, on whole images. */
static void real_superblocks_are_read(void **state)
{
	_cleanup_free_ char *folder = NULL;
	_cleanup_machine_ struct machine *machine = NULL;
	struct scan_options options = {0};
	const struct device *first, *second;

	(void)state;
	if (!scratch_enter() || !scratch_can_make("btrfs"))
		skip();
	folder = folder_make();
	for (int i = 1; i <= 2; i++)
		text_list_format(&options.images, "%s/%d.img", folder, i);
	scratch_do("cd %s && truncate -s 200M 1.img 2.img && mkfs.btrfs -q -U " FSID
		   " -m raid1 -d raid1 1.img 2.img",
		   folder);
	assert_int_equal(scan_machine(&options, NULL, NULL, NULL, &machine, NULL), 0);
	first = machine_find(machine, "1.img");
	second = machine_find(machine, "2.img");
	assert_true(first && second);
	assert_int_equal(first->content.btrfs.device_id, 1);
	assert_int_equal(second->content.btrfs.device_id, 2);
	assert_int_equal(second->content.btrfs.device_count, 2);
	assert_int_equal(first->content.btrfs.generation, second->content.btrfs.generation);
	assert_int_not_equal(first->content.btrfs.generation, 0);
	assert_ptr_equal(second->member_of, first);
	text_list_done(&options.images);
	folder_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_devices_are_one_filesystem),
		cmocka_unit_test(missing_ones_are_counted),
		cmocka_unit_test(copies_stand_for_themselves),
		cmocka_unit_test(a_member_that_was_away_is_stale),
		cmocka_unit_test(one_disk_seen_twice_is_one),
		cmocka_unit_test(rescue_is_on_all_members),
		cmocka_unit_test(records_are_bounded),
		cmocka_unit_test(real_superblocks_are_read),
	};

	return cmocka_run_group_tests_name("btrfs members", tests, NULL, NULL);
}
