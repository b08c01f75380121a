/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first screen: what can be done. */
#include <string.h>
#include <unistd.h>

#include "action/action.h"
#include "action/describe_job.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/process.h"
#include "tui/app.h"
#include "tui/screens/accounts.h"
#include "tui/screens/home_states.h"
#include "tui/screens/screens.h"
#include "tui/widgets/menu.h"

struct home {
	struct menu menu;
	char *title;
	bool has_told_problem; /* what could not be found out was shown in a box */
};

typedef enum reaction (*choose_fn)(struct app *app, struct home *home);

/* --- what happens when a line is chosen */

static enum reaction open_disks(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_disks, NULL);
	return REACTION_REDRAW;
}

static enum reaction open_unlock(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_unlock, NULL);
	return REACTION_REDRAW;
}

static enum reaction open_systems(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_systems, NULL);
	return REACTION_REDRAW;
}

/* Several systems and none mounted: which one is meant is asked first. */
static bool must_choose(const struct app *app)
{
	const struct survey *survey = app_session(app)->survey;

	return !app_get_knowledge(app)->mounted.id && survey && survey->system_count > 1;
}

static void open_plan(struct app *app, const struct action *action)
{
	struct answers answers;
	const struct plan_argument plan = {.action = action, .answers = &answers};

	answers_init(&answers, action);
	app_open(app, &screen_plan, &plan);
	answers_done(&answers);
}

/* Actions that begin with a list of what they are about, in place of their form. */
static const struct {
	const char *action;
	const struct screen_class *screen;
} first_screens[] = {
	{"check-fs", &screen_filesystems},
};

static const struct screen_class *find_first_screen(const struct action *action)
{
	for (size_t i = 0; i < ARRAY_SIZE(first_screens); i++) {
		if (strcmp(first_screens[i].action, action->name) == 0)
			return first_screens[i].screen;
	}
	return NULL;
}

static enum reaction open_action(struct app *app, const struct action *action)
{
	const struct form_argument form = {.action = action};
	const struct screen_class *first = find_first_screen(action);

	if (first)
		app_open(app, first, NULL);
	else if (action->needs & NEEDS_SYSTEM && !app_session(app)->survey &&
		 !app_get_knowledge(app)->mounted.id)
		app_hint(app, _("The systems are still being looked for."));
	else if (action->is_direct && !must_choose(app))
		open_plan(app, action);
	else
		app_open(app, &screen_form, &form);
	return REACTION_REDRAW;
}

static enum reaction run_shell(struct app *app, void *state)
{
	const char *shell = getenv("SHELL");
	const char *const arguments[] = {shell && *shell ? shell : "/bin/sh", NULL};
	_cleanup_process_result_ struct process_result result = {0};
	_cleanup_problem_ struct problem why = {0};
	struct process_options options = {
		.arguments = arguments,
		.kind = PROCESS_ENVIRONMENT_GIVEN,
		.environment = (const char *const *)environ,
		.is_interactive = true,
	};

	(void)state;
	printf("%s\n", _("A shell of the rescue system. \"exit\" goes back to refloat."));
	(void)fflush(stdout); /* a lost terminal is noticed when we are back */
	if (process_run(&options, &result, &why) < 0)
		app_tell_problem(app, &why);
	return REACTION_REDRAW;
}

static enum reaction open_accounts(struct app *app, struct home *home)
{
	const char *why_not = accounts_why_not_open(app);

	(void)home;
	if (why_not)
		app_hint(app, why_not);
	else
		accounts_open(app, NULL);
	return REACTION_REDRAW;
}

static enum reaction open_shell(struct app *app, struct home *home)
{
	(void)home;
	app_use_terminal(app, run_shell);
	return REACTION_NOTHING;
}

static enum reaction open_undo(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_undo, NULL);
	return REACTION_REDRAW;
}

static enum reaction open_log(struct app *app, struct home *home)
{
	(void)home;
	app_open(app, &screen_log, NULL);
	return REACTION_REDRAW;
}

static enum reaction on_leave_answer(struct app *app, void *state, int key)
{
	(void)app;
	(void)state;
	return key == 'y' ? REACTION_QUIT : REACTION_REDRAW;
}

static void say_mounted(const struct mounted_system *mounted, struct text_list *lines)
{
	_cleanup_free_ char *summary = printable_text(mounted->summary);
	_cleanup_free_ char *target = printable_text(mounted->target);

	text_list_format(lines,
			 _("%s stays mounted under %s. \"Undo and unmount\" (u) takes it down; so "
			   "does \"refloat umount\" later."),
			 summary, target);
}

static void say_running(const struct jobs_watch *watch, struct text_list *lines)
{
	for (size_t i = 0; i < watch->list.count; i++) {
		_cleanup_free_ char *line = NULL;

		if (!job_is_running(watch->list.items[i]))
			continue;
		line = describe_job(watch->list.items[i]);
		text_list_format(lines,
				 _("%s. It goes on; \"refloat jobs\" shows it, and so does "
				   "refloat when it is started again."),
				 line);
	}
}

/* What is mounted and what runs stays: that is said before the program is gone. */
static enum reaction leave(struct app *app, struct home *home)
{
	const struct mounted_system *mounted = &app_get_knowledge(app)->mounted;
	const struct app_button buttons[] = {
		{'y', mounted->id ? _("Leave it mounted") : _("Leave")}, {'n', _("Stay")}};
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *text = NULL;

