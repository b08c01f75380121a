/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Executes plans. */
#include "plan/runner.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/log.h"
#include "plan/runner_step.h"

#define PATIENCE_MS 50
#define PATIENCE_TURNS 60

/* Tells whoever listens of NOTICE, which says already which step it is about. */
static void tell(const struct runner *runner, struct runner_notice *notice, enum runner_event event,
		 const struct step_report *report, const struct problem *problem)
{
	notice->event = event;
	notice->report = report;
	notice->problem = problem;
	if (runner->on_notice)
		runner->on_notice(runner->data, notice);
}

static struct runner_notice notice_of(unsigned operation, const struct plan *plan, size_t index,
				      const char *what)
{
	return (struct runner_notice){
		.operation = operation,
		.number = index + 1,
		.count = plan->count,
		.step = plan->steps[index],
		.what = what,
	};
}

/* Whether what a failed step was to bring about may be there all the same. */
static bool may_have_left_something(const struct runner *runner, const struct step *step)
{
	const struct step_class *class = step_class_find(runner->classes, step->class_name);

	return class && class->undo && (!class->is_done || class->is_done(step));
}

/* A failed step that left its effect behind is cleared away at once. */
static int clear_failed_step(const struct runner *runner, unsigned operation, unsigned number,
			     const struct step *step, const struct problem *failure)
{
	_cleanup_(step_report_done) struct step_report report = {0};
	_cleanup_problem_ struct problem why = {0};
	int r;

	if (may_have_left_something(runner, step)) {
		r = runner_step_undo(runner, operation, number, step, &report, &why);
		if (r < 0)
			log_line("step %u.%u left something behind: %s", operation, number,
				 strerror(-r));
		return r;
	}
	/* one that gave no answer may still come to its end */
	r = failure->error == -ETIMEDOUT && !step->leaves_nothing ? failure->error : 0;
	(void)journal_step_ended(
		runner->journal, operation, number, step,
		r < 0 || step->leaves_nothing ? JOURNAL_STEP_FAILED : JOURNAL_STEP_UNDONE,
		failure->why, &why); /* unsaid, it counts as begun, and undo looks again */
	return r;
}

/* One step of PLAN that is done, with its notices; what leaves nothing only has its word in the
 * journal. */
static int take_back(const struct runner *runner, unsigned operation, const struct plan *plan,
		     size_t index, struct problem *why)
{
	const struct step *step = plan->steps[index];
	const struct step_class *class = step_class_find(runner->classes, step->class_name);
	_cleanup_(step_report_done) struct step_report report = {0};
	_cleanup_free_ char *what = NULL;
	unsigned number = (unsigned)index + 1;
	struct runner_notice notice;
	int r;

	if (!class || !class->undo) {
		(void)runner_step_undo(runner, operation, number, step, &report, NULL);
		return 0;
	}
	what = class->undo_what ? class->undo_what(step) : text_copy(step->what);
	notice = notice_of(operation, plan, index, what);
	tell(runner, &notice, RUNNER_UNDO_STARTED, NULL, NULL);
	r = runner_step_undo(runner, operation, number, step, &report, why);
	tell(runner, &notice, r < 0 ? RUNNER_UNDO_FAILED : RUNNER_UNDO_DONE, &report,
	     r < 0 ? why : NULL);
	return r;
}

/* Undoes what is done of PLAN, newest first; stops at the first that cannot be undone. */
static enum runner_result roll_back(const struct runner *runner, unsigned operation,
				    const struct plan *plan, const bool *is_done)
{
	for (size_t i = plan->count; i > 0; i--) {
		_cleanup_problem_ struct problem why = {0};

		if (is_done[i - 1] && take_back(runner, operation, plan, i - 1, &why) < 0)
			return RUNNER_FAILED;
	}
	return RUNNER_UNDONE;
}

static bool is_independent(const struct runner *runner, const struct step *step)
{
	const struct step_class *class = step_class_find(runner->classes, step->class_name);

	return class && class->is_independent;
}

/* Undoes the temporary steps. Returns RESULT, unless one of them cannot be undone. */
static enum runner_result end_temporary(const struct runner *runner, unsigned operation,
					const struct plan *plan, const bool *is_done,
					enum runner_result result, struct problem *why)
{
	bool is_left = false;

