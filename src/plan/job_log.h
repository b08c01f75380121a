/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job's log: headings of its steps, and what its programs wrote, for people.
 *
 * It lies in memory (/run): what programs write is kept whole up to a limit, and beyond that only the
 * last lines of each step.
 */
#ifndef REFLOAT_PLAN_JOB_LOG_H
#define REFLOAT_PLAN_JOB_LOG_H

#include "plan/runner.h"

struct job_log {
	int fd;                /* -1: it cannot be written */
	uint64_t left;         /* bytes that programs may still write */
	struct text_list tail; /* the last lines since that is over */
	uint64_t dropped;      /* lines that are neither there nor in tail */
};

/* LIMIT: bytes of programs' output. A log that cannot be written is no failure of the job. */
void job_log_open(struct job_log *log, const char *path, uint64_t limit);
void job_log_notice(struct job_log *log, const struct runner_notice *notice);
void job_log_output(struct job_log *log, const char *line, size_t length);
/* One sentence of the job's own. */
void job_log_say(struct job_log *log, const char *sentence);
void job_log_problem(struct job_log *log, const struct problem *problem); /* NULL: none */
void job_log_close(struct job_log *log);

#endif
