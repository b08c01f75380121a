/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of one account: the right fields of the right files, and no others. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "system/account_edit.h"

#define TODAY 20500
#define HASH                                                                                       \
	"$6$refloat8$0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ./"             \
	"0123456789abcdefghijkl"
#define ROOT "root:x:0:0:root:/root:/bin/bash\n"

struct scene {
	struct account_file passwd;
	struct account_file shadow;
	struct account_pair pair;
};

/* SHADOW may be NULL. */
static void enter(struct scene *scene, const char *passwd, const char *shadow)
{
	*scene = (struct scene){0};
	account_file_parse(ACCOUNT_FILE_PASSWD, passwd, strlen(passwd), &scene->passwd);
	if (shadow)
		account_file_parse(ACCOUNT_FILE_SHADOW, shadow, strlen(shadow), &scene->shadow);
	scene->pair = (struct account_pair){&scene->passwd, shadow ? &scene->shadow : NULL};
}

static void expect_file(const struct account_file *file, const char *expected)
{
	size_t length = 0;
	_cleanup_free_ char *text = account_file_write(file, &length);

	assert_string_equal(text, expected);
}

static void leave(struct scene *scene, const char *passwd, const char *shadow)
{
	expect_file(&scene->passwd, passwd);
	if (shadow)
		expect_file(&scene->shadow, shadow);
	account_file_done(&scene->passwd);
	account_file_done(&scene->shadow);
}

/* What a new hash for root makes of the files. */
static void expect_hash(const char *passwd, const char *shadow, const char *new_passwd,
			const char *new_shadow)
{
	struct scene scene;

	enter(&scene, passwd, shadow);
	assert_int_equal(account_edit_hash(&scene.pair, "root", HASH, TODAY, NULL), 0);
	leave(&scene, new_passwd, new_shadow);
}

static void a_hash_goes_where_it_is_looked_for(void **state)
{
	struct scene scene;

	(void)state;
	expect_hash(ROOT, "root:!:1:5:90:7:3:4:\nbin:*:::::::\n", ROOT,
		    "root:" HASH ":20500:5:90:7:3:4:\nbin:*:::::::\n");
	expect_hash("root:abJnggxhB/yWI:0:0::/root:/bin/sh\n", NULL,
		    "root:" HASH ":0:0::/root:/bin/sh\n", NULL);
	expect_hash("root:abJnggxhB/yWI:0:0::/root:/bin/sh\n", "bin:*:::::::\n+::::::::\n",
		    "root:x:0:0::/root:/bin/sh\n",
		    "bin:*:::::::\nroot:" HASH ":20500:0:99999:7:::\n+::::::::\n");
	expect_hash("root:*:0:0::/root:/bin/sh\n", "root:!:1:0:99999:7:::\n",
		    "root:x:0:0::/root:/bin/sh\n", "root:" HASH ":20500:0:99999:7:::\n");
	expect_hash(ROOT, "root:!\n", ROOT, "root:!\nroot:" HASH ":20500:0:99999:7:::\n");
	expect_hash("root:x:0:0::/root:/bin/sh\r\na:x:1:1::/:\r\n",
		    "root:!:1:0:99999:7:::\r\na:!:::::::\r\n",
		    "root:x:0:0::/root:/bin/sh\na:x:1:1::/:\r\n",
		    "root:" HASH ":20500:0:99999:7:::\na:!:::::::\r\n");

	enter(&scene, ROOT, "root:!:1:0:99999:7:::\n");
	assert_int_equal(account_edit_hash(&scene.pair, "root", HASH, 0, NULL), 0);
	assert_int_equal(account_edit_hash(&scene.pair, "none", HASH, 0, NULL), -ENOENT);
	assert_int_equal(account_edit_hash(&scene.pair, "root", "a:b", 0, NULL), -EINVAL);
	leave(&scene, ROOT, "root:" HASH "::0:99999:7:::\n");
}

static void expect_unlock(const char *hash, int result, const char *new_hash)
{
	_cleanup_free_ char *shadow = text_format("root:%s:1:0:99999:7:::\n", hash);
	_cleanup_free_ char *expected = text_format("root:%s:1:0:99999:7:::\n", new_hash);
	struct scene scene;

	enter(&scene, ROOT, shadow);
	assert_int_equal(account_edit_unlock(&scene.pair, "root", NULL), result);
	leave(&scene, ROOT, expected);
}

