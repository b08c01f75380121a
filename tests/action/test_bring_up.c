/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What must be brought up before a device can be used: the steps for many nestings, in order, each
 * once, as command lines.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "action/bring_up.h"
#include "action/action.h"
#include "base/alloc.h"
#include "plan/runner.h"

#define LVM "lvm lvchange --devices "
#define LVM_END                                                                                    \
	" --config 'activation{verify_udev_operations=1 monitoring=0} backup{backup=0 archive=0}'" \
	" --activate=y --ignoreactivationskip --activationmode=complete "

static const struct {
	const char *word;
	enum device_kind kind;
} kinds[] = {
	{"disk", DEVICE_DISK},	     {"part", DEVICE_PARTITION}, {"md", DEVICE_MD},
	{"lvm", DEVICE_LVM},	     {"crypt", DEVICE_CRYPT},	 {"image", DEVICE_IMAGE},
	{"vpart", DEVICE_PARTITION},
};

static enum device_kind find_kind(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].word, word) == 0)
			return kinds[i].kind;
	}
	fail_msg("no such kind: %s", word);
	return DEVICE_DISK;
}

/* What a look would have found out of a dormant device. */
static void fill_dormant(struct device *device)
{
	char *dash = strchr(device->name, '-');

	device->is_dormant = true;
	if (device->kind == DEVICE_MD)
		device->array_uuid = text_format("uuid:of:%s", device->name);
	if (device->kind == DEVICE_LVM && dash) {
		device->dm_name = text_copy(device->name);
		device->group_name = text_format("%.*s", (int)(dash - device->name), device->name);
		device->volume_name = text_copy(dash + 1);
	}
}

static void apply_word(struct device *device, const char *word)
{
	if (strcmp(word, "up") == 0)
		device->is_dormant = false;
	else if (strcmp(word, "degraded") == 0)
		device->is_degraded = true;
	else if (strcmp(word, "writes") == 0)
		device->needs_writing = true;
	else if (strcmp(word, "split") == 0)
		device->obstacle = text_copy("its halves each ran without the other");
	else if (text_has_prefix(word, "uuid=")) {
		device->content.uuid = text_copy(word + strlen("uuid="));
		device->content.type = text_copy("crypto_LUKS");
	} else if (text_has_prefix(word, "dm="))
		device->dm_uuid = text_copy(word + strlen("dm="));
	else
		fail_msg("no such word: %s", word);
}

/* One line: "KIND NAME < PARENT... WORD..." */
static void add_line(struct machine *machine, const char *line)
{
	_cleanup_text_list_ struct text_list words = {0};
	struct device *device;
	bool is_parent = false;

	text_list_split(&words, line, " ");
	device = device_new(find_kind(words.items[0]), words.items[1]);
	device->state = DEVICE_OK;
	device->is_virtual = strcmp(words.items[0], "vpart") == 0;
	if (device->is_virtual) {
		device->start = 1048576;
		device->size = 8388608;
	} else {
		device->path = device->kind == DEVICE_IMAGE ? text_format("/srv/%s", device->name)
			       : device->kind == DEVICE_LVM || device->kind == DEVICE_CRYPT
				       ? text_format("/dev/mapper/%s", device->name)
				       : text_format("/dev/%s", device->name);
	}
	machine_add(machine, device);
	if (device->kind == DEVICE_MD || device->kind == DEVICE_LVM || device->kind == DEVICE_CRYPT)
		fill_dormant(device);
	for (size_t i = 2; i < words.count; i++) {
		struct device *parent =
			is_parent ? (struct device *)machine_find(machine, words.items[i]) : NULL;

		if (strcmp(words.items[i], "<") == 0) {
			is_parent = true;
		} else if (parent) {
			device_link(parent, device);
			device->is_dormant |=
				device->kind == DEVICE_PARTITION && parent->is_dormant;
		} else {
			is_parent = false;
			apply_word(device, words.items[i]);
		}
	}
}

static struct machine *make(const char *text)
{
	struct machine *machine = machine_new(MACHINE_RECORDED);
	_cleanup_text_list_ struct text_list lines = {0};

