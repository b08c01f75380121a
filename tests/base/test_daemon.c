/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Daemons: what they have of whoever started them, what they outlive, what they say. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/daemon.h"
#include "base/file.h"
#include "base/keyring.h"
#include "base/process.h"

static int set_up(void **state)
{
	char *folder = text_copy("/tmp/refloat-test-XXXXXX");

	assert_non_null(mkdtemp(folder));
	*state = folder;
	return 0;
}

static int tear_down(void **state)
{
	const char *const arguments[] = {"rm", "-rf", "--one-file-system", *state, NULL};

	assert_int_equal(process_run_checked(arguments, 60000, NULL, NULL), 0);
	free(*state);
	return 0;
}

static char *read_file(const char *folder, const char *name)
{
	_cleanup_free_ char *path = text_format("%s/%s", folder, name);
	char *text = NULL;

	return file_read(path, 65536, &text, NULL, NULL) < 0 ? NULL : text;
}

static void write_file(const char *folder, const char *name, const char *text)
{
	_cleanup_free_ char *path = text_format("%s/%s", folder, name);
	_cleanup_free_ char *unfinished = text_format("%s.new", path);
	_cleanup_close_ int fd = open(unfinished, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)file_write_all(fd, text, strlen(text)); /* unwritten, whoever waits for it says so */
	(void)rename(unfinished, path);
}

/* Waits until FOLDER/NAME is there. */
static char *wait_for_file(const char *folder, const char *name)
{
	for (int turn = 0; turn < 1000; turn++) {
		char *text = read_file(folder, name);

		if (text)
			return text;
		(void)poll(NULL, 0, 10);
	}
	fail_msg("%s has not come", name);
	return NULL;
}

static int describe_itself(void *data, int fd)
{
	_cleanup_free_ char *cwd = realpath(".", NULL), *word = NULL;
	struct sigaction action;
	struct stat status, null;
	int open_fds = 0, nulls = 0;
	mode_t mask = umask(0);

	(void)sigaction(SIGHUP, NULL, &action);
	(void)stat("/dev/null", &null);
	for (int i = 0; i < 1000; i++) {
		if (fstat(i, &status) < 0)
			continue;
		open_fds++;
		nulls += status.st_rdev == null.st_rdev;
	}
	word = text_format("cwd %s, leader %d, same session %d, hup ignored %d, fds %d, nulls %d, "
			   "umask %03o, tty %d",
			   cwd, getsid(0) == getpid(), getsid(0) == *(pid_t *)data,
			   action.sa_handler == SIG_IGN, open_fds, nulls, (unsigned)mask,
			   open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0);
	daemon_say(fd, word, strlen(word));
	return 0;
}

static void stands_on_its_own_feet(void **state)
{
	_cleanup_free_ char *word = NULL;
	pid_t session = getsid(0);
	size_t length = 0;
	int spare = dup(STDERR_FILENO);

	(void)state;
	assert_int_equal(daemon_start(describe_itself, &session, &word, &length, NULL), 0);
	(void)close(spare);
	assert_int_equal(strlen(word), length);
	assert_string_equal(word, "cwd /, leader 0, same session 0, hup ignored 1, fds 4, nulls 3, "
				  "umask 022, tty 0");
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing is left to wait for */
	assert_int_equal(errno, ECHILD);
}

static int look_for_key(void *data, int fd)
{
	const char *word = keyring_has(data) ? "there" : "gone";

	daemon_say(fd, word, strlen(word));
	return 0;
}

/* What was unlocked for the work is unlocked for whoever does it. */
static void keys_are_there(void **state)
{
	_cleanup_free_ char *word = NULL;
	char name[] = "refloat test";
	size_t length = 0;

	(void)state;
	if (keyring_start() < 0)
		skip(); /* this kernel, or what we run in, has none */
	assert_int_equal(keyring_put(name, "x", 1), 0);
	assert_int_equal(daemon_start(look_for_key, name, &word, &length, NULL), 0);
	assert_string_equal(word, "there");
}

static int die_silently(void *data, int fd)
{
	(void)data;
	(void)fd;
	return 0;
}

static void death_before_its_word_is_a_problem(void **state)
{
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *word = NULL;
	size_t length = 0;

	(void)state;
	assert_int_equal(daemon_start(die_silently, NULL, &word, &length, &why), -EIO);
	assert_non_null(why.why);
	assert_null(word);
}

static int tell_groups(void *data, int fd)
{
	_cleanup_free_ char *text = read_file("/proc/self", "cgroup");

	(void)data;
	daemon_say(fd, text, text ? strlen(text) : 0);
	return 0;
}

