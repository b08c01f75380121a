/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens of jobs share: asking whether one is to be stopped. */
#ifndef REFLOAT_TUI_SCREENS_JOB_H
#define REFLOAT_TUI_SCREENS_JOB_H

#include "plan/job.h"
#include "tui/screen.h"

/* Says what stopping JOB means and asks; it is stopped where the answer is yes. ON_ANSWER is the
 * screen's: it calls job_stop_answered with the number of that job. */
void job_ask_stop(struct app *app, const struct job *job,
		  enum reaction (*on_answer)(struct app *app, void *state, int key));
enum reaction job_stop_answered(struct app *app, unsigned number, int key);

/* Why JOB (NULL: there is none) cannot be stopped now, a sentence; NULL: it can. */
const char *job_why_not_stop(const struct job *job);

/* What is done, printable; the caller frees. */
char *job_summary(const struct job *job);

/* Which job a state of screen_job shows. */
unsigned job_screen_number(const void *state);

#endif
