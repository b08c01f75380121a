/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members are put together as mdadm would; what hinders or is odd is said. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "storage/array.h"
#include "storage/array_name.h"

#define UUID "10111213:14151617:18191a1b:1c1d1e1f"
#define OTHER "20212223:24252627:28292a2b:2c2d2e2f"
#define MONDAY 1763337600
#define FRIDAY 1763683200

/* What is usual is left out: raid1 in place 0 of two, clean, at the hundredth event on Friday. */
struct member {
	const char *device;
	const char *level;
	const char *slots;
	const char *uuid;
	const char *name;
	const char *own_uuid; /* NULL: one of its own */
	const char *version;
	const char *hindrance;
	int role;
	uint64_t events;
	int64_t updated;
	unsigned layout;
	bool is_dirty;
	bool is_reshaping;
	bool is_recovering;
	bool has_parity_log;
	bool wants_journal;
};

static char *text_or(const char *text, const char *usual)
{
	return text_copy(text ? text : usual);
}

static struct raid_member *raid_new(const struct member *member)
{
	struct raid_member *raid = alloc_zero(1, sizeof(*raid));

	raid->array_uuid = text_or(member->uuid, UUID);
	raid->device_uuid = text_or(member->own_uuid, member->device);
	raid->name = text_or(member->name, "web01:0");
	raid->level = text_or(member->level, "raid1");
	raid->version = text_or(member->version, "1.2");
	raid->slots = text_or(member->slots, "AA");
	raid->hindrance = text_copy(member->hindrance);
	raid->role = member->role;
	raid->place_count = (unsigned)strlen(raid->slots);
	raid->layout = member->layout;
	raid->events = member->events ? member->events : 100;
	raid->updated = member->updated ? member->updated : FRIDAY;
	raid->data_size = 1 << 20;
	raid->array_size = strcmp(raid->level, "raid0") == 0 ? 0 : 1 << 21;
	raid->is_clean = !member->is_dirty;
	raid->is_reshaping = member->is_reshaping;
	raid->is_recovering = member->is_recovering;
	raid->has_parity_log = member->has_parity_log;
	raid->wants_journal = member->wants_journal;
	return raid;
}

static struct device *add_member(struct machine *machine, const struct member *member)
{
	struct device *device = device_new(DEVICE_PARTITION, member->device);

	device->state = DEVICE_OK;
	device->path = text_format("/dev/%s", member->device);
	device->content.usage = text_copy("raid");
	device->content.type = text_copy("linux_raid_member");
	device->content.raid = raid_new(member);
	device->sector_size = 512;
	machine_add(machine, device);
	return device;
}

#define MEMBERS_MAX 5

struct expected {
	const char *members; /* "sda1 sdb1" */
	const char *stale;
	const char *state;
	const char *obstacle; /* part of it; NULL: none */
	const char *note;     /* part of one of them; NULL: there is none */
	unsigned missing;
	bool is_startable;
	bool is_split;
};

static struct machine *machine_of(const struct member *members)
{
	struct machine *machine = machine_new(MACHINE_RECORDED);

	for (size_t i = 0; i < MEMBERS_MAX && members[i].device; i++)
		add_member(machine, &members[i]);
	return machine;
}

static char *names_of(const struct device **devices, size_t count)
{
	_cleanup_text_list_ struct text_list names = {0};

	for (size_t i = 0; i < count; i++)
		text_list_add(&names, devices[i]->name);
	return text_list_join(&names, " ");
}

