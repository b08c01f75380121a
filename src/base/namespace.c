/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program in mount and PID namespaces of its own.
 *
 *   we ── keeper (unshares) ── process 1 (mounts, reaps) ── the program
 *
 * Each dies with its parent, so that SIGKILL for any of them ends all those to its right.
 */
#include "base/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/file.h"
#include "base/foreground.h"
#include "base/i18n.h"
#include "base/keyring.h"
#include "base/text.h"

#define REPORT_MAX 65536

/* What goes wrong inside, as three texts behind each other, and the errno before them. */
static void send_problem(int fd, const struct problem *why)
{
	const char *texts[] = {why->what ? why->what : "", why->why ? why->why : "",
			       why->next ? why->next : ""};

	/* whoever reads takes silence for success, and then sees exit status 126 */
	(void)file_write_all(fd, &why->error, sizeof(why->error));
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		(void)file_write_all(fd, texts[i], strlen(texts[i]) + 1);
}

static _Noreturn void fail(int fd, const struct problem *why)
{
	send_problem(fd, why);
	_exit(126);
}

static int receive_problem(int fd, struct problem *why)
{
	_cleanup_free_ char *bytes = NULL;
	const char *texts[3] = {"", "", ""}, *at;
	size_t length = 0;
	int error;

	if (file_read_fd(fd, REPORT_MAX, &bytes, &length) < 0 || length < sizeof(error))
		return 0;
	memcpy(&error, bytes, sizeof(error));
	at = bytes + sizeof(error);
	for (size_t i = 0; i < ARRAY_SIZE(texts) && at < bytes + length; i++) {
		texts[i] = at;
		at += strlen(at) + 1;
	}
	if (error >= 0)
		error = -EIO;
	(void)problem_set(why, error, texts[0], "%s", texts[1]);
	if (*texts[2])
		problem_set_next(why, "%s", texts[2]);
	return error;
}

static _Noreturn void run_program(const struct namespace_options *options, int report)
{
	_cleanup_problem_ struct problem why = {0};

	if (options->is_interactive)
		foreground_take();
	child_reset_signals();
	(void)execve(options->arguments[0], (char *const *)options->arguments,
		     (char *const *)options->environment);
	(void)problem_set_errno(&why, -errno, options->arguments[0]);
	fail(report, &why);
}

static int exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/*
 * Process 1: waits for the program, reaping whatever else ends in here. Nobody could wake a shell that
 * has stopped itself: it goes on.
 */
static _Noreturn void be_first_process(const struct namespace_options *options, int report)
{
	_cleanup_problem_ struct problem why = {0};
	int status;
	pid_t program;

	(void)keyring_leave(); /* as a program of ours would: the target's must not reach them */
	if (options->setup(options->data, &why) < 0)
		fail(report, &why);
	program = fork();
	if (program == 0)
		run_program(options, report);
	if (program < 0) {
		(void)problem_set_errno(&why, -errno, options->arguments[0]);
		fail(report, &why);
	}
	(void)close(report); /* the program's own goes with its exec */
	for (;;) {
		pid_t ended = waitpid(-1, &status, WUNTRACED);

		if (ended > 0 && WIFSTOPPED(status))
			(void)kill(ended, SIGCONT); /* gone already is fine */
		else if (ended == program)
			_exit(exit_code(status));
		if (ended < 0 && errno != EINTR)
			_exit(126);
	}
}

/* Signals of the keyboard are for the program only. */
static void ignore_keyboard(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	(void)sigaction(SIGINT, &ignore, NULL); /* these cannot fail for valid signals */
	(void)sigaction(SIGQUIT, &ignore, NULL);
}

static _Noreturn void be_keeper(const struct namespace_options *options, int report, pid_t parent)
{
	_cleanup_problem_ struct problem why = {0};
	pid_t first;
	int status;

	child_reset_signals();
	child_die_with_parent(parent);
	child_close_all_but(report);
	ignore_keyboard();
	if (unshare(CLONE_NEWNS | CLONE_NEWPID) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		(void)problem_set_errno(&why, -errno, _("make namespaces of its own"));
		fail(report, &why);
	}
	first = fork();
	if (first == 0) {
		/* seen from inside, a parent outside of the namespace is 0 */
		child_die_with_parent(0);
		be_first_process(options, report);
	}
	if (first < 0) {
		(void)problem_set_errno(&why, -errno, _("make namespaces of its own"));
		fail(report, &why);
	}
	(void)close(report); /* process 1 has its own */
	while (waitpid(first, &status, 0) < 0) {
		if (errno != EINTR)
			_exit(126);
	}
	_exit(exit_code(status));
}

/* Waits for the keeper; SIGTERM and SIGHUP end it and stay pending for our own handlers. */
static int wait_for_keeper(pid_t keeper, const sigset_t *watched)
{
	int status = 0;

	for (;;) {
		pid_t ended = waitpid(keeper, &status, WNOHANG);
		siginfo_t info;

		if (ended == keeper || (ended < 0 && errno != EINTR))
			return status;
		if (sigwaitinfo(watched, &info) < 0)
			continue;
		if (info.si_signo == SIGTERM || info.si_signo == SIGHUP) {
			(void)kill(keeper, SIGKILL); /* gone already is fine */
			(void)raise(info.si_signo);  /* delivered once it is unblocked again */
			while (waitpid(keeper, &status, 0) < 0 && errno == EINTR)
				;
			return status;
		}
	}
}

int namespace_run(const struct namespace_options *options, int *ret_status, struct problem *why)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, saved_int, saved_quit;
	pid_t keeper, parent = getpid(), group = getpgrp();
	sigset_t watched, saved_mask;
	_cleanup_close_ int report = -1;
	int pipes[2], r;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return problem_set_errno(why, -errno, options->arguments[0]);
	report = pipes[0];
	(void)sigemptyset(&watched); /* these cannot fail for valid signals */
	(void)sigaddset(&watched, SIGCHLD);
	(void)sigaddset(&watched, SIGTERM);
	(void)sigaddset(&watched, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &watched, &saved_mask);
	keeper = fork();
	if (keeper == 0)
		be_keeper(options, pipes[1], parent);
	r = keeper < 0 ? -errno : 0;
	(void)close(pipes[1]); /* the others have their own */
	if (r == 0) {
		(void)sigaction(SIGINT, &ignore, &saved_int);
		(void)sigaction(SIGQUIT, &ignore, &saved_quit);
		r = receive_problem(report, why);
		*ret_status = wait_for_keeper(keeper, &watched);
		if (options->is_interactive)
			foreground_give(group);
		(void)sigaction(SIGINT, &saved_int, NULL);
		(void)sigaction(SIGQUIT, &saved_quit, NULL);
	} else {
		(void)problem_set_errno(why, r, options->arguments[0]);
	}
	(void)sigprocmask(SIG_SETMASK, &saved_mask, NULL);
	return r;
}
