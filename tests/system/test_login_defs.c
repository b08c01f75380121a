/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Password fields, login.defs and nsswitch.conf as text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "system/login_defs.h"
#include "system/name_service.h"

#define MD5_HASH "$1$refloat.$0123456789abcdefghijkl"
#define BCRYPT_HASH "$2b$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
#define SHA512_TAIL                                                                                \
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ./0123456789abcdefghijkl"
#define SHA512_HASH "$6$rounds=5000$refloatsalt$" SHA512_TAIL
#define YESCRYPT_HASH "$y$j9T$refloatsaltrefloat$0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"

static void password_fields_are_told_apart(void **state)
{
	static const struct {
		const char *text;
		enum password_kind kind;
		enum hash_scheme scheme;
		size_t lock_length;
	} fields[] = {
		{"", PASSWORD_EMPTY, HASH_NONE, 0},
		{"*", PASSWORD_NONE, HASH_NONE, 0},
		{"*NP*", PASSWORD_NONE, HASH_NONE, 0},
		{"!", PASSWORD_NEVER, HASH_NONE, 1},
		{"!!", PASSWORD_NEVER, HASH_NONE, 2},
		{"!*", PASSWORD_NEVER, HASH_NONE, 1},
		{"*LK*", PASSWORD_NEVER, HASH_NONE, 4},
		{"x", PASSWORD_SHADOWED, HASH_NONE, 0},
		{"##root", PASSWORD_SHADOWED, HASH_NONE, 0},
		{"abJnggxhB/yWI", PASSWORD_SET, HASH_DES, 0},
		{"abJnggxhB/yWI01234567890", PASSWORD_SET, HASH_BIG_DES, 0},
		{"_J9..rasmBYk8r9AiWNc", PASSWORD_SET, HASH_BSDI, 0},
		{"!abJnggxhB/yWI", PASSWORD_LOCKED, HASH_DES, 1},
		{MD5_HASH, PASSWORD_SET, HASH_MD5, 0},
		{BCRYPT_HASH, PASSWORD_SET, HASH_BCRYPT, 0},
		{SHA512_HASH, PASSWORD_SET, HASH_SHA512, 0},
		{YESCRYPT_HASH, PASSWORD_SET, HASH_YESCRYPT, 0},
		{"$gy$j9T$a$0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", PASSWORD_SET,
		 HASH_GOST_YESCRYPT, 0},
		{"!" SHA512_HASH, PASSWORD_LOCKED, HASH_SHA512, 1},
		{"!!" MD5_HASH, PASSWORD_LOCKED, HASH_MD5, 2},
		{"*LK*" YESCRYPT_HASH, PASSWORD_LOCKED, HASH_YESCRYPT, 4},
		{"$6$salt$tooshort", PASSWORD_ODD, HASH_NONE, 0},
		{"$9$salt$" SHA512_TAIL, PASSWORD_ODD, HASH_NONE, 0},
		{"$", PASSWORD_ODD, HASH_NONE, 0},
		{"secret", PASSWORD_ODD, HASH_NONE, 0},
		{"NOPASSWORD", PASSWORD_ODD, HASH_NONE, 0},
		{SHA512_HASH "\xff", PASSWORD_ODD, HASH_NONE, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		struct password_field field;

		password_field_parse(fields[i].text, &field);
		assert_int_equal(field.kind, fields[i].kind);
		assert_int_equal(field.scheme, fields[i].scheme);
		assert_int_equal(field.lock_length, fields[i].lock_length);
	}
}

static void schemes_have_words(void **state)
{
	(void)state;
	assert_int_equal(hash_scheme_find("SHA512"), HASH_SHA512);
	assert_int_equal(hash_scheme_find("blowfish"), HASH_BCRYPT);
	assert_int_equal(hash_scheme_find("gost_yescrypt"), HASH_GOST_YESCRYPT);
	assert_int_equal(hash_scheme_find("rot13"), HASH_NONE);
	assert_string_equal(hash_scheme_word(HASH_YESCRYPT), "yescrypt");
	assert_string_equal(hash_scheme_prefix(HASH_SHA512), "$6$");
	assert_null(hash_scheme_prefix(HASH_NT));
}

static void the_place_of_a_password(void **state)
{
	static const char shadow[] = "a:!:1:0:99999:7:::\nbroken:!\n";
	_cleanup_account_file_ struct account_file file = {0};
	struct account account = {.name = (char *)"a", .password = (char *)"x"};
	size_t line = 9;

	(void)state;
	account_file_parse(ACCOUNT_FILE_SHADOW, shadow, strlen(shadow), &file);
	assert_int_equal(password_find_place(&account, &file, &line), PASSWORD_IN_SHADOW);
	assert_int_equal(line, 0);
	assert_int_equal(password_find_place(&account, NULL, &line), PASSWORD_NOWHERE);
	account.password = (char *)"##a";
	assert_int_equal(password_find_place(&account, &file, &line), PASSWORD_IN_SHADOW);
	account.password = (char *)"*";
	assert_int_equal(password_find_place(&account, &file, &line), PASSWORD_IN_PASSWD);
	account.password = (char *)"x";
	account.name = (char *)"broken";
	assert_int_equal(password_find_place(&account, &file, &line), PASSWORD_NOWHERE);
	account.name = (char *)"b";
	assert_int_equal(password_find_place(&account, &file, &line), PASSWORD_NOWHERE);
}

static void parse(const char *text, struct login_defs *defs)
{
	login_defs_parse(text, strlen(text), "/etc/login.defs", defs);
}

static void settings_are_read(void **state)
{
	_cleanup_login_defs_ struct login_defs defs = {0};

	(void)state;
	parse("# UID_MIN 5\n  UID_MIN\t\t 0x1F4 \r\nUMASK 022\nENV_PATH \"PATH=/bin:/sbin\" x\n"
	      "UMASK 077\nLONELY\nSYS_UID_MAX many\nLOG_OK_LOGINS YES\nUID_MAX -5\n",
	      &defs);
	assert_int_equal(login_defs_uid_min(&defs), 500);
	assert_int_equal(login_defs_uid_max(&defs), 60000);
	assert_int_equal(login_defs_get_number(&defs, "UMASK", 0), 077);
	assert_int_equal(login_defs_find(&defs, "UMASK")->line, 5);
	assert_string_equal(login_defs_get(&defs, "ENV_PATH"), "PATH=/bin:/sbin");
	assert_null(login_defs_get(&defs, "LONELY"));
	assert_int_equal(login_defs_get_number(&defs, "SYS_UID_MAX", 7), 7);
	assert_true(login_defs_get_bool(&defs, "LOG_OK_LOGINS"));
	assert_false(login_defs_get_bool(&defs, "MD5_CRYPT_ENAB"));
}

static void expect_hash(const char *text, enum hash_scheme scheme, unsigned long rounds,
			unsigned line)
{
	_cleanup_login_defs_ struct login_defs defs = {0};
	_cleanup_hash_wish_ struct hash_wish wish = {0};

	parse(text, &defs);
	login_defs_get_hash(&defs, &wish);
	assert_int_equal(wish.scheme, scheme);
	assert_int_equal(wish.rounds, rounds);
	assert_int_equal(wish.line, line);
	assert_int_equal(wish.file != NULL, scheme != HASH_NONE);
}

static void the_hash_is_read(void **state)
{
	(void)state;
	expect_hash("", HASH_NONE, 0, 0);
	expect_hash("ENCRYPT_METHOD SHA512\n", HASH_SHA512, 0, 1);
	expect_hash("SHA_CRYPT_MIN_ROUNDS 7000\nSHA_CRYPT_MAX_ROUNDS 9000\nENCRYPT_METHOD sha256\n",
		    HASH_SHA256, 9000, 3);
	expect_hash("ENCRYPT_METHOD YESCRYPT\nYESCRYPT_COST_FACTOR 7\n", HASH_YESCRYPT, 7, 1);
	expect_hash("ENCRYPT_METHOD BCRYPT\nBCRYPT_MIN_ROUNDS 13\n", HASH_BCRYPT, 13, 1);
	expect_hash("MD5_CRYPT_ENAB yes\n", HASH_MD5, 0, 1);
	expect_hash("MD5_CRYPT_ENAB yes\nENCRYPT_METHOD DES\n", HASH_DES, 0, 2);
	expect_hash("MD5_CRYPT_ENAB no\n", HASH_NONE, 0, 0);
	expect_hash("ENCRYPT_METHOD SHA512\nSHA_CRYPT_MAX_ROUNDS 99999999999999\n", HASH_SHA512, 0,
		    1);
}

static void expect_sources(const char *text, const char *expected, unsigned line)
{
	_cleanup_name_service_ struct name_service service = {0};
	_cleanup_free_ char *sources = NULL;

	name_service_parse(text, strlen(text), "/etc/nsswitch.conf", "passwd", &service);
	sources = text_list_join(&service.sources, " ");
	assert_string_equal(sources, expected);
	assert_int_equal(service.line, line);
}

static void sources_are_read(void **state)
{
	(void)state;
	expect_sources("", "files", 0);
	expect_sources("shadow: files\n", "files", 0);
	expect_sources("passwd_compat: nis\npasswd: files sss # or ldap\n", "files sss", 2);
	expect_sources("passwd:files [NOTFOUND=return UNAVAIL=continue] ldap[SUCCESS=return\n",
		       "files ldap", 1);
	expect_sources(" passwd : files\npasswd: compat systemd\n", "compat systemd", 2);
	assert_int_equal(name_source_find("sss")->reach, NAME_SOURCE_REMOTE);
	assert_int_equal(name_source_find("systemd")->reach, NAME_SOURCE_DYNAMIC);
	assert_null(name_source_find("unheard-of"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(password_fields_are_told_apart),
		cmocka_unit_test(schemes_have_words),
		cmocka_unit_test(the_place_of_a_password),
		cmocka_unit_test(settings_are_read),
		cmocka_unit_test(the_hash_is_read),
		cmocka_unit_test(sources_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