static void assert_part(const char *text, const char *part)
{
	if (!part)
		assert_null(text);
	else if (!text || !strstr(text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, text ? text : "(nothing)");
}

static void assert_view(const struct machine *machine, const struct expected *expected)
{
	_cleanup_array_view_ struct array_view view = {0};
	_cleanup_free_ char *members = NULL, *stale = NULL, *notes = NULL;

	assert_int_equal(array_view(machine, UUID, &view), 0);
	members = names_of(view.members, view.member_count);
	stale = names_of(view.stale, view.stale_count);
	notes = text_list_join(&view.notes, "; ");
	assert_string_equal(members, expected->members);
	assert_string_equal(stale, expected->stale ? expected->stale : "");
	assert_string_equal(view.state, expected->state);
	assert_part(view.obstacle, expected->obstacle);
	assert_part(view.notes.count ? notes : NULL, expected->note);
	assert_int_equal(view.missing, expected->missing);
	assert_int_equal(view.is_startable, expected->is_startable);
	assert_int_equal(view.is_split, expected->is_split);
}

static const struct view_case {
	const char *what;
	struct member members[MEMBERS_MAX];
	struct expected expected;
} view_cases[] = {
	{"whole, in the order of its places",
	 {{"sda1", .role = 1}, {"sdb1"}},
	 {"sdb1 sda1", NULL, "[UU]", NULL, NULL, 0, true, false}},
	{"one event behind, as when the power goes between two writes",
	 {{"sda1", .events = 101}, {"sdb1", .role = 1}},
	 {"sda1 sdb1", NULL, "[UU]", NULL, NULL, 0, true, false}},
	{"two events behind",
	 {{"sda1", .events = 102}, {"sdb1", .role = 1, .updated = MONDAY}},
	 {"sda1", "sdb1", "[U_]", NULL, "sdb1 is left out: it was last written 2025-11-17", 1, true,
	  false}},
	{"kicked out, and does not know it",
	 {{"sda1", .slots = "A.", .events = 101}, {"sdb1", .role = 1}},
	 {"sda1", "sdb1", "[U_]", NULL, "the others counted it as failed", 1, true, false}},
	{"lost since it was last written",
	 {{"sda1"}},
	 {"sda1", NULL, "[U_]", NULL, "is missing, and was there", 1, true, false}},
	{"known to be degraded",
	 {{"sda1", .slots = "A."}},
	 {"sda1", NULL, "[U_]", NULL, "it ran without 1 of its 2", 1, true, false}},
	{"two halves that each ran without the other",
	 {{"sda1", .slots = "A.", .events = 120, .updated = MONDAY},
	  {"sdb1", .role = 1, .slots = ".A", .events = 130}},
	 {"sdb1", "sda1", "[_U]", "written apart from each other, sdb1 last 2025-11-21",
	  "it ran without 1 of its 2", 1, true, true}},
	{"halves of a raid10",
	 {{"sda1", .level = "raid10", .layout = 0x102, .slots = "A.A.", .events = 50},
	  {"sdb1", .level = "raid10", .layout = 0x102, .slots = ".A.A", .role = 1, .events = 60},
	  {"sdc1", .level = "raid10", .layout = 0x102, .slots = "A.A.", .role = 2, .events = 50},
	  {"sdd1", .level = "raid10", .layout = 0x102, .slots = ".A.A", .role = 3, .events = 60}},
	 {"sdb1 sdd1", "sda1 sdc1", "[_U_U]", "apart from each other", "sdc1 is left out", 2, true,
	  true}},
	{"ran alone once and was taken back: not split",
	 {{"sda1", .slots = "AA", .events = 200},
	  {"sdb1", .role = 1, .slots = ".A", .events = 150}},
	 {"sda1", "sdb1", "[U_]", NULL, "50 events before the others", 1, true, false}},
	{"a cloned disk",
	 {{"sda1"}, {"sdb1", .role = 1}, {"sdc1", .own_uuid = "sda1"}},
	 {"sda1 sdb1", "sdc1", "[UU]", "sda1 and sdc1 are the same member twice", NULL, 0, true,
	  false}},
	{"an older copy of a member is only stale",
	 {{"sda1"}, {"sdb1", .role = 1}, {"sdc1", .own_uuid = "sda1", .events = 50}},
	 {"sda1 sdb1", "sdc1", "[UU]", NULL, "50 events before", 0, true, false}},
	{"two claim one place",
	 {{"sda1"}, {"sdb1"}},
	 {"sda1", "sdb1", "[U_]", "both claim place 0", "is missing", 1, true, false}},
	{"a spare, whatever it counts, and a journal",
	 {{"sda1", .wants_journal = true},
	  {"sdb1", .role = 1, .wants_journal = true},
	  {"sdc1", .role = RAID_ROLE_SPARE, .events = 3},
	  {"sdd1", .role = RAID_ROLE_JOURNAL, .wants_journal = true}},
	 {"sda1 sdb1 sdc1 sdd1", NULL, "[UU]", NULL, NULL, 0, true, false}},
	{"a spare that is ahead tells nothing",
	 {{"sda1"}, {"sdb1", .role = RAID_ROLE_SPARE, .events = 900, .slots = ".."}},
	 {"sda1 sdb1", NULL, "[U_]", NULL, "is missing", 1, true, false}},
	{"marked as faulty",
	 {{"sda1", .slots = "A."}, {"sdb1", .role = RAID_ROLE_FAULTY}},
	 {"sda1", "sdb1", "[U_]", NULL, "it was marked as faulty", 1, true, false}},
	{"being rebuilt",
	 {{"sda1"}, {"sdb1", .role = 1, .is_recovering = true}},
	 {"sda1 sdb1", NULL, "[U_]", NULL, "sdb1 was being rebuilt", 0, true, false}},
	{"being replaced",
	 {{"sda1", .is_recovering = true, .slots = "RA"},
	  {"sdb1", .slots = "RA"},
	  {"sdc1", .role = 1, .slots = "RA"}},
	 {"sdb1 sdc1 sda1", NULL, "[UU]", NULL, "sda1 was being rebuilt", 0, true, false}},
	{"only what was being rebuilt is here",
	 {{"sda1", .role = 1, .is_recovering = true}},
	 {"sda1", NULL, "[__]", "0 of its 2 members can be used, and raid1 needs 1", "sda1", 1,
	  false, false}},
	{"its journal is missing",
	 {{"sda1", .level = "raid5", .slots = "AA", .wants_journal = true},
	  {"sdb1", .level = "raid5", .role = 1, .wants_journal = true}},
	 {"sda1 sdb1", NULL, "[UU]", "journal device is missing", NULL, 0, true, false}},
	{"being reshaped",
	 {{"sda1", .is_reshaping = true}, {"sdb1", .role = 1, .is_reshaping = true}},
	 {"sda1 sdb1", NULL, "[UU]", "layout was being changed", NULL, 0, true, false}},
	{"what its superblock says hinders it",
	 {{"sda1", .hindrance = "it belongs to a cluster"}, {"sdb1", .role = 1}},
	 {"sda1 sdb1", NULL, "[UU]", "it belongs to a cluster", NULL, 0, true, false}},
	{"dirty raid1 with one member: what is there counts",
	 {{"sda1", .is_dirty = true}},
	 {"sda1", NULL, "[U_]", NULL, "is missing", 1, true, false}},
	{"dirty raid5, whole",
	 {{"sda1", .level = "raid5", .slots = "AAA", .is_dirty = true},
	  {"sdb1", .level = "raid5", .slots = "AAA", .role = 1, .is_dirty = true},
	  {"sdc1", .level = "raid5", .slots = "AAA", .role = 2, .is_dirty = true}},
	 {"sda1 sdb1 sdc1", NULL, "[UUU]", NULL, NULL, 0, true, false}},
	{"clean raid5, degraded",
	 {{"sda1", .level = "raid5", .slots = "AAA"},
	  {"sdc1", .level = "raid5", .slots = "AAA", .role = 2}},
	 {"sda1 sdc1", NULL, "[U_U]", NULL, "1 of its 3", 1, true, false}},
	{"dirty raid5, degraded",
	 {{"sda1", .level = "raid5", .slots = "AAA", .is_dirty = true},
	  {"sdc1", .level = "raid5", .slots = "AAA", .role = 2}},
	 {"sda1 sdc1", NULL, "[U_U]", "--assemble --force", "1 of its 3", 1, true, false}},
	{"the same with a log of what was being written",
	 {{"sda1", .level = "raid5", .slots = "AAA", .is_dirty = true, .has_parity_log = true},
	  {"sdc1", .level = "raid5", .slots = "AAA", .role = 2, .has_parity_log = true}},
	 {"sda1 sdc1", NULL, "[U_U]", NULL, "1 of its 3", 1, true, false}},
	{"dirty raid4 without the member that holds its parity",
	 {{"sda1", .level = "raid4", .slots = "AAA", .is_dirty = true},
	  {"sdb1", .level = "raid4", .slots = "AAA", .role = 1}},
	 {"sda1 sdb1", NULL, "[UU_]", NULL, "1 of its 3", 1, true, false}},
	{"dirty raid4 without another",
	 {{"sdb1", .level = "raid4", .slots = "AAA", .role = 1, .is_dirty = true},
	  {"sdc1", .level = "raid4", .slots = "AAA", .role = 2}},
	 {"sdb1 sdc1", NULL, "[_UU]", "--assemble --force", "1 of its 3", 1, true, false}},
	{"raid5 with too few",
	 {{"sda1", .level = "raid5", .slots = "AAA"}},
	 {"sda1", NULL, "[U__]", "1 of its 3 members can be used, and raid5 needs 2", "2 of its 3",
	  2, false, false}},
	{"raid6 can do without two",
	 {{"sda1", .level = "raid6", .slots = "AAAA"},
	  {"sdd1", .level = "raid6", .slots = "AAAA", .role = 3}},
	 {"sda1 sdd1", NULL, "[U__U]", NULL, "2 of its 4", 2, true, false}},
	{"raid0 with one missing",
	 {{"sda1", .level = "raid0"}},
	 {"sda1", NULL, "[U_]", "raid0 needs 2", "is missing", 1, false, false}},
	{"raid10, near copies, one of each pair",
	 {{"sda1", .level = "raid10", .layout = 0x102, .slots = "AAAA"},
	  {"sdc1", .level = "raid10", .layout = 0x102, .slots = "AAAA", .role = 2}},
	 {"sda1 sdc1", NULL, "[U_U_]", NULL, "2 of its 4", 2, true, false}},
	{"raid10, near copies, one pair gone",
	 {{"sda1", .level = "raid10", .layout = 0x102, .slots = "AAAA"},
	  {"sdb1", .level = "raid10", .layout = 0x102, .slots = "AAAA", .role = 1}},
	 {"sda1 sdb1", NULL, "[UU__]", "both copies of some of it", "2 of its 4", 2, false, false}},
	{"raid10, far copies: neighbours hold the same",
	 {{"sda1", .level = "raid10", .layout = 0x201, .slots = "AAA"},
	  {"sdb1", .level = "raid10", .layout = 0x201, .slots = "AAA", .role = 1}},
	 {"sda1 sdb1", NULL, "[UU_]", NULL, "1 of its 3", 1, true, false}},
	{"raid10 of a layout that makes no sense",
	 {{"sda1", .level = "raid10"}, {"sdb1", .level = "raid10", .role = 1}},
	 {"sda1 sdb1", NULL, "[UU]", "both copies", NULL, 0, false, false}},
	{"a level that nobody knows",
	 {{"sda1", .level = "unknown"}},
	 {"sda1", NULL, "[U_]", "unknown needs 2", "is missing", 1, false, false}},
	{"no places at all",
	 {{"sda1", .slots = "", .role = RAID_ROLE_SPARE}},
	 {"sda1", NULL, "[]", "do not say how many", NULL, 0, false, false}},
	{"a place that there is not",
	 {{"sda1", .role = 7}},
	 {"", "sda1", "[__]", "0 of its 2", "are missing", 2, false, false}},
};

static void members_are_put_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(view_cases); i++) {
		_cleanup_machine_ struct machine *machine = machine_of(view_cases[i].members);

		print_message("# %s\n", view_cases[i].what);
		assert_view(machine, &view_cases[i].expected);
	}
}

