/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for passphrases: what the kernel says about it, and that it is wiped. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/secret.h"
#include "base/text.h"

/* The flags of the mapping that ADDRESS is in, as in proc(5): " lo " locked, " dd " not dumped. */
static char *read_flags(const void *address)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/self/smaps", "re");
	_cleanup_free_ char *line = NULL;
	unsigned long first = 0, last = 0, from, to;
	size_t room = 0;

	while (file && getline(&line, &room, file) > 0) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2) {
			first = from;
			last = to;
		}
		if (text_has_prefix(line, "VmFlags:") && (uintptr_t)address >= first &&
		    (uintptr_t)address < last)
			return text_copy(line);
	}
	return NULL;
}

static void test_secret(void **state)
{
	_cleanup_free_ char *flags = NULL;
	struct secret secret = {0};
	const char *memory;

	(void)state;
	secret_wipe(&secret); /* nothing there yet */
	secret_done(&secret);
	secret_open(&secret);
	memory = secret.memory;
	secret_open(&secret); /* it is there: it stays */
	assert_ptr_equal(secret.memory, memory);
	memset(secret.memory, 'x', SECRET_MAX_BYTES);
	secret_wipe(&secret);
	for (size_t i = 0; i <= SECRET_MAX_BYTES; i++)
		assert_int_equal(secret.memory[i], 0);
	flags = read_flags(memory);
	if (flags) { /* a kernel without smaps says nothing */
		assert_non_null(strstr(flags, " dd "));
#ifndef __SANITIZE_ADDRESS__ /* whose mlock() does nothing and says that it did */
		assert_int_equal(strstr(flags, " lo ") != NULL, secret.is_locked);
#endif
	}
	secret_done(&secret);
	assert_null(secret.memory);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
