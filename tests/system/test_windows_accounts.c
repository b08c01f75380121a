/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts of made-up Windows systems: what they are, what mends change, and that nothing else
 * changes. */
#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/root.h"
#include "storage/bytes.h"
#include "system/hive.h"
#include "system/windows_accounts.h"
#include "system/windows_files.h"
#include "windows_tree.h"

static const char office[] =
	"rule threshold=5\n"
	"rule locktime=1800\n"
	"rule age=3628800\n"
	"account 500 Administrator disabled administrator hash=none neverexpires\n"
	"account 501 Gast disabled nopassword hash=none\n"
	"account 1001 J\xc3\xbcrgen_Gro\xc3\x9f full=Dr._J\xc3\xbcrgen_Gro\xc3\x9f hash=aes "
	"administrator login=1700000123 neverexpires\n"
	"account 1002 maria hash=rc4 failures=7 failed=4000000000\n"
	"account 1003 old hash=aesnone expires=1600000000\n"
	"account 1004 cloud hash=aes online=somebody@example.com\n"
	"account 1005 lonely hash=nt4 ungrouped locked set=0\n"
	"account 1006 tried hash=lm failures=5 failed=1500000000 neverexpires\n"
	"account 1007 empty hash=zero set=0 neverexpires\n"
	"account 1008 PC$ trust\n"
	"account 1009 broken badv\n"
	"account 1010 short badf\n"
	"domain corp.example.com\n";

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

/* Makes the system in a folder of its own and opens that; the caller frees both. */
static struct root *make_root(const char *text, char **ret_folder)
{
	char folder[] = "/tmp/refloat-windows-XXXXXX";
	struct root *root = NULL;

	assert_non_null(mkdtemp(folder));
	windows_tree_make(folder, text);
	assert_int_equal(root_open(folder, &root, NULL), 0);
	*ret_folder = text_copy(folder);
	return root;
}

