/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lock on the account files: against the C library's own, and with lock files of the living and the dead. */
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
#include <unistd.h>

#include "base/account_lock.h"
#include "base/file.h"
#include "base/process.h"

struct scene {
	char *folder;
	struct root *root;
};

static int setup(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	_cleanup_free_ char *etc = NULL;

	assert_non_null(scene);
	scene->folder = text_copy("/tmp/refloat-lock-XXXXXX");
	assert_non_null(mkdtemp(scene->folder));
	etc = text_format("%s/etc", scene->folder);
	assert_int_equal(mkdir(etc, 0755), 0);
	assert_int_equal(root_open(scene->folder, &scene->root, NULL), 0);
	*state = scene;
	return 0;
}

static int teardown(void **state)
{
	struct scene *scene = *state;
	const char *const words[] = {"rm", "-rf", scene->folder, NULL};

	(void)root_free(scene->root);
	assert_int_equal(process_run_checked(words, 60000, NULL, NULL), 0);
	free(scene->folder);
	free(scene);
	return 0;
}

static void put(const struct scene *scene, const char *path, const char *text)
{
	_cleanup_free_ char *name = text_format("%s/%s", scene->folder, path);
	_cleanup_close_ int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, text, strlen(text)), 0);
}

/* A child in that root (where IS_INSIDE) which does WORK, says so, and then waits for its end. */
static pid_t start(const struct scene *scene, bool is_inside, void (*work)(const struct scene *scene))
{
	int ends[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (is_inside && (chroot(scene->folder) < 0 || chdir("/") < 0))
			_exit(1);
		work(scene);
		if (write(ends[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	assert_int_equal(close(ends[1]), 0);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	assert_int_equal(close(ends[0]), 0);
	return pid;
}

static void finish(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* As lckpwdf(3) does, in its own /etc. */
static void lock_as_libc(const struct scene *scene)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int fd = open("/etc/.pwd.lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)scene;
	if (fd < 0 || fcntl(fd, F_SETLKW, &lock) < 0)
		_exit(1);
}

/* As shadow-utils makes them. */
static void lock_as_shadow(const struct scene *scene)
{
	_cleanup_free_ char *text = text_format("%ld", (long)getpid());
	int fd = open("/etc/shadow.lock", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)scene;
	if (fd < 0 || file_write_all(fd, text, strlen(text)) < 0 || close(fd) < 0)
		_exit(1);
}

static void do_nothing(const struct scene *scene)
{
	(void)scene;
}

static void test_nobody(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *name = text_format("%s/etc/.pwd.lock", scene->folder);
	struct stat status;
	int fd = account_lock_take(scene->root, 0, NULL);

	assert_true(fd >= 0);
	assert_int_equal(stat(name, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(close(fd), 0);
	fd = account_lock_take(scene->root, 0, NULL);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void test_held(void **state)
{
	const struct scene *scene = *state;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *number = NULL;
	pid_t pid;
	int fd;

	if (geteuid() != 0)
		skip();
	pid = start(scene, true, lock_as_libc);
	number = text_format("process %ld", (long)pid);
	assert_int_equal(account_lock_take(scene->root, 250, &why), -EBUSY);
	assert_non_null(strstr(why.why, number));
	finish(pid);
	fd = account_lock_take(scene->root, 0, NULL);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

/* And the other way round: who comes later finds it held. */
static void test_holds(void **state)
{
	const struct scene *scene = *state;
	int fd = account_lock_take(scene->root, 0, NULL), status = 0;
	pid_t pid;

	assert_true(fd >= 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
		_cleanup_free_ char *name = text_format("%s/etc/.pwd.lock", scene->folder);
		int other = open(name, O_WRONLY | O_CLOEXEC);

		_exit(other >= 0 && fcntl(other, F_SETLK, &lock) < 0 ? 7 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_int_equal(close(fd), 0);
}

static void test_old_files(void **state)
{
	const struct scene *scene = *state;
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;
	pid_t inside, outside;
	int fd;

	if (geteuid() != 0)
		skip();
	inside = start(scene, true, lock_as_shadow);
	assert_int_equal(account_lock_take(scene->root, 250, &why), -EBUSY);
	assert_string_equal(why.what, "/etc/shadow.lock");
	finish(inside);
	/* its process is gone */
	fd = account_lock_take(scene->root, 0, NULL);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	/* the number is another's, of another root */
	outside = start(scene, false, do_nothing);
	text = text_format("%ld", (long)outside);
	put(scene, "etc/passwd.lock", text);
	fd = account_lock_take(scene->root, 0, NULL);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
	finish(outside);
	assert_true(root_has(scene->root, "etc/passwd.lock"));
	/* what no number is in */
	put(scene, "etc/group.lock", "-1");
	put(scene, "etc/gshadow.lock", "");
	fd = account_lock_take(scene->root, 0, NULL);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void test_hostile(void **state)
{
	const struct scene *scene = *state;
	_cleanup_free_ char *name = text_format("%s/etc/.pwd.lock", scene->folder);
	_cleanup_free_ char *etc = text_format("%s/etc", scene->folder);

	assert_int_equal(mkfifo(name, 0600), 0);
	assert_int_equal(account_lock_take(scene->root, 0, NULL), -EINVAL);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(symlink("/dev/null", name), 0);
	assert_int_equal(account_lock_take(scene->root, 0, NULL), -EINVAL);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(rmdir(etc), 0);
	assert_int_equal(account_lock_take(scene->root, 0, NULL), -ENOENT);
}

#define WITH_SCENE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCENE(test_nobody),	    WITH_SCENE(test_held),    WITH_SCENE(test_holds),
		WITH_SCENE(test_old_files), WITH_SCENE(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