static void there_may_be_none(void **state)
{
	static const struct member members[MEMBERS_MAX] = {{"sda1"}};
	_cleanup_machine_ struct machine *machine = machine_of(members);
	struct array_view view;

	(void)state;
	assert_int_equal(array_view(machine, OTHER, &view), -ENOENT);
	assert_int_equal(array_view(machine, "", &view), -ENOENT);
	assert_int_equal(array_view(machine, NULL, &view), -ENOENT);
	array_view_done(&view);
}

/* Two paths to one disk, and loop devices by which it is looked at, are no copies of it. */
static void the_same_member_seen_again_is_none(void **state)
{
	static const struct member members[] = {
		{"sda", .own_uuid = "1"},
		{"sdb", .own_uuid = "1"},
		{"mpatha", .own_uuid = "1"},
		{"sdc", .role = 1, .own_uuid = "2"},
		{"loop7", .role = 1, .own_uuid = "2"},
	};
	static const struct expected expected = {
		.members = "mpatha sdc", .state = "[UU]", .is_startable = true};
	_cleanup_machine_ struct machine *machine = machine_of(members);

	(void)state;
	device_link(machine->devices[0], machine->devices[2]);
	device_link(machine->devices[1], machine->devices[2]);
	machine->devices[4]->kind = DEVICE_LOOP;
	machine->devices[4]->backing_file = text_copy("/dev/sdc");
	assert_view(machine, &expected);
}

