/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of a plan that runs or ran, each with how it stands, and what came of it all. */
#include "tui/screens/steps.h"

#include <errno.h>

#include "action/action.h"
#include "action/describe.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/menu_words.h"
#include "tui/screens/reading.h"

static const struct {
	const char *word; /* N_(): as wide as the others, so that sentences stand in a column */
	enum role role;
} words[] = {
	[STEP_WAITS] = {N_("..."), ROLE_DIM},
	[STEP_RUNS] = {N_("now"), ROLE_HEADING},
	[STEP_OK] = {N_("ok"), ROLE_OK},
	[STEP_IS_UNFINISHED] = {N_("to do"), ROLE_WARNING},
	[STEP_HAS_FAILED] = {N_("FAILED"), ROLE_ERROR},
	[STEP_IS_STOPPED] = {N_("stopped"), ROLE_WARNING},
	[STEP_IS_UNDOING] = {N_("undoing"), ROLE_WARNING},
	[STEP_IS_UNDONE] = {N_("undone"), ROLE_DIM},
	[STEP_IS_LEFT] = {N_("LEFT"), ROLE_ERROR},
	[STEP_IS_CUT_OFF] = {N_("CUT OFF"), ROLE_ERROR},
};

/* --- what is known of them */

static void add_line(struct steps *steps, size_t number, bool is_afterwards, char *what)
{
	steps->lines[steps->count++] =
		(struct step_line){.number = number, .is_afterwards = is_afterwards, .what = what};
}

void steps_init(struct steps *steps, const struct plan *plan)
{
	*steps = (struct steps){.plan = plan};
	steps->lines = alloc_zero(2 * plan->count + 1, sizeof(*steps->lines));
	for (size_t i = 0; i < plan->count; i++)
		add_line(steps, i + 1, false, printable_sentence(plan->steps[i]->what));
	for (size_t i = plan->count; i-- > 0;) { /* the newest first, as it is done */
		char *what = describe_afterwards(plan->steps[i], NULL);

		if (what)
			add_line(steps, i + 1, true, what);
	}
}

void steps_done(struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		free(steps->lines[i].what);
		text_list_done(&steps->lines[i].notes);
	}
	free(steps->lines);
	*steps = (struct steps){0};
}

static bool is_undo(enum runner_event event)
{
	return event == RUNNER_UNDO_STARTED || event == RUNNER_UNDO_DONE ||
	       event == RUNNER_UNDO_FAILED;
}

static struct step_line *find_line(struct steps *steps, const struct runner_notice *notice)
{
	struct step_line *found = NULL;

	for (size_t i = 0; i < steps->count; i++) {
		struct step_line *line = &steps->lines[i];

		if (line->number == notice->number &&
		    (!line->is_afterwards || is_undo(notice->event)))
			found = line; /* what is afterwards stands behind its step */
	}
	return found;
}

static enum step_state state_after(const struct step_line *line, const struct runner_notice *notice)
{
	enum runner_event event = notice->event;

	switch (event) {
	case RUNNER_STEP_STARTED:
		return STEP_RUNS;
	case RUNNER_STEP_DONE:
		return notice->report && notice->report->is_unfinished ? STEP_IS_UNFINISHED
								       : STEP_OK;
	case RUNNER_STEP_FAILED:
		return notice->problem && notice->problem->error == -EINTR ? STEP_IS_STOPPED
									   : STEP_HAS_FAILED;
	case RUNNER_UNDO_FAILED:
		return STEP_IS_LEFT;
	case RUNNER_UNDO_STARTED:
		if (line->is_afterwards)
			return STEP_RUNS;
		break;
	case RUNNER_UNDO_DONE:
		if (line->is_afterwards)
			return STEP_OK;
		break;
	}
	if (line->state == STEP_HAS_FAILED || line->state == STEP_IS_STOPPED)
		return line->state; /* what it has left behind is cleared away: it has still failed */
	return event == RUNNER_UNDO_DONE ? STEP_IS_UNDONE : STEP_IS_UNDOING;
}

static void take_note(struct step_line *line, const char *note)
{
	_cleanup_free_ char *shown = printable_text(note);

	text_list_take(&line->notes, menu_words(shown));
}

