/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an action on an account passes on to the mount that comes before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/mount_first.h"

static const char *const account_actions[] = {"passwd", "mend-account", "add-key", "add-account",
					      "windows-account"};

/* Answers to the action called NAME. */
static void answers_open(struct answers *answers, const char *name)
{
	const struct action *action = action_find(name);

	assert_non_null(action);
	answers_init(answers, action);
}

static void all_that_mount_takes_is_passed_on(void **state)
{
	static const char *const given[][2] = {
		{"system", "web01"},
		{"passphrase-file", "/run/key"},
		{"degraded", "yes"},
		{"accept-guesses", "yes"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(account_actions); i++) {
		_cleanup_answers_ struct answers answers = {0}, mount = {0};

		answers_open(&answers, account_actions[i]);
		answers_open(&mount, "mount");
		for (size_t j = 0; j < ARRAY_SIZE(given); j++)
			assert_int_equal(answers_add(&answers, given[j][0], given[j][1]), 0);
		mount_first_pass_on(&answers, &mount);
		for (size_t j = 0; j < ARRAY_SIZE(given); j++)
			assert_string_equal(answers_get(&mount, given[j][0]), given[j][1]);
		/* to be changed it is mounted so that it can be written */
		assert_false(answers_only_read(&mount));
	}
}

static void nothing_else_is(void **state)
{
	_cleanup_answers_ struct answers answers = {0}, mount = {0};

	(void)state;
	answers_open(&answers, "passwd");
	answers_open(&mount, "mount");
	assert_int_equal(answers_add(&answers, "user", "root"), 0);
	assert_int_equal(answers_add(&answers, "generate", "yes"), 0);
	mount_first_pass_on(&answers, &mount);
	for (size_t i = 0; i < mount.count; i++)
		assert_int_equal(mount.items[i].values.count, 0);
}

static void what_somebody_has_mounted_is_not_mounted_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(account_actions); i++) {
		_cleanup_answers_ struct answers answers = {0};

		answers_open(&answers, account_actions[i]);
		assert_true(mount_first_may_be_needed(&answers));
		assert_int_equal(answers_add(&answers, "root", "/media/server"), 0);
		assert_false(mount_first_may_be_needed(&answers));
	}
}

static void what_mounts_by_itself_is_not_either(void **state)
{
	static const char *const names[] = {"mount", "chroot", "check-fs", "umount", "undo"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_answers_ struct answers answers = {0};

		answers_open(&answers, names[i]);
		assert_false(mount_first_may_be_needed(&answers));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_mount_takes_is_passed_on),
		cmocka_unit_test(nothing_else_is),
		cmocka_unit_test(what_somebody_has_mounted_is_not_mounted_first),
		cmocka_unit_test(what_mounts_by_itself_is_not_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