static const struct device *find(const struct machine *machine, const char *name)
{
	const struct device *device = machine_find(machine, name);

	if (!device)
		fail_msg("there is no %s", name);
	return device;
}

static void an_array_becomes_a_dormant_device(void **state)
{
	static const struct member members[MEMBERS_MAX] = {{"sda1"}, {"sdb1", .role = 1}};
	static const char *const names[] = {"md0", "/dev/md0", "/dev/md/0", "/dev/md/web01:0"};
	_cleanup_machine_ struct machine *machine = machine_of(members);
	const struct device *array;

	(void)state;
	array_add_dormant(machine);
	assert_int_equal(machine->count, 3);
	array = find(machine, "md0");
	assert_true(array->is_dormant);
	assert_false(array->is_degraded);
	assert_null(array->obstacle);
	assert_int_equal(array->kind, DEVICE_MD);
	assert_int_equal(array->state, DEVICE_OK);
	assert_int_equal(array->size, 1 << 21);
	assert_int_equal(array->sector_size, 512);
	assert_string_equal(array->path, "/dev/md0");
	assert_string_equal(array->array_uuid, UUID);
	assert_string_equal(array->array_level, "raid1");
	assert_string_equal(array->array_name, "web01:0");
	assert_string_equal(array->array_state, "[UU]");
	assert_int_equal(array->array_places, 2);
	assert_int_equal(array->parent_count, 2);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		assert_ptr_equal(find(machine, names[i]), array);
	array_add_dormant(machine); /* a second time changes nothing */
	assert_int_equal(machine->count, 3);
	assert_int_equal(array->parent_count, 2);
	assert_int_equal(array->notes.count, 0);
}