void steps_hear(struct steps *steps, const struct runner_notice *notice)
{
	struct step_line *line = find_line(steps, notice);

	if (!line)
		return;
	line->state = state_after(line, notice);
	for (size_t i = 0; notice->report && i < notice->report->notes.count; i++)
		take_note(line, notice->report->notes.items[i]);
	if (notice->problem && notice->problem->error) {
		_cleanup_free_ char *text = problem_text(notice->problem);

		take_note(line, text);
	}
}

void steps_cut_off(struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		struct step_line *line = &steps->lines[i];

		if (line->state == STEP_RUNS || line->state == STEP_IS_UNDOING)
			line->state = STEP_IS_CUT_OFF;
	}
}

/* --- how they stand */

static size_t word_width(void)
{
	size_t width = 0;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t own = printable_width(_(words[i].word));

		width = own > width ? own : width;
	}
	return width;
}

static void show_line(const struct step_line *line, struct text_view *view)
{
	size_t width = word_width();
	_cleanup_free_ char *word = printable_fit(_(words[line->state].word), width);
	_cleanup_free_ char *text = line->is_afterwards
					    ? text_format(_("%s  afterwards: %s"), word, line->what)
					    : text_format("%s  %s", word, line->what);

	text_view_add_paragraph(view, words[line->state].role, 1, (int)width + 3, text);
	for (size_t i = 0; i < line->notes.count; i++)
		text_view_add_paragraph(view, ROLE_NORMAL, (int)width + 5, (int)width + 5,
					line->notes.items[i]);
}

/* How many lines there are up to the one that runs or, between two, the last that is over. */
static size_t count_reached(const struct steps *steps)
{
	size_t count = 0;

	for (size_t i = 0; i < steps->count; i++) {
		enum step_state state = steps->lines[i].state;

		if (state != STEP_WAITS)
			count = i + 1;
		if (state == STEP_RUNS || state == STEP_IS_UNDOING)
			break;
	}
	return count;
}

void steps_show(const struct steps *steps, const char *remark, struct text_view *view)
{
	const struct plan *plan = steps->plan;
	_cleanup_free_ char *what =
		printable_sentence(plan->summary ? plan->summary : plan->action);
	size_t reached = count_reached(steps);

	text_view_add_paragraph(view, ROLE_HEADING, 0, 0, what);
	if (remark)
		text_view_add_paragraph(view, ROLE_DIM, 0, 0, remark);
	text_view_add_blank(view);
	for (size_t i = 0; i < steps->count; i++) {
		show_line(&steps->lines[i], view);
		if (i + 1 == reached)
			text_view_follow_here(view);
	}
}

/* --- what came of it */

static bool has_undone(const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		if (steps->lines[i].state == STEP_IS_UNDONE)
			return true;
	}
	return false;
}

/* Whether something may have been written to the disks that nothing takes back. */
static bool has_written(const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct step_line *line = &steps->lines[i];

		if (line->state == STEP_WAITS || line->is_afterwards)
			continue;
		if (action_step_writes_for_good(steps->plan->steps[line->number - 1],
						line->state == STEP_OK ||
							line->state == STEP_IS_UNDONE))
			return true;
	}
	return false;
}

static const char *stopped_sentence(const struct steps *steps, enum role *ret_role)
{
	*ret_role = ROLE_WARNING;
	if (has_written(steps))
		return _("It was stopped. What it had repaired until then stays.");
	return has_undone(steps)
		       ? _("It was stopped, and everything that was done has been undone.")
		       : _("It was stopped, and nothing was changed.");
}

static const char *failed_sentence(const struct outcome *outcome)
{
	if (outcome->is_stopping)
		return _("It was stopped, and not everything could be undone. \"Undo and "
			 "unmount\" shows what is left and tries again.");
	return _("It failed, and not everything could be undone. \"Undo and unmount\" shows "
		 "what is left and tries again.");
}

static const char *done_sentence(const struct steps *steps, const struct outcome *outcome,
				 enum role *ret_role)
{
	*ret_role = ROLE_WARNING;
	if (outcome->is_unfinished)
		return _("Done, and something is left to do:");
	if (steps->plan->is_partial)
		return _("Done, without what the notes name.");
	*ret_role = ROLE_OK;
	return _("Done.");
}

