/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ways from and to the screens about accounts: opening them, mounting first, plans. */
#include "tui/screens/accounts.h"

#include <string.h>

#include "action/action.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/resolve.h"
#include "tui/menu_words.h"
#include "tui/screens/screens.h"

const struct accounts_watch *accounts_of(const struct app *app)
{
	return &app_get_knowledge(app)->accounts;
}

/* --- opening */

static const struct system *find_system(const struct app *app, const char *id)
{
	const struct survey *survey = app_session(app)->survey;

	for (size_t i = 0; survey && i < survey->system_count; i++) {
		if (!id || text_is_equal(survey->systems[i]->id, id))
			return survey->systems[i];
	}
	return NULL;
}

const char *accounts_why_not_open(const struct app *app)
{
	const struct survey *survey = app_session(app)->survey;

	if (app_get_knowledge(app)->mounted.id || (survey && survey->system_count))
		return NULL;
	return survey ? _("No installed system was found.")
		      : _("The systems are still being looked for.");
}

static const struct screen_class *class_for(const struct system *system)
{
	return system && system->kind == SYSTEM_WINDOWS ? &screen_windows_accounts
							: &screen_accounts;
}

void accounts_open(struct app *app, const char *system)
{
	const char *mounted = app_get_knowledge(app)->mounted.id;
	const struct system *found = find_system(app, system ? system : mounted);

	if (!system)
		system = mounted ? mounted : found ? found->id : NULL;
	if (!system)
		return;
	app_open(app, class_for(found), system);
}

enum reaction accounts_open_next(struct app *app, void *state)
{
	const struct accounts_base *base = state;
	const struct survey *survey = app_session(app)->survey;
	size_t next = 0;

	for (size_t i = 0; i < survey->system_count; i++) {
		if (text_is_equal(survey->systems[i]->id, base->system))
			next = (i + 1) % survey->system_count;
	}
	app_replace(app, class_for(survey->systems[next]), survey->systems[next]->id);
	return REACTION_REDRAW;
}

const char *accounts_why_not_next(const struct app *app, const void *state)
{
	const struct survey *survey = app_session(app)->survey;

	(void)state;
	return survey && survey->system_count > 1 ? NULL : _("There is no other system.");
}

/* --- mounting first */

static bool is_ready(const struct app *app)
{
	const struct account_target *target = &accounts_of(app)->target;

	return target->root && !target->is_read_only;
}

/* Whether something can be changed there now. False: it was said why, or ON_ANSWER is asked whether
 * to mount it first. */
static bool make_ready(struct app *app, app_on_answer_fn on_answer)
{
	const struct app_button buttons[] = {{'y', _("Mount it")}, {'n', _("No")}};
	const struct account_target *target = &accounts_of(app)->target;
	_cleanup_free_ char *text = NULL, *place = NULL;
	_cleanup_problem_ struct problem why = {0};

	if (is_ready(app))
		return true;
	if (app_session(app)->scan.sysroot) {
		app_hint(app, _("This is a recorded machine: it can only be looked at."));
		return false;
	}
	if (target->root) {
		(void)account_target_check_writable(target, &why); /* it says what to do */
		app_tell_problem(app, &why);
		return false;
	}
	place = printable_text(app_session(app)->target);
	text = text_format(_("To change anything in %s it has to be mounted. Mount it under %s "
			     "first? You see what will be mounted before it is done; afterwards "
			     "this goes on."),
			   target->title, place);
	app_ask(app, ROLE_WARNING, _("It is not mounted yet"), text, buttons, ARRAY_SIZE(buttons),
		on_answer);
	return false;
}

void accounts_answer(const struct app *app, const struct action *action, const char *user,
		     struct answers *answers)
{
	/* these fields exist */
	(void)answers_add(answers, "system", accounts_of(app)->target.system);
	for (size_t i = 0; user && i < action->field_count; i++) {
		if (action->fields[i].kind == FIELD_ACCOUNT ||
		    strcmp(action->fields[i].name, "name") == 0)
			(void)answers_add(answers, action->fields[i].name, user);
	}
}

void accounts_open_plan(struct app *app, const char *name, const char *user, const char *option,
			const struct screen_class *back_to)
{
	const struct action *action = action_find(name);
	struct answers answers;
	const struct plan_argument argument = {
		.action = action, .answers = &answers, .back_to = back_to};

	answers_init(&answers, action);
	accounts_answer(app, action, user, &answers);
	if (option)
		(void)answers_add(&answers, option, "yes"); /* the field exists */
	app_open(app, &screen_plan, &argument);
	answers_done(&answers);
}

/* A line of its fstab is only a guess: whether it is mounted is the person's to say. */
static bool has_guess(const struct app *app)
{
	static const struct resolve_options options = {0};
	const struct session *session = app_session(app);
	const struct system *system = find_system(app, accounts_of(app)->target.system);
	_cleanup_resolution_ struct resolution *resolution = NULL;
	bool has = false;

	if (!system || !session->machine ||
	    resolve_system(session->machine, session->survey, system, &options, &resolution, NULL) <
		    0)
		return false;
	for (size_t i = 0; i < resolution->count; i++)
		has = has || resolution->entries[i].action == RESOLVED_UNCONFIRMED;
	return has;
}

