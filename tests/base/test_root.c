/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths inside a hostile root, by openat2 and by the walk: the same answers from both. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "base/file.h"
#include "base/process.h"
#include "base/root.h"

static char *folder;

static void put(const char *path, const char *text)
{
	_cleanup_free_ char *full = text_format("%s/%s", folder, path);
	_cleanup_close_ int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, text, strlen(text)), 0);
}

static void make_link(const char *target, const char *path)
{
	_cleanup_free_ char *full = text_format("%s/%s", folder, path);

	assert_int_equal(symlink(target, full), 0);
}

static void make_folder(const char *path)
{
	_cleanup_free_ char *full = text_format("%s/%s", folder, path);

	assert_int_equal(mkdir(full, 0755), 0);
}

static int make_tree(void **state)
{
	static const char *const folders[] = {"etc", "a", "a/b", "var", "var/run", "run", "real", "real/www"};
	_cleanup_free_ char *fifo = NULL, *last = text_copy("etc/passwd");

	(void)state;
	folder = text_copy("/tmp/refloat-root-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		make_folder(folders[i]);
	put("etc/passwd", "inside\n");
	put("a/b/file", "deep\n");
	make_link("/etc/passwd", "absolute");
	make_link("../../../../../etc/passwd", "a/b/up");
	make_link("/real/www", "var/www");
	make_link("/run/gone", "dangling");
	make_link("loop2", "loop1");
	make_link("loop1", "loop2");
	make_link("/proc/self/exe", "magic");
	make_link("/", "top");
	for (int i = 0; i < 41; i++) {
		_cleanup_free_ char *name = text_format("chain%d", i);

		make_link(last, name);
		text_set(&last, name);
	}
	fifo = text_format("%s/fifo", folder);
	return mkfifo(fifo, 0600);
}

static int remove_tree(void **state)
{
	const char *const command[] = {"rm", "-rf", folder, NULL};
	int r = process_run_checked(command, 10000, NULL, NULL);

	(void)state;
	free(folder);
	return r;
}

static struct root *open_tree(bool is_walk)
{
	struct root *root = NULL;

	assert_int_equal(root_open(folder, &root, NULL), 0);
	root_force_walk(root, is_walk);
	return root;
}

static const struct {
	const char *path;
	int error;         /* of reading it; 0: TEXT is read */
	const char *text;
} reads[] = {
	{"etc/passwd", 0, "inside\n"},
	{"/etc/passwd", 0, "inside\n"},
	{"//etc///passwd", 0, "inside\n"},
	{"absolute", 0, "inside\n"},
	{"a/b/up", 0, "inside\n"},
	{"../../../etc/passwd", 0, "inside\n"},
	{"a/../a/./b/file", 0, "deep\n"},
	{"top/top/top/a/b/file", 0, "deep\n"},
	{"chain38", 0, "inside\n"},
	{"chain40", -ELOOP, NULL},
	{"loop1", -ELOOP, NULL},
	{"dangling", -ENOENT, NULL},
	{"gone", -ENOENT, NULL},
	{"magic", -ENOENT, NULL},
	{"etc/passwd/x", -ENOTDIR, NULL},
	{"etc/passwd/", -ENOTDIR, NULL},
	{"etc/passwd/..", -ENOTDIR, NULL},
	{"etc", -EISDIR, NULL},
	{"fifo", -EINVAL, NULL},
};

static void check_reads(bool is_walk)
{
	_cleanup_root_ struct root *root = open_tree(is_walk);

	for (size_t i = 0; i < ARRAY_SIZE(reads); i++) {
		_cleanup_free_ char *text = NULL;
		int r = root_read_file(root, reads[i].path, 4096, &text, NULL);

		if (r != reads[i].error)
			fail_msg("%s: %d in place of %d", reads[i].path, r, reads[i].error);
		if (reads[i].text)
			assert_string_equal(text, reads[i].text);
	}
}

static void test_reads(void **state)
{
	(void)state;
	check_reads(false);
	check_reads(true);
}

static void test_resolve(void **state)
{
	static const struct {
		const char *path;
		bool may_miss;
		int error;
		const char *resolved;
		bool exists;
	} cases[] = {
		{"/var/www", false, 0, "/real/www", true},
		{"/var/www/../../../..", false, 0, "/", true},
		{"dangling", false, -ENOENT, NULL, false},
		{"dangling", true, 0, "/run/gone", false},
		{"dangling/deep/er", true, 0, "/run/gone/deep/er", false},
		{"new/place", true, 0, "/new/place", false},
		{"new/../../x", true, -ENOENT, NULL, false},
		{"loop1", true, -ELOOP, NULL, false},
		{"/", false, 0, "/", true},
	};
	_cleanup_root_ struct root *root = open_tree(false);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *path = NULL;
		bool exists = false;

		assert_int_equal(root_resolve(root, cases[i].path, cases[i].may_miss, &path,
					      &exists), cases[i].error);
		if (!cases[i].resolved)
			continue;
		assert_string_equal(path, cases[i].resolved);
		assert_int_equal(exists, cases[i].exists);
	}
}