/* Of linear and raid0 the size is that of all members together. */
static void sums_are_formed(void **state)
{
	static const struct member members[MEMBERS_MAX] = {
		{"sda1", .level = "raid0"},
		{"sdb1", .level = "raid0", .role = 1},
		{"sdc1", .level = "raid0", .uuid = OTHER, .name = "web01:1"},
	};
	_cleanup_machine_ struct machine *machine = machine_of(members);

	(void)state;
	array_add_dormant(machine);
	assert_int_equal(find(machine, "md0")->size, 2 << 20);
	assert_int_equal(find(machine, "md1")->size, 0);
	assert_non_null(find(machine, "md1")->obstacle);
	assert_true(find(machine, "md1")->is_degraded);
}

static const struct {
	const char *name;    /* in the superblock */
	const char *version; /* NULL: 1.2 */
	const char *expected;
	const char *path;
	const char *aliases;
} name_cases[] = {
	{"web01:0", NULL, "md0", "/dev/md0", "/dev/md/0 /dev/md/web01:0"},
	{"12", NULL, "md12", "/dev/md12", "/dev/md/12"},
	{"web01:root", NULL, "md/root", "/dev/md/root", "/dev/md/web01:root"},
	{"root", NULL, "md/root", "/dev/md/root", ""},
	{"", NULL, "md127", "/dev/md127", ""},
	{"", "0.90", "md5", "/dev/md5", "/dev/md/5"},
	{"web01:", NULL, "md127", "/dev/md127", ""},
	{"web01:007", NULL, "md/007", "/dev/md/007", "/dev/md/web01:007"},
	{"web01:99999999", NULL, "md/99999999", "/dev/md/99999999", "/dev/md/web01:99999999"},
	{"web01:../../etc/passwd", NULL, "md127", "/dev/md127", ""},
	{"web01:-x", NULL, "md127", "/dev/md127", ""},
	{"web01:a b", NULL, "md127", "/dev/md127", ""},
	{"../x:root", NULL, "md/root", "/dev/md/root", ""},
	{"a:b:root", NULL, "md/root", "/dev/md/root", "/dev/md/a:b:root"},
};

static void names_are_what_they_will_be(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(name_cases); i++) {
		const struct member members[MEMBERS_MAX] = {
			{"sda1", .name = name_cases[i].name, .version = name_cases[i].version}};
		_cleanup_machine_ struct machine *machine = machine_of(members);
		_cleanup_free_ char *aliases = NULL;
		const struct device *array;

		machine->devices[0]->content.raid->minor = 5;
		array_add_dormant(machine);
		array = machine->devices[1];
		aliases = text_list_join(&array->aliases, " ");
		assert_string_equal(array->name, name_cases[i].expected);
		assert_string_equal(array->path, name_cases[i].path);
		assert_string_equal(aliases, name_cases[i].aliases);
	}
}