	for (size_t i = plan->count; i > 0; i--) {
		const struct step *step = plan->steps[i - 1];
		_cleanup_problem_ struct problem failure = {0};

		if (!is_done[i - 1] || !step->is_temporary ||
		    take_back(runner, operation, plan, i - 1, &failure) >= 0)
			continue;
		if (!is_left && result == RUNNER_DONE) {
			(void)problem_set(why, failure.error, plan->summary,
					  _("not everything is as it was before: %s"),
					  failure.why ? failure.why : "");
			if (failure.next)
				problem_set_next(why, "%s", failure.next);
		}
		is_left = true;
		if (!is_independent(runner, step))
			break;
	}
	return is_left ? RUNNER_FAILED : result;
}

static bool is_stopped(const struct runner *runner)
{
	return runner->stop_signal && *runner->stop_signal;
}

/*
 * One step of a plan with its notices; fills IS_DONE. *RET_IS_LEFT is set where it failed and what
 * it has left could not be cleared away.
 */
static int take_step(const struct runner *runner, unsigned operation, struct plan *plan,
		     size_t index, bool *is_done, bool *ret_is_left, struct step_report *total,
		     struct problem *why)
{
	_cleanup_(step_report_done) struct step_report report = {0};
	struct step *step = plan->steps[index];
	struct runner_notice notice = notice_of(operation, plan, index, step->what);
	unsigned number = (unsigned)index + 1;
	bool is_begun = false;
	int r;

	tell(runner, &notice, RUNNER_STEP_STARTED, NULL, NULL);
	r = runner_step_run(runner, operation, number, step, &is_begun, &report, why);
	if (total)
		step_report_merge(total, &report);
	if (r >= 0) {
		*is_done = true;
		tell(runner, &notice, RUNNER_STEP_DONE, &report, NULL);
		return 0;
	}
	tell(runner, &notice, RUNNER_STEP_FAILED, &report, why);
	if (is_begun && clear_failed_step(runner, operation, number, step, why) < 0)
		*ret_is_left = true;
	return r;
}

/* Undoes all after a failure; IS_LEFT: a failed step has left something that stays. */
static enum runner_result give_up(const struct runner *runner, unsigned operation,
				  const struct plan *plan, const bool *is_done, bool is_left)
{
	enum runner_result result = roll_back(runner, operation, plan, is_done);

	return is_left ? RUNNER_FAILED : result;
}

/* Runs every step; returns the result that the operation ends with. */
static enum runner_result take_steps(const struct runner *runner, unsigned operation,
				     struct plan *plan, bool *is_done, struct step_report *total,
				     struct problem *why)
{
	enum runner_result result = RUNNER_DONE;
	bool is_left = false;

	for (size_t i = 0; i < plan->count; i++) {
		_cleanup_problem_ struct problem failure = {0};
		bool is_required = plan->steps[i]->policy == STEP_REQUIRED;

		if (is_stopped(runner)) {
			(void)problem_set(why, -EINTR, plan->summary, _("stopped by a signal"));
			return give_up(runner, operation, plan, is_done, is_left);
		}
		if (take_step(runner, operation, plan, i, &is_done[i], &is_left, total, &failure) >=
		    0)
			continue;
		if (result == RUNNER_DONE || is_required)
			problem_move(why, &failure);
		if (is_required)
			return give_up(runner, operation, plan, is_done, is_left);
		result = RUNNER_PARTIAL;
	}
	return result;
}

static enum operation_state state_of(enum runner_result result)
{
	static const enum operation_state states[] = {
		[RUNNER_DONE] = OPERATION_DONE,
		[RUNNER_PARTIAL] = OPERATION_PARTIAL,
		[RUNNER_UNDONE] = OPERATION_UNDONE,
		[RUNNER_FAILED] = OPERATION_FAILED,
	};

	return states[result];
}

/* Whether nothing of a plan that came to its end is there any more. */
static bool is_all_temporary(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (!plan->steps[i]->is_temporary)
			return false;
	}
	return plan->count > 0;
}

static int execute_operation(const struct runner *runner, struct plan *plan,
			     struct step_report *report, struct problem *why)
{
	_cleanup_free_ bool *is_done = alloc_zero(plan->count, sizeof(*is_done));
	unsigned operation = 0;
	enum operation_state state;
	enum runner_result result;
	int r = journal_begin(runner->journal, plan, &operation, why);