	text_list_split(&lines, text, "\n");
	for (size_t i = 0; i < lines.count; i++)
		add_line(machine, lines.items[i]);
	return machine;
}

/* The command lines of all steps. */
static char *print_plan(const struct plan *plan, bool is_undo)
{
	_cleanup_text_list_ struct text_list lines = {0};
	size_t count = plan->count;

	for (size_t i = 0; i < count; i++) {
		const struct step *step = plan->steps[is_undo ? count - 1 - i : i];
		const struct step_class *class = step_class_find(step_classes, step->class_name);

		assert_non_null(class);
		(is_undo ? class->undo_command : class->command)(step, &lines);
	}
	return text_list_join(&lines, "\n");
}

/* Brings all of WANTED (names between spaces) up on the machine that TEXT describes. */
static struct plan *plan_for(const char *text, const char *wanted,
			     const struct bring_up_options *given, struct text_list *places)
{
	_cleanup_machine_ struct machine *machine = make(text);
	struct bring_up_options options = given ? *given : (struct bring_up_options){0};
	struct plan *plan = plan_new("mount");
	_cleanup_text_list_ struct text_list names = {0};
	struct bring_up *up;

	options.machine = machine;
	up = bring_up_new(&options, plan);
	text_list_split(&names, wanted, " ");
	for (size_t i = 0; i < names.count; i++) {
		const struct device *device = machine_find(machine, names.items[i]);
		struct bring_up_place place;

		assert_non_null(device);
		assert_int_equal(bring_up_check(up, device, NULL), 0);
		bring_up_add(up, device, i ? STEP_OPTIONAL : STEP_REQUIRED, &place);
		text_list_format(places, "%s+%lu", place.path, (unsigned long)place.offset);
	}
	(void)bring_up_free(up);
	return plan;
}

static void expect(const char *text, const char *wanted, const struct bring_up_options *options,
		   const char *commands, const char *where)
{
	_cleanup_text_list_ struct text_list places = {0};
	_cleanup_plan_ struct plan *plan = plan_for(text, wanted, options, &places);
	_cleanup_free_ char *printed = print_plan(plan, false);
	_cleanup_free_ char *joined = text_list_join(&places, " ");

	assert_string_equal(printed, commands);
	assert_string_equal(joined, where);
}

static void nothing_to_do(void **state)
{
	(void)state;
	expect("disk sda\npart sda1 < sda", "sda1", NULL, "", "/dev/sda1+0");
	expect("disk sda\ndisk sdb\nmd md0 < sda sdb up", "md0", NULL, "", "/dev/md0+0");
	expect("image a.img\nvpart a.img1 < a.img", "a.img1", NULL, "", "/srv/a.img+1048576");
}

static void one_array(void **state)
{
	const struct bring_up_options read_only = {.is_read_only = true};

	(void)state;
	expect("disk sda\ndisk sdb\nmd md0 < sda sdb", "md0", NULL,
	       "mdadm --assemble /dev/md0 --uuid=uuid:of:md0 --config=none /dev/sda /dev/sdb",
	       "/dev/md0+0");
	expect("disk sda\ndisk sdb\nmd md/root < sda sdb", "md/root", &read_only,
	       "mdadm --assemble /dev/md/root --uuid=uuid:of:md/root --config=none --readonly "
	       "/dev/sda /dev/sdb",
	       "/dev/md/root+0");
}

/* What fstab wants from one array does not start the other; two filesystems of one start it once.
 */
