/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of a plan that ran. */
#include "cli/outcome.h"

#include "action/action.h"
#include "base/i18n.h"
#include "cli/output.h"

static void tell_failures(const struct outcome *outcome, const struct progress *progress)
{
	for (size_t i = 0; i < progress->failures.count; i++)
		fprintf(stderr, "  - %s\n", progress->failures.items[i]);
	if (!progress->failures.count) { /* it was stopped, not one of its steps failed */
		_cleanup_free_ char *text = problem_text(outcome->why);

		fprintf(stderr, "  - %s\n", text);
	}
	if (outcome->why->next)
		fprintf(stderr, "  %s\n", outcome->why->next);
}

/* Steps of a plan that takes down which were not done: what they were for is still there. */
static void tell_what_is_left(const struct plan *plan, const struct progress *progress)
{
	output_remark(_("this is left to do:"));
	for (size_t i = progress->done_count; i < plan->count; i++)
		fprintf(stderr, "  - %s\n", plan->steps[i]->what);
}

static void tell_how_to_go_on(const struct outcome *outcome)
{
	_cleanup_free_ char *remark = NULL;

	if (outcome->result != RUNNER_FAILED && !outcome->plan->is_undo)
		return;
	remark = text_format(_("\"refloat status\" shows what is left, \"refloat %s\" tries again"),
			     outcome->plan->is_undo ? outcome->plan->action : "undo");
	output_remark(remark);
}

static void tell_done(const struct outcome *outcome)
{
	if (outcome->report->is_unfinished)
		output_remark(_("done, and something is left to do: the lines above say what"));
	else if (outcome->plan->is_partial && !outcome->report->has_exit_status)
		output_remark(_("done, without what the notes above name"));
}

/* What is left of a plan that came to no end. */
static void tell_undone(const struct progress *progress)
{
	if (progress->has_written && progress->undone_count > 0)
		output_remark(_("what it needed has been taken down again; what it had repaired "
				"until then stays"));
	else if (progress->has_written)
		output_remark(_("what it had repaired until then stays"));
	else if (progress->undone_count > 0)
		output_remark(_("everything that was done has been undone"));
}

void outcome_tell(const struct outcome *outcome, const struct progress *progress)
{
	if (outcome->result == RUNNER_DONE) {
		tell_done(outcome);
		return;
	}
	if (outcome->result == RUNNER_UNDONE) {
		if (outcome->is_stopped)
			output_remark(_("stopped, as it was asked to"));
		else
			output_problem(outcome->why);
		tell_undone(progress);
		return;
	}
	output_remark(outcome->result == RUNNER_PARTIAL ? _("done in part; this failed:")
							: _("this failed:"));
	tell_failures(outcome, progress);
	if (outcome->result == RUNNER_PARTIAL && outcome->plan->is_undo)
		tell_what_is_left(outcome->plan, progress);
	tell_how_to_go_on(outcome);
}

/* Whether PLAN has a step that leaves something which undo takes away. */
static bool leaves_something(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step_class *class =
			step_class_find(step_classes, plan->steps[i]->class_name);

		if (class && class->undo && !plan->steps[i]->is_temporary)
			return true;
	}
	return false;
}

void outcome_tell_undo(const struct outcome *outcome, const struct journal *journal)
{
	_cleanup_free_ const struct operation **undoable = NULL;

	if (outcome->plan->is_undo || outcome->result > RUNNER_PARTIAL ||
	    !leaves_something(outcome->plan) ||
	    journal_list_undoable(journal, &undoable) == 0)
		return;
	printf("%s\n", _("\"refloat undo\" takes this back."));
}

const char *outcome_result_name(int result)
{
	static const char *const names[] = {
		[RUNNER_DONE] = "done",
		[RUNNER_PARTIAL] = "partial",
		[RUNNER_UNDONE] = "undone",
		[RUNNER_FAILED] = "failed",
	};

	return result < 0 || result > RUNNER_FAILED ? names[RUNNER_FAILED] : names[result];
}

void outcome_add_json(const struct outcome *outcome, struct json_object *object)
{
	_cleanup_free_ char *text = outcome->why->error ? problem_text(outcome->why) : NULL;

	json_add_text(object, "result", outcome_result_name(outcome->result));
	json_add_text(object, "problem", text);
	json_add_list(object, "remarks", &outcome->report->notes);
	json_add_bool(object, "unfinished", outcome->report->is_unfinished);
}

int outcome_exit_status(const struct outcome *outcome)
{
	const struct step_report *report = outcome->report;

	if (report->has_exit_status && outcome->result != RUNNER_FAILED)
		return report->exit_status;
	if (outcome->result == RUNNER_DONE)
		return outcome->plan->is_partial || report->is_unfinished ? EXIT_PARTIAL
									  : EXIT_DONE;
	return outcome->result == RUNNER_PARTIAL ? EXIT_PARTIAL : EXIT_FAILED;
}

struct outcome outcome_of_job(const struct job *job)
{
	return (struct outcome){job->result, job->plan, &job->report, &job->why,
				job->state == JOB_STOPPED};
}

int outcome_job_status(const struct job *job)
{
	struct outcome outcome = outcome_of_job(job);

	if (job_is_running(job))
		return -1;
	if (job->state == JOB_CUT_OFF)
		return EXIT_FAILED;
	return job->result < 0 ? exit_status_of(job->result) : outcome_exit_status(&outcome);
}
