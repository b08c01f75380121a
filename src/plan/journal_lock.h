/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lock that keeps two programs from changing things at once.
 *
 * A lock on an open file (fcntl's F_OFD_SETLK), so that it dies with its holder, and so that a
 * reader can ask who holds it without holding it for an instant itself. What the file says is for
 * people: it is worth nothing once the lock is gone.
 */
#ifndef REFLOAT_PLAN_JOURNAL_LOCK_H
#define REFLOAT_PLAN_JOURNAL_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/problem.h"

/* What the holder says of itself. */
struct journal_lock_words {
	const char *who;   /* NULL: journal_describe_user() */
	const char *doing;
	unsigned job;      /* 0: it is none */
};

/* Takes the lock, made where missing. Returns its descriptor, or -EBUSY with words about who holds
 * it, since when, and what it does. */
int journal_lock_take(const char *path, const struct journal_lock_words *words,
		      struct problem *why);

/* Gives it up; -1 is no lock. */
void journal_lock_release(int fd);

/* Whether another process holds it; then its PID, 0 where it has not said it. */
bool journal_lock_is_held(const char *path, pid_t *ret_pid);

/* "root (alice) from 192.0.2.7 on pts/0", as far as it is known; the caller frees. */
char *journal_describe_user(void);

#endif
