/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan as it runs, step by step, and what came of it. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/printable.h"
#include "plan/apart.h"
#include "tui/app.h"
#include "tui/knowledge.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

enum step_state {
	STEP_WAITS,
	STEP_RUNS,
	STEP_OK,
	STEP_HAS_FAILED,
	STEP_IS_UNDOING,
	STEP_IS_UNDONE,
	STEP_IS_LEFT, /* it could not be undone */
};

/* What is known of one step. */
struct step_view {
	enum step_state state;
	struct text_list notes;
};

struct run {
	struct reading reading; /* first: it is what the keys go to */
	const struct action *action;
	struct plan *plan;
	struct apart *apart; /* NULL: it is over, or could not begin */
	struct step_view *steps;
	int result; /* a runner_result, or a negative errno; -EAGAIN while it runs */
	struct problem why;
	bool is_stopping;
	bool has_news; /* something was heard of it just now */
};

static const struct {
	const char *word; /* N_(): as wide as the others, so that sentences stand in a column */
	enum role role;
} words[] = {
	[STEP_WAITS] = {N_("..."), ROLE_DIM},
	[STEP_RUNS] = {N_("now"), ROLE_HEADING},
	[STEP_OK] = {N_("ok"), ROLE_OK},
	[STEP_HAS_FAILED] = {N_("FAILED"), ROLE_ERROR},
	[STEP_IS_UNDOING] = {N_("undoing"), ROLE_WARNING},
	[STEP_IS_UNDONE] = {N_("undone"), ROLE_DIM},
	[STEP_IS_LEFT] = {N_("LEFT"), ROLE_ERROR},
};

/* --- what is said */

static size_t word_width(void)
{
	size_t width = 0;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t own = printable_width(_(words[i].word));

		width = own > width ? own : width;
	}
	return width;
}

static void add_step(struct run *run, size_t index)
{
	const struct step_view *step = &run->steps[index];
	size_t width = word_width();
	_cleanup_free_ char *word = printable_fit(_(words[step->state].word), width);
	_cleanup_free_ char *line = text_format("%s  %s", word, run->plan->steps[index]->what);

	text_view_add_paragraph(&run->reading.view, words[step->state].role, 1, (int)width + 3, line);
	for (size_t i = 0; i < step->notes.count; i++)
		text_view_add_paragraph(&run->reading.view, ROLE_NORMAL, (int)width + 5, (int)width + 5,
					step->notes.items[i]);
}

static size_t count_state(const struct run *run, enum step_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < run->plan->count; i++)
		count += run->steps[i].state == state;
	return count;
}

static const char *stopped_sentence(const struct run *run, enum role *ret_role)
{
	*ret_role = ROLE_WARNING;
	return count_state(run, STEP_IS_UNDONE)
		       ? _("It was stopped, and everything that was done has been undone.")
		       : _("It was stopped, and nothing was changed.");
}

static const char *result_sentence(const struct run *run, enum role *ret_role)
{
	*ret_role = ROLE_ERROR;
	switch (run->result) {
	case RUNNER_DONE:
		*ret_role = run->plan->is_partial ? ROLE_WARNING : ROLE_OK;
		return run->plan->is_partial
			       ? _("Done, without what the notes name.")
			       : _("Done.");
	case RUNNER_PARTIAL:
		*ret_role = ROLE_WARNING;
		return run->plan->is_undo
			       ? _("Undone in part: what failed and what waits above is still here.")
			       : _("Done in part: what failed stands above, the rest is done.");
	case RUNNER_UNDONE:
		if (run->is_stopping)
			return stopped_sentence(run, ret_role);
		return count_state(run, STEP_IS_UNDONE)
			       ? _("It failed, and everything that was done has been undone.")
			       : _("It failed, and nothing was changed.");
	case RUNNER_FAILED:
		if (run->is_stopping)
			return _("It was stopped, and not everything could be undone. \"Undo and "
				 "unmount\" shows what is left and tries again.");
		return _("It failed, and not everything could be undone. \"Undo and unmount\" shows "
			 "what is left and tries again.");
	default:
		return _("It could not begin; nothing was changed.");
	}
}