static void remove_root(struct root *root, char *folder)
{
	(void)root_free(root);
	assert_int_equal(nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
	free(folder);
}

static void read_system(const char *text, struct windows_accounts *accounts)
{
	char *folder;
	struct root *root = make_root(text, &folder);

	assert_int_equal(windows_accounts_read(root, accounts, NULL), 0);
	remove_root(root, folder);
}

static const struct windows_account *find(const struct windows_accounts *accounts, const char *name)
{
	const struct windows_account *account = windows_accounts_find(accounts, name);

	if (!account)
		fail_msg("no account %s", name);
	return account;
}

static void reads_accounts(void **state)
{
	_cleanup_windows_accounts_ struct windows_accounts accounts = {0};
	const struct windows_account *account;

	(void)state;
	read_system(office, &accounts);
	assert_int_equal(accounts.count, 9);
	assert_string_equal(accounts.sam_path, "/Windows/System32/config/SAM");
	assert_int_equal(accounts.lockout_threshold, 5);
	assert_string_equal(accounts.domain, "corp.example.com");
	assert_false(accounts.is_dirty || accounts.is_hibernated || accounts.is_replayed ||
		     accounts.is_entra || accounts.is_controller);
	assert_int_equal(accounts.unread.count, 2);

	account = find(&accounts, "administrator");
	assert_ptr_equal(account, find(&accounts, "500"));
	assert_true(account->is_disabled && account->is_administrator && !account->must_change);
	assert_int_equal(account->password, WINDOWS_PASSWORD_BLANK);

	account = find(&accounts, "1001");
	assert_string_equal(account->name, "J\xc3\xbcrgen Gro\xc3\x9f");
	assert_string_equal(account->full_name, "Dr. J\xc3\xbcrgen Gro\xc3\x9f");
	assert_int_equal(account->password, WINDOWS_PASSWORD_SET);
	assert_int_equal(account->last_login, 1700000123);
	assert_true(account->is_administrator && !account->is_disabled && !account->is_locked);
	assert_false(account->is_expired || account->must_change || account->needs_no_password);
	assert_null(account->online_name);
	assert_true(find(&accounts, "Gast")->needs_no_password);
}

static void tells_what_stands_in_the_way(void **state)
{
	_cleanup_windows_accounts_ struct windows_accounts accounts = {0};

	(void)state;
	read_system(office, &accounts);
	assert_true(find(&accounts, "maria")->is_locked);
	assert_int_equal(find(&accounts, "maria")->failures, 7);
	assert_int_equal(find(&accounts, "maria")->password, WINDOWS_PASSWORD_SET);
	assert_true(find(&accounts, "maria")->must_change); /* its age is over */
	assert_true(find(&accounts, "old")->is_expired);
	assert_int_equal(find(&accounts, "old")->password, WINDOWS_PASSWORD_BLANK);
	assert_string_equal(find(&accounts, "cloud")->online_name, "somebody@example.com");
	assert_true(find(&accounts, "lonely")->is_locked);
	assert_true(find(&accounts, "lonely")->must_change);
	assert_int_equal(find(&accounts, "lonely")->password, WINDOWS_PASSWORD_SET);
	assert_false(find(&accounts, "tried")->is_locked); /* the time of the lock is over */
	assert_int_equal(find(&accounts, "tried")->password, WINDOWS_PASSWORD_SET);
	assert_int_equal(find(&accounts, "empty")->password, WINDOWS_PASSWORD_BLANK);
	assert_false(find(&accounts, "empty")->must_change);
	assert_null(windows_accounts_find(&accounts, "PC$"));
	assert_null(windows_accounts_find(&accounts, "nobody"));
}

static void finds_files_in_any_case(void **state)
{
	_cleanup_windows_accounts_ struct windows_accounts upper = {0}, lower = {0};

	(void)state;
	read_system("case UPPER\naccount 500 a\nhibernated HIBR\n", &upper);
	assert_string_equal(upper.sam_path, "/WINDOWS/SYSTEM32/CONFIG/SAM");
	assert_true(upper.is_hibernated);
	read_system("case lower\naccount 500 a\nhibernated wake\n", &lower);
	assert_string_equal(lower.sam_path, "/windows/system32/config/sam");
	assert_false(lower.is_hibernated);
}

static void tells_what_it_has_joined(void **state)
{
	static const struct {
		const char *text, *domain;
		bool is_entra, is_controller;
	} cases[] = {
		{"workgroup WORKGROUP\n", NULL, false, false},
		{"domain ad.example\ntenant Example\n", "ad.example", false, false},
		{"workgroup W\ntenant Example_Inc\n", "Example Inc", true, false},
		{"domain ad.example\ncontroller\n", "ad.example", false, true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_windows_accounts_ struct windows_accounts accounts = {0};

		read_system(cases[i].text, &accounts);
		if (cases[i].domain)
			assert_string_equal(accounts.domain, cases[i].domain);
		else
			assert_null(accounts.domain);
		assert_int_equal(accounts.is_entra, cases[i].is_entra);
		assert_int_equal(accounts.is_controller, cases[i].is_controller);
		assert_int_equal(accounts.unread.count, 0);
	}
}

static void puts_in_what_logs_hold(void **state)
{
	static const struct {
		const char *word;
		bool is_dirty, is_replayed, is_disabled;
	} cases[] = {
		{"log", false, true, true},
		{"oldlog", false, true, true},
		{"dirty", true, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_windows_accounts_ struct windows_accounts accounts = {0};
		_cleanup_free_ char *text =
			text_format("account 1001 anna disabled\nstate %s\n", cases[i].word);

		read_system(text, &accounts);
		assert_int_equal(accounts.is_dirty, cases[i].is_dirty);
		assert_int_equal(accounts.is_replayed, cases[i].is_replayed);
		assert_int_equal(find(&accounts, "anna")->is_disabled, cases[i].is_disabled);
	}
}

static void goes_through_json(void **state)
{
	_cleanup_windows_accounts_ struct windows_accounts accounts = {0}, back = {0};
	_cleanup_json_ struct json_object *object = NULL, *again = NULL;
	_cleanup_free_ char *text = NULL, *other = NULL;

	(void)state;
	read_system(office, &accounts);
	object = windows_accounts_to_json(&accounts);
	assert_int_equal(windows_accounts_from_json(object, &back), 0);
	again = windows_accounts_to_json(&back);
	text = json_format(object);
	other = json_format(again);
	assert_string_equal(text, other);
	assert_int_equal(back.count, accounts.count);
	json_add_u64(object, "lockout_threshold", 70000);
	assert_int_equal(windows_accounts_from_json(object, &back), -EINVAL);
}

static void refuses_what_is_no_windows(void **state)
{
	char folder[] = "/tmp/refloat-windows-XXXXXX";
	struct windows_accounts accounts;
	_cleanup_problem_ struct problem why = {0};
	struct root *root = NULL;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(root_open(folder, &root, NULL), 0);
	assert_int_equal(windows_accounts_read(root, &accounts, &why), -ENOENT);
	assert_non_null(why.why);
	remove_root(root, text_copy(folder));
}

/* --- mends */

/* Every key and value of the hive as a line. */
static void dump_key(struct hive *hive, hive_key key, const char *path, struct text_list *lines)
{
	static const char *const names[] = {"F", "V", "C", "", "InternetUserName"};
	_cleanup_free_ hive_key *keys = NULL;
	size_t count = 0;

	text_list_add(lines, path);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_hive_value_ struct hive_value value = {0};
		_cleanup_text_buffer_ struct text_buffer line = {0};

		if (hive_read(hive, key, names[i], &value) < 0)
			continue;
		text_buffer_format(&line, "%s:%s=%u:", path, names[i], value.type);
		for (size_t j = 0; j < value.length; j++)
			text_buffer_format(&line, "%02x", value.bytes[j]);
		text_list_take(lines, text_buffer_take(&line));
	}
	assert_int_equal(hive_list(hive, key, &keys, &count), 0);
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *name = hive_get_name(hive, keys[i]);
		_cleanup_free_ char *longer = text_format("%s/%s", path, name);

		dump_key(hive, keys[i], longer, lines);
	}
}

static void dump(const char *bytes, size_t length, struct text_list *lines)
{
	_cleanup_hive_ struct hive *hive = NULL;

	assert_int_equal(hive_open(bytes, length, false, "SAM", &hive, NULL), 0);
	dump_key(hive, hive_find(hive, 0, ""), "", lines);
}

/* The lines that only one of the hives has, as "- LINE" and "+ LINE". */
static void compare(const char *was, size_t was_length, const char *is, size_t is_length,
		    struct text_list *differences)
{
	_cleanup_text_list_ struct text_list before = {0}, after = {0};

	dump(was, was_length, &before);
	dump(is, is_length, &after);
	for (size_t i = 0; i < before.count; i++) {
		if (!text_list_contains(&after, before.items[i]))
			text_list_format(differences, "- %s", before.items[i]);
	}
	for (size_t i = 0; i < after.count; i++) {
		if (!text_list_contains(&before, after.items[i]))
			text_list_format(differences, "+ %s", after.items[i]);
	}
}

static size_t count_bytes(const char *a, const char *b, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += a[i] != b[i];
	return count;
}

/* The account with RID as it is in the hive. */
static void read_back(const char *bytes, size_t length, struct windows_accounts *accounts)
{
	char *folder;
	struct root *root = make_root("", &folder);

	assert_int_equal(
		file_replace(root, "Windows/System32/config/SAM", bytes, length, 0600, NULL), 0);
	assert_int_equal(windows_accounts_read(root, accounts, NULL), 0);
	remove_root(root, folder);
}

static void mend(const char *rid, unsigned mends, int wanted, char **ret_was, char **ret_is,
		 size_t *ret_was_length, size_t *ret_is_length)
{
	windows_tree_sam(office, ret_was, ret_was_length);
	*ret_is = NULL;
	assert_int_equal(windows_accounts_mend(*ret_was, *ret_was_length,
					       (uint32_t)strtoul(rid, NULL, 10), mends, ret_is,
					       ret_is_length, NULL),
			 wanted);
}

static void changes_nothing_but_flags(void **state)
{
	static const struct {
		const char *rid;
		unsigned mends;
		int result;
		size_t bytes;
	} cases[] = {
		{"500", WINDOWS_ENABLE, 0, 1},
		{"1001", WINDOWS_ENABLE | WINDOWS_UNLOCK | WINDOWS_ADMINISTRATOR, 1, 0},
		{"1001", WINDOWS_BLANK_PASSWORD, 0,
		 1}, /* the length of the NT hash; there is no LM hash */
		{"1002", WINDOWS_BLANK_PASSWORD, 0, 1},
		{"1006", WINDOWS_BLANK_PASSWORD, 0, 2},
		{"1003", WINDOWS_BLANK_PASSWORD, 1, 0},
		{"1005", WINDOWS_BLANK_PASSWORD | WINDOWS_UNLOCK, 0, 3},
		{"1002", WINDOWS_UNLOCK, 0, 1},
		{"1003", WINDOWS_ENABLE, 0, 8},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *was = NULL, *is = NULL;
		size_t was_length, is_length;

		mend(cases[i].rid, cases[i].mends, cases[i].result, &was, &is, &was_length,
		     &is_length);
		assert_int_equal(was_length, is_length);
		assert_in_range(count_bytes(was, is, is_length), cases[i].bytes ? 1 : 0,
				cases[i].bytes);
	}
}

static void mends_are_read_back(void **state)
{
	_cleanup_windows_accounts_ struct windows_accounts accounts = {0};
	_cleanup_free_ char *was = NULL, *is = NULL;
	const struct windows_account *account;
	size_t was_length, is_length;

	(void)state;
	mend("1005",
	     WINDOWS_BLANK_PASSWORD | WINDOWS_UNLOCK | WINDOWS_ENABLE | WINDOWS_ADMINISTRATOR, 0,
	     &was, &is, &was_length, &is_length);
	read_back(is, is_length, &accounts);
	account = find(&accounts, "lonely");
	assert_int_equal(account->password, WINDOWS_PASSWORD_BLANK);
	assert_true(account->is_administrator && !account->is_locked && !account->is_disabled);
	assert_true(find(&accounts, "maria")->is_locked);
	assert_int_equal(find(&accounts, "maria")->password, WINDOWS_PASSWORD_SET);
	assert_true(find(&accounts, "500")->is_disabled);
	assert_true(find(&accounts, "500")->is_administrator);
}

/* Of the whole hive only the group and the account's list of groups differ. */
static void administrators_get_a_member(void **state)
{
	static const char sid[] = "01050000000000051500000011223344556677089"
				  "9aabb0c";
	_cleanup_text_list_ struct text_list differences = {0};
	_cleanup_free_ char *was = NULL, *is = NULL;
	size_t was_length, is_length;

	(void)state;
	mend("1002", WINDOWS_ADMINISTRATOR, 0, &was, &is, &was_length, &is_length);
	compare(was, was_length, is, is_length, &differences);
	assert_int_equal(differences.count, 4);
	for (size_t i = 0; i < differences.count; i++)
		assert_true(strstr(differences.items[i], "/Aliases/") != NULL);
	text_list_sort(&differences);
	assert_non_null(strstr(differences.items[0], "/Aliases/00000220:C="));
	assert_non_null(strstr(differences.items[0], sid));
	assert_non_null(strstr(differences.items[0], "ea030000"));
	assert_non_null(strstr(differences.items[1], "/000003EA:=2:2102000020020000"));
	assert_non_null(strstr(differences.items[3], "/000003EA:=1:21020000"));
	assert_null(strstr(differences.items[2], "ea030000"));
}

/* Who is in no group has no list of them either. */
static void administrators_get_a_stranger(void **state)
{
	_cleanup_text_list_ struct text_list differences = {0};
	_cleanup_free_ char *was = NULL, *is = NULL;
	size_t was_length, is_length;

	(void)state;
	mend("1005", WINDOWS_ADMINISTRATOR, 0, &was, &is, &was_length, &is_length);
	compare(was, was_length, is, is_length, &differences);
	/* the group, and how many are in groups, before and after; the key, its value */
	assert_int_equal(differences.count, 6);
	text_list_sort(&differences);
	assert_non_null(strstr(differences.items[3], "-213625497:=12:"));
	assert_non_null(strstr(differences.items[2], "/000003ED:=1:20020000"));
	assert_non_null(strstr(differences.items[5], "-213625497:=11:"));
}

static void refuses_what_is_not_there(void **state)
{
	_cleanup_free_ char *was = NULL, *is = NULL;
	size_t was_length, is_length;

	(void)state;
	mend("4711", WINDOWS_ENABLE, -ENOENT, &was, &is, &was_length, &is_length);
	assert_null(is);
	free(was);
	mend("4711", WINDOWS_ADMINISTRATOR, -ENOENT, &was, &is, &was_length, &is_length);
	free(was);
	mend("1009", WINDOWS_ENABLE, -EUCLEAN, &was, &is, &was_length, &is_length);
	free(was);
	mend("1010", WINDOWS_BLANK_PASSWORD, -EUCLEAN, &was, &is, &was_length, &is_length);
}

/* Any hive that is cut off, and any with a bent word, is refused or gives something; nothing
 * crashes. */
static void survives_hostile_hives(void **state)
{
	_cleanup_free_ char *was = NULL;
	size_t length;

	(void)state;
	windows_tree_sam(office, &was, &length);
	for (size_t i = 0; i < length; i += 4) {
		_cleanup_free_ char *bent = alloc_copy(was, length), *is = NULL;
		size_t is_length = 0;
		uint32_t value = i % 3 == 0 ? 0xfffffff0 : i % 3 == 1 ? 0x1020 : 0;

		memcpy(bent + i, &value, 4);
		if (windows_accounts_mend(bent, length, 1002,
					  WINDOWS_BLANK_PASSWORD | WINDOWS_ADMINISTRATOR, &is,
					  &is_length, NULL) >= 0)
			assert_true(is_length >= length);
	}
	for (size_t i = 0; i < length; i += 97) {
		_cleanup_free_ char *cut = alloc_copy(was, i), *is = NULL;
		size_t is_length = 0;

		(void)windows_accounts_mend(cut, i, 500, WINDOWS_ENABLE, &is, &is_length, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_accounts),
		cmocka_unit_test(tells_what_stands_in_the_way),
		cmocka_unit_test(finds_files_in_any_case),
		cmocka_unit_test(tells_what_it_has_joined),
		cmocka_unit_test(puts_in_what_logs_hold),
		cmocka_unit_test(goes_through_json),
		cmocka_unit_test(refuses_what_is_no_windows),
		cmocka_unit_test(changes_nothing_but_flags),
		cmocka_unit_test(mends_are_read_back),
		cmocka_unit_test(administrators_get_a_member),
		cmocka_unit_test(administrators_get_a_stranger),
		cmocka_unit_test(refuses_what_is_not_there),
		cmocka_unit_test(survives_hostile_hives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
