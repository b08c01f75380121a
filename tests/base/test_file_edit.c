/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing a file inside a hostile root: what is kept, what is refused, what is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/edit.h"
#include "base/file.h"
#include "base/process.h"

/* A POSIX ACL as the kernel keeps it: owner rw, user 1234 r, group r, mask r, others nothing. */
static const unsigned char acl[] = {
	2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255, 2,	   0, 4, 0, 0xd2, 4,  0, 0, 4, 0,
	4, 0, 255,  255, 255, 255, 16, 0, 4, 0, 255, 255, 255, 255, 32, 0,	 0, 0, 255, 255, 255, 255,
};

struct scene {
	char *outside; /* what no path of the root may reach */
	char *folder;
	struct root *root;
};

static char *full(const struct scene *scene, const char *path)
{
	return text_format("%s/%s", scene->folder, path);
}

static void put(const struct scene *scene, const char *path, const char *text)
{
	_cleanup_free_ char *name = full(scene, path);
	_cleanup_close_ int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, text, strlen(text)), 0);
}

static void is(const struct scene *scene, const char *path, const char *wanted)
{
	_cleanup_free_ char *name = full(scene, path), *text = NULL;

	assert_int_equal(file_read(name, 1 << 20, &text, NULL, NULL), 0);
	assert_string_equal(text, wanted);
}

static size_t count_names(const struct scene *scene, const char *path)
{
	_cleanup_text_list_ struct text_list names = {0};

	assert_int_equal(root_list(scene->root, path, 0, &names), 0);
	return names.count;
}

static int setup(void **state)
{
	struct scene *scene = alloc_zero(1, sizeof(*scene));
	static const char *const folders[] = {"etc", "real"};

	scene->outside = text_copy("/tmp/refloat-edit-XXXXXX");
	assert_non_null(mkdtemp(scene->outside));
	scene->folder = text_format("%s/root", scene->outside);
	assert_int_equal(mkdir(scene->folder, 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *name = full(scene, folders[i]);

		assert_int_equal(mkdir(name, 0755), 0);
	}
	put(scene, "etc/shadow", "root:*:1\n");
	assert_int_equal(root_open(scene->folder, &scene->root, NULL), 0);
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;
	const char *const words[] = {"rm", "-rf", "--one-file-system", scene->outside, NULL};

	(void)root_free(scene->root);
	assert_int_equal(process_run_checked(words, 60000, NULL, NULL), 0);
	free(scene->folder);
	free(scene->outside);
	free(scene);
	return 0;
}

static struct edit edit_of(const struct scene *scene, const char *path, const char *text)
{
	return (struct edit){.root = scene->root,
			     .path = path,
			     .bytes = text,
			     .length = text ? strlen(text) : 0,
			     .mode = 0640};
}

static void test_keeps(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *name = full(scene, "etc/shadow");
	_cleanup_edit_file_ struct edit_file before = {0}, after = {0};
	struct edit edit = edit_of(scene, "/etc/shadow", "root:x:1\n");
	struct stat old, new;
	bool has_label;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(name, 12, 42), 0);
	assert_int_equal(chmod(name, 0640), 0);
	assert_int_equal(setxattr(name, "user.note", "a\0b", 3, 0), 0);
	assert_int_equal(setxattr(name, "trusted.empty", "", 0, 0), 0);
	assert_int_equal(setxattr(name, "system.posix_acl_access", acl, sizeof(acl), 0), 0);
	has_label = setxattr(name, "security.selinux", "u:r:shadow_t:s0", 16, 0) == 0;
	assert_int_equal(stat(name, &old), 0);

	assert_int_equal(edit_look(scene->root, "etc/shadow", &before, NULL), 0);
	assert_true(before.exists);
	assert_string_equal(before.path, "/etc/shadow");
	assert_string_equal(before.bytes, "root:*:1\n");
	assert_int_equal(before.attributes.uid, 12);
	assert_int_equal(before.links, 1);
	edit.was = before.checksum;
	assert_int_equal(edit_apply(&edit, NULL), 0);
	is(scene, "etc/shadow", "root:x:1\n");
	assert_int_equal(stat(name, &new), 0);
	assert_true(old.st_ino != new.st_ino);
	assert_int_equal(edit_look(scene->root, "etc/shadow", &after, NULL), 0);
	assert_true(edit_attributes_are_equal(&before.attributes, &after.attributes));
	assert_int_equal(edit_attributes_find(&after.attributes, "user.note")->length, 3);
	assert_true(has_label ==
		    !!edit_attributes_find(&after.attributes, "security.selinux"));
	assert_int_equal(count_names(scene, "etc"), 1);

	/* and back, exactly, with its times */
	edit = edit_of(scene, "/etc/shadow", before.bytes);
	edit.was = after.checksum;
	edit.attributes = &before.attributes;
	assert_int_equal(edit_apply(&edit, NULL), 0);
	assert_int_equal(stat(name, &new), 0);
	assert_int_equal(new.st_mtim.tv_sec, old.st_mtim.tv_sec);
	assert_int_equal(new.st_mtim.tv_nsec, old.st_mtim.tv_nsec);
	is(scene, "etc/shadow", "root:*:1\n");
}

