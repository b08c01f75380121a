/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the lines of a journal say together. */
#ifndef REFLOAT_PLAN_JOURNAL_STATE_H
#define REFLOAT_PLAN_JOURNAL_STATE_H

#include "plan/journal.h"

struct journal_content {
	char *boot;       /* the boot that it speaks of; NULL: no header yet */
	char *name_space; /* the mount namespace, as readlink of ns/mnt gives it */
	uint64_t effects; /* a sum of all lines about steps that leave something; 0: there are none */
	struct operation *operations; /* oldest first */
	size_t count;
	size_t capacity;
};

/* Takes LENGTH bytes of lines; what is no whole JSON line is passed over. */
void journal_content_parse(struct journal_content *content, const char *text, size_t length);

/* Whether job NUMBER still runs, as process PID. */
typedef bool (*journal_job_runs_fn)(const void *data, unsigned number, pid_t pid);

/*
 * Operations without an end are CUT_OFF, or UNDONE where nothing of them is there; but the newest is
 * RUNNING where WORKER (0: none) is its process, and that of a job where JOB_RUNS says so.
 */
void journal_content_judge(struct journal_content *content, pid_t worker,
			   journal_job_runs_fn job_runs, const void *data);

void journal_content_done(struct journal_content *content);

bool journal_operation_has_undoable(const struct operation *operation);

#endif
