/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What went wrong, for the person: what, why, and what to do next.
 *
 * A function that can fail returns 0 or more, or a negative errno. Where a person must read the
 * reason its last argument is a struct problem *, which may be NULL. Whoever detects the failure
 * fills it once and returns; callers hand it up untouched. The sentences are translated where
 * they are made (_() around the format), and foreign text in them has been made printable.
 *
 *   return problem_set(why, -ENOENT, path, _("no such image file"));
 */
#ifndef REFLOAT_BASE_PROBLEM_H
#define REFLOAT_BASE_PROBLEM_H

#include "base/cleanup.h"

struct problem {
	int error;  /* negative errno, 0 while nothing went wrong */
	char *what; /* the thing or the act that failed, such as a path or "mount /var" */
	char *why;  /* the reason, no full stop */
	char *next; /* what to do next, a sentence; NULL where that is not known */
};

/*
 * Says that WHAT failed because of the formatted reason; replaces what was there. WHAT is
 * copied. Returns ERROR, which must be negative. PROBLEM may be NULL.
 */
int problem_set(struct problem *problem, int error, const char *what, const char *why_format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same with the system's words for ERROR as the reason. */
int problem_set_errno(struct problem *problem, int error, const char *what);

/* Adds what to do next to a problem that is set. */
void problem_set_next(struct problem *problem, const char *next_format, ...)
	__attribute__((format(printf, 2, 3)));

/* "what: why" in one line; the caller frees. */
char *problem_text(const struct problem *problem);

/* Moves FROM to TO, freeing what TO had; FROM is empty afterwards. */
void problem_move(struct problem *to, struct problem *from);

void problem_done(struct problem *problem);
#define _cleanup_problem_ _cleanup_(problem_done)

#endif
