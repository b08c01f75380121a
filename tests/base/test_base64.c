/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64 against the examples of RFC 4648, section 10, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/base64.h"
#include "base/cleanup.h"

static void expect_both(const void *bytes, size_t length, const char *text)
{
	_cleanup_free_ char *encoded = base64_encode(bytes, length), *decoded = NULL;
	size_t decoded_length = 0;

	assert_string_equal(encoded, text);
	assert_int_equal(base64_decode(text, &decoded, &decoded_length), 0);
	assert_int_equal(decoded_length, length);
	assert_memory_equal(decoded, bytes, length);
}

static void test_examples(void **state)
{
	static const char *const texts[] = {"",		"Zg==",	    "Zm8=",    "Zm9v",
					    "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		expect_both("foobar", i, texts[i]);
	expect_both("\0\xff\xfe", 3, "AP/+");
}

static void test_nonsense(void **state)
{
	static const char *const texts[] = {"Z",     "Zg",   "Zg=",	 "Zg=====",
					    "Z===",  "====", "Zg==Zg==", "Zm9v\n",
					    "Zm 9v", "Zm9-", "=m9v",	 "Z=9v"};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char *bytes = NULL;
		size_t length = 0;

		assert_int_equal(base64_decode(texts[i], &bytes, &length), -EINVAL);
		assert_null(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
