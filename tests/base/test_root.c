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
#include <sys/sysmacros.h>
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
	{"chain39", 0, "inside\n"}, /* 40 links, as many as the kernel follows */
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

static const struct {
	const char *path;
	int flags;
	int error; /* 0: it opens */
} opens[] = {
	{"etc", O_RDONLY | O_DIRECTORY, 0},
	{"etc/", O_RDONLY | O_DIRECTORY, 0},
	{"top/etc/", O_RDONLY | O_DIRECTORY, 0},
	{"", O_RDONLY | O_DIRECTORY, 0},
	{"..", O_RDONLY | O_DIRECTORY, 0},
	{"etc/passwd", O_RDONLY | O_DIRECTORY, -ENOTDIR},
	{"absolute/", O_PATH, -ENOTDIR},
	{"absolute", O_PATH | O_NOFOLLOW, 0},
	{"absolute", O_RDONLY | O_NOFOLLOW, -ELOOP},
	{"top/absolute", O_RDONLY | O_NOFOLLOW, -ELOOP},
	{"dangling", O_PATH | O_NOFOLLOW, 0},
	{"dangling", O_PATH, -ENOENT},
	{"loop1", O_PATH | O_NOFOLLOW, 0},
	{"loop1/x", O_PATH | O_NOFOLLOW, -ELOOP},
	{"etc/none", O_WRONLY, -ENOENT},
	{"none/new", O_WRONLY | O_CREAT, -ENOENT},
	{"etc/passwd", O_WRONLY | O_CREAT | O_EXCL, -EEXIST},
	{"absolute", O_WRONLY | O_CREAT | O_EXCL, -EEXIST},
	{"dangling", O_WRONLY | O_CREAT | O_EXCL, -EEXIST},
	{"dangling", O_WRONLY | O_CREAT | O_NOFOLLOW, -ELOOP},
	{"etc", O_WRONLY | O_CREAT, -EISDIR},
	{"etc/new", O_WRONLY | O_CREAT | O_EXCL, 0},
	{"etc/new", O_WRONLY | O_CREAT, 0},
	{"dangling", O_WRONLY | O_CREAT, 0}, /* makes run/gone, inside */
	{"outward", O_WRONLY | O_CREAT, 0},  /* makes a folder's file inside that outside has too */
};

static void check_opens(bool is_walk)
{
	static const char *const made[] = {"etc/new", "run/gone", "tmp/refloat-outward"};
	_cleanup_root_ struct root *root = open_tree(is_walk);

	for (size_t i = 0; i < ARRAY_SIZE(opens); i++) {
		_cleanup_close_ int fd = root_open_file(root, opens[i].path, opens[i].flags, 0600);

		if ((fd < 0 ? fd : 0) != opens[i].error)
			fail_msg("%s, flags %o: %d in place of %d", opens[i].path,
				 (unsigned)opens[i].flags, fd, opens[i].error);
	}
	assert_int_not_equal(access("/tmp/refloat-outward", F_OK), 0);
	for (size_t i = 0; i < ARRAY_SIZE(made); i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folder, made[i]);

		assert_int_equal(unlink(path), 0);
	}
}

static void test_opens(void **state)
{
	(void)state;
	make_folder("tmp");
	make_link("/../../tmp/refloat-outward", "outward");
	check_opens(false);
	check_opens(true);
}