static void add_problem(struct run *run)
{
	_cleanup_free_ char *text = NULL;

	if (!run->why.error || run->result == RUNNER_DONE)
		return;
	if (run->is_stopping && run->why.error == -EINTR)
		return; /* by the person who reads this */
	text = problem_text(&run->why);
	text_view_add_paragraph(&run->reading.view, ROLE_ERROR, 0, 0, text);
	if (run->why.next)
		text_view_add_paragraph(&run->reading.view, ROLE_NORMAL, 0, 0, run->why.next);
}

static void add_result(struct run *run)
{
	enum role role;
	const char *sentence = result_sentence(run, &role);

	if (run->result == RUNNER_DONE && run->plan->is_partial) {
		text_view_add_heading(&run->reading.view, _("Notes"));
		reading_add_items(&run->reading, ROLE_NORMAL, &run->plan->notes);
	}
	text_view_add_blank(&run->reading.view);
	text_view_add_paragraph(&run->reading.view, role, 0, 0, sentence);
	if (run->is_stopping && run->result == RUNNER_DONE)
		text_view_add_paragraph(&run->reading.view, ROLE_WARNING, 0, 0,
					_("It was to stop, but this was the last step already: "
					  "nothing is undone."));
	add_problem(run);
	if (run->plan->is_undo || (run->result != RUNNER_DONE && run->result != RUNNER_PARTIAL))
		return;
	text_view_add_paragraph(&run->reading.view, ROLE_NORMAL, 0, 0,
				_("u takes it back; Enter goes to the menu."));
}

static void fill(struct run *run)
{
	text_view_clear(&run->reading.view);
	text_view_add_paragraph(&run->reading.view, ROLE_HEADING, 0, 0,
				run->plan->summary ? run->plan->summary : run->plan->action);
	text_view_add_blank(&run->reading.view);
	for (size_t i = 0; i < run->plan->count; i++)
		add_step(run, i);
	if (run->result != -EAGAIN)
		add_result(run);
	else if (run->is_stopping)
		text_view_add_paragraph(&run->reading.view, ROLE_WARNING, 0, 0,
					_("It stops before the next step and undoes what it did."));
}

/* --- how it goes on */

static void on_notice(void *data, const struct runner_notice *notice)
{
	static const enum step_state states[] = {
		[RUNNER_STEP_STARTED] = STEP_RUNS,     [RUNNER_STEP_DONE] = STEP_OK,
		[RUNNER_STEP_FAILED] = STEP_HAS_FAILED, [RUNNER_UNDO_STARTED] = STEP_IS_UNDOING,
		[RUNNER_UNDO_DONE] = STEP_IS_UNDONE,   [RUNNER_UNDO_FAILED] = STEP_IS_LEFT,
	};
	struct run *run = data;
	struct step_view *step;

	run->has_news = true;
	if (notice->number == 0 || notice->number > run->plan->count)
		return;
	step = &run->steps[notice->number - 1];
	/* what had failed and is cleared away has still failed */
	if (step->state != STEP_HAS_FAILED || notice->event == RUNNER_UNDO_FAILED)
		step->state = states[notice->event];
	for (size_t i = 0; notice->report && i < notice->report->notes.count; i++)
		text_list_take(&step->notes, printable_text(notice->report->notes.items[i]));
	if (notice->problem && notice->problem->error) {
		_cleanup_free_ char *text = problem_text(notice->problem);

		text_list_take(&step->notes, printable_text(text));
	}
}

static void finish(struct app *app, struct run *run)
{
	struct step_report report = {0};

	run->result = apart_get_result(run->apart, &report, &run->why);
	step_report_done(&report);
	run->apart = apart_free(run->apart);
	knowledge_release(app_knowledge(app));
	log_line("menu: %s: result %d", run->plan->action, run->result);
	app_refresh(app);
}

static void open(struct app *app, void *state, const void *argument)
{
	const struct run_argument *what = argument;
	struct run *run = state;

	run->action = what->action;
	run->plan = what->plan;
	run->steps = alloc_zero(run->plan->count + 1, sizeof(*run->steps));
	text_view_init(&run->reading.view, TEXT_VIEW_FOLLOWS);
	run->result = -EAGAIN;
	knowledge_hold(app_knowledge(app));
	if (apart_start(step_classes, app_session(app)->journal_folder, run->plan, &run->apart,
			&run->why) < 0) {
		run->result = run->why.error;
		knowledge_release(app_knowledge(app));
	}
	fill(run);
}

static int get_fd(const void *state)
{
	const struct run *run = state;

	return run->apart ? apart_fd(run->apart) : -1;
}

