/* SPDX-License-Identifier: GPL-3.0-or-later */
/* passwd, shadow, group and gshadow: what is found, and that an edit changes its field alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "system/account_file.h"
#include "tree.h"

static void parse(enum account_file_kind kind, const char *text, struct account_file *file)
{
	account_file_parse(kind, text, strlen(text), file);
}

static void expect_written(const struct account_file *file, const char *expected)
{
	size_t length = 0;
	_cleanup_free_ char *bytes = account_file_write(file, &length);

	assert_string_equal(bytes, expected);
	assert_int_equal(length, strlen(expected));
}

/* What line 0 of kind TEXT is. */
static void expect_line(enum account_file_kind kind, const char *text, enum account_line_kind line,
			unsigned faults)
{
	_cleanup_account_file_ struct account_file file = {0};

	parse(kind, text, &file);
	assert_int_equal(file.lines[0].kind, line);
	assert_int_equal(file.lines[0].faults, faults);
	expect_written(&file, text);
}

static void lines_are_classified(void **state)
{
	static const struct {
		const char *text;
		enum account_line_kind kind;
		unsigned faults;
	} lines[] = {
		{"root:x:0:0:root:/root:/bin/bash\n", ACCOUNT_LINE_ENTRY, 0},
		{"root:x:0:0:root:/root:/bin/bash", ACCOUNT_LINE_ENTRY, 0},
		{"root:x:0:0\n", ACCOUNT_LINE_ENTRY, ACCOUNT_FAULT_SHORT},
		{"root:x:0\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_FIELDS},
		{"root\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_FIELDS},
		{"root:x:zero:0:root:/root:/bin/bash\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_NUMBER},
		{"root:x::0:root:/root:/bin/bash\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_NUMBER},
		{":x:0:0:root:/root:/bin/bash\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_NAME},
		{"nfsnobody:x:-2:4294967294::/:/bin/false\n", ACCOUNT_LINE_ENTRY,
		 ACCOUNT_FAULT_RANGE},
		{"root:x: 0:+0:root:/root:/bin/sh\n", ACCOUNT_LINE_ENTRY, 0},
		{"big:x:99999999999999999999999:0::/:/bin/false\n", ACCOUNT_LINE_ENTRY,
		 ACCOUNT_FAULT_RANGE},
		{"a:x:0:0:a:/:/bin/sh:more\n", ACCOUNT_LINE_ENTRY, ACCOUNT_FAULT_LONG},
		{" root:x:0:0:root:/root:/bin/sh\n", ACCOUNT_LINE_ENTRY, ACCOUNT_FAULT_BLANK},
		{"root:x:0:0:root:/root:/bin/sh\r\n", ACCOUNT_LINE_ENTRY,
		 ACCOUNT_FAULT_CARRIAGE_RETURN},
		{"+::::::\n", ACCOUNT_LINE_NIS, 0},
		{"-user\n", ACCOUNT_LINE_NIS, 0},
		{"+@admins:x:::::\n", ACCOUNT_LINE_NIS, 0},
		{"# root:x:0:0::/:\n", ACCOUNT_LINE_COMMENT, 0},
		{"\n", ACCOUNT_LINE_EMPTY, 0},
		{" \t\n", ACCOUNT_LINE_EMPTY, 0},
		{"\r\n", ACCOUNT_LINE_EMPTY, ACCOUNT_FAULT_CARRIAGE_RETURN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		expect_line(ACCOUNT_FILE_PASSWD, lines[i].text, lines[i].kind, lines[i].faults);
}

static void shadow_lines_are_read_as_glibc_does(void **state)
{
	static const struct {
		const char *text;
		enum account_line_kind kind;
		unsigned faults;
	} lines[] = {
		{"a:!:19000:0:99999:7:::\n", ACCOUNT_LINE_ENTRY, 0},
		{"a::::::::\n", ACCOUNT_LINE_ENTRY, 0},
		{"a:!:19000:0:99999\n", ACCOUNT_LINE_ENTRY, ACCOUNT_FAULT_SHORT},
		{"a:!:19000:0:\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_FIELDS},
		{"a:!:19000:0:99999:\n", ACCOUNT_LINE_ENTRY, ACCOUNT_FAULT_SHORT},
		{"a:!:19000:0:99999:7\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_FIELDS},
		{"a:!:19000:0:99999:7:5\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_FIELDS},
		{"a:!:19000:0:99999:7::\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_FIELDS},
		{"a:!:19000:0:99999:7::20000\n", ACCOUNT_LINE_ENTRY, ACCOUNT_FAULT_SHORT},
		{"a:!\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_FIELDS},
		{"a:!:soon:0:99999:7:::\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_NUMBER},
		{"a:!:19000:0:99999:7::::\n", ACCOUNT_LINE_BROKEN,
		 ACCOUNT_FAULT_NUMBER | ACCOUNT_FAULT_LONG},
		{"+::0:0:0::::\n", ACCOUNT_LINE_NIS, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		expect_line(ACCOUNT_FILE_SHADOW, lines[i].text, lines[i].kind, lines[i].faults);
}

static void group_lines_are_classified(void **state)
{
	(void)state;
	expect_line(ACCOUNT_FILE_GROUP, "wheel:x:10:a,b\n", ACCOUNT_LINE_ENTRY, 0);
	expect_line(ACCOUNT_FILE_GROUP, "wheel:x:10\n", ACCOUNT_LINE_ENTRY, ACCOUNT_FAULT_SHORT);
	expect_line(ACCOUNT_FILE_GROUP, "wheel:x\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_FIELDS);
	expect_line(ACCOUNT_FILE_GROUP, "wheel:x:ten:\n", ACCOUNT_LINE_BROKEN,
		    ACCOUNT_FAULT_NUMBER);
	expect_line(ACCOUNT_FILE_GSHADOW, "wheel:!::a\n", ACCOUNT_LINE_ENTRY, 0);
	expect_line(ACCOUNT_FILE_GSHADOW, "wheel\n", ACCOUNT_LINE_BROKEN, ACCOUNT_FAULT_FIELDS);
}

static void any_bytes_come_out_as_they_went_in(void **state)
{
	static const char odd[] =
		"\0\0\0\n\n\r\r\n:\n::::::::\nroot:x:0:0:\xff\xfe:/root:/bin/sh\r\n"
		"root:x:0:0:root:/root:/bin/sh\0tail\n+\nlast:x:1:1";
	_cleanup_account_file_ struct account_file file = {0};
	_cleanup_free_ char *bytes = NULL, *long_line = alloc_zero(300001, 1);
	size_t length = 0;

	(void)state;
	account_file_parse(ACCOUNT_FILE_PASSWD, odd, sizeof(odd) - 1, &file);
	bytes = account_file_write(&file, &length);
	assert_int_equal(length, sizeof(odd) - 1);
	assert_memory_equal(bytes, odd, length);
	assert_int_equal(file.lines[0].faults, ACCOUNT_FAULT_NUL);
	account_file_done(&file);

	memset(long_line, 'a', 300000);
	memcpy(long_line + 299980, ":x:1:2:g:/h:/s", 14);
	parse(ACCOUNT_FILE_PASSWD, long_line, &file);
	assert_int_equal(file.lines[0].kind, ACCOUNT_LINE_ENTRY);
	assert_int_equal(account_file_set(&file, 0, PASSWD_HOME, "/home/a", NULL), 0);
	assert_int_equal(file.lines[0].length, 300005);
	account_file_done(&file);

	parse(ACCOUNT_FILE_PASSWD, "", &file);
	assert_int_equal(file.count, 0);
	expect_written(&file, "");
}

static void the_first_readable_line_of_a_name_wins(void **state)
{
	_cleanup_account_file_ struct account_file file = {0};
	struct account_match match;
	size_t line = 99;

	(void)state;
	parse(ACCOUNT_FILE_PASSWD,
	      "root:x:0\nrootkit:x:5:5::/:/bin/sh\nroot:x:0:0:one:/root:/bin/sh\n"
	      "roo:x:6:6::/:/bin/sh\nroot:x:0:0:two:/root:/bin/zsh\n+root\nroot:broken\n",
	      &file);
	assert_int_equal(account_file_find(&file, "root", &line), 0);
	assert_int_equal(line, 2);
	account_file_match(&file, "root", &match);
	assert_int_equal(match.entry_count, 2);
	assert_int_equal(match.duplicate, 4);
	assert_int_equal(match.broken_count, 2);
	assert_int_equal(match.broken, 0);
	assert_int_equal(account_file_find(&file, "+root", &line), -ENOENT);
	assert_int_equal(account_file_find(&file, "", &line), -ENOENT);
	assert_int_equal(account_file_find(&file, "ro", &line), -ENOENT);
	assert_int_equal(account_file_find(&file, "rooty", &line), -ENOENT);
	assert_int_equal(account_file_find_id(&file, 6, &line), 0);
	assert_int_equal(line, 3);
	assert_int_equal(account_file_find_id(&file, 7, &line), -ENOENT);
}

static void fields_are_read(void **state)
{
	_cleanup_account_file_ struct account_file file = {0};
	_cleanup_account_ struct account account = {0};
	_cleanup_free_ char *shell = NULL;

	(void)state;
	parse(ACCOUNT_FILE_PASSWD,
	      "a:x:1000:100:An, B:/home/a:/bin/bash\r\nb:x:1:2\nc:x:3:4:::/bin/sh:x\n#\n", &file);
	assert_int_equal(account_file_get_account(&file, 0, &account), 0);
	assert_string_equal(account.name, "a");
	assert_string_equal(account.password, "x");
	assert_int_equal(account.uid, 1000);
	assert_int_equal(account.gid, 100);
	assert_string_equal(account.gecos, "An, B");
	assert_string_equal(account.home, "/home/a");
	assert_string_equal(account.shell, "/bin/bash");
	assert_int_equal(account.faults, ACCOUNT_FAULT_CARRIAGE_RETURN);
	account_done(&account);
	assert_int_equal(account_file_get_account(&file, 1, &account), 0);
	assert_string_equal(account.shell, "");
	assert_null(account_file_get(&file, 1, PASSWD_SHELL));
	shell = account_file_get(&file, 2, PASSWD_SHELL);
	assert_string_equal(shell, "/bin/sh:x");
	assert_int_equal(account_file_get_account(&file, 3, &account), -EINVAL);
	assert_int_equal(account_file_get_account(&file, 4, &account), -EINVAL);
	assert_null(account_file_get(&file, 4, 0));
}

/* Sets FIELD of line 0 of TEXT to VALUE. */
static void expect_set(enum account_file_kind kind, const char *text, unsigned field,
		       const char *value, const char *expected)
{
	_cleanup_account_file_ struct account_file file = {0};

	parse(kind, text, &file);
	assert_int_equal(account_file_set(&file, 0, field, value, NULL), 0);
	expect_written(&file, expected);
	assert_int_equal(file.lines[0].kind, ACCOUNT_LINE_ENTRY);
}

static void a_setter_changes_its_field_alone(void **state)
{
	(void)state;
	expect_set(ACCOUNT_FILE_SHADOW, "r:!$6$a$b:1:0:99999:7:::\nr:*:::::::\n", SHADOW_HASH,
		   "$y$j9T$x$y", "r:$y$j9T$x$y:1:0:99999:7:::\nr:*:::::::\n");
	expect_set(ACCOUNT_FILE_SHADOW, "r:!:1:0:99999:7:::\r\n+", SHADOW_EXPIRE, "20000",
		   "r:!:1:0:99999:7::20000:\r\n+");
	expect_set(ACCOUNT_FILE_SHADOW, "r:!:1:0:99999:7::20000:", SHADOW_EXPIRE, "",
		   "r:!:1:0:99999:7:::");
	expect_set(ACCOUNT_FILE_SHADOW, "r:!:1:0:99999:7::20000\n", SHADOW_EXPIRE, "",
		   "r:!:1:0:99999:7:::\n");
	expect_set(ACCOUNT_FILE_SHADOW, "r:!:1:0:99999\r\n", SHADOW_WARN, "7",
		   "r:!:1:0:99999:7:::\r\n");
	expect_set(ACCOUNT_FILE_SHADOW, "r:!:1:0:99999\n", SHADOW_EXPIRE, "1",
		   "r:!:1:0:99999:::1:\n");
	expect_set(ACCOUNT_FILE_PASSWD, " r:x:0:0", PASSWD_SHELL, "/bin/sh", " r:x:0:0:::/bin/sh");
	expect_set(ACCOUNT_FILE_PASSWD, "r:x:0:0", PASSWD_GECOS, "g", "r:x:0:0:g::");
	expect_set(ACCOUNT_FILE_PASSWD, "r:x:0:0:r:/root:/bin/sh:y\r\n", PASSWD_SHELL, "/bin/bash",
		   "r:x:0:0:r:/root:/bin/bash\r\n");
	expect_set(ACCOUNT_FILE_PASSWD, "r:x:0:0:r:/root:/bin/sh:y\n", PASSWD_HOME, "/",
		   "r:x:0:0:r:/:/bin/sh:y\n");
	expect_set(ACCOUNT_FILE_GROUP, "sudo:x:27:\n\n", GROUP_MEMBERS, "a,b", "sudo:x:27:a,b\n\n");
	expect_set(ACCOUNT_FILE_GSHADOW, "sudo:!\n", GSHADOW_MEMBERS, "a", "sudo:!::a\n");
}

static void what_would_break_the_file_is_refused(void **state)
{
	static const struct {
		unsigned field;
		const char *value;
	} values[] = {
		{PASSWD_HOME, "/a:b"}, {PASSWD_HOME, "/a\nb"}, {PASSWD_SHELL, "/bin/sh\r"},
		{PASSWD_UID, ""},      {PASSWD_UID, "-1"},     {PASSWD_UID, "4294967296"},
		{PASSWD_UID, "zero"},  {PASSWD_NAME, "other"}, {PASSWD_FIELDS, "more"},
	};
	static const char text[] = "a:x:1:1::/:/bin/sh\nbroken:x\n+\n#\n";
	_cleanup_account_file_ struct account_file file = {0};
	_cleanup_problem_ struct problem why = {0};

	(void)state;
	parse(ACCOUNT_FILE_PASSWD, text, &file);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		assert_int_equal(account_file_set(&file, 0, values[i].field, values[i].value, &why),
				 -EINVAL);
	assert_non_null(why.why);
	for (size_t line = 1; line < 6; line++)
		assert_int_equal(account_file_set(&file, line, PASSWD_SHELL, "/bin/sh", NULL),
				 -EINVAL);
	expect_written(&file, text);
}

static void a_line_is_added_before_nis(void **state)
{
	static const char *const values[] = {"new", "x",	 "1001",   "1001",
					     "",    "/home/new", "/bin/sh"};
	static const char *const bad[] = {"+new", "x", "1001", "1001", "", "/home/new", "/bin/sh"};
	_cleanup_account_file_ struct account_file file = {0};
	size_t line = 0;

	(void)state;
	parse(ACCOUNT_FILE_PASSWD, "a:x:1:1::/:\n-evil\n+::::::\nb:x:2:2::/:\n", &file);
	assert_int_equal(account_file_add(&file, bad, NULL, NULL), -EINVAL);
	assert_int_equal(account_file_add(&file, values, &line, NULL), 0);
	assert_int_equal(line, 1);
	assert_int_equal(account_file_add(&file, values, &line, NULL), -EEXIST);
	expect_written(&file, "a:x:1:1::/:\nnew:x:1001:1001::/home/new:/bin/sh\n-evil\n+::::::\n"
			      "b:x:2:2::/:\n");
	assert_int_equal(account_file_find(&file, "b", &line), 0);
	assert_int_equal(line, 4);
	account_file_done(&file);

	parse(ACCOUNT_FILE_PASSWD, "a:x:1:1::/:", &file);
	assert_int_equal(account_file_add(&file, values, NULL, NULL), 0);
	expect_written(&file, "a:x:1:1::/:\nnew:x:1001:1001::/home/new:/bin/sh\n");
	account_file_done(&file);

	parse(ACCOUNT_FILE_PASSWD, "", &file);
	assert_int_equal(account_file_add(&file, values, NULL, NULL), 0);
	expect_written(&file, "new:x:1001:1001::/home/new:/bin/sh\n");
}

static void a_carriage_return_can_be_dropped(void **state)
{
	_cleanup_account_file_ struct account_file file = {0};

	(void)state;
	parse(ACCOUNT_FILE_PASSWD, "a:x:1:1::/:/bin/sh\r\nb:x:2:2::/:/bin/sh\r\n", &file);
	assert_true(account_file_drop_carriage_return(&file, 1));
	assert_false(account_file_drop_carriage_return(&file, 1));
	assert_false(account_file_drop_carriage_return(&file, 2));
	expect_written(&file, "a:x:1:1::/:/bin/sh\r\nb:x:2:2::/:/bin/sh\n");
}

static void empty_days_and_zero_are_kept_apart(void **state)
{
	_cleanup_account_file_ struct account_file file = {0};
	_cleanup_shadow_entry_ struct shadow_entry entry = {0};

	(void)state;
	parse(ACCOUNT_FILE_SHADOW, "a:$6$x$y:0:0:99999:7::0:\nb::19000:-1::::\r\n", &file);
	assert_int_equal(account_file_get_shadow(&file, 0, &entry), 0);
	assert_string_equal(entry.hash, "$6$x$y");
	assert_int_equal(entry.last_change, 0);
	assert_int_equal(entry.min, 0);
	assert_int_equal(entry.max, 99999);
	assert_int_equal(entry.warn, 7);
	assert_int_equal(entry.inactive, SHADOW_NOT_SET);
	assert_int_equal(entry.expire, 0);
	shadow_entry_done(&entry);
	assert_int_equal(account_file_get_shadow(&file, 1, &entry),
			 -EINVAL); /* 8 fields: expire is "" */
	account_file_done(&file);
	parse(ACCOUNT_FILE_SHADOW, "b::19000:-1:::::\r\n", &file);
	assert_int_equal(account_file_get_shadow(&file, 0, &entry), 0);
	assert_string_equal(entry.hash, "");
	assert_int_equal(entry.min, SHADOW_NOT_SET);
	assert_int_equal(entry.expire, SHADOW_NOT_SET);
	assert_int_equal(entry.faults, ACCOUNT_FAULT_CARRIAGE_RETURN | ACCOUNT_FAULT_RANGE);
}

static void files_are_read_from_a_root(void **state)
{
	static const char tree[] =
		"etc/passwd -> /usr/lib/passwd\nusr/lib/passwd = a:x:1:1::/:/bin/sh\\n\n"
		"etc/shadow fifo\netc/group repeat 1000001 = \\n\n"
		"long repeat 16777217 = x\nlines repeat 1000000 = \\n\n";
	_cleanup_account_file_ struct account_file file = {0};
	_cleanup_problem_ struct problem why = {0};
	struct tree scene;

	(void)state;
	tree_enter(&scene, tree);
	assert_int_equal(account_file_read(scene.root, ACCOUNT_FILE_PASSWD, NULL, &file, &why), 0);
	assert_int_equal(file.count, 1);
	account_file_done(&file);
	assert_int_equal(account_file_read(scene.root, ACCOUNT_FILE_SHADOW, NULL, &file, &why),
			 -EINVAL);
	assert_int_equal(account_file_read(scene.root, ACCOUNT_FILE_GSHADOW, NULL, &file, &why),
			 -ENOENT);
	assert_int_equal(account_file_read(scene.root, ACCOUNT_FILE_GROUP, NULL, &file, &why),
			 -EFBIG);
	assert_int_equal(account_file_read(scene.root, ACCOUNT_FILE_GROUP, "/long", &file, &why),
			 -EFBIG);
	assert_string_equal(why.what, "/long");
	assert_int_equal(account_file_read(scene.root, ACCOUNT_FILE_GROUP, "/lines", &file, &why),
			 0);
	assert_int_equal(file.count, 1000000);
	tree_leave(&scene);
}

static void groups_are_listed(void **state)
{
	static const struct account anna = {.name = (char *)"anna", .gid = 100};
	_cleanup_account_file_ struct account_file group = {0};
	_cleanup_text_list_ struct text_list groups = {0};
	_cleanup_free_ char *names = NULL;

	(void)state;
	parse(ACCOUNT_FILE_GROUP,
	      "wheel:x:10:bob,anna\nusers:x:100:\nusers:x:5:anna\nannas:x:7:joanna\nadm:x:4:"
	      "anna\r\n"
	      "broken:x:anna\n+:::anna\n",
	      &group);
	account_list_groups(&anna, &group, &groups);
	names = text_list_join(&groups, " ");
	assert_string_equal(names, "wheel users adm");
}

static void dates_are_judged(void **state)
{
	static const struct {
		struct shadow_entry entry;
		unsigned states;
	} cases[] = {
		{{.last_change = 900, .max = 99999, .inactive = -1, .expire = -1}, 0},
		{{.last_change = -1, .max = 10, .inactive = 5, .expire = -1}, 0},
		{{.last_change = 900, .max = -1, .inactive = 0, .expire = 1001}, 0},
		{{.last_change = 900, .max = 99999, .inactive = -1, .expire = 1000},
		 SHADOW_ACCOUNT_EXPIRED},
		{{.last_change = 900, .max = 99999, .inactive = -1, .expire = 0},
		 SHADOW_ACCOUNT_EXPIRED},
		{{.last_change = 0, .max = 10, .inactive = 0, .expire = -1}, SHADOW_MUST_CHANGE},
		{{.last_change = 900, .max = 99, .inactive = -1, .expire = -1}, SHADOW_MUST_CHANGE},
		{{.last_change = 900, .max = 100, .inactive = -1, .expire = -1}, 0},
		{{.last_change = 900, .max = 90, .inactive = 10, .expire = -1}, SHADOW_MUST_CHANGE},
		{{.last_change = 900, .max = 90, .inactive = 9, .expire = -1},
		 SHADOW_PASSWORD_EXPIRED},
		{{.last_change = 1001, .max = 1, .inactive = 1, .expire = 5},
		 SHADOW_ACCOUNT_EXPIRED | SHADOW_CHANGED_LATER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(shadow_entry_judge(&cases[i].entry, 1000), cases[i].states);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_classified),
		cmocka_unit_test(shadow_lines_are_read_as_glibc_does),
		cmocka_unit_test(group_lines_are_classified),
		cmocka_unit_test(any_bytes_come_out_as_they_went_in),
		cmocka_unit_test(the_first_readable_line_of_a_name_wins),
		cmocka_unit_test(fields_are_read),
		cmocka_unit_test(a_setter_changes_its_field_alone),
		cmocka_unit_test(what_would_break_the_file_is_refused),
		cmocka_unit_test(a_line_is_added_before_nis),
		cmocka_unit_test(a_carriage_return_can_be_dropped),
		cmocka_unit_test(empty_days_and_zero_are_kept_apart),
		cmocka_unit_test(files_are_read_from_a_root),
		cmocka_unit_test(groups_are_listed),
		cmocka_unit_test(dates_are_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
