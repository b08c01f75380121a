/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each recorded machine is read as it was described: names, kinds, what lies on what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "machine_text.h"
#include "scratch.h"

/* The golden text of machine NAME: tests/storage/machines/NAME.txt; the caller frees. */
static char *expected_text(const char *name)
{
	const char *source = getenv("top_srcdir");
	_cleanup_free_ char *path =
		text_format("%s/tests/storage/machines/%s.txt", source ? source : ".", name);
	_cleanup_problem_ struct problem why = {0};
	char *text = NULL;

	if (file_read(path, 1024 * 1024, &text, NULL, &why) < 0)
		fail_msg("%s: %s", why.what, why.why);
	return text;
}

static void reads_as_described(void **state)
{
	const char *name = *state;
	_cleanup_free_ char *folder = folder_make(), *expected = expected_text(name);
	_cleanup_free_ char *text = NULL;
	_cleanup_machine_ struct machine *machine = NULL;

	machine_make(name, folder);
	machine = machine_scan(folder);
	text = machine_text(machine);
	if (strcmp(text, expected) != 0)
		(void)printf("# %s is read as:\n%s# end\n", name, text); /* cmocka's own cuts it */
	assert_string_equal(text, expected);
	folder_remove(folder);
}

static void many_disks_are_all_read(void **state)
{
	_cleanup_free_ char *folder = folder_make();
	_cleanup_machine_ struct machine *machine = NULL;
	const struct device *last;

	(void)state;
	machine_make("many", folder);
	machine = machine_scan(folder);
	assert_int_equal(machine->count, 41); /* 40 disks, one with a partition */
	last = machine_find(machine, "sdan");
	assert_non_null(last);
	assert_string_equal(last->content.label, "data39");
	folder_remove(folder);
}

/* Two paths show the same partitions as the multipath device: that one is meant. */
static void multipath_wins_over_its_paths(void **state)
{
	static const char *const tags[][2] = {
		{"UUID", "3b3b3b3b-0000-4000-8000-000000000001"},
		{"PARTUUID", "3B3B3B3B-0000-4000-8000-000000000011"},
	};
	_cleanup_free_ char *folder = folder_make();
	_cleanup_machine_ struct machine *machine = NULL;

	(void)state;
	machine_make("multipath", folder);
	machine = machine_scan(folder);
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		const struct device *match = NULL;

		assert_int_equal(machine_find_tag(machine, tags[i][0], tags[i][1], &match, 1), 1);
		assert_string_equal(match->name, "mpatha-part1");
	}
	folder_remove(folder);
}

#define MACHINE(name)                                                                              \
	{                                                                                          \
		"machine " name, reads_as_described, NULL, NULL, (void *)(name)                    \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE("sata-md"),
		MACHINE("nvme"),
		MACHINE("virtio"),
		MACHINE("old-ide"),
		MACHINE("cciss-mylex"),
		MACHINE("multipath"),
		MACHINE("live-usb"),
		MACHINE("dm-crypt"),
		MACHINE("renamed"),
		MACHINE("stacks"),
		cmocka_unit_test(many_disks_are_all_read),
		cmocka_unit_test(multipath_wins_over_its_paths),
	};

	return cmocka_run_group_tests_name("machines", tests, NULL, NULL);
}