	(void)home;
	say_running(app_get_jobs(app), &lines);
	if (mounted->id)
		say_mounted(mounted, &lines);
	if (!lines.count)
		return REACTION_QUIT;
	text = text_list_join(&lines, "\n\n");
	app_ask(app, ROLE_WARNING, _("Leave refloat?"), text, buttons, ARRAY_SIZE(buttons),
		on_leave_answer);
	return REACTION_REDRAW;
}

/* --- the lines */

/*
 * What is no action, or shown otherwise than one: "umount" is part of the undo screen. All other
 * actions that have a key stand in their own order where ACTIONS_LINE is.
 */
#define ACTIONS_LINE "actions"

static const struct line {
	const char *id;
	int key;
	const char *label;
	choose_fn choose;
} lines[] = {
	{"disks", 'k', N_("Disks"), open_disks},
	{"systems", 'i', N_("Installed systems"), open_systems},
	{"unlock", 'o', N_("Encrypted containers"), open_unlock},
	{ACTIONS_LINE, 0, NULL, NULL},
	{"accounts", 'a', N_("Accounts"), open_accounts},
	{"shell", 's', N_("Shell here"), open_shell},
	{"umount", 'u', N_("Undo and unmount"), open_undo},
	{"log", 'l', N_("Log of what was done"), open_log},
	{"quit", 'q', N_("Quit"), leave},
};

static const struct line *find_line(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (strcmp(lines[i].id, id) == 0)
			return &lines[i];
	}
	return NULL;
}

static void add_actions(struct home *home)
{
	for (size_t i = 0; actions[i]; i++) {
		if (actions[i]->key && !find_line(actions[i]->name))
			menu_add(&home->menu, actions[i]->name, actions[i]->key,
				 _(actions[i]->label));
	}
}

/* "rescue of web01: Debian 12 on sda2": the middle of the title. */
static void set_title(const struct app *app, struct home *home)
{
	const struct survey *survey = app_session(app)->survey;
	_cleanup_free_ char *system = NULL;

	free(home->title);
	home->title = NULL;
	if (!survey || survey->system_count != 1)
		return;
	system = home_states_format_system(survey->systems[0]);
	home->title = text_format(_("rescue of %s"), system);
}

static void refresh(struct app *app, void *state)
{
	struct home *home = state;
	const struct knowledge *knowledge = app_get_knowledge(app);

	home_states_set(app, &home->menu);
	set_title(app, home);
	if (knowledge->problem.error && !home->has_told_problem)
		app_tell_problem(app, &knowledge->problem);
	home->has_told_problem = knowledge->problem.error != 0;
}

static void open(struct app *app, void *state, const void *argument)
{
	struct home *home = state;

	(void)app;
	(void)argument;
	menu_init(&home->menu);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (strcmp(lines[i].id, ACTIONS_LINE) == 0)
			add_actions(home);
		else
			menu_add(&home->menu, lines[i].id, lines[i].key, _(lines[i].label));
	}
}

static void close_home(struct app *app, void *state)
{
	struct home *home = state;

	(void)app;
	menu_done(&home->menu);
	free(home->title);
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	(void)app;
	menu_draw(&((const struct home *)state)->menu, canvas, area);
}

static enum reaction choose(struct app *app, struct home *home)
{
	const struct menu_line *current = menu_current(&home->menu);
	const struct line *line = current ? find_line(current->id) : NULL;

	if (line)
		return line->choose(app, home);
	return current ? open_action(app, action_find(current->id)) : REACTION_NOTHING;
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct home *home = state;

	switch (menu_key(&home->menu, key)) {
	case WIDGET_CHOSEN:
		return choose(app, home);
	case WIDGET_HANDLED:
		return REACTION_REDRAW;
	case WIDGET_CANCELLED:
	case WIDGET_IGNORED:
		break;
	}
	return REACTION_IGNORED;
}

static enum reaction on_back(struct app *app, void *state)
{
	return leave(app, state);
}

static const char *get_title(const void *state)
{
	return ((const struct home *)state)->title;
}

static enum reaction choose_current(struct app *app, void *state)
{
	return choose(app, state);
}

/* What moves in the menu is the widget's; the table says it to the footer and the help. */
static const struct binding bindings[] = {
	{KEY_CODE_ENTER, 0, N_("open"),
	 N_("Open the line the cursor is on; its letter does the same."), choose_current, NULL},
	{0},
};

const struct screen_class screen_home = {
	.name = "home",
	.title = N_("rescue system"),
	.help = N_(
		"Each line is something that can be done; beside it stands how things are. A "
		"letter "
		"opens its line at once.\n"
		"Looking is always safe: not a byte is written to a disk. Whatever changes "
		"something "
		"shows its plan first, and can be undone. How far things have gone stands at the "
		"right end of the title: only looking, mounted read-only, mounted READ-WRITE.\n"
		"The usual way: look at the disks (k) and at what is installed (i), mount it (m), "
		"work "
		"in it (c), take everything down again (u). Where nobody can log in: accounts "
		"(a)."),
	.bindings = bindings,
	.state_size = sizeof(struct home),
	.open = open,
	.refresh = refresh,
	.draw = draw,
	.on_key = on_key,
	.on_back = on_back,
	.get_title = get_title,
	.close = close_home,
};
