/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libcrypts know, and which hash a new password gets. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "system/hash_support.h"
#include "tree.h"

#define BIT(scheme) (1u << (scheme))
#define ALL 0xffffffffu

static void bytes_are_searched(void **state)
{
	static const char libxcrypt[] = "\177ELF XCRYPT_2.0\0$y$\0$gy$\0$2b$\0$6$\0$5$\0$1$\0$7$\0";
	static const char glibc[] = "\177ELF GLIBC_2.2.5\0$1$\0$5$\0$6$\0";
	static const char musl[] = "\177ELF \0$6$rounds=1234$abc\0$2a$00$abc\0$1$abcd0123$\0";
	static const char none[] = "\177ELF $6$ $y$\1 $y$";

	(void)state;
	assert_int_equal(hash_support_find(libxcrypt, sizeof(libxcrypt), NULL),
			 BIT(HASH_DES) | BIT(HASH_YESCRYPT) | BIT(HASH_GOST_YESCRYPT) |
				 BIT(HASH_BCRYPT) | BIT(HASH_SHA512) | BIT(HASH_SHA256) |
				 BIT(HASH_MD5) | BIT(HASH_SCRYPT));
	assert_int_equal(hash_support_find(glibc, sizeof(glibc), "2.12"),
			 BIT(HASH_DES) | BIT(HASH_BIG_DES) | BIT(HASH_MD5) | BIT(HASH_SHA256) |
				 BIT(HASH_SHA512));
	assert_int_equal(hash_support_find(musl, sizeof(musl), NULL),
			 BIT(HASH_DES) | BIT(HASH_BIG_DES) | BIT(HASH_MD5) | BIT(HASH_BCRYPT) |
				 BIT(HASH_SHA512));
	assert_int_equal(hash_support_find(none, sizeof(none) - 1, "2.3.6"),
			 BIT(HASH_DES) | BIT(HASH_BIG_DES) | BIT(HASH_MD5));
	assert_int_equal(hash_support_find(none, sizeof(none) - 1, "2.17"),
			 BIT(HASH_DES) | BIT(HASH_BIG_DES) | BIT(HASH_MD5) | BIT(HASH_SHA256) |
				 BIT(HASH_SHA512));
	assert_int_equal(hash_support_find("", 0, NULL),
			 BIT(HASH_DES) | BIT(HASH_BIG_DES) | BIT(HASH_MD5));
}

static void expect_library(const char *tree, const char *path, enum hash_scheme scheme, bool has)
{
	_cleanup_hash_support_ struct hash_support support = {0};
	struct tree scene;

	tree_enter(&scene, tree);
	hash_support_read(scene.root, &support);
	assert_true(text_is_equal(support.path, path));
	assert_int_equal(hash_support_has(&support, scheme), has);
	tree_leave(&scene);
}

static void libraries_are_found(void **state)
{
	(void)state;
	expect_library("usr/lib64/libcrypt.so.2 = XCRYPT_2.0 $y$x\nusr/lib64/libcrypt.so.1 = old\n",
		       "/usr/lib64/libcrypt.so.2", HASH_YESCRYPT, true);
	expect_library("usr/lib/x86_64-linux-gnu/libcrypt.so.1 -> libcrypt.so.1.1.0\n"
		       "usr/lib/x86_64-linux-gnu/libcrypt.so.1.1.0 = XCRYPT_2.0 $6$x\n",
		       "/usr/lib/x86_64-linux-gnu/libcrypt.so.1", HASH_YESCRYPT, false);
	expect_library("lib64/libcrypt.so.1 -> libcrypt-2.12.so\nlib64/libcrypt-2.12.so = x\n",
		       "/lib64/libcrypt.so.1", HASH_SHA512, true);
	expect_library("lib/libcrypt.so.1 -> libcrypt-2.3.6.so\nlib/libcrypt-2.3.6.so = x\n",
		       "/lib/libcrypt.so.1", HASH_SHA512, false);
	expect_library("lib/ld-musl-x86_64.so.1 = $6$rounds\nlib/libcrypt.so.1 fifo\n",
		       "/lib/ld-musl-x86_64.so.1", HASH_SHA512, true);
	expect_library("lib/libcrypt.so.1 -> /../../../lib/x86_64-linux-gnu/libcrypt.so.1\netc/\n",
		       NULL, HASH_DES, false);
}

static void expect_choice(enum hash_scheme pam, enum hash_scheme login_defs, unsigned long rounds,
			  unsigned schemes, enum hash_scheme scheme, unsigned long expected_rounds,
			  enum hash_reason reason)
{
	const struct hash_wish first = {.scheme = pam, .rounds = rounds};
	const struct hash_wish second = {.scheme = login_defs, .rounds = rounds};
	const struct hash_support support = {
		.path = (char *)(schemes ? "/lib/libcrypt.so.1" : NULL), .schemes = schemes};
	_cleanup_hash_choice_ struct hash_choice choice = {0};

	hash_choose(&first, &second, &support, ALL & ~BIT(HASH_GOST_YESCRYPT), &choice);
	assert_int_equal(choice.scheme, scheme);
	assert_int_equal(choice.rounds, expected_rounds);
	assert_int_equal(choice.reason, reason);
}

static void a_hash_is_chosen(void **state)
{
	const unsigned glibc = BIT(HASH_DES) | BIT(HASH_MD5) | BIT(HASH_SHA256) | BIT(HASH_SHA512);
	const unsigned old = BIT(HASH_DES) | BIT(HASH_MD5);
	const unsigned libxcrypt =
		glibc | BIT(HASH_YESCRYPT) | BIT(HASH_BCRYPT) | BIT(HASH_GOST_YESCRYPT);

	(void)state;
	expect_choice(HASH_YESCRYPT, HASH_SHA512, 7, libxcrypt, HASH_YESCRYPT, 7, HASH_BY_PAM);
	expect_choice(HASH_YESCRYPT, HASH_NONE, 99, libxcrypt, HASH_YESCRYPT, 11, HASH_BY_PAM);
	expect_choice(HASH_NONE, HASH_SHA512, 5, glibc, HASH_SHA512, 1000, HASH_BY_LOGIN_DEFS);
	expect_choice(HASH_NONE, HASH_SHA512, 0, glibc, HASH_SHA512, 0, HASH_BY_LOGIN_DEFS);
	expect_choice(HASH_YESCRYPT, HASH_YESCRYPT, 5, glibc, HASH_SHA512, 0, HASH_NOT_SUPPORTED);
	expect_choice(HASH_GOST_YESCRYPT, HASH_NONE, 0, libxcrypt, HASH_YESCRYPT, 0,
		      HASH_NOT_SUPPORTED);
	expect_choice(HASH_MD5, HASH_NONE, 0, glibc, HASH_SHA512, 0, HASH_STRONGER);
	expect_choice(HASH_MD5, HASH_NONE, 0, old, HASH_MD5, 0, HASH_BY_PAM);
	expect_choice(HASH_SHA512, HASH_NONE, 0, old, HASH_MD5, 0, HASH_NOT_SUPPORTED);
	expect_choice(HASH_NONE, HASH_NONE, 0, libxcrypt, HASH_YESCRYPT, 0, HASH_BY_SUPPORT);
	expect_choice(HASH_NONE, HASH_NONE, 0, old, HASH_MD5, 0, HASH_BY_SUPPORT);
	expect_choice(HASH_YESCRYPT, HASH_NONE, 0, 0, HASH_SHA512, 0, HASH_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_searched),
		cmocka_unit_test(libraries_are_found),
		cmocka_unit_test(a_hash_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
