/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What would be done, in sentences or as shell commands, before anything is done. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "action/describe.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/printable.h"
#include "plan/apart.h"
#include "plan/job.h"
#include "tui/app.h"
#include "tui/menu_words.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

struct plan_screen {
	struct reading reading; /* first: it is what the keys go to */
	const struct action *action;
	struct answers answers;
	const struct screen_class *back_to;
	plan_prepare_fn prepare;
	void *data;
	const struct secret *reveal;
	const char *reveal_label;
	struct session *session; /* for the child that makes the plan */
	bool is_dry_run;
	struct apart_plan *making; /* NULL: it is made, or could not be */
	struct plan *plan;	   /* NULL: none */
	bool is_of_job;		   /* a job has begun with it, which needs what it left */
	struct problem why;	   /* why there is none */
	bool is_job;		   /* it is to run as a job */
	bool shows_job;		   /* ... and its screen opens */
	bool has_commands;	   /* shell commands in place of sentences */
};

/* --- making it */

static int make(void *data, struct plan **ret_plan, struct problem *why)
{
	struct plan_screen *screen = data;
	_cleanup_text_list_ struct text_list notes = {0};
	int r;

	r = screen->prepare
		    ? screen->prepare(screen->data, screen->session, &screen->answers, &notes, why)
		    : 0;
	if (r == 0)
		r = action_plan(screen->action, screen->session, &screen->answers,
				screen->is_dry_run, ret_plan, why);
	if (r == 0)
		text_list_copy(&(*ret_plan)->notes, &notes);
	return r;
}

static void copy_answers(struct answers *to, const struct action *action,
			 const struct answers *from)
{
	answers_init(to, action);
	for (size_t i = 0; i < from->count; i++)
		text_list_copy(&to->items[i].values, &from->items[i].values);
}

/* --- showing it */

static void add_sentence(struct plan_screen *screen, size_t index)
{
	const struct step *step = screen->plan->steps[index];
	_cleanup_free_ char *line = step->risk >= RISK_DESTROYS
					    ? text_format("%zu. %s (%s)", index + 1, step->what,
							  step_risk_label(step->risk))
					    : text_format("%zu. %s", index + 1, step->what);

	text_view_add_paragraph(&screen->reading.view,
				step->risk >= RISK_DESTROYS ? ROLE_ERROR : ROLE_NORMAL, 1, 4, line);
}

static void add_commands(struct plan_screen *screen, size_t index)
{
	_cleanup_text_list_ struct text_list lines = {0};

	step_command(step_classes, screen->plan->steps[index], &lines);
	for (size_t i = 0; i < lines.count; i++)
		text_view_add_line(&screen->reading.view, ROLE_NORMAL, lines.items[i]);
}

/* What temporary steps are taken back by, in the order in which that happens. */
static void add_afterwards(struct plan_screen *screen)
{
	const struct plan *plan = screen->plan;
	struct text_view *view = &screen->reading.view;
	size_t number = 0;

	for (size_t i = plan->count; i-- > 0;) {
		_cleanup_text_list_ struct text_list lines = {0};
		_cleanup_free_ char *what = describe_afterwards(plan->steps[i], &lines);
		_cleanup_free_ char *line = what ? text_format("%zu. %s", number + 1, what) : NULL;

		if (!what)
			continue;
		if (number++ == 0)
			text_view_add_paragraph(view, ROLE_HEADING, 0, 0,
						_("Afterwards, whatever came of it:"));
		if (!screen->has_commands)
			text_view_add_paragraph(view, ROLE_NORMAL, 1, 4, line);
		for (size_t j = 0; screen->has_commands && j < lines.count; j++)
			text_view_add_line(view, ROLE_NORMAL, lines.items[j]);
	}
}

static void add_notes(struct plan_screen *screen)
{
	const struct plan *plan = screen->plan;

	if (plan->guesses.count + plan->notes.count)
		text_view_add_heading(&screen->reading.view, _("Notes"));
	reading_add_items(&screen->reading, ROLE_WARNING, &plan->guesses);
	reading_add_items(&screen->reading, ROLE_NORMAL, &plan->notes);
	if (plan->options.count)
		text_view_add_paragraph(&screen->reading.view, ROLE_NORMAL, 1, 3,
					_("- With o you can choose otherwise."));
}

