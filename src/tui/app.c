/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The menu as a whole: the stack of screens, what is known, the message in front. */
#include "tui/app.h"

#include <string.h>

#include "action/describe_job.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "tui/app_private.h"
#include "tui/menu_words.h"
#include "tui/screens/screens.h"

static void hold_for_jobs(struct app *app);
static void tell_jobs(struct app *app);

int app_new(const struct app_options *options, struct app **ret_app, struct problem *why)
{
	_cleanup_app_ struct app *app = alloc_zero(1, sizeof(*app));
	struct session *session = &app->knowledge.session;
	int r;

	session_init(session);
	text_list_copy(&session->scan.images, &options->scan.images);
	session->scan.sysroot = options->scan.sysroot;
	session->scan.deadline_ms = options->scan.deadline_ms;
	if (options->target)
		text_set(&session->target, options->target);
	if (options->journal_folder)
		session->journal_folder = options->journal_folder;
	jobs_watch_init(&app->jobs, session->journal_folder);
	r = knowledge_init(&app->knowledge, why);
	if (r < 0)
		return r;
	hold_for_jobs(app);
	app_open(app, &screen_home, NULL);
	tell_jobs(app);
	*ret_app = TAKE_PTR(app);
	return 0;
}

static void close_top(struct app *app)
{
	struct app_screen *screen = app_top(app);

	if (screen->class->close)
		screen->class->close(app, screen->state);
	free(screen->state);
	app->count--;
	app->is_changed = true;
}

/* Closes screens until COUNT are left. */
static void close_down_to(struct app *app, size_t count)
{
	if (app->count <= count)
		return;
	while (app->count > count)
		close_top(app);
	if (app->count && app_top(app)->class->resume)
		app_top(app)->class->resume(app, app_top(app)->state);
}

static void drop_dialog(struct app *app)
{
	if (app->has_dialog)
		dialog_done(&app->dialog);
	app->has_dialog = false;
	app->on_answer = NULL;
	app->is_changed = true;
}

struct app *app_free(struct app *app)
{
	if (!app)
		return NULL;
	drop_dialog(app);
	while (app->count)
		close_top(app);
	free(app->screens);
	free(app->hint);
	knowledge_done(&app->knowledge);
	jobs_watch_done(&app->jobs);
	free(app);
	return NULL;
}

void app_open(struct app *app, const struct screen_class *class, const void *argument)
{
	void *state = alloc_zero(1, class->state_size);

	app->screens = alloc_grow(app->screens, app->count, &app->capacity, sizeof(*app->screens));
	app->screens[app->count++] = (struct app_screen){class, state};
	if (class->open)
		class->open(app, state, argument);
	if (class->refresh)
		class->refresh(app, state);
	app->is_changed = true;
}

void app_replace(struct app *app, const struct screen_class *class, const void *argument)
{
	/* opened first: the argument may belong to the screen that goes */
	struct app_screen old = *app_top(app);

	app_open(app, class, argument);
	app->screens[app->count - 2] = app->screens[app->count - 1];
	app->screens[app->count - 1] = old;
	close_top(app);
}

void app_show(struct app *app, const struct screen_class *class)
{
	for (size_t i = app->count; i-- > 0;) {
		if (app->screens[i].class != class)
			continue;
		close_down_to(app, i + 1);
		return;
	}
	app_open(app, class, NULL);
}

void app_drop_below(struct app *app, const struct screen_class *class)
{
	struct app_screen last = *app_top(app);

	app->count--;
	while (app->count && app_top(app)->class == class)
		close_top(app);
	app->screens[app->count++] = last;
}

static void refresh_all(struct app *app)
{
	for (size_t i = 0; i < app->count; i++) {
		if (app->screens[i].class->refresh)
			app->screens[i].class->refresh(app, app->screens[i].state);
	}
	app->is_changed = true;
}

void app_refresh(struct app *app)
{
	knowledge_read_mounts(&app->knowledge);
	accounts_watch_set_stale(&app->knowledge.accounts);
	refresh_all(app);
}