static void locks_come_off(void **state)
{
	struct scene scene;

	(void)state;
	expect_unlock("!" HASH, 0, HASH);
	expect_unlock("!!" HASH, 0, HASH);
	expect_unlock("*LK*" HASH, 0, HASH);
	expect_unlock(HASH, 1, HASH);
	expect_unlock("!", -ENODATA, "!");
	expect_unlock("*", 1, "*");
	expect_unlock("", 1, "");
	enter(&scene, "root:!abJnggxhB/yWI:0:0::/root:\na:x:1:1::/:\n", NULL);
	assert_int_equal(account_edit_unlock(&scene.pair, "root", NULL), 0);
	assert_int_equal(account_edit_unlock(&scene.pair, "a", NULL), -ENOENT);
	assert_int_equal(account_edit_unlock(&scene.pair, "b", NULL), -ENOENT);
	leave(&scene, "root:abJnggxhB/yWI:0:0::/root:\na:x:1:1::/:\n", NULL);
}

static void expect_unexpire(const char *days, int result, const char *new_days)
{
	_cleanup_free_ char *shadow = text_format("root:!:%s\n", days);
	_cleanup_free_ char *expected = text_format("root:!:%s\n", new_days);
	struct scene scene;

	enter(&scene, ROOT, shadow);
	assert_int_equal(account_edit_unexpire(&scene.pair, "root", TODAY, NULL), result);
	leave(&scene, ROOT, expected);
}

static void dates_are_mended(void **state)
{
	struct scene scene;

	(void)state;
	expect_unexpire("20000:0:99999:7:::", 0, "20000:0:99999:7:::");
	expect_unexpire("20000:0:99999:7::20400:", SHADOW_ACCOUNT_EXPIRED, "20000:0:99999:7:::");
	expect_unexpire("20000:0:90:7:5::", SHADOW_PASSWORD_EXPIRED, "20500:0:90:7:5::");
	expect_unexpire("0:0:99999:7::1:", SHADOW_MUST_CHANGE | SHADOW_ACCOUNT_EXPIRED,
			"20500:0:99999:7:::");
	expect_unexpire("30000:0:99999:7:::", SHADOW_CHANGED_LATER, "20500:0:99999:7:::");
	expect_unexpire("::::::", 0, "::::::");
	enter(&scene, ROOT, NULL);
	assert_int_equal(account_edit_unexpire(&scene.pair, "root", TODAY, NULL), -ENOENT);
	leave(&scene, ROOT, NULL);
}

static void a_shell_is_set(void **state)
{
	struct scene scene;

	(void)state;
	enter(&scene, "root:x:0:0::/root:/sbin/nologin\r\nb:x:1:1\n", NULL);
	assert_int_equal(account_edit_shell(&scene.pair, "root", "/bin/sh", NULL), 0);
	assert_int_equal(account_edit_shell(&scene.pair, "b", "/bin/sh", NULL), 0);
	assert_int_equal(account_edit_shell(&scene.pair, "c", "/bin/sh", NULL), -ENOENT);
	assert_int_equal(account_edit_shell(&scene.pair, "b", "/bin/sh\n", NULL), -EINVAL);
	leave(&scene, "root:x:0:0::/root:/bin/sh\nb:x:1:1:::/bin/sh\n", NULL);
}

static void members_are_added(void **state)
{
	static const char groups[] = "sudo:x:27:\nwheel:x:10:a,b\n",
			  shadows[] = "sudo:!::\nadm:*::\n";
	_cleanup_account_file_ struct account_file group = {0}, gshadow = {0};

	(void)state;
	account_file_parse(ACCOUNT_FILE_GROUP, groups, strlen(groups), &group);
	account_file_parse(ACCOUNT_FILE_GSHADOW, shadows, strlen(shadows), &gshadow);
	assert_int_equal(account_edit_add_member(&group, &gshadow, "sudo", "a", NULL), 0);
	assert_int_equal(account_edit_add_member(&group, &gshadow, "sudo", "a", NULL), 1);
	assert_int_equal(account_edit_add_member(&group, NULL, "wheel", "c", NULL), 0);
	assert_int_equal(account_edit_add_member(&group, &gshadow, "wheel", "a", NULL), 1);
	assert_int_equal(account_edit_add_member(&group, &gshadow, "none", "a", NULL), -ENOENT);
	assert_int_equal(account_edit_add_member(&group, &gshadow, "sudo", "a,b", NULL), -EINVAL);
	expect_file(&group, "sudo:x:27:a\nwheel:x:10:a,b,c\n");
	expect_file(&gshadow, "sudo:!::a\nadm:*::\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_goes_where_it_is_looked_for),
		cmocka_unit_test(locks_come_off),
		cmocka_unit_test(dates_are_mended),
		cmocka_unit_test(a_shell_is_set),
		cmocka_unit_test(members_are_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
