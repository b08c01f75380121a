/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts in sysusers.d, and what a program of sshd tells of its account. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "system/sshd_separation.h"
#include "system/sysusers.h"
#include "tree.h"

/* What is read of TEXT for sshd: "number group|gecos|home|shell", "" where there is no line. */
static char *read_text(const char *text)
{
	_cleanup_sysuser_ struct sysuser user = {0};
	_cleanup_free_ char *number = NULL;

	if (!sysusers_parse(text, strlen(text), "sshd", &user))
		return text_copy("");
	number = user.has_number ? text_format("%u", user.number) : text_copy("-");
	return text_format("%s %s|%s|%s|%s", number, user.group ? user.group : "-",
			   user.gecos ? user.gecos : "-", user.home ? user.home : "-",
			   user.shell ? user.shell : "-");
}

static void lines_are_taken_apart(void **state)
{
	static const struct {
		const char *text;
		const char *wanted;
	} cases[] = {
		{"u sshd 74 \"Privilege-separated SSH\" /usr/share/empty.sshd -\n",
		 "74 -|Privilege-separated SSH|/usr/share/empty.sshd|-"},
		{"u! sshd -:nogroup \"sshd user\" /run/sshd", "- nogroup|sshd user|/run/sshd|-"},
		{"# u sshd 1\n\tu\tsshd   74:80 'one two' /x /bin/false more\n",
		 "74 80|one two|/x|/bin/false"},
		{"u sshd", "- -|-|-|-"},
		{"u sshd - - -", "- -|-|-|-"},
		{"u sshd /usr/sbin/sshd \"\"", "- -|-|-|-"},
		{"u sshd 4294967295:", "- -|-|-|-"},
		{"u sshd 99999999999999999999 x", "- -|x|-|-"},
		{"u sshd -:- x", "- -|x|-|-"},
		{"u sshd 7 \"a \\\" b\" /c\n", "7 -|a \" b|/c|-"},
		{"u sshd 7 \"never ends /c\n", "7 -|never ends /c|-|-"},
		{"u sshd 7 x /home/%H\nu sshd 8\n", "8 -|-|-|-"},
		{"g sshd 74\nm sshd ssh\nu sshdx 5\nr - 500-900\n", ""},
		{"", ""},
		{"u", ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *found = read_text(cases[i].text);

		assert_string_equal(found, cases[i].wanted);
	}
}

static void etc_comes_before_packages(void **state)
{
	struct tree tree;
	struct sysuser user = {0};

	(void)state;
	tree_enter(&tree, "usr/lib/sysusers.d/a.conf = u sshd 74\\n\n"
			  "etc/sysusers.d/z.conf = u sshd 75\\n\n"
			  "etc/sysusers.d/note = u sshd 76\\n\n");
	assert_true(sysusers_find(tree.root, "sshd", &user));
	assert_int_equal(user.number, 75);
	sysuser_done(&user);
	assert_false(sysusers_find(tree.root, "ntp", &user));
	tree_leave(&tree);
}

/* The account and the folder that sshd of TEXT, lines of a tree, has. */
static void check_program(const char *text, const char *user, const char *folder)
{
	struct sshd_separation separation;
	_cleanup_sshd_version_ struct sshd_version version = {0};
	struct tree tree;

	tree_enter(&tree, text);
	sshd_version_read(tree.root, &version);
	sshd_separation_read(tree.root, &version, &separation);
	assert_string_equal(separation.user, user);
	if (folder)
		assert_string_equal(separation.folder, folder);
	else
		assert_null(separation.folder);
	tree_leave(&tree);
}

#define RUN "002f72756e2f7373686400"			     /* /run/sshd, a string of its own */
#define VAR_RUN "002f7661722f72756e2f7373686400"	     /* /var/run/sshd */
#define VAR_RUN_PID "002f7661722f72756e2f737368642e70696400" /* /var/run/sshd.pid */
#define VAR_EMPTY "002f7661722f656d70747900"		     /* /var/empty */
#define VAR_EMPTY_SSHD "002f7661722f656d7074792f7373686400"  /* /var/empty/sshd */
#define NOBODY "006e6f626f647900"			     /* nobody */

static void programs_tell_account_and_folder(void **state)
{
	(void)state;
	check_program("usr/sbin/sshd hex " RUN "\n", "sshd", "/run/sshd");
	check_program("usr/sbin/sshd hex " VAR_RUN "\n", "sshd", "/var/run/sshd");
	check_program("usr/sbin/sshd hex " VAR_RUN_PID VAR_EMPTY "\n", "sshd", "/var/empty");
	check_program("usr/sbin/sshd hex " VAR_EMPTY_SSHD "\n", "sshd", "/var/empty/sshd");
	check_program("usr/bin/sshd hex " NOBODY VAR_EMPTY "\n", "nobody", "/var/empty");
	check_program("usr/sbin/sshd = nothing of it\n", "sshd", NULL);
	check_program("usr/sbin/sshd\n", "sshd", NULL);
	check_program("", "sshd", NULL);
}

/* Since 9.8 most of the work is another program's. */
static void helpers_are_asked_too(void **state)
{
	(void)state;
	check_program("usr/sbin/sshd = x\nusr/libexec/openssh/sshd-session hex " VAR_EMPTY "\n",
		      "sshd", "/var/empty");
	check_program("usr/sbin/sshd = x\nusr/lib/ssh/sshd-auth hex " NOBODY VAR_EMPTY "\n",
		      "nobody", "/var/empty");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_taken_apart),
		cmocka_unit_test(etc_comes_before_packages),
		cmocka_unit_test(programs_tell_account_and_folder),
		cmocka_unit_test(helpers_are_asked_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
