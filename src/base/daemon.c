/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that run in a process of a session of their own. */
#include "base/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"

#define FILE_MODE_MASK 022

/* Since Linux 5.1 and 5.3, under the same numbers everywhere but on Alpha. */
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/*
 * The roots of what keeps account of logins: cgroup 2, alone or beside the older kind, and the
 * named hierarchies of systemd and elogind. A limit on memory or the like is another matter and
 * stays.
 */
static const char *const login_groups[] = {
	"/sys/fs/cgroup/cgroup.procs",
	"/sys/fs/cgroup/unified/cgroup.procs",
	"/sys/fs/cgroup/systemd/cgroup.procs",
	"/sys/fs/cgroup/elogind/cgroup.procs",
};

static void leave_login(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(login_groups); i++) {
		_cleanup_close_ int fd = open(login_groups[i], O_WRONLY | O_CLOEXEC);

		/* not there, or not ours to write: then it stays where it is */
		if (fd >= 0)
			(void)file_write_all(fd, "0", 1);
	}
}

static void leave_streams(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (null < 0 || dup2(null, fd) < 0)
			(void)close(fd); /* only so that no terminal is held */
	}
}

static _Noreturn void be_daemon(daemon_fn function, void *data, int fd)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	child_reset_signals();
	(void)sigaction(SIGHUP, &ignore, NULL); /* these cannot fail for valid signals */
	(void)sigaction(SIGPIPE, &ignore, NULL);
	leave_streams();
	child_close_all_but(fd);
	log_forget();
	leave_login();
	(void)umask(FILE_MODE_MASK);
	if (chdir("/") < 0)
		_exit(255); /* it would keep busy whatever we were started in */
	/* no exit handlers: they belong to whoever started us */
	_exit(function(data, fd) & 0xff);
}

/* Between us and the daemon: leads its session and ends, so that no terminal can become its own. */
static _Noreturn void be_leader(daemon_fn function, void *data, int fd)
{
	pid_t pid;

	(void)setsid(); /* fails only for the leader of a group, which no new child is */
	pid = fork();
	if (pid == 0)
		be_daemon(function, data, fd);
	_exit(pid < 0 ? errno & 0xff : 0);
}

static int wait_for_leader(pid_t pid)
{
	int status = 0;
	pid_t ended;

	do {
		ended = waitpid(pid, &status, 0);
	} while (ended < 0 && errno == EINTR);
	/* where somebody else has waited for it the word tells */
	if (ended < 0 || !WIFEXITED(status))
		return ended < 0 ? 0 : -EIO;
	return -WEXITSTATUS(status);
}

int daemon_start(daemon_fn function, void *data, char **ret_word, size_t *ret_length,
		 struct problem *why)
{
	_cleanup_close_ int reader = -1, writer = -1;
	_cleanup_free_ char *word = NULL;
	size_t length = 0;
	int pipes[2], r;
	pid_t pid;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return problem_set_errno(why, -errno, _("start a process of its own"));
	reader = pipes[0];
	writer = pipes[1];
	pid = fork();
	if (pid == 0)
		be_leader(function, data, writer);
	if (pid < 0)
		return problem_set_errno(why, -errno, _("start a process of its own"));
	(void)close(TAKE_FD(writer)); /* the others have their own */
	r = wait_for_leader(pid);
	if (r == 0)
		r = file_read_fd(reader, DAEMON_WORD_MAX, &word, &length);
	if (r < 0)
		return problem_set_errno(why, r, _("start a process of its own"));
	if (!length)
		return problem_set(why, -EIO, _("start a process of its own"),
				   _("it died before it did anything"));
	*ret_word = TAKE_PTR(word);
	*ret_length = length;
	return 0;
}

void daemon_say(int fd, const void *bytes, size_t length)
{
	(void)file_write_all(fd, bytes, length); /* nobody listens any more */
	(void)close(fd);
}

int daemon_open_process(pid_t pid)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);

	return fd < 0 ? -errno : (int)fd;
}

int daemon_signal(int process, int number)
{
	return syscall(SYS_pidfd_send_signal, process, number, NULL, 0) < 0 ? -errno : 0;
}