static struct device *add_running(struct machine *machine, const char *name,
				  const char *array_state)
{
	struct device *array = device_new(DEVICE_MD, name);

	array->kernel_name = text_copy(name);
	array->path = text_format("/dev/%s", name);
	array->number = 9 << 8 | 127;
	array->array_state = text_copy(array_state);
	machine_add(machine, array);
	return array;
}

/* A disk of another server, whose array has the name of one that runs here. */
static void taken_names_are_not_taken_again(void **state)
{
	static const struct member members[MEMBERS_MAX] = {
		{"sda1"},
		{"sdb1", .uuid = OTHER, .name = "db02:0"},
		{"sdc1", .uuid = "3:3:3:3", .name = "db03:root"},
		{"sdd1", .uuid = "4:4:4:4", .name = "db04:root"},
	};
	_cleanup_machine_ struct machine *machine = machine_of(members);
	struct device *running = add_running(machine, "md0", "[U_]");

	(void)state;
	device_link(machine->devices[0], running);
	array_add_dormant(machine);
	assert_int_equal(machine->count, 8);
	assert_false(running->is_dormant);
	assert_string_equal(running->array_uuid, UUID);
	assert_string_equal(find(machine, "/dev/md/db02:0")->name, "md127");
	assert_ptr_equal(find(machine, "/dev/md/root"), find(machine, "/dev/md/db03:root"));
	assert_string_equal(find(machine, "/dev/md/db04:root")->name, "md126");
	assert_ptr_equal(find(machine, "md0"), running);
	assert_null(machine_find(machine, "/dev/md/0")); /* whose would it be? */
	assert_part(find(machine, "md127")->notes.items[1], "made on the host db02");
}

/* An array that runs without a member which is here: kicked out, or come late. */
static void running_without_a_member_is_noted(void **state)
{
	static const struct member members[MEMBERS_MAX] = {{"sda1", .slots = "A.", .events = 300},
							   {"sdb1", .role = 1}};
	_cleanup_machine_ struct machine *machine = machine_of(members);
	struct device *running = add_running(machine, "md0", "[U_]");

	(void)state;
	device_link(machine->devices[0], running);
	array_add_dormant(machine);
	assert_int_equal(machine->count, 3);
	assert_int_equal(running->notes.count, 1);
	assert_string_equal(running->notes.items[0], "runs without sdb1, which is here");
	assert_string_equal(machine->devices[1]->notes.items[0],
			    "is a member of md0, which runs without it");
	assert_true(running->is_degraded);
	assert_null(running->obstacle);
}

/* The UUID as the kernel has it in sysfs, where no member answers. */
static void the_kernels_form_of_a_uuid_is_understood(void **state)
{
	static const struct member members[MEMBERS_MAX] = {{"sda1"}};
	_cleanup_machine_ struct machine *machine = machine_of(members);
	struct device *running = add_running(machine, "md0", "[UU]");

	(void)state;
	running->array_uuid = text_copy("10111213-1415-1617-1819-1a1b1c1d1e1f");
	array_add_dormant(machine);
	assert_string_equal(running->array_uuid, UUID);
	assert_int_equal(machine->count, 2);
}

/* Begun by udev as its first member came, and waiting for the other. */
static void one_that_is_not_started_becomes_dormant(void **state)
{
	static const struct member members[MEMBERS_MAX] = {{"sda1"}};
	_cleanup_machine_ struct machine *machine = machine_of(members);
	struct device *begun = add_running(machine, "md127", "inactive");
	_cleanup_free_ char *before = machine_fingerprint(machine), *after = NULL;

	(void)state;
	begun->array_uuid = text_copy("00000000-0000-0000-0000-000000000000");
	device_link(machine->devices[0], begun);
	array_add_dormant(machine);
	assert_int_equal(machine->count, 2);
	assert_true(begun->is_dormant);
	assert_string_equal(begun->array_uuid, UUID);
	assert_true(begun->is_degraded);
	assert_int_not_equal(begun->number, 0);
	assert_string_equal(begun->name, "md127");
	assert_string_equal(begun->array_state, "[U_]");
	assert_int_equal(begun->size, 1 << 21);
	assert_int_equal(begun->parent_count, 1);
	assert_ptr_equal(find(machine, "/dev/md/0"), begun);
	assert_part(begun->notes.items[1], "begun as md127");
	/* what we think of it does not make it another machine */
	after = machine_fingerprint(machine);
	assert_string_equal(before, after);
}