static void test_capabilities(void **state)
{
	/* VFS_CAP_REVISION_2, effective, CAP_NET_RAW */
	static const unsigned char capability[20] = {1, 0, 0, 2, 0, 32};
	const struct scene *scene = *state;
	_cleanup_free_ char *name = full(scene, "etc/shadow");
	struct edit edit = edit_of(scene, "etc/shadow", "x");
	unsigned char read[20];
	struct stat status;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(name, 1, 1), 0);
	assert_int_equal(chmod(name, 06755), 0);
	assert_int_equal(setxattr(name, "security.capability", capability, 20, 0), 0);
	assert_int_equal(edit_apply(&edit, NULL), 0);
	assert_int_equal(getxattr(name, "security.capability", read, sizeof(read)), 20);
	assert_memory_equal(read, capability, 20);
	assert_int_equal(stat(name, &status), 0);
	assert_int_equal(status.st_mode & 07777, 06755);
}

static void test_bound(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *name = full(scene, "etc/shadow");
	struct edit edit = edit_of(scene, "etc/shadow", "x");

	if (geteuid() != 0 || setxattr(name, "trusted.overlay.redirect", "/x", 2, 0) < 0)
		skip();
	assert_int_equal(edit_apply(&edit, NULL), 0);
	assert_int_equal(getxattr(name, "trusted.overlay.redirect", NULL, 0), -1);
}

static void test_stale(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *checksum = digest_sha256("root:*:1\n", 9);
	_cleanup_problem_ struct problem why = {0};
	struct edit edit = edit_of(scene, "etc/shadow", "new");

	edit.was = EDIT_MISSING;
	assert_int_equal(edit_apply(&edit, &why), -ESTALE);
	put(scene, "etc/shadow", "root:*:2\n");
	edit.was = checksum;
	assert_int_equal(edit_apply(&edit, &why), -ESTALE);
	assert_non_null(strstr(why.why, "changed it meanwhile"));
	is(scene, "etc/shadow", "root:*:2\n");
	edit.path = "etc/gone";
	assert_int_equal(edit_apply(&edit, &why), -ESTALE);
	assert_non_null(strstr(why.why, "removed it meanwhile"));
	assert_int_equal(count_names(scene, "etc"), 1);
}

