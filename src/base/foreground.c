/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program that has the terminal to itself for a while, as a shell's job in the foreground. */
#include "base/foreground.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define KILL_DELAY_S 1

void foreground_give(pid_t group)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, saved;

	if (!isatty(STDIN_FILENO))
		return;
	(void)sigaction(SIGTTOU, &ignore, &saved); /* cannot fail for a valid signal */
	(void)tcsetpgrp(STDIN_FILENO, group);      /* a terminal that is gone needs none */
	(void)sigaction(SIGTTOU, &saved, NULL);
}

void foreground_take(void)
{
	(void)setpgid(0, 0); /* fails only for a session's leader, which we are not */
	foreground_give(getpgrp());
}

/* Whether the child has ended. Nobody else could wake one that has stopped itself. */
static bool has_ended(pid_t pid, int *ret_status)
{
	pid_t changed = waitpid(pid, ret_status, WNOHANG | WUNTRACED);

	if (changed == pid && WIFSTOPPED(*ret_status)) {
		(void)kill(-pid, SIGCONT); /* gone already is fine */
		return false;
	}
	return changed == pid || (changed < 0 && errno != EINTR);
}

static void hang_up(pid_t pid)
{
	(void)kill(-pid, SIGHUP); /* gone already is fine */
	(void)kill(-pid, SIGCONT);
}

int foreground_wait(pid_t pid)
{
	static const struct timespec patience = {.tv_sec = KILL_DELAY_S};
	sigset_t watched, saved;
	int status = 0, ended_by = 0;

	(void)sigemptyset(&watched); /* these cannot fail for valid signals */
	(void)sigaddset(&watched, SIGCHLD);
	(void)sigaddset(&watched, SIGTERM);
	(void)sigaddset(&watched, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &watched, &saved);
	while (!has_ended(pid, &status)) {
		int number = sigtimedwait(&watched, NULL, ended_by ? &patience : NULL);

		if (number == SIGTERM || number == SIGHUP) {
			ended_by = number;
			hang_up(pid);
		} else if (number < 0 && errno == EAGAIN) {
			(void)kill(-pid, SIGKILL); /* gone already is fine */
		}
	}
	foreground_give(getpgrp());
	if (ended_by)
		(void)raise(ended_by); /* delivered once it is unblocked again */
	(void)sigprocmask(SIG_SETMASK, &saved, NULL);
	return status;
}
