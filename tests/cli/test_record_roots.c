/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What refloat record --fstab writes reads back as what was read, without its secrets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/record_roots.h"

/* TEXT read and written anew; the caller frees. */
static char *rewrite(const char *text)
{
	_cleanup_fstab_ struct fstab fstab = {0};

	fstab_parse(text, strlen(text), &fstab);
	return record_format_fstab(&fstab);
}

static void test_reads_back(void **state)
{
	static const char text[] = "# a comment\n"
				   "\n"
				   "UUID=1234 / ext4 errors=remount-ro 0 1\n"
				   "LABEL=a\\040b /srv/my\\040files xfs defaults 0 2\n"
				   "nonsense\n"
				   "/dev/sda1\t/boot\text2\n"
				   "/srv/\\043x /a\\134b none bind 0 0\n";
	_cleanup_free_ char *first = rewrite(text), *second = rewrite(first);
	_cleanup_fstab_ struct fstab was = {0}, is = {0};

	(void)state;
	assert_string_equal(first, second);
	fstab_parse(text, strlen(text), &was);
	fstab_parse(first, strlen(first), &is);
	assert_int_equal(was.count, 4);
	assert_int_equal(is.count, was.count);
	for (size_t i = 0; i < was.count; i++) {
		assert_int_equal(is.entries[i].line, was.entries[i].line);
		assert_string_equal(is.entries[i].source, was.entries[i].source);
		assert_string_equal(is.entries[i].mountpoint, was.entries[i].mountpoint);
		assert_string_equal(is.entries[i].type, was.entries[i].type);
		assert_string_equal(is.entries[i].options, was.entries[i].options);
		assert_int_equal(is.entries[i].pass, was.entries[i].pass);
	}
	assert_null(strstr(first, "comment"));
	assert_null(strstr(first, "nonsense"));
}

static void test_secrets_go(void **state)
{
	static const struct {
		const char *line, *gone, *stays;
	} cases[] = {
		{"//files/share /srv cifs username=anna,password=hunter2,uid=0 0 0", "hunter2",
		 "uid=0"},
		{"//files/share /srv cifs user=anna%hunter2,vers=3.0 0 0", "hunter2", "vers=3.0"},
		{"//files/share /srv cifs ro,pass=hunter2 0 0", "hunter2", "ro,"},
		{"//files/share /srv cifs credentials=/etc/samba/secret 0 0", "hunter2",
		 "credentials=/etc/samba/secret"},
		{"//anna:hunter2@files/share /srv cifs ro 0 0", "hunter2", "@files/share"},
		{"https://anna:hunter2@files/dav /srv davfs ro 0 0", "hunter2", "https://"},
		{"10.0.0.1:6789:/ /srv ceph name=admin,secret=hunter2== 0 0", "hunter2",
		 "name=admin"},
		{"anna@files:/srv /srv fuse.sshfs ro 0 0", "hunter2", "anna@files:/srv"},
		{"UUID=1 / ext4 passno=1 0 0", "removed", "passno=1"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *text = rewrite(cases[i].line);

		assert_null(strstr(text, cases[i].gone));
		assert_non_null(strstr(text, cases[i].stays));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_back),
		cmocka_unit_test(test_secrets_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
