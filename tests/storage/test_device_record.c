/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dormant device goes through JSON and comes out as it was; made-up ones do no harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "storage/device_record.h"

/* Two disks with a partition each. */
static struct machine *disks_new(enum machine_source source)
{
	static const char *const names[] = {"sda", "sdb"};
	struct machine *machine = machine_new(source);

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *part_name = text_format("%s1", names[i]);
		struct device *disk = device_new(DEVICE_DISK, names[i]);
		struct device *part = device_new(DEVICE_PARTITION, part_name);

		machine_add(machine, disk);
		machine_add(machine, part);
		device_link(disk, part);
	}
	return machine;
}

static struct raid_member *raid_new(void)
{
	const struct raid_member raid = {
		.array_uuid = (char *)"01234567:89abcdef:01234567:89abcdef",
		.device_uuid = (char *)"fedcba98:76543210:fedcba98:76543210",
		.name = (char *)"web01:\xff",
		.level = (char *)"raid10",
		.version = (char *)"1.2",
		.slots = (char *)"AA.R",
		.hindrance = (char *)"it is a test's",
		.layout = 258,
		.data_size = 1 << 22,
		.has_parity_log = true,
		.wants_journal = true,
		.role = RAID_ROLE_JOURNAL,
		.place_count = 4,
		.minor = 127,
		.events = UINT64_MAX,
		.updated = 1763721600,
		.array_size = (uint64_t)1 << 42,
		.data_offset = 1 << 20,
		.is_clean = true,
		.is_reshaping = true,
		.is_recovering = true,
	};

	return raid_member_copy(&raid);
}

/* An array over both partitions with everything set that a dormant device can have. */
static struct device *add_array(struct machine *machine)
{
	struct device *array = device_new(DEVICE_MD, "md/root");

	array->is_dormant = true;
	array->state = DEVICE_OK;
	array->path = text_copy("/dev/md/root");
	array->look_path = text_copy("/dev/md127");
	text_list_add(&array->aliases, "/dev/md/web01:root");
	text_list_add(&array->notes, "it is odd");
	array->size = 1 << 30;
	array->sector_size = 4096;
	array->physical_sector_size = 4096;
	array->is_rotational = 1;
	array->is_degraded = true;
	array->obstacle = text_copy("its members contradict each other");
	array->array_name = text_copy("web01:root");
	array->array_level = text_copy("raid1");
	array->array_uuid = text_copy("01234567:89abcdef:01234567:89abcdef");
	array->array_state = text_copy("[UU_]");
	array->array_places = 3;
	array->table.type = text_copy("gpt");
	array->content.usage = text_copy("filesystem");
	array->content.type = text_copy("ext4");
	array->content.label = text_copy("a \xfe label");
	array->content.uuid = text_copy("c0ffee00-0000-4000-8000-000000000001");
	array->content.journal = JOURNAL_DIRTY;
	array->content.raid = raid_new();
	machine_add(machine, array);
	device_link(machine->devices[1], array);
	device_link(machine->devices[3], array);
	return array;
}

static void assert_same(const struct device *first, const struct device *second)
{
	_cleanup_json_ struct json_object *a = device_to_json(first), *b = device_to_json(second);
	_cleanup_free_ char *left = json_format(a), *right = json_format(b);

	assert_string_equal(left, right);
}

static void all_of_it_comes_back(void **state)
{
	_cleanup_machine_ struct machine *machine = disks_new(MACHINE_LIVE);
	_cleanup_machine_ struct machine *other = disks_new(MACHINE_LIVE);
	const struct device *array = add_array(machine), *again;
	_cleanup_json_ struct json_object *object = device_to_json(array);
	const struct raid_member *raid;

	(void)state;
	again = device_from_json(object, other);
	assert_non_null(again);
	assert_true(again->is_dormant);
	assert_int_equal(again->kind, DEVICE_MD);
	assert_string_equal(again->path, "/dev/md/root");
	assert_string_equal(again->look_path, "/dev/md127");
	assert_string_equal(again->obstacle, "its members contradict each other");
	assert_string_equal(again->content.label, "a \xfe label");
	assert_int_equal(again->parent_count, 2);
	assert_ptr_equal(again->parents[1], other->devices[3]);
	assert_ptr_equal(other->devices[3]->children[0], again);
	assert_same(array, again);
	raid = again->content.raid;
	assert_string_equal(raid->name, "web01:\xff");
	assert_string_equal(raid->slots, "AA.R");
	assert_int_equal(raid->role, RAID_ROLE_JOURNAL);
	assert_true(raid->events == UINT64_MAX);
	assert_int_equal(raid->updated, 1763721600);
	assert_true(raid->is_clean && raid->is_reshaping && raid->is_recovering);
}

