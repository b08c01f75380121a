/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords: hashes with known answers, what is made up, what is refused, what is called weak. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "action/account_parts.h"
#include "base/text.h"

static void fill(struct secret *secret, const char *text)
{
	secret_open(secret);
	secret_wipe(secret);
	assert_true(strlen(text) <= SECRET_MAX_BYTES);
	memcpy(secret->memory, text, strlen(text));
}

/* --- hashes */

/* Made by openssl passwd, and by perl's crypt. */
static const struct {
	const char *setting;
	const char *hash;
} known[] = {
	{"$6$saltstring", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
			  "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoE"
			  "OfaS35inz1"},
	{"$6$rounds=1400$anotherlongsalts",
	 "$6$rounds=1400$anotherlongsalts$"
	 "5FGyu8c4BZDX4wJgs0Un26YOw2XibT5eTkHF1I1aP3QqStoJI9BHD2YPJYs"
	 "AjEePVGUyBjdZxcNqMWlrrbIOC."},
	{"$5$saltstring", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"},
	{"$1$saltsalt", "$1$saltsalt$le8lFSqqnPaRFOlmAZpvH1"},
	{"$y$j9T$abcdefghijklmnopqrstu1",
	 "$y$j9T$abcdefghijklmnopqrstu1$OZAFfP.3YRGVC30UdOwN.kYw6/87YiX5VbDgN04y3J6"},
};

static void test_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		_cleanup_free_ char *hash = NULL;

		assert_int_equal(account_hash_with("Hello world!", known[i].setting, &hash), 0);
		assert_string_equal(hash, known[i].hash);
		assert_int_equal(account_check_hash(hash, NULL), 0);
	}
}

static void test_failing(void **state)
{
	char *hash = NULL;

	(void)state;
	assert_int_equal(account_hash_with("Hello world!", "$nothing$", &hash), -EOPNOTSUPP);
	assert_int_equal(account_hash_with("Hello world!", "*0", &hash), -EOPNOTSUPP);
	assert_null(hash);
}

/* A fresh hash of each kind that can be made is of that kind, fits its password and no other. */
static void test_fresh(void **state)
{
	_cleanup_(secret_done) struct secret secret = {0};
	unsigned makeable = account_hash_makeable();

	(void)state;
	fill(&secret, "Hello world!");
	assert_true(makeable & 1u << HASH_SHA512);
	assert_false(makeable & 1u << HASH_NONE);
	for (unsigned scheme = HASH_NONE + 1; scheme < HASH_SCHEMES; scheme++) {
		_cleanup_free_ char *hash = NULL, *again = NULL, *same = NULL, *other = NULL;
		struct password_field field;

		if (!(makeable & 1u << scheme))
			continue;
		assert_int_equal(
			account_hash_make(&secret, (enum hash_scheme)scheme, 0, &hash, NULL), 0);
		assert_int_equal(
			account_hash_make(&secret, (enum hash_scheme)scheme, 0, &again, NULL), 0);
		assert_string_not_equal(hash, again); /* the salt is another one */
		password_field_parse(hash, &field);
		assert_int_equal(field.kind, PASSWORD_SET);
		assert_int_equal(field.scheme, scheme);
		assert_int_equal(account_hash_with("Hello world!", hash, &same), 0);
		assert_string_equal(same, hash);
		assert_int_equal(account_hash_with("hello world!", hash, &other), 0);
		assert_string_not_equal(other, hash);
	}
}

static void test_rounds(void **state)
{
	_cleanup_(secret_done) struct secret secret = {0};
	_cleanup_free_ char *hash = NULL;

	(void)state;
	fill(&secret, "Hello world!");
	assert_int_equal(account_hash_make(&secret, HASH_SHA512, 7000, &hash, NULL), 0);
	assert_true(text_has_prefix(hash, "$6$rounds=7000$"));
}

