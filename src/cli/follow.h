/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following a job: what it does is shown as if it ran here, and it goes on when we leave. */
#ifndef REFLOAT_CLI_FOLLOW_H
#define REFLOAT_CLI_FOLLOW_H

#include "cli/command.h"
#include "cli/progress.h"
#include "plan/job.h"

enum follow_end {
	FOLLOW_ENDED,  /* the job has ended */
	FOLLOW_LEFT,   /* a signal came, or nobody reads what is printed */
	FOLLOW_WAITED, /* the time was over */
};

/* Where a job is shown. */
void follow_prepare(const struct cli *cli, struct progress *progress);

/*
 * Hands what FOLLOW tells to PROGRESS until the job has ended, a signal came or WAIT_MS (0: no
 * limit) are over. Signals are caught from here on.
 */
enum follow_end follow_watch(struct job_follow *follow, struct progress *progress,
			     unsigned wait_ms);

/* Shows job NUMBER from its beginning, until it has ended or the person leaves. Returns the exit
 * status that its action would have had, had it run here. */
int follow_job(struct cli *cli, unsigned number);

/* The same for one that was started just now, its plan being on the screen; with --json what an
 * action prints that runs here. */
int follow_started_job(struct cli *cli, unsigned number);

/* After follow_watch: says what came of the job, or how to come back; the exit status for it. */
int follow_tell_end(const struct cli *cli, const struct job *job, enum follow_end end,
		    struct progress *progress);

#endif