static void add_plan(struct plan_screen *screen)
{
	const struct plan *plan = screen->plan;
	_cleanup_free_ char *risk = NULL;

	text_view_add_paragraph(&screen->reading.view, ROLE_HEADING, 0, 0,
				plan->summary ? plan->summary : plan->action);
	text_view_add_blank(&screen->reading.view);
	for (size_t i = 0; i < plan->count; i++) {
		if (screen->has_commands)
			add_commands(screen, i);
		else
			add_sentence(screen, i);
	}
	add_afterwards(screen);
	if (!plan->count) {
		text_view_add_paragraph(&screen->reading.view, ROLE_NORMAL, 0, 0,
					_("There is nothing to do."));
	} else {
		risk = text_format(_("Risk: %s"), step_risk_label(plan_risk(plan)));
		text_view_add_blank(&screen->reading.view);
		text_view_add_paragraph(&screen->reading.view,
					plan_risk(plan) >= RISK_WRITES ? ROLE_WARNING : ROLE_NORMAL,
					0, 0, risk);
	}
	add_notes(screen);
}

static void fill(struct plan_screen *screen)
{
	text_view_clear(&screen->reading.view);
	if (screen->plan) {
		add_plan(screen);
	} else if (screen->making) {
		text_view_add_paragraph(&screen->reading.view, ROLE_DIM, 0, 0,
					_("Finding out what is to be done..."));
	} else {
		_cleanup_free_ char *text = problem_text(&screen->why);

		text_view_add_paragraph(&screen->reading.view, ROLE_ERROR, 0, 0, text);
		text_view_add_blank(&screen->reading.view);
		if (screen->why.next)
			text_view_add_advice(&screen->reading.view, ROLE_NORMAL, 0, 0,
					     screen->why.next);
	}
}

static void open(struct app *app, void *state, const void *argument)
{
	const struct plan_argument *what = argument;
	struct plan_screen *screen = state;

	screen->action = what->action;
	copy_answers(&screen->answers, what->action, what->answers);
	screen->back_to = what->back_to;
	screen->prepare = what->prepare;
	screen->data = what->data;
	screen->reveal = what->reveal;
	screen->reveal_label = what->reveal_label;
	screen->session = &app_knowledge(app)->session;
	screen->is_dry_run = screen->session->scan.sysroot != NULL;
	text_view_init(&screen->reading.view, 0);
	(void)apart_plan_start(make, screen, 0, &screen->making, &screen->why); /* WHY is shown */
	fill(screen);
}

/* --- running it */

static bool has_interactive_step(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct step_class *class =
			step_class_find(step_classes, plan->steps[i]->class_name);

		if (class && class->is_interactive)
			return true;
	}
	return false;
}

/* A step's line on the plain terminal, before a program has it. */
static void print_notice(void *data, const struct runner_notice *notice)
{
	const struct step_class *class = step_class_find(step_classes, notice->step->class_name);

	(void)data;
	if (class && class->is_interactive)
		return;
	if (notice->event == RUNNER_STEP_STARTED)
		printf("%s ...", notice->what);
	else if (notice->event == RUNNER_UNDO_STARTED)
		printf(_("undo: %s ..."), notice->what);
	else
		printf(" %s\n",
		       notice->event == RUNNER_STEP_DONE || notice->event == RUNNER_UNDO_DONE
			       ? _("ok")
			       : _("failed"));
	(void)fflush(stdout); /* a lost terminal is noticed when we are back */
}

/* What must be known after a program has had the terminal. */
static void tell_outcome(struct app *app, int result, const struct step_report *report,
			 const struct problem *why)
{
	_cleanup_free_ char *notes = text_list_join(&report->notes, "\n");
	_cleanup_free_ char *shown = printable_text(notes), *said = menu_words(shown);

	if (result < 0 || (result != RUNNER_DONE && why->error))
		app_tell_problem(app, why);
	else if (report->notes.count)
		app_tell(app, ROLE_HEADING, _("What is worth knowing"), said);
}

static enum reaction run_in_terminal(struct app *app, void *state)
{
	struct plan_screen *screen = state;
	struct session *session = &app_knowledge(app)->session;
	_cleanup_(step_report_done) struct step_report report = {0};
	_cleanup_problem_ struct problem why = {0};
	struct runner runner = {.classes = step_classes, .on_notice = print_notice};
	int result;

	session->journal = journal_free(session->journal); /* as it is now */
	result = session_get_journal(session, &runner.journal, &why);
	if (result == 0)
		result = runner_execute(&runner, screen->plan, &report, &why);
	log_line("menu: %s: result %d", screen->action->name, result);
	tell_outcome(app, result, &report, &why);
	return REACTION_HOME;
}

