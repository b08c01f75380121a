/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Functions that run in a child process of their own and stream messages back. */
#include "base/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/process.h"
#include "base/text.h"

struct worker {
	pid_t pid; /* 0: has been waited for, or left behind */
	int fd;
	int status; /* raw wait status, once ended */
	unsigned limit_ms;
	int64_t deadline_ms;
	enum worker_state state;
	struct text_buffer pending; /* bytes of a message that is not whole yet */
};

int worker_send(int fd, const void *bytes, size_t length)
{
	uint32_t header = (uint32_t)length;
	int r;

	if (length > WORKER_MESSAGE_MAX)
		return -EMSGSIZE;
	r = file_write_all(fd, &header, sizeof(header));
	return r < 0 ? r : file_write_all(fd, bytes, length);
}

void worker_be_orderly(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);	 /* cannot fail for a valid signal */
	(void)sigaction(SIGPIPE, &ignore, NULL); /* nor this */
}

/*
 * A child that is stuck in the kernel outlives us: with our standard streams it would keep whoever
 * reads our output through a pipe waiting as well.
 */
static void leave_streams(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (null < 0 || dup2(null, fd) < 0)
			(void)close(fd); /* only so that nobody waits for it */
	}
}

static void run_child(worker_fn function, void *data, int fd, pid_t parent)
{
	child_leave_terminal(parent);
	child_reset_signals();
	child_die_with_parent(parent);
	leave_streams();
	child_close_all_but(fd);
	log_forget();
	/* no exit handlers: they belong to the parent */
	_exit(function(data, fd) & 0xff);
}

int worker_start(worker_fn function, void *data, unsigned deadline_ms, struct worker **ret_worker,
		 struct problem *why)
{
	struct worker *worker;
	int pipes[2];
	pid_t pid, parent = getpid();
	sigset_t saved;

	if (pipe2(pipes, O_CLOEXEC) < 0)
		return problem_set_errno(why, -errno, _("start a child process"));
	child_hold_signals(&saved);
	pid = fork();
	if (pid == 0)
		run_child(function, data, pipes[1], parent);
	child_release_signals(&saved);
	if (pid < 0) {
		int error = -errno;

		(void)close(pipes[0]); /* never used */
		(void)close(pipes[1]);
		return problem_set_errno(why, error, _("start a child process"));
	}
	(void)close(pipes[1]);			    /* the child has its own */
	(void)fcntl(pipes[0], F_SETFL, O_NONBLOCK); /* cannot fail for a pipe of ours */
	worker = alloc_zero(1, sizeof(*worker));
	worker->pid = pid;
	worker->fd = pipes[0];
	worker->limit_ms = deadline_ms;
	worker->deadline_ms = deadline_ms ? clock_monotonic_ms() + deadline_ms : 0;
	*ret_worker = worker;
	return 0;
}

int worker_fd(const struct worker *worker)
{
	return worker->fd;
}

int64_t worker_deadline_ms(const struct worker *worker)
{
	return worker->deadline_ms;
}

enum worker_state worker_get_state(const struct worker *worker)
{
	return worker->state;
}

int worker_exit_status(const struct worker *worker)
{
	return WIFEXITED(worker->status) ? WEXITSTATUS(worker->status) : 255;
}

/* Hands over every whole message; false where one is too long to be honest. */
static bool deliver(struct worker *worker, worker_on_message_fn on_message, void *data)
{
	struct text_buffer *pending = &worker->pending;
	size_t at = 0;
	uint32_t length;

	while (pending->length - at >= sizeof(length)) {
		memcpy(&length, pending->data + at, sizeof(length));
		if (length > WORKER_MESSAGE_MAX)
			return false;
		if (pending->length - at - sizeof(length) < length)
			break;
		if (on_message)
			on_message(data, pending->data + at + sizeof(length), length);
		at += sizeof(length) + length;
	}
	if (at) {
		memmove(pending->data, pending->data + at, pending->length - at);
		pending->length -= at;
	}
	return true;
}

/* Reads what there is. 1: more may come, 0: the child closed its end, negative: errno. */
static int read_available(struct worker *worker, worker_on_message_fn on_message, void *data)
{
	char bytes[65536];
	ssize_t got;

	for (;;) {
		got = read(worker->fd, bytes, sizeof(bytes));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN ? 1 : -errno;
		if (!got)
			return 0;
		text_buffer_add(&worker->pending, bytes, (size_t)got);
		if (!deliver(worker, on_message, data))
			return -EBADMSG;
	}
}

#define YIELDS 200

/* Gives way to the child that is exiting: first the processor only, later a millisecond. */
static void give_way(int turn)
{
	if (turn < YIELDS)
		(void)sched_yield(); /* always succeeds on Linux */
	else
		(void)poll(NULL, 0, 1);
}

static void note_end(struct worker *worker, int status)
{
	worker->pid = 0;
	worker->status = status;
	if (!WIFEXITED(status))
		worker->state = WORKER_CRASHED;
	else
		worker->state = WEXITSTATUS(status) ? WORKER_FAILED : WORKER_DONE;
}