static void only_what_is_needed(void **state)
{
	static const char machine[] = "disk nvme0n1\npart nvme0n1p1 < nvme0n1\n"
				      "part nvme0n1p2 < nvme0n1\ndisk nvme1n1\n"
				      "part nvme1n1p1 < nvme1n1\npart nvme1n1p2 < nvme1n1\n"
				      "md md0 < nvme0n1p1 nvme1n1p1\nmd md1 < nvme0n1p2 nvme1n1p2\n"
				      "lvm vg-root < md1\nlvm vg-home < md1";

	(void)state;
	expect(machine, "vg-root vg-home", NULL,
	       "mdadm --assemble /dev/md1 --uuid=uuid:of:md1 --config=none /dev/nvme0n1p2 "
	       "/dev/nvme1n1p2\n" LVM "/dev/md1" LVM_END "vg/root\n" LVM "/dev/md1" LVM_END
	       "vg/home",
	       "/dev/mapper/vg-root+0 /dev/mapper/vg-home+0");
	expect(machine, "vg-home md0", NULL,
	       "mdadm --assemble /dev/md1 --uuid=uuid:of:md1 --config=none /dev/nvme0n1p2 "
	       "/dev/nvme1n1p2\n" LVM "/dev/md1" LVM_END "vg/home\n"
	       "mdadm --assemble /dev/md0 --uuid=uuid:of:md0 --config=none /dev/nvme0n1p1 "
	       "/dev/nvme1n1p1",
	       "/dev/mapper/vg-home+0 /dev/md0+0");
}

static void container_on_volume_on_array(void **state)
{
	(void)state;
	expect("disk sda\ndisk sdb\nmd md1 < sda sdb\nlvm vg0-root < md1 uuid=1234-56\n"
	       "crypt root_crypt < vg0-root",
	       "root_crypt", NULL,
	       "mdadm --assemble /dev/md1 --uuid=uuid:of:md1 --config=none /dev/sda /dev/sdb\n" LVM
	       "/dev/md1" LVM_END "vg0/root\n"
	       "cryptsetup open /dev/mapper/vg0-root luks-1234-56",
	       "/dev/mapper/luks-1234-56+0");
}

/* The names of crypttab are those that what lies above is found under. */
static void volume_on_container_on_array(void **state)
{
	struct crypttab_entry entries[] = {
		{1, (char *)"../evil", (char *)"UUID=77-AA", (char *)"none", (char *)""},
		{2, (char *)"md1_crypt", (char *)"UUID=\"77-AA\"", (char *)"none", (char *)"luks"},
	};
	const struct system system = {.crypttab = {.entries = entries, .count = 2}};
	const struct bring_up_options options = {.system = &system};

	(void)state;
	expect("disk sda\ndisk sdb\nmd md1 < sda sdb uuid=77-aa\ncrypt x < md1\n"
	       "lvm vg-root < x\nlvm vg-swap < x",
	       "vg-root vg-swap", &options,
	       "mdadm --assemble /dev/md1 --uuid=uuid:of:md1 --config=none /dev/sda /dev/sdb\n"
	       "cryptsetup open /dev/md1 md1_crypt\n" LVM "/dev/mapper/md1_crypt" LVM_END
	       "vg/root\n" LVM "/dev/mapper/md1_crypt" LVM_END "vg/swap",
	       "/dev/mapper/vg-root+0 /dev/mapper/vg-swap+0");
}

static void two_containers_one_array(void **state)
{
	(void)state;
	expect("disk sda uuid=a\ndisk sdb uuid=b\ncrypt x < sda\ncrypt y < sdb\nmd md0 < x y",
	       "md0", NULL,
	       "cryptsetup open /dev/sda luks-a\n"
	       "cryptsetup open /dev/sdb luks-b\n"
	       "mdadm --assemble /dev/md0 --uuid=uuid:of:md0 --config=none /dev/mapper/luks-a "
	       "/dev/mapper/luks-b",
	       "/dev/md0+0");
}

/* A numbered array's partitions have the kernel's nodes; a named one's are places in it. */
static void partitions_of_arrays(void **state)
{
	static const char numbered[] = "disk sda\ndisk sdb\nmd md0 < sda sdb\npart md0p1 < md0\n"
				       "part md0p2 < md0 uuid=c\ncrypt z < md0p2";
	_cleanup_text_list_ struct text_list places = {0};
	_cleanup_plan_ struct plan *plan = plan_for(numbered, "md0p1 z", NULL, &places);

	(void)state;
	assert_int_equal(plan->count, 2);
	assert_string_equal(step_get(plan->steps[0], "parts"), "/dev/md0p1\n/dev/md0p2");
	assert_string_equal(places.items[0], "/dev/md0p1+0");
	assert_string_equal(step_get(plan->steps[1], "node"), "/dev/md0p2");
	expect("disk sda\nmd md/data < sda\npart md/data1 < md/data", "md/data1", NULL,
	       "mdadm --assemble /dev/md/data --uuid=uuid:of:md/data --config=none /dev/sda",
	       "/dev/md/data+0");
}

