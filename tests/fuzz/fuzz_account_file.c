/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: passwd, shadow, group and gshadow; what is parsed is written back the same, and an
 * edit leaves the other lines as they were. */
#include "fuzz.h"

#include <string.h>

#include "base/alloc.h"
#include "system/account_file.h"

static void check_same(const struct account_file *file, const void *data, size_t size)
{
	size_t length = 0;
	_cleanup_free_ char *bytes = account_file_write(file, &length);

	if (length != size || (size && memcmp(bytes, data, size) != 0))
		abort();
}

/* A field that was set reads back, its line is an entry, and setting it back is what was. */
static void check_edit(struct account_file *file, size_t line, unsigned field, const char *value)
{
	_cleanup_free_ char *old = account_file_get(file, line, field), *now = NULL;
	size_t count = file->count, length = file->lines[line].length;
	bool is_full = old && !(file->lines[line].faults & ACCOUNT_FAULT_SHORT);

	if (account_file_set(file, line, field, value, NULL) < 0)
		return;
	now = account_file_get(file, line, field);
	if (!now || strcmp(now, value) != 0 || file->count != count)
		abort();
	if (is_full && file->lines[line].length != length - strlen(old) + strlen(value))
		abort();
}

static void use(enum account_file_kind kind, const void *data, size_t size)
{
	static const char *const values[] = {"new", "$y$j9T$a$b", "1", "1", "1",
					     "1",   "1",	  "1", "1"};
	_cleanup_account_file_ struct account_file file = {0};
	struct account_match match;
	size_t line;

	account_file_parse(kind, data, size, &file);
	check_same(&file, data, size);
	for (size_t i = 0; i < file.count; i++) {
		_cleanup_account_ struct account account = {0};
		_cleanup_shadow_entry_ struct shadow_entry entry = {0};

		if (account_file_get_account(&file, i, &account) == 0) {
			account_file_match(&file, account.name, &match);
			if (!match.entry_count || match.entry > i)
				abort();
		}
		if (account_file_get_shadow(&file, i, &entry) == 0)
			(void)shadow_entry_judge(&entry, 20000); /* any answer will do */
		for (unsigned field = 0; field < SHADOW_FIELDS && i < 50; field++)
			check_edit(&file, i, field, field == 1 ? "$6$a$b" : "5");
	}
	if (account_file_add(&file, values, &line, NULL) == 0 &&
	    file.lines[line].kind != ACCOUNT_LINE_ENTRY)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (int kind = 0; kind < ACCOUNT_FILE_KINDS; kind++)
		use((enum account_file_kind)kind, data, size);
	return 0;
}
