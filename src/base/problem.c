/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What went wrong, for the person. */
#include "base/problem.h"

#include <assert.h>
#include <string.h>

#include "base/text.h"

int problem_set(struct problem *problem, int error, const char *what, const char *why_format, ...)
{
	va_list args;
	char *what_copy, *why;

	assert(error < 0);
	if (!problem)
		return error;
	what_copy = text_copy(what); /* before the old texts go: it may be one of them */
	va_start(args, why_format);
	why = text_format_args(why_format, args);
	va_end(args);
	problem_done(problem);
	problem->error = error;
	problem->what = what_copy;
	problem->why = why;
	return error;
}

int problem_set_errno(struct problem *problem, int error, const char *what)
{
	return problem_set(problem, error, what, "%s", strerror(-error));
}

void problem_set_next(struct problem *problem, const char *next_format, ...)
{
	va_list args;

	if (!problem)
		return;
	free(problem->next);
	va_start(args, next_format);
	problem->next = text_format_args(next_format, args);
	va_end(args);
}

char *problem_text(const struct problem *problem)
{
	if (!problem->what)
		return text_copy(problem->why ? problem->why : "");
	return text_format("%s: %s", problem->what, problem->why ? problem->why : "");
}

void problem_move(struct problem *to, struct problem *from)
{
	if (to) {
		problem_done(to);
		*to = *from;
		*from = (struct problem){0};
	} else {
		problem_done(from);
	}
}

void problem_done(struct problem *problem)
{
	free(problem->what);
	free(problem->why);
	free(problem->next);
	*problem = (struct problem){0};
}