static void log_start(const struct plan_screen *screen)
{
	log_line("menu: %s: %s", screen->action->name,
		 screen->plan->summary ? screen->plan->summary : "");
}

/* It opens its own screen, or goes on behind all of them. */
static enum reaction start_job(struct app *app, struct plan_screen *screen)
{
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;
	unsigned number = 0;
	int r;

	knowledge_hold(app_knowledge(app)); /* a look that goes on would be in its way */
	r = job_start(step_classes, app_session(app)->journal_folder, screen->plan, &number, &why);
	app_refresh_jobs(app); /* holds for it from here on */
	knowledge_release(app_knowledge(app));
	if (r < 0) {
		app_tell_problem(app, &why);
		return REACTION_REDRAW;
	}
	screen->is_of_job = true;
	if (screen->shows_job) {
		app_replace(app, &screen_job, &number);
		app_drop_below(app, &screen_form);
		return REACTION_REDRAW;
	}
	text = text_format(_("Job %u has begun. It goes on without this terminal; j shows it."),
			   number);
	app_hint(app, text);
	if (!screen->back_to)
		return REACTION_HOME;
	app_show(app, screen->back_to);
	return REACTION_REDRAW;
}

static enum reaction run_now(struct app *app, struct plan_screen *screen)
{
	struct run_argument argument = {.action = screen->action,
					.back_to = screen->back_to,
					.reveal = screen->reveal,
					.reveal_label = screen->reveal_label};

	log_start(screen);
	if (screen->is_job)
		return start_job(app, screen);
	if (has_interactive_step(screen->plan)) {
		app_use_terminal(app, run_in_terminal);
		return REACTION_NOTHING;
	}
	argument.plan = TAKE_PTR(screen->plan);
	app_replace(app, &screen_run, &argument);
	return REACTION_REDRAW;
}

/* --- what is asked before */

static enum reaction on_typed(struct app *app, void *state, int key)
{
	return key == KEY_CODE_ENTER ? run_now(app, state) : REACTION_REDRAW;
}

/* What destroys data wants the name of what it is done to. */
static enum reaction agree_or_run(struct app *app, struct plan_screen *screen)
{
	_cleanup_free_ char *names = plan_list_destroyed(screen->plan), *text = NULL;

	if (!names)
		return run_now(app, screen);
	text = text_format(
		_("%s\n\nThis can destroy data, and nothing brings that back. Type %s to do "
		  "it all the same."),
		screen->plan->summary ? screen->plan->summary : "", names);
	app_ask_typed(app, _("Data can be lost"), text, _("Name:"), names, _("Do it"), on_typed);
	return REACTION_REDRAW;
}

static enum reaction on_answer(struct app *app, void *state, int key)
{
	return key == 'y' ? agree_or_run(app, state) : REACTION_REDRAW;
}

/* Guesses are agreed to in the words of the plan. */
static enum reaction ask_and_run(struct app *app, struct plan_screen *screen)
{
	const struct app_button buttons[] = {{'y', _("Do it")}, {'n', _("No")}};
	_cleanup_free_ char *guesses = NULL, *text = NULL;

	if (!screen->plan->guesses.count)
		return agree_or_run(app, screen);
	guesses = text_list_join(&screen->plan->guesses, "\n");
	text = text_format(_("%s\n\nIs that right?"), guesses);
	app_ask(app, ROLE_WARNING, _("Found by guessing"), text, buttons, ARRAY_SIZE(buttons),
		on_answer);
	return REACTION_REDRAW;
}

static enum reaction run_plan(struct app *app, void *state)
{
	struct plan_screen *screen = state;

	screen->is_job = screen->action->is_job && !has_interactive_step(screen->plan);
	screen->shows_job = true;
	return ask_and_run(app, screen);
}

static enum reaction run_behind(struct app *app, void *state)
{
	struct plan_screen *screen = state;

	screen->is_job = true;
	screen->shows_job = false;
	return ask_and_run(app, screen);
}

static const char *why_not_run(const struct app *app, const void *state)
{
	const struct plan_screen *screen = state;

	if (app_session(app)->scan.sysroot)
		return _("This is a recorded machine: it can only be looked at.");
	if (screen->making)
		return _("It is still being found out what is to be done.");
	if (!screen->plan)
		return _("There is no plan: it says why.");
	return screen->plan->count ? NULL : _("There is nothing to do.");
}