/* Moves itself into GROUP, as a login does, and starts a daemon; 0: that is not in it. */
static int start_in_group(const char *group, const char *name)
{
	_cleanup_free_ char *procs = text_format("%s/cgroup.procs", group);
	_cleanup_free_ char *own = NULL, *word = NULL;
	_cleanup_close_ int fd = open(procs, O_WRONLY | O_CLOEXEC);
	size_t length = 0;

	if (fd < 0 || file_write_all(fd, "0", 1) < 0)
		return 77;
	own = read_file("/proc/self", "cgroup");
	if (!own || !strstr(own, name))
		return 1;
	if (daemon_start(tell_groups, NULL, &word, &length, NULL) < 0)
		return 2;
	return strstr(word, name) ? 3 : 0;
}

/* Some systems end whatever is in the group of a login together with it. */
static void leaves_the_group_of_its_login(void **state)
{
	static const char *const roots[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified",
					    "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/elogind"};
	_cleanup_free_ char *name = text_format("refloat-test-%d", getpid());
	unsigned tried = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		_cleanup_free_ char *group = text_format("%s/%s", roots[i], name);
		_cleanup_free_ char *procs = text_format("%s/cgroup.procs", roots[i]);
		int status;
		pid_t starter;

		if (access(procs, W_OK) < 0 || mkdir(group, 0755) < 0)
			continue;
		starter = fork();
		if (starter == 0)
			_exit(start_in_group(group, name));
		assert_int_equal(waitpid(starter, &status, 0), starter);
		/* empty once the daemon, where it is in there, has ended as well */
		for (int turn = 0; rmdir(group) < 0 && turn < 200; turn++)
			(void)poll(NULL, 0, 10);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == 77)
			continue;
		assert_int_equal(WEXITSTATUS(status), 0);
		tried++;
	}
	if (!tried)
		skip(); /* there are none, or they are not ours to make */
}

/* Says its PID, and ends once it is told to by a file. */
static int work_until_told(void *data, int fd)
{
	const char *folder = data;
	_cleanup_free_ char *pid = text_format("%d", getpid());
	int turn = 0;

	write_file(folder, "pid", pid);
	daemon_say(fd, pid, strlen(pid));
	for (; turn < 1000; turn++) {
		_cleanup_free_ char *go = read_file(folder, "go");

		if (go)
			break;
		(void)poll(NULL, 0, 10);
	}
	write_file(folder, "end", turn < 1000 ? "told" : "never told");
	return 0;
}

/* A starter in a session of its own that gets signal NUMBER right after the daemon's word. */
static void outlives(const char *folder, int number)
{
	_cleanup_free_ char *text = NULL, *end = NULL;
	uint64_t pid = 0;
	int status;
	pid_t starter = fork();

	assert_true(starter >= 0);
	if (starter == 0) {
		char *word;
		size_t length;

		(void)signal(number, SIG_DFL); /* the tests may run where it is ignored */
		if (setsid() == getpid() &&
		    daemon_start(work_until_told, (char *)folder, &word, &length, NULL) == 0)
			(void)kill(-getpid(), number);
		_exit(1);
	}
	assert_int_equal(waitpid(starter, &status, 0), starter);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == number);
	text = wait_for_file(folder, "pid");
	assert_int_equal(text_parse_u64(text, &pid), 0);
	assert_true(pid > 1);
	assert_int_equal(kill((pid_t)pid, SIGHUP), 0);
	write_file(folder, "go", "");
	end = wait_for_file(folder, "end");
	assert_string_equal(end, "told");
}

static void outlives_a_hang_up(void **state)
{
	outlives(*state, SIGHUP);
}

static void outlives_a_kill(void **state)
{
	outlives(*state, SIGKILL);
}

/* The descriptor of a process never means another one. */
static void process_is_signalled(void **state)
{
	int status, process;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		while (pause() < 0)
			continue;
		_exit(0);
	}
	process = daemon_open_process(pid);
	if (process == -ENOSYS) {
		(void)kill(pid, SIGKILL);
		(void)waitpid(pid, &status, 0);
		skip();
	}
	assert_true(process >= 0);
	assert_int_equal(daemon_signal(process, SIGTERM), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	assert_int_equal(daemon_signal(process, SIGTERM), -ESRCH);
	(void)close(process);
	assert_int_equal(daemon_open_process(pid), -ESRCH);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stands_on_its_own_feet),
		cmocka_unit_test(keys_are_there),
		cmocka_unit_test(leaves_the_group_of_its_login),
		cmocka_unit_test(death_before_its_word_is_a_problem),
		IN_FOLDER(outlives_a_hang_up),
		IN_FOLDER(outlives_a_kill),
		cmocka_unit_test(process_is_signalled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
