/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step, with a word to the journal before and after it. */
#ifndef REFLOAT_PLAN_RUNNER_STEP_H
#define REFLOAT_PLAN_RUNNER_STEP_H

#include "plan/runner.h"

/* Gives up the turn of a plan's steps, which they take by themselves. */
void runner_turn_end(struct runner_turn *turn);

/*
 * Runs step NUMBER of OPERATION. 0, or what failed; *RET_IS_BEGUN tells whether anything of it can be
 * there. In a job the journal's lock is given up while a long step runs.
 */
int runner_step_run(const struct runner *runner, unsigned operation, unsigned number,
		    struct step *step, bool *ret_is_begun, struct step_report *report,
		    struct problem *why);

/* Runs a step that has no place in the journal. */
int runner_step_run_unnoted(const struct runner *runner, struct step *step,
			    struct step_report *report, struct problem *why);

/*
 * Undoes one step and says so in the journal. That a word to the journal fails is no failure: what
 * is undone twice does no harm, and what stays undone for want of a word does.
 */
int runner_step_undo(const struct runner *runner, unsigned operation, unsigned number,
		     const struct step *step, struct step_report *report, struct problem *why);

#endif