/* Members in disk images must be block devices; a filesystem in one need not be. */
static void images(void **state)
{
	const struct bring_up_options read_only = {.is_read_only = true};

	(void)state;
	expect("image a.img\nvpart a.img1 < a.img\nimage b.img\nvpart b.img1 < b.img\n"
	       "md md0 < a.img1 b.img1\nvpart a.img2 < a.img",
	       "a.img2 md0", &read_only,
	       "losetup --read-only --offset=1048576 --sizelimit=8388608 /dev/loop64 /srv/a.img\n"
	       "losetup --read-only --offset=1048576 --sizelimit=8388608 /dev/loop65 /srv/b.img\n"
	       "mdadm --assemble /dev/md0 --uuid=uuid:of:md0 --config=none --readonly /dev/loop64 "
	       "/dev/loop65",
	       "/srv/a.img+1048576 /dev/md0+0");
	expect("image a.img uuid=d\ncrypt x < a.img", "x", NULL,
	       "losetup /dev/loop64 /srv/a.img\ncryptsetup open /dev/loop64 luks-d",
	       "/dev/mapper/luks-d+0");
}

static void volumes_by_uuid(void **state)
{
	_cleanup_text_list_ struct text_list places = {0};
	const struct bring_up_options read_only = {.is_read_only = true};
	_cleanup_plan_ struct plan *plan =
		plan_for("disk sda\nlvm vg-root < sda "
			 "dm=LVM-aaaaaabbbbccccddddeeeeffffgggggghhhhhhiiiijjjjkkkkllllmmmmnnnnnn",
			 "vg-root", &read_only, &places);
	_cleanup_free_ char *printed = print_plan(plan, false), *undone = print_plan(plan, true);

	(void)state;
	assert_string_equal(
		printed,
		"lvm lvchange --devices /dev/sda --config 'activation{verify_udev_operations=1 "
		"monitoring=0 read_only_volume_list=[\"vg/root\"]} backup{backup=0 archive=0}' "
		"--activate=y --ignoreactivationskip --activationmode=complete --select "
		"'vg_uuid=aaaaaa-bbbb-cccc-dddd-eeee-ffff-gggggg && "
		"lv_uuid=hhhhhh-iiii-jjjj-kkkk-llll-mmmm-nnnnnn'");
	assert_non_null(strstr(undone, "--activate=n --select 'vg_uuid=aaaaaa-"));
	assert_null(strstr(undone, "activationmode"));
}

static void undone_in_reverse(void **state)
{
	_cleanup_text_list_ struct text_list places = {0};
	_cleanup_plan_ struct plan *plan =
		plan_for("image a.img\nmd md0 < a.img uuid=e\ncrypt x < md0", "x", NULL, &places);
	_cleanup_free_ char *undone = print_plan(plan, true);

	(void)state;
	assert_string_equal(undone, "cryptsetup close luks-e\nmdadm --stop /dev/md0\n"
				    "losetup --detach /dev/loop64");
}

static void check(const char *text, const char *wanted, bool allow_degraded, int error,
		  const char *what, const char *next)
{
	_cleanup_machine_ struct machine *machine = make(text);
	_cleanup_plan_ struct plan *plan = plan_new("mount");
	const struct bring_up_options options = {.machine = machine,
						 .allow_degraded = allow_degraded};
	_cleanup_bring_up_ struct bring_up *up = bring_up_new(&options, plan);
	_cleanup_problem_ struct problem why = {0};

	assert_int_equal(bring_up_check(up, machine_find(machine, wanted), &why), error);
	if (error)
		assert_string_equal(why.what, what);
	if (next)
		assert_non_null(strstr(why.next, next));
}

static void obstacles(void **state)
{
	static const char degraded[] = "disk sda\nmd md0 < sda degraded\nlvm vg-root < md0";

	(void)state;
	check(degraded, "vg-root", false, -ENODATA, "md0", "--degraded");
	check(degraded, "vg-root", true, 0, NULL, NULL);
	check("disk sda\nmd md0 < sda split\ncrypt x < md0", "x", true, -ENODEV, "md0", NULL);
	check("disk sda\nmd md0 < sda split up\ncrypt x < md0", "x", true, 0, NULL, NULL);
}