static void check_looks(bool is_walk)
{
	_cleanup_root_ struct root *root = open_tree(is_walk);
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *target = NULL, *joined = NULL;
	struct stat status;

	assert_int_equal(root_stat(root, "var/www", true, &status), 0);
	assert_true(S_ISDIR(status.st_mode));
	assert_int_equal(root_stat(root, "var/www", false, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	assert_int_equal(root_stat(root, "fifo", true, &status), 0);
	assert_true(S_ISFIFO(status.st_mode));
	assert_int_equal(root_read_link(root, "top/absolute", &target), 0);
	assert_string_equal(target, "/etc/passwd");
	assert_int_equal(root_read_link(root, "etc/passwd", &target), -EINVAL);
	assert_int_equal(root_list(root, "/top/a/b/..", 0, &names), 0);
	joined = text_list_join(&names, " ");
	assert_string_equal(joined, "b");
	assert_int_equal(root_list(root, "fifo", 0, &names), -ENOTDIR);
	assert_false(root_has(root, "dangling"));
	assert_true(root_has_file(root, "absolute"));
	assert_false(root_has_file(root, "fifo"));
	assert_false(root_has_folder(root, "absolute"));
}

static void test_looks(void **state)
{
	(void)state;
	check_looks(false);
	check_looks(true);
}

/* The memory device: to read it would give zeroes without end. */
static void test_device_node(void **state)
{
	_cleanup_free_ char *path = text_format("%s/zero", folder), *text = NULL;

	(void)state;
	if (mknod(path, S_IFCHR | 0600, makedev(1, 5)) < 0) {
		skip();
		return;
	}
	for (int is_walk = 0; is_walk < 2; is_walk++) {
		_cleanup_root_ struct root *root = open_tree(is_walk);

		assert_int_equal(root_read_file(root, "zero", 10, &text, NULL), -EINVAL);
		assert_int_equal(file_replace(root, "zero", "x", 1, 0600, NULL), -EINVAL);
	}
	assert_int_equal(unlink(path), 0);
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
	assert_true(root_make_folders(root, "/etc/passwd/x", NULL, NULL) < 0);
	assert_true(root_make_folders(root, "/fifo", NULL, NULL) < 0);
	assert_int_equal(root_make_folders(root, "/", NULL, NULL), 0);
	assert_int_not_equal(access(outside, F_OK), 0);
}

static void test_attribute_is_never_made(void **state)
{
	_cleanup_free_ char *path = text_format("%s/attribute", folder), *text = NULL;

	(void)state;
	assert_int_equal(file_write_attribute(path, "clear"), -ENOENT);
	assert_int_not_equal(access(path, F_OK), 0);
	put("attribute", "");
	assert_int_equal(file_write_attribute(path, "clear"), 0);
	assert_int_equal(file_read(path, 64, &text, NULL, NULL), 0);
	assert_string_equal(text, "clear");
	assert_int_equal(file_write_attribute("/dev/full", "clear"), -ENOSPC);
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

static int run(const char *program, const char *first, const char *second, const char *third,
	       const char *fourth)
{
	const char *const command[] = {program, first, second, third, fourth, NULL};

	return process_run_checked(command, 10000, NULL, NULL);
}

static ssize_t acl_length(const char *path)
{
	return getxattr(path, "system.posix_acl_access", NULL, 0);
}

/* A folder with a default ACL must not give its entries to the file that takes the old one's place. */
static void test_replace_keeps_acl(void **state)
{
	_cleanup_root_ struct root *root = open_tree(false);
	_cleanup_free_ char *path = text_format("%s/acl", folder), *bare = NULL, *with = NULL;
	_cleanup_free_ char *shown = NULL;
	const char *show[] = {"getfacl", "-cpn", NULL, NULL};

	(void)state;
	make_folder("acl");
	put("acl/bare", "old");
	put("acl/with", "old");
	bare = text_format("%s/bare", path);
	with = text_format("%s/with", path);
	show[2] = with;
	assert_int_equal(chmod(bare, 0640), 0);
	if (run("setfacl", "-m", "u:12:r", with, NULL) < 0) {
		skip(); /* no setfacl, or no ACLs on this filesystem */
		return;
	}
	assert_int_equal(run("setfacl", "-d", "-m", "u:13:rwx", path), 0);
	assert_int_equal(file_replace(root, "acl/bare", "new", 3, 0600, NULL), 0);
	assert_int_equal(file_replace(root, "acl/with", "new", 3, 0600, NULL), 0);
	assert_int_equal(acl_length(bare), -1);
	assert_int_equal(process_run_checked(show, 10000, &shown, NULL), 0);
	assert_non_null(strstr(shown, "user:12:r--"));
	assert_null(strstr(shown, "user:13:"));
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
		cmocka_unit_test(test_opens),
		cmocka_unit_test(test_looks),
		cmocka_unit_test(test_device_node),
		cmocka_unit_test(test_resolve),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_make_folders),
		cmocka_unit_test(test_attribute_is_never_made),
		cmocka_unit_test(test_replace_keeps_properties),
		cmocka_unit_test(test_replace_keeps_acl),
		cmocka_unit_test(test_replace_survives_kills),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_tree);
}