const struct session *app_session(const struct app *app)
{
	return &app->knowledge.session;
}

struct knowledge *app_knowledge(struct app *app)
{
	return &app->knowledge;
}

const struct knowledge *app_get_knowledge(const struct app *app)
{
	return &app->knowledge;
}

/* --- jobs */

struct jobs_watch *app_jobs(struct app *app)
{
	return &app->jobs;
}

const struct jobs_watch *app_get_jobs(const struct app *app)
{
	return &app->jobs;
}

/* Looking brings arrays up as well, and a job must not meet them. */
static void hold_for_jobs(struct app *app)
{
	bool is_changing = jobs_watch_is_changing(&app->jobs);

	if (is_changing && !app->is_held_by_jobs)
		knowledge_hold(&app->knowledge);
	else if (!is_changing && app->is_held_by_jobs)
		knowledge_release(&app->knowledge);
	app->is_held_by_jobs = is_changing;
}

/* Some have begun or ended; RUNNING did before. */
static void take_jobs(struct app *app, size_t running)
{
	hold_for_jobs(app);
	if (jobs_watch_count_running(&app->jobs) < running) {
		knowledge_look(&app->knowledge); /* what it worked on is not as it was */
		accounts_watch_set_stale(&app->knowledge.accounts);
	}
	knowledge_read_mounts(&app->knowledge);
}

void app_refresh_jobs(struct app *app)
{
	size_t running = jobs_watch_count_running(&app->jobs);

	jobs_watch_read(&app->jobs);
	take_jobs(app, running);
	refresh_all(app);
}

/* True where screens must look up what they show. */
static bool dispatch_jobs(struct app *app)
{
	size_t running = jobs_watch_count_running(&app->jobs);
	enum jobs_news news = jobs_watch_dispatch(&app->jobs);

	if (news == JOBS_ARE_SAME)
		return false;
	app->is_changed = true;
	if (news == JOBS_HAVE_MOVED)
		return false;
	take_jobs(app, running);
	return true;
}

static enum reaction on_told(struct app *app, void *state, int key)
{
	const struct job *job;

	(void)state;
	while ((job = jobs_watch_untold(&app->jobs)))
		jobs_watch_tell(&app->jobs, job);
	if (key == 'j')
		app_show(app, &screen_jobs);
	return REACTION_REDRAW;
}

/* Whoever comes back after the line dropped must not have to ask. */
static void tell_jobs(struct app *app)
{
	const struct app_button buttons[] = {{'j', _("Show")}, {KEY_CODE_ENTER, _("Close")}};
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < app->jobs.list.count; i++) {
		const struct job *job = app->jobs.list.items[i];

		if (job_is_running(job) || !jobs_watch_is_told(&app->jobs, job))
			text_list_take(&lines, describe_job(job));
	}
	if (!lines.count)
		return;
	text = text_list_join(&lines, "\n");
	app_ask(app, ROLE_HEADING, _("Work that goes on without a terminal"), text, buttons,
		ARRAY_SIZE(buttons), on_told);
}

void app_hint(struct app *app, const char *text)
{
	text_set(&app->hint, text);
	app->is_changed = true;
}

void app_ask(struct app *app, enum role role, const char *title, const char *text,
	     const struct app_button *buttons, size_t count, app_on_answer_fn on_answer)
{
	drop_dialog(app);
	dialog_init(&app->dialog, title, role);
	dialog_add_text(&app->dialog, text);
	for (size_t i = 0; i < count; i++)
		dialog_add_button(&app->dialog, buttons[i].key, buttons[i].label);
	app->has_dialog = true;
	app->on_answer = on_answer;
}