static int get_timeout_ms(const void *state)
{
	const struct run *run = state;

	return run->apart ? apart_timeout_ms(run->apart) : -1;
}

static enum reaction on_ready(struct app *app, void *state)
{
	struct run *run = state;

	if (!run->apart)
		return REACTION_NOTHING;
	run->has_news = false;
	if (!apart_dispatch(run->apart, on_notice, run))
		finish(app, run);
	else if (!run->has_news)
		return REACTION_NOTHING; /* what was said to a key stays */
	fill(run);
	return REACTION_REDRAW;
}

static void close_run(struct app *app, void *state)
{
	struct run *run = state;

	if (run->apart)
		knowledge_release(app_knowledge(app));
	(void)apart_free(run->apart);
	for (size_t i = 0; i < run->plan->count; i++)
		text_list_done(&run->steps[i].notes);
	free(run->steps);
	(void)plan_free(run->plan);
	text_view_done(&run->reading.view);
	problem_done(&run->why);
}

static enum reaction stop(struct app *app, void *state)
{
	struct run *run = state;

	(void)app;
	apart_stop(run->apart);
	run->is_stopping = true;
	fill(run);
	return REACTION_REDRAW;
}

static const char *why_not_stop(const struct app *app, const void *state)
{
	const struct run *run = state;

	(void)app;
	if (!run->apart)
		return _("It is over already.");
	return run->is_stopping ? _("It stops already.") : NULL;
}

static enum reaction go_home(struct app *app, void *state)
{
	(void)app;
	(void)state;
	return REACTION_HOME;
}

static const char *why_not_home(const struct app *app, const void *state)
{
	(void)app;
	return ((const struct run *)state)->apart ? _("It is still running; x stops it.") : NULL;
}

static enum reaction take_back(struct app *app, void *state)
{
	(void)state;
	app_replace(app, &screen_undo, NULL);
	return REACTION_REDRAW;
}

static const char *why_not_take_back(const struct app *app, const void *state)
{
	const struct run *run = state;

	if (run->apart)
		return _("It is still running; x stops it and undoes what it did.");
	(void)app;
	return run->plan->is_undo ? _("This was an undo already.") : NULL;
}

static enum reaction try_otherwise(struct app *app, void *state)
{
	const struct form_argument argument = {.action = ((const struct run *)state)->action};

	app_replace(app, &screen_form, &argument);
	return REACTION_REDRAW;
}

static const char *why_not_otherwise(const struct app *app, const void *state)
{
	const struct run *run = state;

	(void)app;
	if (run->apart)
		return _("It is still running; x stops it and undoes what it did.");
	if (run->result == RUNNER_DONE)
		return _("It is done.");
	return action_has_choices(run->action) ? NULL : _("There is nothing to choose here.");
}

static enum reaction on_back(struct app *app, void *state)
{
	const char *why_not = why_not_home(app, state);

	if (!why_not)
		return REACTION_HOME;
	app_hint(app, why_not);
	return REACTION_REDRAW;
}

static const char *get_title(const void *state)
{
	return _(((const struct run *)state)->action->label);
}

static const struct binding bindings[] = {
	{KEY_CODE_ENTER, 0, N_("menu"), N_("Go back to the menu, once it is over."), go_home,
	 why_not_home},
	{'u', 0, N_("undo"), N_("See what can be undone of it."), take_back, why_not_take_back},
	{'o', 0, N_("try otherwise"), N_("Choose how it is to be done, and try again."),
	 try_otherwise, why_not_otherwise},
	{'x', 0, N_("stop"), N_("Stop before the next step and undo what was done."), stop,
	 why_not_stop},
	{0},
};

const struct screen_class screen_run = {
	.name = "run",
	.title = N_("Run"),
	.help = N_("Each line is a step: \"...\" has not begun, \"now\" is being done, \"ok\" is done. "
		   "A step that fails says why; one that the rest needs ends the run, and everything "
		   "that was done before it is undone.\n"
		   "It runs in a process of its own. Should the line drop, it stops and undoes what "
		   "it did; what is left stands under \"Undo and unmount\"."),
	.bindings = bindings,
	.state_size = sizeof(struct run),
	.open = open,
	.draw = reading_draw,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.get_title = get_title,
	.on_back = on_back,
	.get_fd = get_fd,
	.get_timeout_ms = get_timeout_ms,
	.on_ready = on_ready,
	.close = close_run,
};
