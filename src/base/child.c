/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a new child process does first. */
#include "base/child.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

void child_hold_signals(sigset_t *ret_saved)
{
	sigset_t all;

	(void)sigfillset(&all); /* these cannot fail with these arguments */
	(void)sigprocmask(SIG_SETMASK, &all, ret_saved);
}

void child_release_signals(const sigset_t *saved)
{
	(void)sigprocmask(SIG_SETMASK, saved, NULL); /* cannot fail with a mask that was in force */
}

void child_reset_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	/* KILL and STOP refuse, as they should; nothing of ours sets the real-time ones */
	for (int number = 1; number < SIGRTMIN; number++)
		(void)sigaction(number, &action, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL); /* cannot fail with these arguments */
}

static void follow_parent(pid_t parent, int number)
{
	(void)prctl(PR_SET_PDEATHSIG, number); /* cannot fail for a valid signal */
	/* a parent that died before that call sends nothing any more */
	if (getppid() != parent)
		_exit(255);
}

void child_die_with_parent(pid_t parent)
{
	follow_parent(parent, SIGKILL);
}

void child_hang_up_with_parent(pid_t parent)
{
	follow_parent(parent, SIGHUP);
}

void child_leave_terminal(pid_t parent)
{
	static const int numbers[] = {SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP};
	static const struct timespec at_once;
	bool is_asked = false;
	siginfo_t info;
	sigset_t group;
	int number;

	(void)setpgid(0, 0);	   /* fails only for a session's leader, which no new child is */
	(void)sigemptyset(&group); /* these cannot fail for valid signals */
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)sigaddset(&group, numbers[i]);
	while ((number = sigtimedwait(&group, &info, &at_once)) > 0)
		is_asked = is_asked || (number == SIGTERM && info.si_pid == parent);
	if (is_asked)
		(void)raise(SIGTERM); /* held, too */
}

static void close_range_of(unsigned first, unsigned last)
{
	struct rlimit limit;
	unsigned end = 65536;

	if (first > last)
		return;
#ifdef SYS_close_range
	if (syscall(SYS_close_range, first, last, 0) == 0)
		return;
#endif
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < end)
		end = (unsigned)limit.rlim_cur;
	for (unsigned fd = first; fd <= last && fd < end; fd++)
		(void)close((int)fd); /* most are not open */
}

void child_close_from(int first, int keep)
{
	if (keep < first) {
		close_range_of((unsigned)first, UINT_MAX);
		return;
	}
	if (keep > first)
		close_range_of((unsigned)first, (unsigned)keep - 1);
	close_range_of((unsigned)keep + 1, UINT_MAX);
}

void child_close_all_but(int keep)
{
	child_close_from(STDERR_FILENO + 1, keep);
}
