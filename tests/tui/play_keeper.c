/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process between the test and the program: a shell's job control, and nothing left behind. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "play_keeper.h"
#include "play_program.h"

struct keeper {
	int socket;
	int terminal;
	int signals;
	pid_t program;
	bool keeps_hangup;
	bool keeps_jobs;
	bool is_done;
};

static void report(const struct keeper *keeper, char what, int status, int64_t started_us)
{
	struct keeper_report message = {
		.what = what,
		.pid = keeper->program,
		.status = status,
		.started_us = started_us,
	};

	/* a test that is gone is noticed by its order that never comes */
	(void)send(keeper->socket, &message, sizeof(message), MSG_NOSIGNAL);
}

static void reset_signals(void)
{
	sigset_t none;
	int signal_number;

	for (signal_number = 1; signal_number < NSIG; signal_number++)
		(void)signal(signal_number, SIG_DFL); /* fails for KILL and STOP */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child: its own group, in the foreground, before it is the program. */
static void become_program(const struct keeper *keeper, int failed, char **arguments)
{
	int error;

	setpgid(0, 0);
	tcsetpgrp(keeper->terminal, getpid());
	reset_signals();
	dup2(keeper->terminal, STDIN_FILENO);
	dup2(keeper->terminal, STDOUT_FILENO);
	dup2(keeper->terminal, STDERR_FILENO);
	execvp(arguments[0], arguments);
	error = errno;
	(void)!write(failed, &error, sizeof(error)); /* the exit status says it too */
	_exit(127);
}

static int start(struct keeper *keeper, char **arguments)
{
	int pipe_fds[2], error = 0;
	int64_t started = program_clock_us();

	if (pipe2(pipe_fds, O_CLOEXEC) < 0)
		return -errno;
	keeper->program = fork();
	if (keeper->program < 0)
		return -errno;
	if (keeper->program == 0)
		become_program(keeper, pipe_fds[1], arguments);
	close(pipe_fds[1]);
	setpgid(keeper->program, keeper->program); /* whoever of the two comes first */
	tcsetpgrp(keeper->terminal, keeper->program);
	if (read(pipe_fds[0], &error, sizeof(error)) == sizeof(error))
		report(keeper, 'x', error, started);
	else
		report(keeper, 's', 0, started);
	close(pipe_fds[0]);
	return 0;
}

static void on_child(struct keeper *keeper)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED)) > 0) {
		if (pid != keeper->program)
			continue; /* an orphan of the program: we are its reaper */
		if (WIFCONTINUED(status)) {
			report(keeper, 'c', status, 0);
			continue;
		}
		(void)tcsetpgrp(keeper->terminal, getpgrp()); /* fails on a line that is gone */
		report(keeper, WIFSTOPPED(status) ? 't' : 'e', status, 0);
	}
}

/* Follows one order that has come; returns whether one had. */
static bool on_order(struct keeper *keeper)
{
	char order;
	ssize_t n = recv(keeper->socket, &order, 1, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n != 1 || order == KEEPER_FINISH) {
		keeper->is_done = true;
		return false;
	}
	if (order == KEEPER_KEEP_HANGUP) {
		keeper->keeps_hangup = true;
	} else if (order == KEEPER_KEEP_JOBS) {
		keeper->keeps_jobs = true;
	} else if (order == KEEPER_CONTINUE) {
		(void)tcsetpgrp(keeper->terminal, keeper->program);
		(void)kill(-keeper->program, SIGCONT);
	}
	return true;
}

static void on_signals(struct keeper *keeper)
{
	struct signalfd_siginfo info;

	while (read(keeper->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			on_child(keeper);
		if (info.ssi_signo != SIGHUP || keeper->program <= 0)
			continue;
		while (on_order(keeper)) /* to keep it silent was said before the line was dropped */
			continue;
		if (!keeper->keeps_hangup)
			(void)kill(-keeper->program, SIGHUP); /* may have ended */
	}
}

/* The parent of process PID, 0 where there is none. Ended ones (zombies) count as none. */
static pid_t parent_of(const char *pid)
{
	_cleanup_fclose_ FILE *file = NULL;
	char path[64], text[512];
	const char *end;
	int parent = 0;
	char state;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file))
		return 0;
	end = strrchr(text, ')'); /* a name may hold anything */
	if (!end || sscanf(end + 1, " %c %d", &state, &parent) != 2 || state == 'Z')
		return 0;
	return parent;
}

/* Kills our children; theirs become ours then. Returns how many there were. KEEPS_JOBS: not those that have
 * a session of their own. */
static int kill_children(bool keeps_jobs)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	if (!folder)
		return 0;
	while ((entry = readdir(folder))) {
		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    parent_of(entry->d_name) != getpid())
			continue;
		if (keeps_jobs && getsid((pid_t)atol(entry->d_name)) != getsid(0))
			continue;
		count++;
		(void)kill((pid_t)atol(entry->d_name), SIGKILL);
	}
	closedir(folder);
	return count;
}

/* Kills generation by generation until nothing is left, for at most five seconds. */
static int kill_all(bool keeps_jobs)
{
	int round, killed = 0, now;

	for (round = 0; round < 500; round++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		now = kill_children(keeps_jobs);
		if (!now && (keeps_jobs || (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD)))
			break;
		if (now > killed)
			killed = now;
		usleep(10000);
	}
	return killed;
}

static int take_terminal(struct keeper *keeper, const char *name)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGQUIT);
	sigprocmask(SIG_SETMASK, &signals, NULL);
	signal(SIGTTOU, SIG_IGN); /* tcsetpgrp from the background */
	signal(SIGTTIN, SIG_IGN);
	signal(SIGTSTP, SIG_IGN);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	keeper->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (keeper->signals < 0 || setsid() < 0)
		return -errno;
	keeper->terminal = open(name, O_RDWR | O_CLOEXEC);
	if (keeper->terminal < 0 || ioctl(keeper->terminal, TIOCSCTTY, 0) < 0)
		return -errno;
	return 0;
}

int keeper_run(int socket, const char *terminal, char **arguments)
{
	struct keeper keeper = {.socket = socket, .terminal = -1, .signals = -1};
	int r;

	r = take_terminal(&keeper, terminal);
	if (r >= 0)
		r = start(&keeper, arguments);
	if (r < 0) {
		report(&keeper, 'x', -r, 0);
		return 1;
	}
	while (!keeper.is_done) {
		struct pollfd fds[] = {
			{.fd = keeper.socket, .events = POLLIN},
			{.fd = keeper.signals, .events = POLLIN},
		};

		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			on_signals(&keeper);
		if (fds[0].revents)
			(void)on_order(&keeper);
	}
	report(&keeper, 'f', kill_all(keeper.keeps_jobs), 0);
	return 0;
}
