/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program under test as the test holds it: its terminal, its state, what it costs. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "play_keeper.h"
#include "play_program.h"

int64_t program_clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int program_open(struct program *program, int rows, int columns)
{
	*program = (struct program){.master = -1, .keeper_socket = -1, .processes_left = -1};
	program->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (program->master < 0)
		return -errno;
	if (grantpt(program->master) < 0 || unlockpt(program->master) < 0 ||
	    fcntl(program->master, F_SETFL, O_NONBLOCK) < 0)
		return -errno;
	return program_set_size(program, rows, columns);
}

int program_set_size(const struct program *program, int rows, int columns)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

	return ioctl(program->master, TIOCSWINSZ, &size) < 0 ? -errno : 0;
}

int program_start(struct program *program, char **arguments)
{
	char terminal[64];
	int sockets[2];

	if (ptsname_r(program->master, terminal, sizeof(terminal)) != 0)
		return -errno;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) < 0)
		return -errno;
	program->keeper = fork();
	if (program->keeper < 0)
		return -errno;
	if (program->keeper == 0) {
		close(sockets[0]);
		close(program->master);
		_exit(keeper_run(sockets[1], terminal, arguments));
	}
	close(sockets[1]);
	program->keeper_socket = sockets[0];
	program->state = PROGRAM_RUNNING;
	do { /* its number and the time of its start come first */
		int r = program_read_event(program);

		if (r < 0)
			return r;
	} while (!program->pid);
	return 0;
}

int program_read_event(struct program *program)
{
	struct keeper_report message;
	ssize_t n = recv(program->keeper_socket, &message, sizeof(message), 0);

	if (n != sizeof(message))
		return n < 0 ? -errno : -EPIPE;
	switch (message.what) {
	case 's':
		program->pid = message.pid;
		program->started_us = message.started_us;
		break;
	case 't':
		program->state = PROGRAM_STOPPED;
		program->wait_status = message.status;
		break;
	case 'c':
		program->state = PROGRAM_RUNNING;
		break;
	case 'e':
		program->state = PROGRAM_ENDED;
		program->wait_status = message.status;
		break;
	case 'f':
		program->processes_left = message.status;
		break;
	default: /* 'x' */
		return -message.status;
	}
	return 0;
}

int program_signal(const struct program *program, int signal_number)
{
	if (program->state == PROGRAM_NOT_STARTED || program->state == PROGRAM_ENDED)
		return -ESRCH;
	return kill(program->pid, signal_number) < 0 ? -errno : 0;
}

int program_signal_foreground(const struct program *program, int signal_number)
{
	pid_t group = program->master < 0 ? -1 : tcgetpgrp(program->master);

	if (group <= 1 || group == program->keeper)
		return -ESRCH;
	return kill(-group, signal_number) < 0 ? -errno : 0;
}