static const char *why_not_behind(const struct app *app, const void *state)
{
	const struct plan_screen *screen = state;
	const char *why_not = why_not_run(app, state);

	if (why_not)
		return why_not;
	if (screen->reveal)
		return _("The new password is shown at its end: it must be waited for.");
	return has_interactive_step(screen->plan)
		       ? _("It needs the terminal: it cannot run without one.")
		       : NULL;
}

static enum reaction toggle_commands(struct app *app, void *state)
{
	struct plan_screen *screen = state;

	(void)app;
	screen->has_commands = !screen->has_commands;
	fill(screen);
	text_view_go_to_start(&screen->reading.view);
	return REACTION_REDRAW;
}

static const char *why_not_toggle(const struct app *app, const void *state)
{
	(void)app;
	return ((const struct plan_screen *)state)->plan ? NULL : _("There is no plan yet.");
}

static enum reaction open_options(struct app *app, void *state)
{
	const struct plan_screen *screen = state;
	const struct form_argument argument = {.action = screen->action,
					       .system = answers_get(&screen->answers, "system"),
					       .answers = &screen->answers,
					       .back_to = screen->back_to};

	app_replace(app, &screen_form, &argument);
	return REACTION_REDRAW;
}

static const char *why_not_options(const struct app *app, const void *state)
{
	const struct plan_screen *screen = state;

	(void)app;
	return action_has_choices(screen->action) && !screen->prepare
		       ? NULL
		       : _("There is nothing to choose here.");
}

static int get_fd(const void *state)
{
	const struct plan_screen *screen = state;

	return screen->making ? apart_plan_fd(screen->making) : -1;
}

static int get_timeout_ms(const void *state)
{
	const struct plan_screen *screen = state;

	return screen->making ? apart_plan_timeout_ms(screen->making) : -1;
}

static enum reaction on_ready(struct app *app, void *state)
{
	struct plan_screen *screen = state;

	(void)app;
	if (!screen->making || apart_plan_dispatch(screen->making))
		return REACTION_NOTHING;
	(void)apart_plan_take(screen->making, &screen->plan, &screen->why); /* WHY is shown */
	screen->making = apart_plan_free(screen->making);
	fill(screen);
	return REACTION_REDRAW;
}

static void close_plan(struct app *app, void *state)
{
	struct plan_screen *screen = state;

	(void)app;
	(void)apart_plan_free(screen->making);
	if (!screen->is_of_job)
		action_forget_plan(screen->plan);
	(void)plan_free(screen->plan);
	answers_done(&screen->answers);
	problem_done(&screen->why);
	text_view_done(&screen->reading.view);
}

static const char *get_title(const void *state)
{
	return _(((const struct plan_screen *)state)->action->label);
}

static const struct binding bindings[] = {
	{KEY_CODE_ENTER, 'y', N_("do it"), N_("Do what the plan says."), run_plan, why_not_run},
	{'b', 0, N_("background"),
	 N_("Do it as a job, which goes on without this terminal, and go back to the menu."),
	 run_behind, why_not_behind},
	{'v', 0, N_("commands"), N_("Show shell commands in place of sentences, and back."),
	 toggle_commands, why_not_toggle},
	{'o', 0, N_("options"), N_("Choose how it is to be done."), open_options, why_not_options},
	{0},
};

const struct screen_class screen_plan = {
	.name = "plan",
	.title = N_("Plan"),
	.help = N_(
		"Nothing has been done yet: this is what would be done, step by step. v shows the "
		"same as the shell commands that you could type yourself.\n"
		"The risk says the most that any step does: only look, change this rescue system "
		"(mounts, programs), write to the disks under rescue, or destroy data. Notes say "
		"what "
		"is left out, and why. \"Afterwards\" stands what is put back at the end, whatever "
		"came of it.\n"
		"What takes long runs as a job: neither leaving refloat nor a line that drops ends "
		"it. "
		"b does so with any plan that needs no terminal.\n"
		"q goes back, and nothing has happened."),
	.bindings = bindings,
	.state_size = sizeof(struct plan_screen),
	.open = open,
	.draw = reading_draw,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.get_title = get_title,
	.get_fd = get_fd,
	.get_timeout_ms = get_timeout_ms,
	.on_ready = on_ready,
	.close = close_plan,
};
