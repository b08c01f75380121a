/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps of a plan that runs or ran, each with how it stands, and what came of it all: what the
 * screen of a run and that of a job have in common.
 */
#ifndef REFLOAT_TUI_SCREENS_STEPS_H
#define REFLOAT_TUI_SCREENS_STEPS_H

#include "plan/runner.h"
#include "tui/widgets/text_view.h"

enum step_state {
	STEP_WAITS,
	STEP_RUNS,
	STEP_OK,
	STEP_IS_UNFINISHED, /* it did what it could, and something is left to do */
	STEP_HAS_FAILED,
	STEP_IS_STOPPED, /* in the middle, as it was asked to */
	STEP_IS_UNDOING,
	STEP_IS_UNDONE,
	STEP_IS_LEFT,	 /* it could not be undone */
	STEP_IS_CUT_OFF, /* whoever did it is gone */
};

/* A line of it: a step, or what is done afterwards in any case (undoing a temporary step). */
struct step_line {
	size_t number; /* 1..: of the step in the plan */
	bool is_afterwards;
	enum step_state state;
	char *what;		/* printable */
	struct text_list notes; /* printable */
};

struct steps {
	const struct plan *plan; /* borrowed */
	struct step_line *lines;
	size_t count;
};

void steps_init(struct steps *steps, const struct plan *plan);
void steps_done(struct steps *steps);
void steps_hear(struct steps *steps, const struct runner_notice *notice);
/* Nobody goes on with it: what was being done was cut off. */
void steps_cut_off(struct steps *steps);
/* REMARK stands below the heading; NULL: none. */
void steps_show(const struct steps *steps, const char *remark, struct text_view *view);

/* How the whole of it ended. */
struct outcome {
	int result;	    /* a runner_result, or a negative errno: it could not begin */
	bool is_stopping;   /* it was asked to stop */
	bool is_unfinished; /* something is left to do: the notes say what */
	const struct problem *why;
};

/* What came of it, in words: at the end of VIEW. */
void steps_show_outcome(const struct steps *steps, const struct outcome *outcome,
			struct text_view *view);
/* What the unfinished steps were about, by argument "name" of each. */
void steps_list_unfinished(const struct steps *steps, struct text_list *names);
/* Whether some of what it did is still there, to be undone. */
bool steps_can_be_undone(const struct steps *steps, const struct outcome *outcome);

#endif