static int give_order(const struct program *program, char order)
{
	return send(program->keeper_socket, &order, 1, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int program_continue(struct program *program)
{
	return program->state == PROGRAM_STOPPED ? give_order(program, KEEPER_CONTINUE) : -ESRCH;
}

int program_keep_jobs(struct program *program)
{
	int r = program->keeper_socket >= 0 ? give_order(program, KEEPER_KEEP_JOBS) : -ESRCH;

	program->keeps_jobs = r == 0;
	return r;
}

int program_hang_up(struct program *program, bool is_silent)
{
	int r = 0;

	if (program->master < 0)
		return -EBADF;
	if (is_silent && program->keeper_socket >= 0)
		r = give_order(program, KEEPER_KEEP_HANGUP);
	close(program->master);
	program->master = -1;
	return r;
}

int program_get_settings(const struct program *program, struct termios *ret_settings)
{
	/* asked of the master, Linux answers for the slave */
	return tcgetattr(program->master, ret_settings) < 0 ? -errno : 0;
}

/* What the kernel says of a process. */
struct process_state {
	char state; /* 'R', 'S', ... as proc(5) has them */
	int parent, session;
	long ticks; /* processor time */
};

static bool read_process(const char *pid, struct process_state *ret_state)
{
	_cleanup_fclose_ FILE *file = NULL;
	struct process_state found = {0};
	char path[64], text[1024];
	long user, kernel;
	const char *end;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = fopen(path, "re");
	if (!file || !fgets(text, sizeof(text), file) || !(end = strrchr(text, ')')))
		return false; /* the name before it may hold anything */
	/* state parent group session tty tpgid flags minflt cminflt majflt cmajflt utime stime */
	if (sscanf(end + 1, " %c %d %*d %d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &found.state,
		   &found.parent, &found.session, &user, &kernel) != 5)
		return false;
	found.ticks = user + kernel;
	*ret_state = found;
	return true;
}

/* Whether it runs, waits for a processor, or for a disk. */
static bool is_busy(const struct process_state *process)
{
	return process->state == 'R' || process->state == 'D';
}

/* Whether anything in the program's session has work to do: it, its children, a shell's jobs. */
static bool is_session_busy(const struct program *program)
{
	struct process_state process;
	struct dirent *entry;
	bool found = false;
	DIR *folder = opendir("/proc");
	char name[24];

	while (folder && !found && (entry = readdir(folder)))
		found = isdigit((unsigned char)entry->d_name[0]) &&
			atol(entry->d_name) != program->keeper &&
			read_process(entry->d_name, &process) &&
			process.session == program->keeper && is_busy(&process);
	if (folder)
		closedir(folder);
	/* a child that has ended meanwhile has woken it */
	snprintf(name, sizeof(name), "%d", (int)program->pid);
	return found || (read_process(name, &process) && is_busy(&process));
}

bool program_has_input(const struct program *program)
{
	_cleanup_close_ int terminal = -1;
	struct pollfd wait = {.events = POLLIN};
	char name[64];
	int waiting = 0;

	if (program->state != PROGRAM_RUNNING || program->master < 0 ||
	    ptsname_r(program->master, name, sizeof(name)) != 0)
		return false;
	terminal = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (terminal < 0)
		return false;
	wait.fd = terminal;
	(void)poll(&wait, 1, 0); /* the kernel hands over what is still on its way */
	return ioctl(terminal, FIONREAD, &waiting) == 0 && waiting > 0;
}

bool program_is_at_rest(const struct program *program)
{
	/* in this order: who has read what was typed has work to do, and who has none has written
	 */
	return program->state != PROGRAM_RUNNING || program->master < 0 ||
	       (!program_has_input(program) && !is_session_busy(program) &&
		!program_has_output(program));
}

bool program_has_output(const struct program *program)
{
	struct pollfd terminal = {.fd = program->master, .events = POLLIN};

	return program->master >= 0 && poll(&terminal, 1, 0) > 0 && (terminal.revents & POLLIN);
}

int program_count_left(const struct program *program)
{
	struct process_state process;
	struct dirent *entry;
	int count = 0;
	DIR *folder = opendir("/proc");

	while (folder && (entry = readdir(folder))) {
		/* whose parent is gone is the keeper's */
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    read_process(entry->d_name, &process) && process.parent == program->keeper &&
		    process.state != 'Z' &&
		    (!program->keeps_jobs || process.session == program->keeper))
			count++;
	}
	if (folder)
		closedir(folder);
	return count;
}

/* Adds the voluntary context switches of every thread of process PID. */
static long count_wakeups(const char *pid)
{
	char path[64], line[256];
	struct dirent *entry;
	long sum = 0, value;
	DIR *folder;

	snprintf(path, sizeof(path), "/proc/%.20s/task", pid);
	folder = opendir(path);
	if (!folder)
		return 0;
	while ((entry = readdir(folder))) {
		_cleanup_fclose_ FILE *file = NULL;

		snprintf(path, sizeof(path), "/proc/%.20s/task/%.20s/status", pid, entry->d_name);
		file = isdigit((unsigned char)entry->d_name[0]) ? fopen(path, "re") : NULL;
		while (file && fgets(line, sizeof(line), file))
			if (sscanf(line, "voluntary_ctxt_switches: %ld", &value) == 1)
				sum += value;
	}
	closedir(folder);
	return sum;
}

int program_get_load(const struct program *program, struct program_load *ret_load)
{
	struct program_load load = {0};
	struct dirent *entry;
	DIR *folder;

	if (program->state == PROGRAM_NOT_STARTED || program->state == PROGRAM_ENDED)
		return -ESRCH;
	folder = opendir("/proc");
	if (!folder)
		return -errno;
	while ((entry = readdir(folder))) {
		pid_t pid = (pid_t)atol(entry->d_name);
		struct process_state process;
		long wakeups;

		if (pid <= 0 || pid == program->keeper || !read_process(entry->d_name, &process) ||
		    process.session != program->keeper)
			continue;
		wakeups = count_wakeups(entry->d_name);
		load.all_wakeups += wakeups;
		load.cpu_ticks += process.ticks;
		load.processes++;
		if (pid == program->pid)
			load.wakeups = wakeups;
	}
	closedir(folder);
	*ret_load = load;
	return 0;
}

void program_close(struct program *program)
{
	struct pollfd wait = {.fd = program->keeper_socket, .events = POLLIN};

	if (program->keeper_socket >= 0) {
		(void)give_order(program, KEEPER_FINISH);
		while (program->processes_left < 0 && poll(&wait, 1, 10000) > 0)
			if (program_read_event(program) == -EPIPE)
				break;
		if (program->processes_left < 0)
			(void)kill(program->keeper, SIGKILL);
		(void)waitpid(program->keeper, NULL, 0);
		close(program->keeper_socket);
		program->keeper_socket = -1;
	}
	if (program->master >= 0)
		close(program->master);
	program->master = -1;
}