void app_ask_typed(struct app *app, const char *title, const char *text, const char *prompt,
		   const char *wanted, const char *button, app_on_answer_fn on_answer)
{
	drop_dialog(app);
	dialog_init(&app->dialog, title, ROLE_ERROR);
	dialog_add_text(&app->dialog, text);
	dialog_add_edit(&app->dialog, prompt, wanted, false);
	dialog_add_button(&app->dialog, KEY_CODE_ENTER, button);
	dialog_add_button(&app->dialog, KEY_CODE_ESCAPE, _("No"));
	app->has_dialog = true;
	app->on_answer = on_answer;
}

void app_tell(struct app *app, enum role role, const char *title, const char *text)
{
	const struct app_button button = {KEY_CODE_ENTER, _("Close")};

	app_ask(app, role, title, text, &button, 1, NULL);
}

void app_tell_problem(struct app *app, const struct problem *why)
{
	_cleanup_free_ char *next = menu_words(why->next);
	_cleanup_free_ char *text = text_format("%s%s%s", why->why ? why->why : "",
						next ? "\n\n" : "", next ? next : "");

	app_tell(app, ROLE_ERROR, why->what ? why->what : _("It did not work"), text);
}

void app_use_terminal(struct app *app, app_in_terminal_fn function)
{
	app->in_terminal = function;
}

static void react(struct app *app, enum reaction reaction)
{
	switch (reaction) {
	case REACTION_IGNORED:
	case REACTION_NOTHING:
		return;
	case REACTION_REDRAW:
		break;
	case REACTION_CLOSE:
		close_down_to(app, app->count - 1);
		break;
	case REACTION_HOME:
		close_down_to(app, 1);
		break;
	case REACTION_QUIT:
		app->is_done = true;
		break;
	}
	if (!app->count)
		app->is_done = true;
	app->is_changed = true;
}

/* --- what works on every screen */

static enum reaction open_help(struct app *app, void *state)
{
	(void)state;
	if (app_top(app)->class == &screen_help)
		return REACTION_IGNORED;
	app_open(app, &screen_help, app_top(app)->class);
	return REACTION_REDRAW;
}

static enum reaction open_log(struct app *app, void *state)
{
	(void)state;
	app_show(app, &screen_log);
	return REACTION_REDRAW;
}

static enum reaction look_again(struct app *app, void *state)
{
	(void)state;
	knowledge_look(&app->knowledge);
	refresh_all(app);
	return REACTION_REDRAW;
}

static enum reaction go_back(struct app *app, void *state)
{
	const struct screen_class *class = app_top(app)->class;

	return class->on_back ? class->on_back(app, state) : REACTION_CLOSE;
}

static enum reaction open_jobs(struct app *app, void *state)
{
	(void)state;
	if (app_top(app)->class == &screen_jobs)
		return REACTION_IGNORED;
	app_show(app, &screen_jobs);
	return REACTION_REDRAW;
}

const struct binding app_bindings[] = {
	{'q', KEY_CODE_ESCAPE, NULL, N_("Go back; on the first screen, leave refloat."), go_back,
	 NULL},
	{'?', KEY_CODE_F1, NULL, N_("Explain this screen and its keys."), open_help, NULL},
	{'j', 0, N_("jobs"),
	 N_("Show the jobs: work that goes on without a terminal, and how it ended."), open_jobs,
	 NULL},
	{'!', 0, NULL, N_("Show all that has been done, with what failed and why."), open_log,
	 NULL},
	{'R', 0, NULL, N_("Look for disks and systems again."), look_again, NULL},
	{0},
};

static enum reaction run_binding(struct app *app, const struct binding *bindings, void *state,
				 int key)
{
	for (const struct binding *binding = bindings; binding && binding->key; binding++) {
		const char *why_not;

		if (!binding->run || (binding->key != key && binding->twin != key) ||
		    (binding->is_there && !binding->is_there(app, state)))
			continue;
		why_not = binding->why_not ? binding->why_not(app, state) : NULL;
		if (why_not) {
			app_hint(app, why_not);
			return REACTION_REDRAW;
		}
		return binding->run(app, state);
	}
	return REACTION_IGNORED;
}