static void test_missing(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *name = full(scene, "etc/new"), *folder = full(scene, "etc");
	_cleanup_edit_file_ struct edit_file file = {0};
	struct edit edit = edit_of(scene, "etc/new", "new\n");
	struct stat status;

	assert_int_equal(edit_look(scene->root, "etc/new", &file, NULL), 0);
	assert_false(file.exists);
	assert_string_equal(file.checksum, EDIT_MISSING);
	/* what the folder would give it is more than was asked for */
	(void)setxattr(folder, "system.posix_acl_default", acl, sizeof(acl), 0);
	edit.was = EDIT_MISSING;
	edit.mode = 0604;
	edit.uid = geteuid();
	edit.gid = getegid();
	assert_int_equal(edit_apply(&edit, NULL), 0);
	is(scene, "etc/new", "new\n");
	assert_int_equal(stat(name, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0604);
	assert_int_equal(getxattr(name, "system.posix_acl_access", NULL, 0), -1);
	/* an empty one is a file as well */
	edit = edit_of(scene, "etc/empty", "");
	assert_int_equal(edit_apply(&edit, NULL), 0);
	is(scene, "etc/empty", "");
	/* and no folder is made for it */
	edit.path = "gone/new";
	assert_int_equal(edit_apply(&edit, NULL), -ENOENT);
}

static void test_removal(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *link = full(scene, "etc/link");
	struct edit edit = edit_of(scene, "etc/link", NULL);

	/* the real place is what goes, as with everything else */
	assert_int_equal(symlink("shadow", link), 0);
	assert_int_equal(edit_apply(&edit, NULL), 0);
	assert_int_equal(count_names(scene, "etc"), 1);
	assert_false(root_has(scene->root, "etc/shadow"));
	/* what is not there is removed */
	edit.path = "etc/never";
	assert_int_equal(edit_apply(&edit, NULL), 0);
}

static void test_symlinks(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *link = full(scene, "etc/link"), *out = full(scene, "etc/out");
	_cleanup_free_ char *folder = full(scene, "away"), *loop = full(scene, "etc/loop");
	_cleanup_free_ char *victim = text_format("%s/victim", scene->outside);
	_cleanup_free_ char *relative = text_copy("../../../../../../../victim");
	_cleanup_close_ int fd = open(victim, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	struct edit edit = edit_of(scene, "etc/link", "through\n");
	struct stat status;

	put(scene, "real/file", "old\n");
	assert_int_equal(symlink("/real/file", link), 0);
	assert_int_equal(edit_apply(&edit, NULL), 0);
	is(scene, "real/file", "through\n");
	assert_int_equal(lstat(link, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	/* out of the root: it stops at the root */
	assert_int_equal(symlink(relative, out), 0);
	edit.path = "etc/out";
	assert_int_equal(edit_apply(&edit, NULL), 0);
	is(scene, "victim", "through\n");
	assert_int_equal(stat(victim, &status), 0);
	assert_int_equal(status.st_size, 0);
	/* a folder that is one: an absolute name of outside is one inside, where it does not exist */
	assert_int_equal(symlink(scene->outside, folder), 0);
	edit.path = "away/victim";
	assert_int_equal(edit_apply(&edit, NULL), -ENOENT);
	assert_int_equal(symlink("loop", loop), 0);
	edit.path = "etc/loop";
	assert_int_equal(edit_apply(&edit, NULL), -ELOOP);
}

static void test_kinds(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *fifo = full(scene, "etc/fifo");
	_cleanup_problem_ struct problem why = {0};
	struct edit edit = edit_of(scene, "etc/fifo", "x");

	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(edit_apply(&edit, &why), -EINVAL);
	assert_non_null(strstr(why.why, "regular"));
	edit.path = "etc";
	assert_int_equal(edit_apply(&edit, &why), -EISDIR);
	edit.path = "/";
	assert_int_equal(edit_apply(&edit, &why), -EISDIR);
	assert_int_equal(count_names(scene, "etc"), 2);
}

static void test_links(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *name = full(scene, "etc/shadow"), *other = full(scene, "real/other");
	_cleanup_problem_ struct problem why = {0};
	struct edit edit = edit_of(scene, "etc/shadow", "a longer text than before\n");
	struct stat one, two;

	assert_int_equal(link(name, other), 0);
	assert_int_equal(edit_apply(&edit, &why), -EMLINK);
	assert_non_null(strstr(why.why, "2 names"));
	is(scene, "etc/shadow", "root:*:1\n");

	edit.links = EDIT_LINKS_WRITE;
	assert_int_equal(edit_apply(&edit, NULL), 0);
	is(scene, "real/other", edit.bytes);
	edit.bytes = "short";
	edit.length = 5;
	assert_int_equal(edit_apply(&edit, NULL), 0);
	is(scene, "real/other", "short");

	edit.links = EDIT_LINKS_BREAK;
	edit.bytes = "mine";
	edit.length = 4;
	assert_int_equal(edit_apply(&edit, NULL), 0);
	is(scene, "real/other", "short");
	is(scene, "etc/shadow", "mine");
	assert_int_equal(stat(name, &one), 0);
	assert_int_equal(stat(other, &two), 0);
	assert_true(one.st_ino != two.st_ino);
}

static void test_json(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *name = full(scene, "etc/shadow"), *text = NULL;
	_cleanup_edit_file_ struct edit_file file = {0};
	_cleanup_edit_attributes_ struct edit_attributes read = {0};
	_cleanup_json_ struct json_object *object = NULL, *parsed = NULL, *bad = NULL;

	(void)setxattr(name, "user.\xff", "\0\1\xff", 3, 0);
	assert_int_equal(edit_look(scene->root, "etc/shadow", &file, NULL), 0);
	object = edit_attributes_to_json(&file.attributes);
	text = json_format(object);
	assert_int_equal(json_parse(text, strlen(text), &parsed, NULL), 0);
	assert_int_equal(edit_attributes_from_json(parsed, &read), 0);
	assert_true(edit_attributes_are_equal(&read, &file.attributes));
	assert_int_equal(read.modified.tv_nsec, file.attributes.modified.tv_nsec);
	assert_int_equal(read.flags, file.attributes.flags);
	bad = json_object_new_object();
	assert_int_equal(edit_attributes_from_json(bad, &read), -EINVAL);
}

/* A child that changes the file for ever; killed at some moment, the file is whole. */
static void test_killed(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *one = alloc_zero(20001, 1), *two = alloc_zero(30001, 1);

	memset(one, '1', 20000);
	memset(two, '2', 30000);
	for (unsigned turn = 0; turn < 40; turn++) {
		_cleanup_text_list_ struct text_list names = {0};
		_cleanup_free_ char *text = NULL;
		size_t length = 0;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			for (unsigned i = 0;; i++) {
				struct edit edit = edit_of(scene, "etc/shadow", i % 2 ? one : two);

				edit.temporary = ".shadow.refloat-test";
				(void)edit_clear(scene->root, "/etc/shadow", edit.temporary);
				if (edit_apply(&edit, NULL) < 0)
					_exit(1);
			}
		}
		(void)usleep(3000 + turn * 700);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		assert_int_equal(
			root_read_file(scene->root, "etc/shadow", 1 << 20, &text, &length), 0);
		assert_true(strcmp(text, one) == 0 || strcmp(text, two) == 0 ||
			    strcmp(text, "root:*:1\n") == 0);
		assert_int_equal(edit_clear(scene->root, "/etc/shadow", ".shadow.refloat-test"), 0);
		assert_int_equal(root_list(scene->root, "etc", 0, &names), 0);
		assert_int_equal(names.count, 1);
	}
}

static void test_clear(void **state)
{
	const struct scene *scene = *state;

	assert_int_equal(edit_clear(scene->root, "/etc/shadow", "../etc/shadow"), -EINVAL);
	assert_int_equal(edit_clear(scene->root, "/etc/shadow", "shadow"), -EINVAL);
	assert_int_equal(edit_clear(scene->root, "/etc/shadow", ".gone"), 0);
	assert_int_equal(edit_clear(scene->root, "/gone/shadow", ".gone"), 0);
	is(scene, "etc/shadow", "root:*:1\n");
}

#define WITH_SCENE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCENE(test_keeps),	   WITH_SCENE(test_capabilities), WITH_SCENE(test_bound),
		WITH_SCENE(test_stale),	   WITH_SCENE(test_missing),	  WITH_SCENE(test_removal),
		WITH_SCENE(test_symlinks), WITH_SCENE(test_kinds),	  WITH_SCENE(test_links),
		WITH_SCENE(test_json),	   WITH_SCENE(test_killed),	  WITH_SCENE(test_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
