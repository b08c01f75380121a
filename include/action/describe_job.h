/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for jobs, as every front end says them; all printable, the caller's to free. */
#ifndef REFLOAT_ACTION_DESCRIBE_JOB_H
#define REFLOAT_ACTION_DESCRIBE_JOB_H

#include "plan/job.h"

/* "running", "cut off", ...; not to be freed. */
const char *describe_job_state(const struct job *job);

/* "02:14", or, of another day than today, "2026-11-20 02:14"; "" for 0. */
char *describe_job_time(int64_t seconds);

/* How far it is: "43%, about 12 minutes left", "1.2G read", "phase 3 of 7" (2 are over); of several
 * steps "step 2 of 4: 43%"; "" where nothing is known. */
char *describe_job_progress(const struct job *job);

/* With what the step that runs is busy, and how far it is: "checking directories: 43%, about 12 minutes
 * left"; "" where nothing is known. */
char *describe_job_step(const struct job *job);

/* One line: "Check md1 is running since 02:14, 43%, about 12 minutes left"; of one that has ended
 * how it ended. */
char *describe_job(const struct job *job);

/* What stopping it now means, sentences. */
char *describe_job_stop(const struct job *job);

#endif