static void degraded_is_agreed_to(void **state)
{
	const struct bring_up_options agreed = {.allow_degraded = true, .is_read_only = true};

	(void)state;
	expect("disk sda\nmd md0 < sda degraded\nlvm vg-a < md0\nlvm vg-b < md0 degraded", "vg-a",
	       &agreed,
	       "mdadm --assemble /dev/md0 --uuid=uuid:of:md0 --config=none --readonly --run "
	       "/dev/sda\n"
	       "lvm lvchange --devices /dev/md0 --config 'activation{verify_udev_operations=1 "
	       "monitoring=0 read_only_volume_list=[\"vg/a\"]} backup{backup=0 archive=0}' "
	       "--activate=y --ignoreactivationskip --activationmode=complete vg/a",
	       "/dev/mapper/vg-a+0");
}

/* The kernel has the array already, as udev leaves one that lacks a member, but it does not run. */
static void inactive_array(void **state)
{
	_cleanup_machine_ struct machine *machine =
		make("disk sda\nmd md0 < sda\nmd md127 < sda up");
	_cleanup_plan_ struct plan *plan = plan_new("mount");
	const struct bring_up_options options = {.machine = machine};
	_cleanup_bring_up_ struct bring_up *up = bring_up_new(&options, plan);
	_cleanup_free_ char *printed = NULL;
	struct bring_up_place place;

	(void)state;
	for (size_t i = 0; i < machine->count; i++)
		if (machine->devices[i]->kind == DEVICE_MD)
			text_set(&machine->devices[i]->array_uuid, "12345678:9abc:def0");
	bring_up_add(up, machine_find(machine, "md0"), STEP_REQUIRED, &place);
	printed = print_plan(plan, false);
	assert_string_equal(printed, "mdadm --stop /dev/md127\nmdadm --assemble /dev/md0 "
				     "--uuid=12345678:9abc:def0 --config=none /dev/sda");
}

/* What writes as it comes up does not come up where nothing must be written. */
static void read_only_is_kept(void **state)
{
	_cleanup_machine_ struct machine *machine = make("disk sda\nlvm vg-root < sda writes");
	_cleanup_plan_ struct plan *plan = plan_new("mount");
	const struct bring_up_options options = {.machine = machine, .is_read_only = true};
	_cleanup_bring_up_ struct bring_up *up = bring_up_new(&options, plan);

	(void)state;
	assert_int_equal(bring_up_check(up, machine_find(machine, "vg-root"), NULL), -EROFS);
	check("disk sda\nlvm vg-root < sda writes", "vg-root", false, 0, NULL, NULL);
}

/* A graph that goes in a circle, as only a crafted record can have it, comes to an end. */
static void circle(void **state)
{
	_cleanup_machine_ struct machine *machine = make("md md0\nmd md1 < md0");
	_cleanup_plan_ struct plan *plan = plan_new("mount");
	const struct bring_up_options options = {.machine = machine};
	_cleanup_bring_up_ struct bring_up *up = bring_up_new(&options, plan);
	const struct device *one = machine_find(machine, "md1");

	(void)state;
	device_link((struct device *)one, (struct device *)machine_find(machine, "md0"));
	assert_int_equal(bring_up_check(up, one, NULL), -ENODEV);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_do),
		cmocka_unit_test(one_array),
		cmocka_unit_test(only_what_is_needed),
		cmocka_unit_test(container_on_volume_on_array),
		cmocka_unit_test(volume_on_container_on_array),
		cmocka_unit_test(two_containers_one_array),
		cmocka_unit_test(partitions_of_arrays),
		cmocka_unit_test(images),
		cmocka_unit_test(volumes_by_uuid),
		cmocka_unit_test(undone_in_reverse),
		cmocka_unit_test(obstacles),
		cmocka_unit_test(degraded_is_agreed_to),
		cmocka_unit_test(inactive_array),
		cmocka_unit_test(read_only_is_kept),
		cmocka_unit_test(circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