	if (r < 0)
		return r;
	log_line("operation %u: %s", operation, plan->summary);
	result = take_steps(runner, operation, plan, is_done, report, why);
	state = state_of(result);
	if (result <= RUNNER_PARTIAL) {
		result = end_temporary(runner, operation, plan, is_done, result, why);
		state = state_of(result);
		if (result <= RUNNER_PARTIAL && is_all_temporary(plan))
			state = OPERATION_UNDONE;
	}
	r = journal_end(runner->journal, operation, state, NULL);
	if (r < 0)
		log_line("the end of operation %u could not be noted: %s", operation, strerror(-r));
	return result;
}

/* A step of an undoing plan: a step of the journal, or one of its own that leaves no trace. */
static int take_undoing_step(const struct runner *runner, struct step *step,
			     struct step_report *report, struct problem *why)
{
	unsigned operation = 0, number = 0;
	struct step *undone = step_get_undone(step, &operation, &number);
	int r;

	if (!undone)
		return runner_step_run_unnoted(runner, step, report, why);
	r = runner_step_undo(runner, operation, number, undone, report, why);
	(void)step_free(undone);
	return r;
}

/* Nothing is undone that a job still works on. */
static int check_undoing(const struct runner *runner, const struct plan *plan, struct problem *why)
{
	for (size_t i = 0; i < plan->count; i++) {
		unsigned operation = 0, number = 0;
		struct step *undone = step_get_undone(plan->steps[i], &operation, &number);
		int r = undone ? journal_check_undo(runner->journal, operation, why) : 0;

		(void)step_free(undone);
		if (r < 0)
			return r;
	}
	return 0;
}

static int execute_undoing(const struct runner *runner, struct plan *plan,
			   struct step_report *total, struct problem *why)
{
	int r = check_undoing(runner, plan, why);

	if (r < 0)
		return r;
	for (size_t i = 0; i < plan->count; i++) {
		_cleanup_(step_report_done) struct step_report report = {0};
		struct runner_notice notice = notice_of(0, plan, i, plan->steps[i]->what);

		if (is_stopped(runner)) {
			(void)problem_set(why, -EINTR, plan->summary, _("stopped by a signal"));
			return i ? RUNNER_PARTIAL : RUNNER_FAILED;
		}
		tell(runner, &notice, RUNNER_STEP_STARTED, NULL, NULL);
		r = take_undoing_step(runner, plan->steps[i], &report, why);
		if (total)
			step_report_merge(total, &report);
		tell(runner, &notice, r < 0 ? RUNNER_STEP_FAILED : RUNNER_STEP_DONE, &report, why);
		if (r < 0)
			return i ? RUNNER_PARTIAL : RUNNER_FAILED;
	}
	return RUNNER_DONE;
}

/*
 * A job is started without a look at what others do at this instant, such as another one that notes
 * the end of a step: it has some patience.
 */
static int lock(const struct runner *runner, const struct plan *plan, struct problem *why)
{
	int turns = journal_is_of_job(runner->journal) ? PATIENCE_TURNS : 1;

	for (;;) {
		_cleanup_problem_ struct problem failure = {0};
		int r = journal_lock(runner->journal, plan->summary, &failure);

		if (r == -EBUSY && --turns > 0 && !is_stopped(runner)) {
			(void)poll(NULL, 0, PATIENCE_MS);
			continue;
		}
		if (r < 0)
			problem_move(why, &failure);
		return r;
	}
}

int runner_execute(const struct runner *runner, struct plan *plan, struct step_report *report,
		   struct problem *why)
{
	struct runner_turn turn = {.fd = -1};
	struct runner taking_turns = *runner;
	bool is_stale =
		plan->has_journal_mark && plan->journal_mark != journal_mark(runner->journal);
	int r = lock(runner, plan, why);

	if (r < 0)
		return r;
	if (r > 0 || is_stale) {
		journal_unlock(runner->journal);
		problem_set(why, -ESTALE, plan->summary,
			    _("another refloat has changed things meanwhile"));
		problem_set_next(why, _("Look at \"refloat status\" and start again."));
		return -ESTALE;
	}
	taking_turns.turn = &turn;
	r = plan->is_undo ? execute_undoing(&taking_turns, plan, report, why)
			  : execute_operation(&taking_turns, plan, report, why);
	runner_turn_end(&turn);
	journal_unlock(runner->journal);
	return r;
}