/* The plan of the mount, which leads back to BACK_TO; where a line of fstab is only a guess, its
 * form first, in which that is switched on. */
static void open_mount(struct app *app, const struct screen_class *back_to)
{
	const struct form_argument form = {.action = action_find("mount"),
					   .system = accounts_of(app)->target.system,
					   .back_to = back_to,
					   .begins_at_guess = true};

	if (has_guess(app))
		app_open(app, &screen_form, &form);
	else
		accounts_open_plan(app, "mount", NULL, NULL, back_to);
}

static enum reaction on_mount_answer(struct app *app, void *state, int key)
{
	struct accounts_base *base = state;

	if (key == 'y')
		open_mount(app, base->class);
	else
		base->wish = NULL;
	return REACTION_REDRAW;
}

enum reaction accounts_ask_for(struct app *app, void *state, accounts_wish_fn wish)
{
	struct accounts_base *base = state;

	base->wish = wish;
	if (!make_ready(app, on_mount_answer))
		return REACTION_REDRAW;
	base->wish = NULL;
	wish(app, state);
	return REACTION_REDRAW;
}

/* It was mounted for what was asked before, or it was not. */
void accounts_resume(struct app *app, void *state)
{
	struct accounts_base *base = state;
	accounts_wish_fn wish = base->wish;

	base->wish = NULL;
	if (wish && is_ready(app))
		wish(app, state);
}

/* --- what they have in common */

void accounts_base_init(struct accounts_base *base, const struct screen_class *class,
			const struct list_column *columns, size_t count, const char *system)
{
	listing_init(&base->listing, columns, count, LIST_NO_LETTERS);
	base->class = class;
	base->system = text_copy(system);
}

void accounts_base_done(struct app *app, struct accounts_base *base)
{
	free(base->system);
	free(base->title);
	listing_close(app, &base->listing);
}

const char *accounts_get_title(const void *state)
{
	return ((const struct accounts_base *)state)->title;
}

void accounts_close_list(struct app *app, void *state)
{
	accounts_watch_stop(&app_knowledge(app)->accounts);
	accounts_base_done(app, state);
}

void accounts_set_list_title(const struct app *app, struct accounts_base *base)
{
	free(base->title);
	base->title = text_format(_("Accounts of %s"), accounts_of(app)->target.title);
}

void accounts_add_first_remarks(const struct accounts_watch *watch, struct text_list *remarks)
{
	if (accounts_watch_is_reading(watch))
		text_list_add(remarks, _("They are being read again ..."));
	if (watch->why.why)
		text_list_format(remarks, _("They could not be read again: %s."), watch->why.why);
	if (watch->target.is_read_only)
		text_list_add(remarks, _("The system is mounted read-only: nothing can be mended "
					 "before it is mounted read-write."));
}

void accounts_add_last_remarks(const struct accounts_watch *watch, struct text_list *remarks)
{
	if (!watch->target.root)
		text_list_add(remarks,
			      _("The system is not mounted: nothing of it was changed to read "
				"this. What mends an account mounts it first, and asks before."));
	menu_words_list(remarks);
}

char *accounts_format_unread(const struct accounts_watch *watch)
{
	if (watch->why.why)
		return text_format(_("The accounts cannot be read: %s."), watch->why.why);
	return text_format(_("Reading the accounts of %s ..."), watch->target.title);
}

char *accounts_format_obstacle(const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *what = describe_obstacle(obstacle);
	_cleanup_free_ char *place = describe_obstacle_place(obstacle);
	_cleanup_free_ char *file = obstacle->file ? printable_text(obstacle->file) : NULL;
	/* a file as a whole is often what it is about, and is named already */
	bool is_named = !obstacle->line && file && strstr(what, file);

	return place && !is_named ? text_format("%s, %s", what, place) : TAKE_PTR(what);
}

enum reaction accounts_explain_mount(struct app *app, const struct account_obstacle *obstacle)
{
	_cleanup_free_ char *advice =
		describe_mount_advice(&accounts_of(app)->target, obstacle->subject);
	_cleanup_free_ char *place = printable_text(obstacle->subject);
	_cleanup_free_ char *words = menu_words(advice);
	_cleanup_free_ char *text = text_format(
		_("%s stands in /etc/fstab, and is not mounted now: what is on it, a home with its "
		  "keys or a shell, is not known before it is.\n\n%s"),
		place, words);

	app_tell(app, ROLE_HEADING, _("It is not mounted"), text);
	return REACTION_REDRAW;
}

enum reaction accounts_read_again(struct app *app, void *state)
{
	(void)state;
	app_refresh(app); /* that has them read, too */
	return REACTION_REDRAW;
}

enum reaction accounts_open_undo(struct app *app, void *state)
{
	app_open(app, &screen_undo, ((const struct accounts_base *)state)->class);
	return REACTION_REDRAW;
}