static void key_for_dialog(struct app *app, const struct key *key)
{
	enum widget_answer answer = dialog_key(&app->dialog, key);
	app_on_answer_fn on_answer = app->on_answer;
	int chosen = answer == WIDGET_CHOSEN ? app->dialog.answer : KEY_CODE_ESCAPE;

	if (answer != WIDGET_CHOSEN && answer != WIDGET_CANCELLED)
		return;
	drop_dialog(app);
	if (on_answer)
		react(app, on_answer(app, app_top(app)->state, chosen));
}

static void key_for_screen(struct app *app, const struct key *key)
{
	struct app_screen screen = *app_top(app); /* the key may close it */
	enum reaction reaction = REACTION_IGNORED;

	if (screen.class->on_key)
		reaction = screen.class->on_key(app, screen.state, key);
	if (reaction == REACTION_IGNORED && !(app_is_typing(&screen) && key_is_text(key->code)))
		reaction = run_binding(app, screen.class->bindings, screen.state, key->code);
	if (reaction == REACTION_IGNORED && !(app_is_typing(&screen) && key_is_text(key->code)))
		reaction = run_binding(app, app_bindings, screen.state, key->code);
	react(app, reaction);
}

void app_key(struct app *app, const struct key *key)
{
	if (app->is_done)
		return;
	if (app->hint)
		app_hint(app, NULL);
	if (app->has_dialog)
		key_for_dialog(app, key);
	else
		key_for_screen(app, key);
	app->is_changed = true;
}

/* --- the loop's side */

bool app_is_done(const struct app *app)
{
	return app->is_done;
}

void app_set_done(struct app *app)
{
	app->is_done = true;
}

int app_list_fds(struct app *app, app_on_fd_fn on_fd, void *data)
{
	int timeout = clock_sooner(knowledge_timeout_ms(&app->knowledge),
				   jobs_watch_timeout_ms(&app->jobs));

	knowledge_list_fds(&app->knowledge, on_fd, data);
	if (jobs_watch_fd(&app->jobs) >= 0)
		on_fd(data, jobs_watch_fd(&app->jobs), POLLIN);
	for (size_t i = 0; i < app->count; i++) {
		const struct app_screen *screen = &app->screens[i];
		int fd = screen->class->get_fd ? screen->class->get_fd(screen->state) : -1;

		if (fd >= 0)
			on_fd(data, fd, POLLIN);
		if (screen->class->get_timeout_ms)
			timeout =
				clock_sooner(timeout, screen->class->get_timeout_ms(screen->state));
	}
	return timeout;
}

/* What goes on has something new: a hint about how things were is worth nothing now. */
static void hear(struct app *app, enum reaction reaction)
{
	if (reaction != REACTION_NOTHING && reaction != REACTION_IGNORED)
		app_hint(app, NULL);
	react(app, reaction);
}

bool app_dispatch(struct app *app)
{
	bool is_new = dispatch_jobs(app);

	if (knowledge_dispatch(&app->knowledge) || is_new)
		refresh_all(app);
	for (size_t i = app->count; i-- > 0;) {
		const struct app_screen screen = app->screens[i];

		enum reaction reaction = screen.class->on_ready
						 ? screen.class->on_ready(app, screen.state)
						 : REACTION_NOTHING;

		/* only the top one may close itself or open another: the rest just hear */
		if (i + 1 == app->count)
			hear(app, reaction);
	}
	return app->is_changed;
}

bool app_is_settled(const struct app *app)
{
	const struct app_screen *screen = app->count ? app_top(app) : NULL;

	return knowledge_is_settled(&app->knowledge) &&
	       !(screen && screen->class->get_fd && screen->class->get_fd(screen->state) >= 0);
}

bool app_wants_terminal(const struct app *app)
{
	return app->in_terminal != NULL;
}

void app_run_in_terminal(struct app *app)
{
	app_in_terminal_fn function = app->in_terminal;

	app->in_terminal = NULL;
	react(app, function(app, app_top(app)->state));
	app_refresh(app);
}
