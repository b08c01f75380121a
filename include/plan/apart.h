/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making and running plans in processes of their own, for a front end that must never wait.
 *
 * Both are used as a scan is (storage/scan.h): start, poll the descriptor, dispatch, take the
 * result once dispatch says that it is over. A sick disk, a crash in a library or a kill -9 costs
 * the child only; what it had begun is in the journal.
 */
#ifndef REFLOAT_PLAN_APART_H
#define REFLOAT_PLAN_APART_H

#include "plan/runner.h"

/* A plan that is being run. */
struct apart;

/*
 * Starts PLAN in a child that opens the journal in JOURNAL_FOLDER for itself. CLASSES and PLAN are
 * borrowed until apart_free; the arguments that steps set while they run stay in the child and in
 * the journal. -EINVAL where a step wants the terminal (is_interactive): the child has none.
 * Should we die, the child stops before its next step and undoes what it did.
 */
int apart_start(const struct step_class *const *classes, const char *journal_folder,
		const struct plan *plan, struct apart **ret_apart, struct problem *why);

int apart_fd(const struct apart *apart);	 /* readable when there is news; borrowed */
int apart_timeout_ms(const struct apart *apart); /* when to dispatch without news; -1: never */

/*
 * Hands over the notices that have come, without waiting, as the runner would: step is borrowed
 * from the plan, the rest is valid during the call. ON_NOTICE may be NULL. True while the plan
 * runs.
 */
bool apart_dispatch(struct apart *apart, runner_on_notice_fn on_notice, void *data);

/*
 * What runner_execute returned in the child, with copies of its REPORT (may be NULL) and first
 * failure; may be asked again. -EAGAIN while it runs. A child that died after its first step had
 * begun is RUNNER_FAILED, one that died earlier -EIO (or, where it was asked to stop, -EINTR); WHY
 * says how it died and what to do.
 */
int apart_get_result(const struct apart *apart, struct step_report *report, struct problem *why);

/* Asks the child to stop before its next step and to undo what it did. More than once is harmless,
 * and so is too late. */
void apart_stop(struct apart *apart);

/* A plan that still runs is asked to stop, and comes to its end without us; its process is then
 * waited for by nobody until we end. */
struct apart *apart_free(struct apart *apart);
DEFINE_CLEANUP_POINTER(struct apart, apart_free);
#define _cleanup_apart_ _cleanup_(apart_free_cleanup)

/* A plan that is being made. */
struct apart_plan;

/* Makes the plan, as action_plan does; called in the child. What else it changes is lost. */
typedef int (*apart_make_fn)(void *data, struct plan **ret_plan, struct problem *why);

/* Calls MAKE with DATA in a child, which is killed after DEADLINE_MS (0: never). */
int apart_plan_start(apart_make_fn make, void *data, unsigned deadline_ms,
		     struct apart_plan **ret_making, struct problem *why);

int apart_plan_fd(const struct apart_plan *making);
int apart_plan_timeout_ms(const struct apart_plan *making); /* until the deadline; -1: none */
bool apart_plan_dispatch(struct apart_plan *making);	    /* true while it is being made */

/* The plan, once, the caller's; or the problem that MAKE met, or how the child died, or -ETIMEDOUT.
 * -EAGAIN while it is being made. */
int apart_plan_take(struct apart_plan *making, struct plan **ret_plan, struct problem *why);

/* One that is still being made is given up. */
struct apart_plan *apart_plan_free(struct apart_plan *making);
DEFINE_CLEANUP_POINTER(struct apart_plan, apart_plan_free);
#define _cleanup_apart_plan_ _cleanup_(apart_plan_free_cleanup)

#endif