static void one_that_is_there_is_filled_anew(void **state)
{
	_cleanup_machine_ struct machine *machine = disks_new(MACHINE_LIVE);
	struct device *array = add_array(machine);
	_cleanup_json_ struct json_object *object = device_to_json(array);
	size_t count = machine->count;

	(void)state;
	text_set(&array->content.type, "xfs");
	text_set(&array->content.label, NULL);
	assert_ptr_equal(device_from_json(object, machine), array);
	assert_int_equal(machine->count, count);
	assert_string_equal(array->content.type, "ext4");
	assert_int_equal(array->parent_count, 2);
	assert_int_equal(machine->devices[1]->child_count, 1);
}

static void a_recorded_one_is_held_up_nowhere(void **state)
{
	_cleanup_machine_ struct machine *machine = disks_new(MACHINE_LIVE);
	_cleanup_machine_ struct machine *other = disks_new(MACHINE_RECORDED);
	_cleanup_json_ struct json_object *object = device_to_json(add_array(machine));

	(void)state;
	assert_null(device_from_json(object, other)->look_path);
}

static struct device *read_line(const char *line, struct machine *machine)
{
	_cleanup_json_ struct json_object *object = NULL;

	assert_int_equal(json_parse(line, strlen(line), &object, NULL), 0);
	return device_from_json(object, machine);
}

static void nonsense_is_refused(void **state)
{
	static const char *const lines[] = {
		"[]",
		"{}",
		"{\"kind\":\"md\",\"name\":\"md0\"}",
		"{\"kind\":\"md\",\"name\":\"md0\",\"parents\":[\"sdz\",7,null]}",
		"{\"kind\":\"md\",\"name\":\"\",\"parents\":[\"sda1\"]}",
		"{\"kind\":\"disk\",\"name\":\"sdc\",\"parents\":[\"sda1\"]}",
		"{\"kind\":\"md\",\"name\":\"sda\",\"parents\":[\"sdb1\"]}",
		"{\"kind\":7,\"name\":\"md0\",\"parents\":[\"sdb1\"]}",
	};
	_cleanup_machine_ struct machine *machine = disks_new(MACHINE_LIVE);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_null(read_line(lines[i], machine));
	assert_int_equal(machine->count, 4);
}

static void figures_and_paths_are_bounded(void **state)
{
	_cleanup_machine_ struct machine *machine = disks_new(MACHINE_LIVE);
	const struct device *device = read_line(
		"{\"kind\":\"lvm\",\"name\":\"vg-root\",\"parents\":[\"sda1\",\"sda1\"],"
		"\"path\":\"/etc/shadow\",\"look_path\":\"/dev/../etc/shadow\","
		"\"sector_size\":99999999,\"places\":99999999,\"state\":\"odd\","
		"\"entry\":{\"number\":99999999},"
		"\"content\":{\"journal\":77,\"raid\":{\"role\":99999999,\"places\":99999999,"
		"\"updated\":18446744073709551615}}}",
		machine);

	(void)state;
	assert_non_null(device);
	assert_null(device->path);
	assert_null(device->look_path);
	assert_int_equal(device->parent_count, 1);
	assert_int_equal(device->sector_size, 0);
	assert_int_equal(device->array_places, 0);
	assert_int_equal(device->state, DEVICE_OK);
	assert_int_equal(device->entry.number, 0);
	assert_int_equal(device->content.journal, JOURNAL_UNKNOWN);
	assert_int_equal(device->content.raid->role, RAID_ROLE_SPARE);
	assert_int_equal(device->content.raid->place_count, 0);
	assert_int_equal(device->content.raid->updated, 0);
	assert_string_equal(device->content.raid->array_uuid, "");
}

/* What lies on a device cannot become what it lies on. */
static void there_are_no_circles(void **state)
{
	_cleanup_machine_ struct machine *machine = disks_new(MACHINE_LIVE);
	const struct device *first, *second;

	(void)state;
	first = read_line("{\"kind\":\"md\",\"name\":\"md0\",\"parents\":[\"sda1\"]}", machine);
	second = read_line("{\"kind\":\"lvm\",\"name\":\"vg-a\",\"parents\":[\"md0\"]}", machine);
	assert_non_null(first);
	assert_non_null(second);
	assert_non_null(read_line("{\"kind\":\"md\",\"name\":\"md0\","
				  "\"parents\":[\"vg-a\",\"md0\",\"sdb1\"]}",
				  machine));
	assert_int_equal(first->parent_count, 2);
	assert_string_equal(first->parents[1]->name, "sdb1");
	assert_int_equal(second->child_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_comes_back),
		cmocka_unit_test(one_that_is_there_is_filled_anew),
		cmocka_unit_test(a_recorded_one_is_held_up_nowhere),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(figures_and_paths_are_bounded),
		cmocka_unit_test(there_are_no_circles),
	};

	return cmocka_run_group_tests_name("device record", tests, NULL, NULL);
}
