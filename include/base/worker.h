/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions that run in a child process of their own and stream messages back.
 *
 * What reads a disk may hang for minutes or crash on crafted bytes; in a child it costs nothing.
 * The child closes every inherited descriptor, has /dev/null for its standard streams, dies with the
 * parent (PR_SET_PDEATHSIG) and writes messages (a length and that many bytes) down a pipe. The parent
 * never blocks on it: at the deadline the child is killed, and one stuck in the kernel (D state)
 * is left behind and never waited for.
 */
#ifndef REFLOAT_BASE_WORKER_H
#define REFLOAT_BASE_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/problem.h"

#define WORKER_MESSAGE_MAX (32u * 1024 * 1024) /* bytes; a longer message ends the worker */

struct worker;

/* Sends one message to the parent; called in the child. 0 or negative errno. */
int worker_send(int fd, const void *bytes, size_t length);

/*
 * Called in a child whose work must be brought to an orderly end: the parent's death sends SIGTERM
 * instead of killing it (already begun work of its own ends on that), and messages that nobody
 * reads any more are -EPIPE.
 */
void worker_be_orderly(void);

/*
 * Runs in the child. FD takes messages (worker_send). Its return value (0 to 255) is the child's
 * exit status.
 */
typedef int (*worker_fn)(void *data, int fd);

/* Starts FUNCTION in a child. DEADLINE_MS counts from now; 0 means none. */
int worker_start(worker_fn function, void *data, unsigned deadline_ms, struct worker **ret_worker,
		 struct problem *why);

enum worker_state {
	WORKER_RUNNING,   /* no end yet */
	WORKER_DONE,      /* exited with status 0 */
	WORKER_FAILED,    /* exited with another status */
	WORKER_CRASHED,   /* ended by a signal that we did not send */
	WORKER_TIMED_OUT, /* did not end before its deadline and was killed or left behind */
};

/* Called for each message, in the parent. BYTES is valid during the call only. */
typedef void (*worker_on_message_fn)(void *data, const char *bytes, size_t length);

int worker_fd(const struct worker *worker);                /* to poll for POLLIN */
int64_t worker_deadline_ms(const struct worker *worker);   /* on CLOCK_MONOTONIC; 0: none */

/*
 * Reads what there is without blocking, hands each whole message to ON_MESSAGE, and looks
 * whether the child has ended or its deadline has passed.
 */
enum worker_state worker_dispatch(struct worker *worker, worker_on_message_fn on_message,
				  void *data);

/* What worker_dispatch last found, in words ("killed by signal 11 (...)"); the caller frees. */
char *worker_describe(const struct worker *worker);
enum worker_state worker_get_state(const struct worker *worker);
int worker_exit_status(const struct worker *worker); /* 0..255; only once DONE or FAILED */

/* Sends signal NUMBER to a child that still runs. */
void worker_signal(const struct worker *worker, int number);

/* Frees WORKER, but lets a child that still runs come to its end. Takes NULL. */
struct worker *worker_leave(struct worker *worker);

/* Kills a child that still runs, without waiting for one that cannot die. Takes NULL. */
struct worker *worker_free(struct worker *worker);
DEFINE_CLEANUP_POINTER(struct worker, worker_free);
#define _cleanup_worker_ _cleanup_(worker_free_cleanup)

/*
 * The whole life of a worker that sends at most one message that matters: starts it, waits
 * for its end or deadline, hands back the last message (the caller frees; NULL if none came).
 * Returns 0, -ETIMEDOUT, -EIO (crashed) or -ECANCELED (exit status not 0); the state in
 * RET_EXIT_STATUS where not NULL.
 */
int worker_call(worker_fn function, void *data, unsigned deadline_ms, char **ret_message,
		size_t *ret_length, int *ret_exit_status, struct problem *why);

#endif
