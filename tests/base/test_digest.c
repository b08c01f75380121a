/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 against the examples of its standard, and against sha256sum at every length of a block.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/alloc.h"
#include "base/digest.h"
#include "base/process.h"

static void check(const char *bytes, size_t length, const char *wanted)
{
	_cleanup_free_ char *digest = digest_sha256(bytes, length);

	assert_string_equal(digest, wanted);
}

static void test_standard(void **state)
{
	_cleanup_free_ char *million = alloc_zero(1000000, 1);

	(void)state;
	check("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', 1000000);
	check(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Every way in which the end can lie in a block, by a second opinion. */
static void test_lengths(void **state)
{
	char bytes[130];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + 3);
	for (size_t length = 1; length <= sizeof(bytes);
	     length += length > 50 && length < 70 ? 1 : 9) {
		const char *const words[] = {"sha256sum", NULL};
		_cleanup_process_result_ struct process_result result = {0};
		struct process_options options = {
			.arguments = words, .input = bytes, .input_length = length};

		if (process_run(&options, &result, NULL) < 0)
			skip();
		result.output[64] = '\0';
		check(bytes, length, result.output);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_standard),
		cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