/* Kills the child; one that does not die at once is left to init, it may be stuck in the kernel. */
static void kill_child(struct worker *worker)
{
	int status;

	if (!worker->pid)
		return;
	(void)kill(worker->pid, SIGKILL); /* fails only when it is gone already */
	for (int turn = 0; turn < YIELDS + 20 && worker->pid; turn++) {
		if (waitpid(worker->pid, &status, WNOHANG) != 0)
			worker->pid = 0;
		else
			give_way(turn);
	}
	worker->pid = 0;
}

/* False where it takes its time: whoever dispatches must not wait for it. */
static bool wait_for_exit(struct worker *worker)
{
	int status = SIGKILL; /* where somebody else has waited for it: how it ended is not known */
	pid_t ended;

	for (int turn = 0; turn < YIELDS + 20; turn++) {
		ended = waitpid(worker->pid, &status, WNOHANG);
		if (ended > 0 || (ended < 0 && errno == ECHILD)) {
			note_end(worker, status);
			return true;
		}
		give_way(turn);
	}
	return false;
}

enum worker_state worker_dispatch(struct worker *worker, worker_on_message_fn on_message,
				  void *data)
{
	int r;

	if (worker->state != WORKER_RUNNING)
		return worker->state;
	r = read_available(worker, on_message, data);
	if (r < 0) {
		kill_child(worker);
		worker->status = SIGKILL;
		worker->state = WORKER_CRASHED;
		return worker->state;
	}
	/* it has closed its end and is exiting */
	if (r == 0 && wait_for_exit(worker))
		return worker->state;
	if (worker->deadline_ms && clock_monotonic_ms() >= worker->deadline_ms) {
		kill_child(worker);
		worker->state = WORKER_TIMED_OUT;
	}
	return worker->state;
}

char *worker_describe(const struct worker *worker)
{
	switch (worker->state) {
	case WORKER_RUNNING:
		return text_copy(_("is still running"));
	case WORKER_DONE:
		return text_copy(_("is done"));
	case WORKER_TIMED_OUT:
		return text_format(_("did not answer within %u s"),
				   (worker->limit_ms + 999) / 1000);
	case WORKER_FAILED:
	case WORKER_CRASHED:
		break;
	}
	return process_describe_status(worker->status);
}

void worker_signal(const struct worker *worker, int number)
{
	if (worker->pid)
		(void)kill(worker->pid, number); /* fails only when it is gone already */
}

struct worker *worker_leave(struct worker *worker)
{
	if (!worker)
		return NULL;
	(void)close(worker->fd); /* only read from */
	text_buffer_done(&worker->pending);
	free(worker);
	return NULL;
}

struct worker *worker_free(struct worker *worker)
{
	if (worker)
		kill_child(worker);
	return worker_leave(worker);
}

struct last_message {
	char *bytes;
	size_t length;
};

static void keep_last(void *data, const char *bytes, size_t length)
{
	struct last_message *last = data;

	free(last->bytes);
	last->bytes = alloc_copy(bytes, length);
	last->length = length;
}

static int state_to_error(enum worker_state state)
{
	switch (state) {
	case WORKER_DONE:
		return 0;
	case WORKER_TIMED_OUT:
		return -ETIMEDOUT;
	case WORKER_FAILED:
		return -ECANCELED;
	case WORKER_RUNNING:
	case WORKER_CRASHED:
		break;
	}
	return -EIO;
}

/* Waits until there is something to read, or the deadline. */
static void wait_for(const struct worker *worker)
{
	struct pollfd fd = {.fd = worker->fd, .events = POLLIN};
	int64_t left = -1;

	if (worker->deadline_ms) {
		left = worker->deadline_ms - clock_monotonic_ms();
		if (left < 0)
			left = 0;
	}
	(void)poll(&fd, 1, (int)left); /* an interrupted wait is simply a short one */
}

int worker_call(worker_fn function, void *data, unsigned deadline_ms, char **ret_message,
		size_t *ret_length, int *ret_exit_status, struct problem *why)
{
	_cleanup_worker_ struct worker *worker = NULL;
	struct last_message last = {0};
	enum worker_state state;
	int r = worker_start(function, data, deadline_ms, &worker, why);

	if (!worker)
		return r;
	do {
		wait_for(worker);
		state = worker_dispatch(worker, keep_last, &last);
	} while (state == WORKER_RUNNING);
	r = state_to_error(state);
	if (r == -ETIMEDOUT || r == -EIO) {
		_cleanup_free_ char *how = worker_describe(worker);

		(void)problem_set(why, r, _("child process"), "%s", how);
	}
	if (ret_exit_status)
		*ret_exit_status = worker_exit_status(worker);
	if (ret_message)
		*ret_message = TAKE_PTR(last.bytes);
	if (ret_length)
		*ret_length = last.length;
	free(last.bytes);
	return r;
}