static const char *result_sentence(const struct steps *steps, const struct outcome *outcome,
				   enum role *ret_role)
{
	*ret_role = ROLE_ERROR;
	switch (outcome->result) {
	case RUNNER_DONE:
		return done_sentence(steps, outcome, ret_role);
	case RUNNER_PARTIAL:
		*ret_role = ROLE_WARNING;
		return steps->plan->is_undo
			       ? _("Undone in part: what failed and what waits above is still "
				   "here.")
			       : _("Done in part: what failed stands above, the rest is done.");
	case RUNNER_UNDONE:
		if (outcome->is_stopping)
			return stopped_sentence(steps, ret_role);
		if (has_written(steps))
			return _("It failed. What it had repaired until then stays.");
		return has_undone(steps)
			       ? _("It failed, and everything that was done has been undone.")
			       : _("It failed, and nothing was changed.");
	case RUNNER_FAILED:
		return failed_sentence(outcome);
	default:
		return _("It could not begin; nothing was changed.");
	}
}

static void show_problem(const struct outcome *outcome, struct text_view *view)
{
	_cleanup_free_ char *text = NULL, *next = NULL;

	if (!outcome->why->error || outcome->result == RUNNER_DONE)
		return;
	if (outcome->is_stopping && outcome->why->error == -EINTR)
		return; /* by the person who reads this */
	text = problem_text(outcome->why);
	text_view_add_paragraph(view, ROLE_ERROR, 0, 0, text);
	next = outcome->why->next ? printable_sentence(outcome->why->next) : NULL;
	if (next)
		text_view_add_advice(view, ROLE_NORMAL, 0, 0, next);
}

/* Again, since among many steps they are far above. */
static void show_unfinished(const struct steps *steps, struct text_view *view)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct step_line *line = &steps->lines[i];

		for (size_t j = 0; line->state == STEP_IS_UNFINISHED && j < line->notes.count; j++)
			text_view_add_paragraph(view, ROLE_NORMAL, 2, 2, line->notes.items[j]);
	}
}

void steps_list_unfinished(const struct steps *steps, struct text_list *names)
{
	for (size_t i = 0; i < steps->count; i++) {
		const struct step_line *line = &steps->lines[i];
		const char *name = step_get(steps->plan->steps[line->number - 1], "name");

		if (line->state == STEP_IS_UNFINISHED && name && !text_list_contains(names, name))
			text_list_add(names, name);
	}
}

static void show_notes(const struct plan *plan, struct text_view *view)
{
	text_view_add_heading(view, _("Notes"));
	for (size_t i = 0; i < plan->notes.count; i++) {
		_cleanup_free_ char *line = text_format("- %s", plan->notes.items[i]);

		text_view_add_advice(view, ROLE_NORMAL, 1, 3, line);
	}
}

void steps_show_outcome(const struct steps *steps, const struct outcome *outcome,
			struct text_view *view)
{
	enum role role;
	const char *sentence = result_sentence(steps, outcome, &role);

	if (outcome->result == RUNNER_DONE && steps->plan->is_partial)
		show_notes(steps->plan, view);
	text_view_follow_end(view);
	text_view_add_blank(view);
	text_view_add_paragraph(view, role, 0, 0, sentence);
	if (outcome->result == RUNNER_DONE && outcome->is_unfinished)
		show_unfinished(steps, view);
	if (outcome->is_stopping && outcome->result == RUNNER_DONE)
		text_view_add_paragraph(view, ROLE_WARNING, 0, 0,
					_("It was to stop, but this was the last step already: "
					  "nothing is undone."));
	show_problem(outcome, view);
}

bool steps_can_be_undone(const struct steps *steps, const struct outcome *outcome)
{
	if (steps->plan->is_undo ||
	    (outcome->result != RUNNER_DONE && outcome->result != RUNNER_PARTIAL))
		return false;
	for (size_t i = 0; i < steps->plan->count; i++) {
		const struct step *step = steps->plan->steps[i];
		const struct step_class *class = step_class_find(step_classes, step->class_name);

		if (class && class->undo && !step->is_temporary && !step->leaves_nothing)
			return true;
	}
	return false;
}
