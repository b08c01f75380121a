/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan as it runs, step by step, and what came of it. */
#include <errno.h>

#include "base/cleanup.h"
#include "base/i18n.h"
#include "base/log.h"
#include "plan/apart.h"
#include "tui/app.h"
#include "tui/knowledge.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/screens/steps.h"
#include "tui/widgets/frame.h"

#define REVEAL_ROWS 6 /* it fits on the smallest screen */

struct run {
	struct reading reading; /* first: it is what the keys go to */
	const struct action *action;
	struct plan *plan;
	const struct screen_class *back_to; /* NULL: the first */
	const struct secret *reveal;	    /* NULL: nothing; borrowed from a screen below */
	const char *reveal_label;
	struct apart *apart; /* NULL: it is over, or could not begin */
	struct steps steps;
	int result; /* a runner_result, or a negative errno; -EAGAIN while it runs */
	struct problem why;
	bool is_stopping;
	bool is_unfinished; /* the steps have left something to do */
	bool has_news;	    /* something was heard of it just now */
};

/* --- what is said */

static struct outcome outcome_of(const struct run *run)
{
	return (struct outcome){
		.result = run->result,
		.is_stopping = run->is_stopping,
		.is_unfinished = run->is_unfinished,
		.why = &run->why,
	};
}

static void add_result(struct run *run)
{
	const struct outcome outcome = outcome_of(run);

	steps_show_outcome(&run->steps, &outcome, &run->reading.view);
	if (steps_can_be_undone(&run->steps, &outcome))
		text_view_add_paragraph(&run->reading.view, ROLE_NORMAL, 0, 0,
					run->back_to ? _("u takes it back; Enter goes on.")
						     : _("u takes it back; Enter goes to the "
							 "menu."));
}

static void add_stopping(struct run *run)
{
	text_view_follow_end(&run->reading.view);
	text_view_add_paragraph(&run->reading.view, ROLE_WARNING, 0, 0,
				_("It stops before the next step and undoes what it did."));
}

static void fill(struct run *run)
{
	text_view_clear(&run->reading.view);
	steps_show(&run->steps, NULL, &run->reading.view);
	if (run->result != -EAGAIN)
		add_result(run);
	else if (run->is_stopping)
		add_stopping(run);
}

/* --- how it goes on */

static void on_notice(void *data, const struct runner_notice *notice)
{
	struct run *run = data;

	run->has_news = true;
	steps_hear(&run->steps, notice);
}

static void finish(struct app *app, struct run *run)
{
	struct step_report report = {0};

	run->result = apart_get_result(run->apart, &report, &run->why);
	run->is_unfinished = report.is_unfinished;
	step_report_done(&report);
	run->apart = apart_free(run->apart);
	action_forget_plan(run->plan);
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
	run->back_to = what->back_to;
	run->reveal = what->reveal;
	run->reveal_label = what->reveal_label;
	steps_init(&run->steps, run->plan);
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
	steps_done(&run->steps);
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

/* What was generated is on the screen, and nowhere else. */
static bool reveals(const struct run *run)
{
	return run->reveal && (run->result == RUNNER_DONE || run->result == RUNNER_PARTIAL);
}

static enum reaction leave(struct app *app, const struct run *run)
{
	if (!run->back_to)
		return REACTION_HOME;
	app_show(app, run->back_to);
	return REACTION_REDRAW;
}

static enum reaction on_written_down(struct app *app, void *state, int key)
{
	return key == 'y' ? leave(app, state) : REACTION_REDRAW;
}

static enum reaction go_home(struct app *app, void *state)
{
	const struct app_button buttons[] = {{'y', _("Yes, go on")}, {'n', _("No")}};
	const struct run *run = state;

	if (!reveals(run))
		return leave(app, run);
	app_ask(app, ROLE_WARNING, _("Have you written it down?"),
		_("The new password is not shown again: it is kept nowhere."), buttons,
		ARRAY_SIZE(buttons), on_written_down);
	return REACTION_REDRAW;
}

static const char *why_not_home(const struct app *app, const void *state)
{
	(void)app;
	return ((const struct run *)state)->apart ? _("It is still running; x stops it.") : NULL;
}

static enum reaction take_back(struct app *app, void *state)
{
	/* above it: whoever undoes nothing comes back to what it says, a new password perhaps */
	app_open(app, &screen_undo, ((const struct run *)state)->back_to);
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
		return go_home(app, state);
	app_hint(app, why_not);
	return REACTION_REDRAW;
}

static bool goes_on(const struct app *app, const void *state)
{
	(void)app;
	return ((const struct run *)state)->back_to != NULL;
}

static bool goes_home(const struct app *app, const void *state)
{
	return !goes_on(app, state);
}

static const char *get_title(const void *state)
{
	return _(((const struct run *)state)->action->label);
}

/* It is drawn and never stored: what a text view holds is not wiped. */
static void draw_reveal(const struct run *run, struct canvas *canvas, struct area area)
{
	canvas_fill(canvas, area, ROLE_NORMAL);
	rule_draw(canvas, (struct area){area.row, area.column, 1, area.columns});
	(void)canvas_text(canvas, area.row + 1, area.column + 2, area.columns - 2, ROLE_HEADING,
			  run->reveal_label);
	(void)canvas_text(canvas, area.row + 3, area.column + 6, area.columns - 6, ROLE_NORMAL,
			  run->reveal->memory);
	(void)canvas_text(canvas, area.row + 5, area.column + 2, area.columns - 2, ROLE_WARNING,
			  _("Write it down: it is not shown again."));
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct run *run = state;
	struct area part = {area.row + area.rows - REVEAL_ROWS, area.column, REVEAL_ROWS,
			    area.columns};

	if (reveals(run)) {
		if (part.row < area.row)
			part.row = area.row;
		draw_reveal(run, canvas, part);
		area.rows = part.row - area.row;
	}
	if (area.rows > 0)
		reading_draw(app, state, canvas, area);
}

static const struct binding bindings[] = {
	{KEY_CODE_ENTER, 0, N_("menu"), N_("Go back to the menu, once it is over."), go_home,
	 why_not_home, goes_home},
	{KEY_CODE_ENTER, 0, N_("go on"), N_("Go back to where this began, once it is over."),
	 go_home, why_not_home, goes_on},
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
	.help = N_(
		"Each line is a step: \"...\" has not begun, \"now\" is being done, \"ok\" is "
		"done. "
		"A step that fails says why; one that the rest needs ends the run, and everything "
		"that was done before it is undone.\n"
		"It runs in a process of its own. Should the line drop, it stops and undoes what "
		"it did; what is left stands under \"Undo and unmount\"."),
	.bindings = bindings,
	.state_size = sizeof(struct run),
	.open = open,
	.draw = draw,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.get_title = get_title,
	.on_back = on_back,
	.get_fd = get_fd,
	.get_timeout_ms = get_timeout_ms,
	.on_ready = on_ready,
	.close = close_run,
};
