/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run as it goes: one line a step, or a state for each to be printed as JSON at the end. */
#ifndef REFLOAT_CLI_PROGRESS_H
#define REFLOAT_CLI_PROGRESS_H

#include <stdio.h>

#include "base/json.h"
#include "plan/runner.h"

struct progress {
	FILE *stream;		   /* where lines go; NULL: nowhere */
	bool is_verbose;	   /* lines of the log go to the terminal as well */
	bool is_line_open;	   /* a step's line waits for its end */
	struct json_object *steps; /* array in step's order, to be marked; borrowed, may be NULL */
	size_t done_count;	   /* steps that were done, also if taken back later */
	size_t undone_count;	   /* steps that were taken back */
	struct text_list failures; /* "sentence: why" of each failure */
};

/* A runner_on_notice_fn; DATA is a struct progress. */
void progress_on_notice(void *data, const struct runner_notice *notice);

void progress_done(struct progress *progress);
#define _cleanup_progress_ _cleanup_(progress_done)

#endif
