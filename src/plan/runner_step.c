/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step, with a word to the journal before and after it. */
#include "plan/runner_step.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/log.h"
#include "storage/look_turn.h"

/* What steps hear and tell; undoing is not stopped half way. */
static struct step_listener make_listener(const struct runner *runner, bool is_undo)
{
	struct step_listener listener = {0};

	if (runner->listener)
		listener = *runner->listener;
	listener.stop_signal = is_undo ? NULL : runner->stop_signal;
	return listener;
}

void runner_turn_end(struct runner_turn *turn)
{
	if (turn->fd >= 0)
		(void)close(turn->fd); /* it was only held */
	turn->fd = -1;
}

static bool is_stopped(const struct runner *runner)
{
	return runner->stop_signal && *runner->stop_signal;
}

/* Others look while a step takes long; while one is at work that they would be in the way of they wait. */
static void settle_turn(const struct runner *runner, const struct step_class *class, bool is_undo)
{
	struct runner_turn *turn = runner->turn;

	if (class->is_long || class->is_interactive)
		runner_turn_end(turn);
	if (!class->needs_turn || turn->fd >= 0 || turn->is_refused)
		return;
	turn->fd = look_turn_for_step(is_undo ? NULL : runner->stop_signal);
	turn->is_refused = turn->fd < 0 && (is_undo || !is_stopped(runner));
	if (turn->is_refused)
		log_line("%s: somebody looks into the disks meanwhile", class->name);
}

static int refuse_unknown(const struct step *step, struct problem *why)
{
	return problem_set(why, -ENOTSUP, step->what,
			   _("this refloat does not know steps of the kind %s"), step->class_name);
}

int runner_step_undo(const struct runner *runner, unsigned operation, unsigned number,
		     const struct step *step, struct step_report *report, struct problem *why)
{
	const struct step_class *class = step_class_find(runner->classes, step->class_name);
	const struct step_listener listener = make_listener(runner, true);
	_cleanup_problem_ struct problem own = {0}, unsaid = {0};
	int r, said;

	if (!class)
		return refuse_unknown(step, why);
	settle_turn(runner, class, true);
	report->listener = &listener;
	r = class->undo ? class->undo(step, report, &own) : 0;
	report->listener = NULL;
	log_line("undo %u.%u %s: %s", operation, number, step->what, r < 0 ? strerror(-r) : "ok");
	said = journal_step_ended(runner->journal, operation, number, step,
				  r < 0 ? JOURNAL_STEP_FAILED : JOURNAL_STEP_UNDONE, own.why,
				  &unsaid);
	if (said < 0)
		log_line("undo %u.%u could not be noted: %s", operation, number, strerror(-said));
	if (r < 0)
		problem_move(why, &own);
	return r;
}

static void tell_wait(void *data, const struct problem *why)
{
	const struct step_report *report = data;
	_cleanup_free_ char *text = text_format(_("waiting: %s"), why->why ? why->why : "");
	const struct step_progress progress = {.text = text};

	step_report_progress(report, &progress);
}

/*
 * What keeps others off its devices by itself leaves the journal to them meanwhile. They may take
 * as long as they want with it afterwards: what this step has done is to be noted.
 */
static int run_without_lock(const struct runner *runner, const struct step_class *class,
			    struct step *step, struct step_report *report, struct problem *why)
{
	_cleanup_problem_ struct problem unlocked = {0};
	int r, locked;

	journal_unlock(runner->journal);
	r = class->run(step, report, why);
	locked = journal_lock_again(runner->journal, step->what, tell_wait, report, &unlocked);
	if (r >= 0 && locked < 0)
		problem_move(why, &unlocked);
	return r < 0 ? r : locked;
}

static int run(const struct runner *runner, const struct step_class *class, struct step *step,
	       struct step_report *report, struct problem *why)
{
	const struct step_listener listener = make_listener(runner, false);
	bool gives_up_lock = class->is_long && journal_is_of_job(runner->journal);
	int r;

	report->listener = &listener;
	r = gives_up_lock ? run_without_lock(runner, class, step, report, why)
			  : class->run(step, report, why);
	report->listener = NULL;
	return r;
}

int runner_step_run_unnoted(const struct runner *runner, struct step *step,
			    struct step_report *report, struct problem *why)
{
	const struct step_class *class = step_class_find(runner->classes, step->class_name);
	int r;

	if (!class || !class->run)
		return refuse_unknown(step, why);
	settle_turn(runner, class, false);
	r = run(runner, class, step, report, why);
	log_line("%s: %s", step->what, r < 0 ? strerror(-r) : "ok");
	return r;
}

int runner_step_run(const struct runner *runner, unsigned operation, unsigned number,
		    struct step *step, bool *ret_is_begun, struct step_report *report,
		    struct problem *why)
{
	const struct step_class *class = step_class_find(runner->classes, step->class_name);
	int r;

	if (!class || !class->run)
		return refuse_unknown(step, why);
	settle_turn(runner, class, false);
	step->leaves_nothing = !class->undo;
	r = class->prepare ? class->prepare(step, why) : 0;
	if (r >= 0)
		r = journal_step_started(runner->journal, operation, number, step, why);
	if (r < 0)
		return r;
	*ret_is_begun = true;
	r = run(runner, class, step, report, why);
	log_line("step %u.%u %s: %s", operation, number, step->what, r < 0 ? strerror(-r) : "ok");
	if (r < 0)
		return r;
	return journal_step_ended(runner->journal, operation, number, step, JOURNAL_STEP_DONE, NULL,
				  why);
}
