/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that every front end says: right, and printable whatever the disk says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/action.h"
#include "action/describe.h"
#include "base/printable.h"

#define HOSTILE "\x1b[2J\xff"
#define SHOWN "\\x1B[2J\\xFF"

static void device_is_described(void **state)
{
	struct device *disk = device_new(DEVICE_DISK, "sda");
	struct device *loop = device_new(DEVICE_LOOP, "loop0");
	_cleanup_free_ char *of_disk = NULL, *of_loop = NULL, *of_nothing = NULL;

	(void)state;
	loop->state = DEVICE_OK;
	of_nothing = describe_device(loop);
	assert_string_equal(of_nothing, "");
	text_list_add(&disk->mountpoints, "/mnt/" HOSTILE);
	disk->state = DEVICE_SILENT;
	disk->model = text_copy("QEMU " HOSTILE);
	disk->content.journal = JOURNAL_DIRTY;
	disk->is_read_only = true;
	of_disk = describe_device(disk);
	assert_string_equal(of_disk, "/mnt/" SHOWN ", DOES NOT ANSWER, read-only, QEMU " SHOWN);
	loop->backing_file = text_copy("/srv/a.img");
	of_loop = describe_device(loop);
	assert_string_equal(of_loop, "/srv/a.img");
	(void)device_free(disk);
	(void)device_free(loop);
}

/* A member says what it is not part of, or names what it is part of. */
static void members_are_described(void **state)
{
	struct device *first = device_new(DEVICE_DISK, "sda");
	struct device *second = device_new(DEVICE_DISK, "sdb");
	struct device *array = device_new(DEVICE_MD, "md0");
	_cleanup_free_ char *loose = NULL, *used = NULL;

	(void)state;
	first->state = DEVICE_OK;
	first->content.usage = text_copy("raid");
	loose = describe_device(first);
	assert_string_equal(loose, "not assembled");
	device_link(first, array);
	device_link(second, array);
	used = describe_device(first);
	assert_string_equal(used, "part of md0");
	(void)device_free(first);
	(void)device_free(second);
	(void)device_free(array);
}

/* What is not up says so, and how much of it is here. */
static void dormant_devices_are_described(void **state)
{
	static const struct {
		enum device_kind kind;
		unsigned places;
		const char *array_state;
		const char *obstacle;
		const char *expected;
	} cases[] = {
		{DEVICE_MD, 2, "[UU]", NULL, "not assembled, 2 of 2 members"},
		{DEVICE_MD, 3, "[U__]", "too few",
		 "not assembled, 1 of 3 members, CANNOT BE STARTED"},
		{DEVICE_MD, 1, "[U]", NULL, "not assembled, 1 of 1 member"},
		{DEVICE_LVM, 0, NULL, NULL, "not active"},
		{DEVICE_CRYPT, 0, NULL, NULL, "not open"},
		{DEVICE_PARTITION, 0, NULL, NULL, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct device *device = device_new(cases[i].kind, "x");
		_cleanup_text_list_ struct text_list notes = {0};
		_cleanup_free_ char *text = NULL;

		device->state = DEVICE_OK;
		device->is_dormant = true;
		device->array_places = cases[i].places;
		device->array_state = text_copy(cases[i].array_state);
		device->obstacle = text_copy(cases[i].obstacle);
		text_list_add(&device->notes, "odd " HOSTILE);
		text = describe_device(device);
		assert_string_equal(text, cases[i].expected);
		describe_device_notes(device, &notes);
		assert_int_equal(notes.count, cases[i].obstacle ? 2 : 1);
		assert_string_equal(notes.items[notes.count - 1], "odd " SHOWN);
		(void)device_free(device);
	}
}

static struct device *add_btrfs(struct machine *machine, const char *name, const char *member,
				uint64_t count, uint64_t generation)
{
	struct device *device = device_new(DEVICE_DISK, name);

	device->state = DEVICE_OK;
	device->content.type = text_copy("btrfs");
	device->content.uuid = text_copy("bb");
	device->content.uuid_sub = text_copy(member);
	device->content.btrfs = (struct btrfs_super){1, count, generation};
	machine_add(machine, device);
	return device;
}

/* The one that stands for a btrfs filesystem names the others, and they name it. */
static void filesystems_on_several_devices_are_described(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *first = add_btrfs(machine, "sda", "b1", 3, 9);
	struct device *old = add_btrfs(machine, "sd" HOSTILE, "b2", 3, 2);
	_cleanup_free_ char *of_first = NULL, *of_old = NULL, *of_copy = NULL;
	_cleanup_text_list_ struct text_list notes = {0};

	(void)state;
	machine_sort(machine);
	of_first = describe_device(first);
	of_old = describe_device(old);
	assert_string_equal(of_first, "with sd" SHOWN ", 1 MISSING");
	assert_string_equal(of_old, "part of sda");
	describe_device_notes(first, &notes);
	describe_device_notes(old, &notes);
	assert_int_equal(notes.count, 2);
	assert_string_equal(notes.items[0], "1 of the 3 devices of its filesystem is not here");
	assert_non_null(strstr(notes.items[1], "is older than sda"));
	(void)add_btrfs(machine, "sdc", "b1", 3, 9);
	machine_sort(machine);
	of_copy = describe_device(first);
	assert_string_equal(of_copy, "with 2 MISSING"); /* nobody can tell what belongs to it */
	describe_device_notes(first, &notes);
	assert_int_equal(notes.count, 4);
	assert_non_null(strstr(notes.items[3], "of this and sdc is a copy of the other"));
}

static void notes_name_their_device(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_RECORDED);
	_cleanup_text_list_ struct text_list notes = {0};
	struct device *disk = device_new(DEVICE_DISK, "sda" HOSTILE);

	(void)state;
	disk->reason = text_copy("did not answer");
	disk->table.note = text_copy("its " HOSTILE " is damaged");
	machine_add(machine, disk);
	text_list_add(&machine->notes, "A note.");
	describe_machine_notes(machine, &notes);
	assert_int_equal(notes.count, 3);
	assert_string_equal(notes.items[0], "sda" SHOWN ": did not answer");
	assert_string_equal(notes.items[1], "sda" SHOWN ": its " SHOWN " is damaged");
	assert_string_equal(notes.items[2], "A note.");
}

