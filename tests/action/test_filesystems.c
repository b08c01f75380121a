/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a filesystem is, in words, and lost ones as every list says them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/describe.h"
#include "action/filesystem_words.h"
#include "base/alloc.h"

static const struct {
	const char *name;
	const char *type;
	struct filesystem_state state;
	bool has_state;
	enum journal_state journal;
	const char *mounted_at;
	const char *condition;
	const char *details;
} cases[] = {
	{.name = "clean ext4",
	 .type = "ext4",
	 .has_state = true,
	 .state = {.condition = CONDITION_CLEAN,
		   .made = 1700000000,
		   .checked = 1772409600,
		   .has_mounts = true,
		   .mounts = 12,
		   .has_space = true,
		   .size = 1000,
		   .free = 380,
		   .has_inodes = true,
		   .inodes = 50,
		   .inodes_free = 49},
	 .condition = "clean",
	 .details = "last checked 2026-03-02, 12 mounts since, 62% full, inodes 2%"},
	{.name = "never checked, limit",
	 .type = "ext3",
	 .has_state = true,
	 .state = {.condition = CONDITION_NOT_CLEAN,
		   .made = 1700000000,
		   .checked = 1700000000,
		   .has_mounts = true,
		   .mounts = 1,
		   .mounts_limit = 20},
	 .condition = "not cleanly unmounted",
	 .details = "never checked, 1 of 20 mounts since"},
	{.name = "journal",
	 .type = "ext4",
	 .has_state = true,
	 .state = {.condition = CONDITION_REPLAY},
	 .condition = "its journal must be replayed",
	 .details = ""},
	{.name = "log",
	 .type = "xfs",
	 .has_state = true,
	 .state = {.condition = CONDITION_REPLAY},
	 .condition = "its log must be replayed",
	 .details = ""},
	{.name = "errors and a journal",
	 .type = "ext4",
	 .has_state = true,
	 .journal = JOURNAL_DIRTY,
	 .state = {.condition = CONDITION_ERRORS, .errors = 3, .last_error = 1772409600},
	 .condition = "errors noted (3), its journal must be replayed",
	 .details = "last error 2026-03-02"},
	{.name = "errors of a mounted one",
	 .type = "ext4",
	 .has_state = true,
	 .journal = JOURNAL_DIRTY,
	 .mounted_at = "/mnt",
	 .state = {.condition = CONDITION_ERRORS},
	 .condition = "errors noted",
	 .details = ""},
	{.name = "mounted",
	 .type = "xfs",
	 .has_state = true,
	 .mounted_at = "/mnt",
	 .state = {.condition = CONDITION_REPLAY},
	 .condition = "in use",
	 .details = ""},
	{.name = "a remark from a disk",
	 .type = "vfat",
	 .has_state = true,
	 .state = {.condition = CONDITION_CLEAN, .remark = (char *)"odd\033[2J"},
	 .condition = "clean",
	 .details = "odd\\x1B[2J"},
	{.name = "nothing read", .type = "ext4", .condition = "not known", .details = ""},
	{.name = "swap", .type = "swap", .condition = "not in use", .details = ""},
};

static void every_state_has_words(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct filesystem_state state = cases[i].state;
		struct filesystem_row row = {.type = (char *)cases[i].type,
					     .mounted_at = (char *)cases[i].mounted_at,
					     .state = cases[i].has_state ? &state : NULL};
		struct device *device = device_new(DEVICE_DISK, "sda");
		_cleanup_free_ char *condition = NULL, *details = filesystem_row_details(&row);

		device->state = DEVICE_OK;
		device->content.journal = cases[i].journal;
		condition = filesystem_row_condition(&row, device);
		if (strcmp(condition, cases[i].condition) != 0 ||
		    strcmp(details, cases[i].details) != 0)
			fail_msg("%s: %s; %s", cases[i].name, condition, details);
		(void)device_free(device);
	}
}

static void devices_that_cannot_be_read_say_so(void **unused)
{
	struct device *device = device_new(DEVICE_DISK, "sda");
	struct filesystem_row row = {.type = (char *)"ext4"};
	_cleanup_free_ char *silent = NULL, *error = NULL, *obstacle = NULL;

	(void)unused;
	device->state = DEVICE_SILENT;
	silent = filesystem_row_condition(&row, device);
	device->state = DEVICE_ERROR;
	error = filesystem_row_condition(&row, device);
	device->state = DEVICE_OK;
	device->is_dormant = true;
	device->obstacle = text_copy("two of its members are missing");
	obstacle = filesystem_row_condition(&row, device);
	assert_string_equal(silent, "does not answer");
	assert_string_equal(error, "cannot be read");
	assert_string_equal(obstacle, "cannot be started");
	(void)device_free(device);
}

static struct lost_filesystem *make_lost(const char *type, uint64_t backup, uint64_t block)
{
	struct lost_filesystem *lost = alloc_zero(1, sizeof(*lost));

	lost->type = text_copy(type);
	lost->uuid = text_copy("5e1f");
	lost->label = text_copy("srv\033[2J");
	lost->damage = text_copy("its first superblock is all zeros");
	lost->backup = backup;
	lost->block = block;
	return lost;
}

static void lost_ones_are_described(void **unused)
{
	static const struct {
		const char *type;
		uint64_t backup, block;
		const char *note;
		const char *details;
	} kinds[] = {
		{"ext4", 134217728, 32768,
		 "a damaged ext4 filesystem: its first superblock is all zeros; the one at block "
		 "32768 is good; label srv\\x1B[2J, UUID 5e1f",
		 "the superblock at block 32768 is good"},
		{"xfs", 83886080, 0,
		 "a damaged xfs filesystem: its first superblock is all zeros; the one at byte "
		 "83886080 is good; label srv\\x1B[2J, UUID 5e1f",
		 "the superblock at byte 83886080 is good"},
		{"ext4", 0, 0,
		 "a damaged ext4 filesystem: its first superblock is all zeros; no other one was "
		 "found; label srv\\x1B[2J, UUID 5e1f",
		 "no other superblock was found"},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct device *device = device_new(DEVICE_DISK, "sda");
		struct filesystem_row row = {0};
		_cleanup_text_list_ struct text_list notes = {0};
		_cleanup_free_ char *words = NULL, *details = NULL, *condition = NULL;

		device->content.lost = make_lost(kinds[i].type, kinds[i].backup, kinds[i].block);
		device->state = DEVICE_OK;
		row.lost = device->content.lost;
		describe_device_notes(device, &notes);
		words = describe_device(device);
		details = filesystem_row_details(&row);
		condition = filesystem_row_condition(&row, device);
		assert_int_equal(notes.count, 1);
		assert_string_equal(notes.items[0], kinds[i].note);
		assert_string_equal(details, kinds[i].details);
		assert_string_equal(condition, "its first superblock is all zeros");
		assert_non_null(strstr(words, "DAMAGED"));
		(void)device_free(device);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_has_words),
		cmocka_unit_test(devices_that_cannot_be_read_say_so),
		cmocka_unit_test(lost_ones_are_described),
	};

	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