static void test_limits(void **state)
{
	_cleanup_root_ struct root *root = open_tree(false);
	_cleanup_free_ char *text = NULL;
	size_t length = 0;

	(void)state;
	assert_int_equal(root_read_file(root, "etc/passwd", 3, &text, &length), 1);
	assert_int_equal(length, 3);
	assert_string_equal(text, "ins");
}

static void test_make_folders(void **state)
{
	_cleanup_root_ struct root *root = open_tree(false);
	_cleanup_text_list_ struct text_list made = {0};
	_cleanup_free_ char *outside = text_format("%s-outside", folder);

	(void)state;
	make_link(outside, "escape");
	assert_int_equal(root_make_folders(root, "/var/www/x/y", &made, NULL), 0);
	assert_int_equal(made.count, 2);
	assert_string_equal(made.items[0], "/real/www/x");
	assert_string_equal(made.items[1], "/real/www/x/y");
	assert_int_equal(root_make_folders(root, "/escape/z", NULL, NULL), 0);
	assert_int_not_equal(access(outside, F_OK), 0);
}

static void test_replace_keeps_properties(void **state)
{
	_cleanup_root_ struct root *root = open_tree(false);
	_cleanup_free_ char *path = text_format("%s/etc/shadow", folder), *text = NULL;
	bool has_attribute;
	struct stat status;
	char value[8] = "";

	(void)state;
	put("etc/shadow", "old\n");
	assert_int_equal(chmod(path, 0640), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(path, 12, 42), 0);
	has_attribute = setxattr(path, "user.test", "kept", 4, 0) == 0;
	make_link("shadow", "etc/link");
	assert_int_equal(file_replace(root, "/etc/link", "new\n", 4, 0600, NULL), 0);
	assert_int_equal(root_read_file(root, "etc/shadow", 100, &text, NULL), 0);
	assert_string_equal(text, "new\n");
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0640);
	if (geteuid() == 0)
		assert_int_equal(status.st_uid * 100 + status.st_gid, 1242);
	if (has_attribute) {
		assert_int_equal(getxattr(path, "user.test", value, sizeof(value)), 4);
		assert_string_equal(value, "kept");
	}
	assert_int_equal(file_replace(root, "fifo", "x", 1, 0600, NULL), -EINVAL);
}

/* A child replaces the file over and over until it is killed: always one whole version. */
static void test_replace_survives_kills(void **state)
{
	enum { LENGTH = 200000 };
	_cleanup_root_ struct root *root = open_tree(false);
	_cleanup_free_ char *bytes = calloc(1, LENGTH);

	(void)state;
	for (int i = 0; i < 20; i++) {
		_cleanup_free_ char *text = NULL;
		size_t length = 0;
		pid_t child = fork();

		if (child == 0) {
			for (char letter = 'a';; letter = letter == 'z' ? 'a' : letter + 1) {
				memset(bytes, letter, LENGTH);
				if (file_replace(root, "etc/whole", bytes, LENGTH, 0600, NULL) < 0)
					_exit(1);
			}
		}
		(void)usleep(3000 + (unsigned)i * 1700);
		(void)kill(child, SIGKILL);
		(void)waitpid(child, NULL, 0);
		if (root_read_file(root, "etc/whole", LENGTH * 2, &text, &length) < 0)
			continue; /* killed before the first was there */
		assert_int_equal(length, LENGTH);
		for (size_t at = 1; at < length; at++)
			assert_int_equal(text[at], text[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_make_folders),
		cmocka_unit_test(test_replace_keeps_properties),
		cmocka_unit_test(test_replace_survives_kills),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
