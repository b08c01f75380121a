/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run as it goes: one line a step, or a state for each to be printed as JSON at the end. */
#ifndef REFLOAT_CLI_PROGRESS_H
#define REFLOAT_CLI_PROGRESS_H

#include <stdio.h>

#include "base/json.h"
#include "cli/live_line.h"
#include "plan/job.h"

struct progress {
	FILE *stream;	       /* where lines go; NULL: nowhere */
	bool is_verbose;       /* lines of the log go to the terminal as well */
	bool is_line_open;     /* a step's line waits for its end */
	bool is_live;	       /* the stream is a terminal: how far a step is stands in one line */
	struct live_line live; /* ... this one */
	size_t told_step;      /* not live: the step whose progress was told last, */
	unsigned told_tenth;   /* ... how many tenths of it were done */
	char *told_text;       /* ... and with what it was busy; NULL: not told */
	struct json_object *steps; /* array in step's order, to be marked; borrowed, may be NULL */
	size_t done_count;	   /* steps that were done, also if taken back later */
	size_t undone_count;	   /* steps that were taken back */
	bool has_written;	   /* nothing takes back what one of them may have written */
	struct text_list failures; /* "sentence: why" of each failure */
};

/* A runner_on_notice_fn; DATA is a struct progress. */
void progress_on_notice(void *data, const struct runner_notice *notice);

/* Shows how far JOB's step is: on a terminal in one line, elsewhere at each tenth of the step and
 * at each new part of it. */
void progress_show_job(struct progress *progress, const struct job *job);

/* Ends the line that stands half printed, where one does, so that others may print. */
void progress_break_line(struct progress *progress);

void progress_done(struct progress *progress);
#define _cleanup_progress_ _cleanup_(progress_done)

#endif
