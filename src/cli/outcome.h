/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of a plan that ran: as the person hears it, as JSON, and as the exit status. */
#ifndef REFLOAT_CLI_OUTCOME_H
#define REFLOAT_CLI_OUTCOME_H

#include "cli/progress.h"
#include "plan/job.h"

/* A run that began and has ended; everything is borrowed. */
struct outcome {
	int result; /* enum runner_result */
	const struct plan *plan;
	const struct step_report *report;
	const struct problem *why; /* the first failure; error 0: there was none */
	bool is_stopped;	   /* it was a job, and was asked to stop */
};

/* What the person must hear of one that did not go well; PROGRESS is what was told meanwhile. */
void outcome_tell(const struct outcome *outcome, const struct progress *progress);

/* Says that undo takes it back, where JOURNAL has something to undo. */
void outcome_tell_undo(const struct outcome *outcome, const struct journal *journal);

/* Adds result, problem and remarks. */
void outcome_add_json(const struct outcome *outcome, struct json_object *object);

int outcome_exit_status(const struct outcome *outcome);

/* Of JOB, which has ended and was not cut off, and whose result is none of what kept it from
 * beginning. */
struct outcome outcome_of_job(const struct job *job);

/* The exit status of the action that JOB runs, had it run here; -1 while it runs. */
int outcome_job_status(const struct job *job);

/* "done", "partial", "undone", "failed": stable, for JSON. */
const char *outcome_result_name(int result);

#endif