/* The other half of an array that runs already waits in an array of its own. */
static void a_second_begun_array_stays_what_it_is(void **state)
{
	static const struct member members[MEMBERS_MAX] = {{"sda1"}, {"sdb1", .role = 1}};
	_cleanup_machine_ struct machine *machine = machine_of(members);
	struct device *running = add_running(machine, "md0", "[U_]");
	struct device *begun = add_running(machine, "md127", "inactive");

	(void)state;
	device_link(machine->devices[0], running);
	device_link(machine->devices[1], begun);
	array_add_dormant(machine);
	assert_false(begun->is_dormant);
	assert_part(begun->notes.items[0], "begun with a member of md0");
	assert_string_equal(running->notes.items[0], "runs without sdb1, which is here");
}

/* A firmware's container: what belongs together, and that others bring it up. */
static void containers_are_not_brought_up(void **state)
{
	static const struct member members[MEMBERS_MAX] = {
		{"sda", .level = "container", .version = "imsm", .uuid = "imsm:1", .name = "",
		 .slots = "", .role = RAID_ROLE_SPARE},
		{"sdb", .level = "container", .version = "imsm", .uuid = "imsm:1", .name = "",
		 .slots = "", .role = RAID_ROLE_SPARE},
		{"sdc", .level = "container", .version = "ddf", .uuid = "ddf:1", .name = "",
		 .slots = "", .role = RAID_ROLE_SPARE},
	};
	_cleanup_machine_ struct machine *machine = machine_of(members);
	struct device *volume = add_running(machine, "md126", "[U_]");
	const struct device *container;

	(void)state;
	device_link(machine->devices[2], volume);
	array_add_dormant(machine);
	assert_int_equal(machine->count, 5); /* nothing for sdc, whose volume runs */
	assert_null(volume->array_uuid);
	assert_int_equal(volume->notes.count, 0);
	container = find(machine, "md/imsm0");
	assert_int_equal(container->parent_count, 2);
	assert_part(container->obstacle, "firmware's RAID (imsm)");
	assert_null(container->array_state);
	assert_int_equal(container->notes.count, 0);
}

/* One that was begun with members that do not answer: nothing is known of it. */
static void nothing_is_made_of_nothing(void **state)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *begun = add_running(machine, "md127", "inactive");

	(void)state;
	begun->array_uuid = text_copy("00000000-0000-0000-0000-000000000000");
	array_add_dormant(machine);
	assert_null(begun->array_uuid);
	assert_false(begun->is_dormant);
}

static void what_is_left_out_says_so(void **state)
{
	static const struct member members[MEMBERS_MAX] = {{"sda1", .events = 300},
							   {"sdb1", .role = 1}};
	_cleanup_machine_ struct machine *machine = machine_of(members);

	(void)state;
	array_add_dormant(machine);
	assert_int_equal(find(machine, "md0")->parent_count, 1);
	assert_string_equal(machine->devices[1]->notes.items[0],
			    "belongs to md0 and is left out of it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_put_together),
		cmocka_unit_test(there_may_be_none),
		cmocka_unit_test(the_same_member_seen_again_is_none),
		cmocka_unit_test(an_array_becomes_a_dormant_device),
		cmocka_unit_test(sums_are_formed),
		cmocka_unit_test(names_are_what_they_will_be),
		cmocka_unit_test(taken_names_are_not_taken_again),
		cmocka_unit_test(running_without_a_member_is_noted),
		cmocka_unit_test(the_kernels_form_of_a_uuid_is_understood),
		cmocka_unit_test(one_that_is_not_started_becomes_dormant),
		cmocka_unit_test(a_second_begun_array_stays_what_it_is),
		cmocka_unit_test(containers_are_not_brought_up),
		cmocka_unit_test(nothing_is_made_of_nothing),
		cmocka_unit_test(what_is_left_out_says_so),
	};

	return cmocka_run_group_tests_name("array", tests, NULL, NULL);
}
