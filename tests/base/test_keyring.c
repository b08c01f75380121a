/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that the kernel keeps: shared with children, replaced, dropped, and nobody else's. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/keyring.h"
#include "base/process.h"
#include "base/worker.h"

static bool has_keyring;

static int set_up(void **state)
{
	(void)state;
	/* before there is one of ours, a login's is left alone */
	assert_int_equal(keyring_put("refloat test", "x", 1), -ENOSYS);
	assert_false(keyring_has("refloat test"));
	has_keyring = keyring_start() == 0;
	return 0;
}

static void need_keyring(void)
{
	if (!has_keyring)
		skip(); /* this kernel, or what we run in, has none */
}

static void test_put_and_get(void **state)
{
	_cleanup_(secret_done) struct secret secret = {0};
	size_t length = 0;

	(void)state;
	need_keyring();
	assert_int_equal(keyring_get("a", &secret, &length), -ENOKEY);
	assert_int_equal(keyring_put("a", "one\0two", 7), 0);
	assert_true(keyring_has("a"));
	assert_int_equal(keyring_get("a", &secret, &length), 0);
	assert_int_equal(length, 7);
	assert_memory_equal(secret.memory, "one\0two", 8); /* and a NUL behind it */
	assert_int_equal(keyring_put("a", "3", 1), 0);
	assert_int_equal(keyring_get("a", &secret, &length), 0);
	assert_int_equal(length, 1);
	assert_string_equal(secret.memory, "3"); /* nothing of the longer one is left */
	keyring_drop("a");
	keyring_drop("a");
	assert_false(keyring_has("a"));
	assert_int_equal(keyring_get("a", &secret, &length), -ENOKEY);
}

static void test_limits(void **state)
{
	static char bytes[SECRET_MAX_BYTES + 1];
	_cleanup_(secret_done) struct secret secret = {0};
	size_t length = 0;

	(void)state;
	need_keyring();
	memset(bytes, 'x', sizeof(bytes));
	assert_int_equal(keyring_put("long", bytes, SECRET_MAX_BYTES), 0);
	assert_int_equal(keyring_get("long", &secret, &length), 0);
	assert_int_equal(length, SECRET_MAX_BYTES);
	assert_int_equal(keyring_put("long", bytes, SECRET_MAX_BYTES + 1), -E2BIG);
	assert_true(keyring_has("long"));
	keyring_drop("long");
}

static int put_in_child(void *data, int fd)
{
	(void)data;
	(void)fd;
	return keyring_has("parent's") && keyring_put("child's", "key", 3) == 0 ? 0 : 1;
}

static void test_children_share(void **state)
{
	_cleanup_(secret_done) struct secret secret = {0};
	size_t length = 0;

	(void)state;
	need_keyring();
	assert_int_equal(keyring_put("parent's", "x", 1), 0);
	assert_int_equal(worker_call(put_in_child, NULL, 10000, NULL, NULL, NULL, NULL), 0);
	assert_int_equal(keyring_get("child's", &secret, &length), 0);
	assert_string_equal(secret.memory, "key");
}

static int leave_in_child(void *data, int fd)
{
	(void)data;
	(void)fd;
	return keyring_leave() == 0 && !keyring_has("parent's") ? 0 : 1;
}

static void test_left(void **state)
{
	(void)state;
	need_keyring();
	assert_int_equal(keyring_put("parent's", "x", 1), 0);
	assert_int_equal(worker_call(leave_in_child, NULL, 10000, NULL, NULL, NULL, NULL), 0);
	assert_true(keyring_has("parent's")); /* only the child has left */
}

/* A program that is not ours, such as the target's shell, has none of our keys: here, ourselves. */
static void test_programs_have_none(void **state)
{
	static const char *const arguments[] = {"/proc/self/exe", "ask", NULL};
	const struct process_options options = {.arguments = arguments};
	struct process_result result = {0};

	(void)state;
	need_keyring();
	assert_int_equal(keyring_put("parent's", "x", 1), 0);
	assert_int_equal(process_run(&options, &result, NULL), 0);
	assert_int_equal(process_exit_status(result.status), 7);
	process_result_done(&result);
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_and_get),	   cmocka_unit_test(test_limits),
		cmocka_unit_test(test_children_share),	   cmocka_unit_test(test_left),
		cmocka_unit_test(test_programs_have_none),
	};

	(void)argv;
	if (argc > 1)
		return keyring_has("parent's") ? 3 : 7;
	return cmocka_run_group_tests(tests, set_up, NULL);
}