static void test_hash_texts(void **state)
{
	static const char *const bad[] = {
		"",
		"*",
		"!",
		"x",
		"hello",
		"$6$salt$short",
		"$6$salt",
		"!$1$saltsalt$le8lFSqqnPaRFOlmAZpvH1",
		"$1$saltsalt$le8lFSqqnPaRFOlmAZpv:1",
		"$1$saltsalt$le8lFSqqnPaRFOlmAZpvH1\n",
		"*LK*",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(account_check_hash(bad[i], NULL), -EINVAL);
	assert_int_equal(account_check_hash("ab1Z3cD.fghi/", NULL), 0); /* DES */
}

static void test_choice_words(void **state)
{
	char file[] = "/etc/pam.d/common-password";
	const struct hash_choice by_pam = {
		.scheme = HASH_YESCRYPT, .reason = HASH_BY_PAM, .file = file, .line = 25};
	const struct hash_choice unknown = {.scheme = HASH_SHA512, .reason = HASH_UNKNOWN};
	_cleanup_free_ char *first = describe_hash_choice(&by_pam);
	_cleanup_free_ char *second = describe_hash_choice(&unknown);

	(void)state;
	assert_string_equal(first,
			    "yescrypt, as its /etc/pam.d/common-password (line 25) asks for");
	assert_string_equal(second,
			    "sha512, which all systems of the last fifteen years understand");
}

/* --- made up */

static void test_generated(void **state)
{
	static const char letters[] = "bcdefghjknprstuvx";
	unsigned counts[256] = {0};
	char last[32] = "";

	(void)state;
	for (int i = 0; i < 1000; i++) {
		_cleanup_(secret_done) struct secret secret = {0};
		_cleanup_free_ char *weakness = NULL;

		assert_int_equal(account_generate_password(&secret, NULL), 0);
		assert_int_equal(strlen(secret.memory), 16);
		assert_int_equal(strspn(secret.memory, letters), 16);
		assert_string_not_equal(secret.memory, last);
		memcpy(last, secret.memory, 17);
		assert_int_equal(account_check_password(&secret, NULL), 0);
		for (const char *at = secret.memory; *at; at++)
			counts[(unsigned char)*at]++;
	}
	/* 941 of each are to be expected; a letter that comes half or twice as often is no chance
	 */
	for (const char *at = letters; *at; at++) {
		assert_true(counts[(unsigned char)*at] > 470);
		assert_true(counts[(unsigned char)*at] < 1880);
	}
}

/* --- refused, and weak */

static void test_refused(void **state)
{
	static const char *const bad[] = {"", "two\nlines", "windows\r", "esc\033", "\b", "\177"};
	static const char *const good[] = {"x",	      " ",  "a\tb", "p\303\244ssw\303\266rd",
					   "caf\351", ":!*"};
	_cleanup_(secret_done) struct secret secret = {0};

	(void)state;
	assert_int_equal(account_check_password(&secret, NULL), -EINVAL); /* never opened */
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		_cleanup_problem_ struct problem why = {0};

		fill(&secret, bad[i]);
		assert_int_equal(account_check_password(&secret, &why), -EINVAL);
		assert_non_null(why.why);
	}
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		fill(&secret, good[i]);
		assert_int_equal(account_check_password(&secret, NULL), 0);
	}
	secret_wipe(&secret);
	memset(secret.memory, 'x', 511);
	assert_int_equal(account_check_password(&secret, NULL), 0);
	secret.memory[511] = 'x';
	assert_int_equal(account_check_password(&secret, NULL), -EINVAL);
}

static void test_weak(void **state)
{
	static const struct {
		const char *password;
		const char *user;
		const char *words; /* a part of them; NULL: nothing is said */
	} cases[] = {
		{"short7x", "root", "7 characters"},
		{"x", "root", "1 character."},
		{"\303\244\303\266\303\274\303\237", "root", "4 characters"},
		{"aaaaaaaabbbb", "root", "few different"},
		{"Alice2024", "alice", "name of the account"},
		{"1234567890", "root", "only digits"},
		{"kRv7-tuPx2.GdhN9c", "root", NULL},
		{"kRv7-tuPx2.GdhN9\303\244", "root", "beyond ASCII"},
		{"ALICEkRv7-tuPx2.GdhN9c", "alice", NULL},
	};
	_cleanup_(secret_done) struct secret secret = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *words = NULL;

		fill(&secret, cases[i].password);
		words = account_judge_password(&secret, cases[i].user);
		if (cases[i].words) {
			assert_non_null(words);
			assert_non_null(strstr(words, cases[i].words));
			assert_null(strstr(words, cases[i].password));
			assert_true(text_has_suffix(words, "."));
		} else if (words) {
			/* libpwquality may have more to say, by the settings of this machine */
			assert_null(strstr(words, "dictionary - error"));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),	   cmocka_unit_test(test_failing),
		cmocka_unit_test(test_fresh),	   cmocka_unit_test(test_rounds),
		cmocka_unit_test(test_hash_texts), cmocka_unit_test(test_choice_words),
		cmocka_unit_test(test_generated),  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_weak),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