static void entry_names_what_is_near(void **state)
{
	char reason[] = "nothing has UUID " SHOWN, device[] = "sda1", hostile[] = "a " HOSTILE;
	struct resolved_entry entry = {
		.action = RESOLVED_MISSING, .reason = reason, .device = device};
	_cleanup_free_ char *missing = NULL, *alone = NULL, *mounted = NULL, *slipped = NULL;

	(void)state;
	alone = describe_entry(&entry);
	assert_string_equal(alone, reason); /* what is printable already stays as it is */
	text_list_add(&entry.candidates, "sda1");
	text_list_add(&entry.candidates, "sdb" HOSTILE);
	missing = describe_entry(&entry);
	assert_string_equal(missing, "nothing has UUID " SHOWN "; maybe sdb" SHOWN);
	entry.action = RESOLVED_MOUNT;
	mounted = describe_entry(&entry);
	assert_string_equal(mounted, reason);
	entry.reason = hostile;
	slipped = describe_entry(&entry);
	assert_string_equal(slipped, "a " SHOWN);
	text_list_done(&entry.candidates);
	assert_string_equal(describe_entry_action(RESOLVED_UNCONFIRMED), "a guess");
}

static void facts_are_only_what_is_known(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_RECORDED);
	_cleanup_facts_ struct facts facts = {0};
	struct device *disk = device_new(DEVICE_DISK, "sda");
	struct system *system = system_new();

	(void)state;
	disk->size = 1 << 30;
	disk->content.type = text_copy("btrfs");
	machine_add(machine, disk);
	system->id = text_copy("sda:@");
	system->device = text_copy("sda");
	system->subvolume = text_copy("@");
	system->hostname = text_copy(HOSTILE);
	describe_system(machine, system, &facts);
	assert_int_equal(facts.count, 3);
	assert_string_equal(facts.items[0].label, "id");
	assert_string_equal(facts.items[0].value, "sda:@");
	assert_string_equal(facts.items[1].label, "host name");
	assert_string_equal(facts.items[1].value, SHOWN);
	assert_string_equal(facts.items[2].label, "root");
	assert_string_equal(facts.items[2].value, "sda, subvolume @, btrfs, 1G");
	(void)system_free(system);
}

static void unseen_says_why(void **state)
{
	_cleanup_text_list_ struct text_list unseen = {0};
	char name[] = "sd" HOSTILE, seen[] = "sdb", problem[] = "is locked";
	struct volume volumes[] = {{.device = seen}, {.device = name, .problem = problem}};
	const struct survey survey = {.volumes = volumes, .volume_count = ARRAY_SIZE(volumes)};

	(void)state;
	describe_unseen(&survey, &unseen);
	assert_int_equal(unseen.count, 1);
	assert_string_equal(unseen.items[0], "sd" SHOWN " was not looked into: is locked");
}

static void undo_is_described(void **state)
{
	struct step *made = step_new("make-folder", RISK_WRITES, STEP_REQUIRED, "Make /mnt");
	struct step *unknown = step_new("of-the-future", RISK_WRITES, STEP_REQUIRED, "Do");
	struct journal_step step = {.number = 1, .state = JOURNAL_STEP_DONE, .step = made};
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *what = NULL;

	(void)state;
	step_set(made, "root", "/");
	step_set(made, "path", "/mnt");
	step_set(made, "folder", "/mnt");
	step_set(made, "made", "/mnt");
	what = describe_undo(&step, &lines);
	assert_non_null(what);
	assert_true(printable_width(what) > 0);
	assert_true(lines.count > 0);
	step.state = JOURNAL_STEP_UNDONE;
	assert_null(describe_undo(&step, NULL));
	step.state = JOURNAL_STEP_DONE;
	step.step = unknown;
	assert_null(describe_undo(&step, NULL));
	assert_string_equal(describe_step_state(JOURNAL_STEP_UNDONE), "undone");
	assert_string_equal(describe_operation_state(OPERATION_PARTIAL), "done in part");
	(void)step_free(made);
	(void)step_free(unknown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_is_described),
		cmocka_unit_test(members_are_described),
		cmocka_unit_test(dormant_devices_are_described),
		cmocka_unit_test(filesystems_on_several_devices_are_described),
		cmocka_unit_test(notes_name_their_device),
		cmocka_unit_test(entry_names_what_is_near),
		cmocka_unit_test(facts_are_only_what_is_known),
		cmocka_unit_test(unseen_says_why),
		cmocka_unit_test(undo_is_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
