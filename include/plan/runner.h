/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Executes plans: the only place where anything is changed.
 *
 * Each step is journalled before and after. A required step that fails ends the plan and has
 * everything this plan did undone, newest first; an optional one is noted and the plan goes on.
 * What a failed step has left behind is cleared away at once.
 * Temporary steps are undone, newest first, once the last step has come to its end. A stop signal
 * between steps ends the plan in the same way as a failure, and steps that can be stopped in the
 * middle see it too. A plan that undoes
 * (plan->is_undo) is no operation of its own: its steps mark those of the journal as undone, and
 * it stops at the first that fails, since what was mounted nests.
 */
#ifndef REFLOAT_PLAN_RUNNER_H
#define REFLOAT_PLAN_RUNNER_H

#include "plan/journal.h"
#include "plan/plan.h"

enum runner_event {
	RUNNER_STEP_STARTED,
	RUNNER_STEP_DONE,
	RUNNER_STEP_FAILED,
	RUNNER_UNDO_STARTED,
	RUNNER_UNDO_DONE,
	RUNNER_UNDO_FAILED,
};

struct runner_notice {
	enum runner_event event;
	unsigned operation;            /* in the journal; 0: of none, the plan undoes */
	size_t number;                 /* 1.. of the step in the plan or operation */
	size_t count;                  /* steps altogether */
	const struct step *step;
	const char *what;              /* the step's sentence, or its undo's */
	const struct step_report *report; /* DONE, FAILED: notes; may be NULL */
	const struct problem *problem; /* FAILED */
};

typedef void (*runner_on_notice_fn)(void *data, const struct runner_notice *notice);

/* The turn of the steps of a plan, kept from one to the next. */
struct runner_turn {
	int fd;          /* -1: it is not held */
	bool is_refused; /* it could not be had: the plan goes on without, and waits no more */
};

struct runner {
	const struct step_class *const *classes; /* NULL-terminated */
	struct journal *journal;                 /* locked by runner_execute itself */
	runner_on_notice_fn on_notice;           /* may be NULL */
	void *data;
	const volatile int *stop_signal;         /* not 0: end before the next step; may be NULL */
	const struct step_listener *listener;    /* hears the steps while they run (its stop_signal is
						    not used); may be NULL */
	struct runner_turn *turn;                /* runner_execute's own */
};

enum runner_result {
	RUNNER_DONE,    /* everything; the report may still say that something is left to do */
	RUNNER_PARTIAL, /* optional steps failed; undoing: some is undone, the rest is not */
	RUNNER_UNDONE,  /* failed, and everything is as it was */
	RUNNER_FAILED,  /* failed, and not everything could be undone: the journal knows what;
			   undoing: nothing is undone */
};

/*
 * Runs PLAN. Returns a runner_result, or a negative errno where it could not even begin (lock held,
 * journal not writable; -ESTALE: the journal has changed since the plan was made). WHY is the first
 * failure. REPORT (may be NULL) gets the notes of all steps and the exit status of the last that
 * had one.
 */
int runner_execute(const struct runner *runner, struct plan *plan, struct step_report *report,
		   struct problem *why);

#endif
