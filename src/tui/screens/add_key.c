/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SSH keys that may log in as an account: pasted, from a file, or those that may log in to the
 * rescue system. Each is shown with its fingerprint before the plan.
 */
#include <string.h>

#include "action/accounts.h"
#include "action/add_key.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/screens/accounts.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/widgets/form.h"
#include "tui/widgets/frame.h"

#define FIELD_PASTED "pasted"
#define FIELD_FILE "file"
#define FIELD_OWN "own-%zu"
#define OWN_MAX 20 /* more keys than that are taken from the file */
#define SHOWN_ROWS_MAX 6
#define ROWS_WITH_SHOWN 12

struct add_key_screen {
	struct form form;
	char *name;
	char *title;
	struct public_keys own;	 /* of the rescue system */
	struct public_keys keys; /* what is filled in comes to */
	struct problem why;	 /* what is wrong with what is filled in; error 0: nothing */
};

/* --- the keys */

static void add_own(struct add_key_screen *screen)
{
	for (size_t i = 0; i < screen->own.count; i++) {
		_cleanup_free_ char *field = text_format(FIELD_OWN, i);
		const char *line = screen->own.items[i].line;

		if (form_get_flag(&screen->form, field))
			(void)public_keys_parse(&screen->keys, line, strlen(line), NULL, NULL);
	}
}

/* What is filled in now, as keys; what is wrong with it. */
static void collect(struct add_key_screen *screen)
{
	const char *pasted = form_get(&screen->form, FIELD_PASTED);
	const char *path = form_get(&screen->form, FIELD_FILE);

	public_keys_done(&screen->keys);
	screen->keys = (struct public_keys){0};
	problem_done(&screen->why);
	add_own(screen);
	if (!text_is_empty(pasted))
		(void)public_keys_parse(&screen->keys, pasted, strlen(pasted), NULL, &screen->why);
	/* a path that is still being typed names no file yet */
	if (!screen->why.error && !text_is_empty(path) &&
	    !text_is_equal(form_current(&screen->form), FIELD_FILE))
		(void)public_keys_read_file(&screen->keys, path, &screen->why); /* shown */
}

/* --- the form */

static char *check_field(void *data, const struct form *form, const char *name)
{
	_cleanup_problem_ struct problem why = {0};
	_cleanup_public_keys_ struct public_keys keys = {0};
	const char *text = form_get(form, name);

	(void)data;
	if (text_is_empty(text) || text_is_equal(text, "yes"))
		return NULL;
	if (text_is_equal(name, FIELD_PASTED) &&
	    public_keys_parse(&keys, text, strlen(text), NULL, &why) < 0)
		return text_copy(why.why);
	if (text_is_equal(name, FIELD_FILE) && public_keys_read_file(&keys, text, &why) < 0)
		return text_copy(why.why);
	return NULL;
}

static void add_own_fields(struct add_key_screen *screen)
{
	if (screen->own.count)
		form_add_heading(&screen->form, _("Keys that may log in to this rescue system"));
	for (size_t i = 0; i < screen->own.count && i < OWN_MAX; i++) {
		const struct public_key *key = &screen->own.items[i];
		_cleanup_free_ char *field = text_format(FIELD_OWN, i);
		_cleanup_free_ char *comment = printable_text(key->comment);
		_cleanup_free_ char *label = text_format("%s %s", key->label, comment);

		form_add_flag(&screen->form, field, label,
			      _("Space: whoever logs in here with this key may do so there, too."),
			      false);
		form_set_detail(&screen->form, field, ROLE_DIM, key->fingerprint);
	}
	if (screen->own.count)
		form_add_heading(&screen->form, _("Or another one"));
}

static void open_add_key(struct app *app, void *state, const void *argument)
{
	const struct account_argument *what = argument;
	struct add_key_screen *screen = state;
	_cleanup_free_ char *name = printable_text(what->name), *note = NULL;

	(void)app;
	screen->name = text_copy(what->name);
	screen->title = text_format(_("SSH key for %s"), name);
	(void)rescue_keys_read(&screen->own, NULL); /* there may be none */
	form_init(&screen->form, _("Show the plan"));
	form_set_callbacks(&screen->form, check_field, NULL, screen);
	note = text_format(_("Whoever has the private part of a key chosen here gets in as %s."),
			   name);
	form_add_note(&screen->form, note);
	add_own_fields(screen);
	form_add_text(&screen->form, FIELD_PASTED, _("Paste a key"),
		      _("The public key, one line as in a file id_ed25519.pub: ssh-ed25519 AAAA... "
			"name. It is longer than the field; Home and End show its ends."),
		      "");
	form_add_path(&screen->form, FIELD_FILE, _("From a file"),
		      _("A file of this rescue system with public keys, such as "
			"/root/id_ed25519.pub."),
		      "");
	form_select(&screen->form, screen->own.count ? "own-0" : FIELD_PASTED);
}

static void close_add_key(struct app *app, void *state)
{
	struct add_key_screen *screen = state;

	(void)app;
	form_done(&screen->form);
	public_keys_done(&screen->own);
	public_keys_done(&screen->keys);
	problem_done(&screen->why);
	free(screen->name);
	free(screen->title);
}

static enum reaction submit(struct app *app, void *state)
{
	struct add_key_screen *screen = state;
	const struct action *action = action_find("add-key");
	struct answers answers;
	const struct plan_argument argument = {
		.action = action, .answers = &answers, .back_to = &screen_account};
	const char *current = form_current(&screen->form);

	form_select(&screen->form, NULL); /* the path is not typed any more */
	collect(screen);
	if (screen->why.error || !screen->keys.count)
		form_select(&screen->form, current); /* where something is left to do */
	if (screen->why.error) {
		app_tell_problem(app, &screen->why);
		return REACTION_REDRAW;
	}
	if (!screen->keys.count) {
		app_hint(app, _("No key was chosen, pasted or named."));
		return REACTION_REDRAW;
	}
	answers_init(&answers, action);
	accounts_answer(app, action, screen->name, &answers);
	for (size_t i = 0; i < screen->keys.count; i++)
		(void)answers_add(&answers, "key", screen->keys.items[i].line); /* it exists */
	app_open(app, &screen_plan, &argument);
	answers_done(&answers);
	return REACTION_REDRAW;
}

/* --- keys and drawing */

/* A line end that was pasted within a key, as a terminal breaks it, is not the end of it. */
static bool is_within_paste(const struct add_key_screen *screen, const struct key *key)
{
	const char *text = form_get(&screen->form, FIELD_PASTED);

	return key->code == KEY_CODE_ENTER && !text_is_empty(text) && screen->why.error &&
	       text_is_equal(form_current(&screen->form), FIELD_PASTED);
}

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct add_key_screen *screen = state;
	enum widget_answer answer;

	if (is_within_paste(screen, key)) {
		form_set_message(&screen->form, FIELD_PASTED, screen->why.why);
		return REACTION_REDRAW;
	}
	answer = form_key(&screen->form, key);
	if (answer == WIDGET_CHOSEN)
		return submit(app, state);
	if (answer == WIDGET_HANDLED)
		collect(screen);
	return reaction_of(answer);
}

static bool is_typing(const void *state)
{
	return form_is_typing(&((const struct add_key_screen *)state)->form);
}

/* What is chosen, a key a line: what is compared with what its owner says. */
static char *format_shown(const struct add_key_screen *screen)
{
	_cleanup_text_list_ struct text_list lines = {0};

	for (size_t i = 0; i < screen->keys.count; i++)
		text_list_take(&lines, public_key_describe(&screen->keys.items[i]));
	return text_list_join(&lines, "\n");
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct add_key_screen *screen = state;
	_cleanup_free_ char *shown = screen->keys.count ? format_shown(screen) : NULL;
	struct area part = {area.row, area.column + 2, 0, area.columns - 3};

	(void)app; /* the form has all of it */
	if (!shown || area.rows < ROWS_WITH_SHOWN) {
		form_draw(&screen->form, canvas, area);
		return;
	}
	part.rows = paragraphs_draw(NULL, part, 2, shown, NULL);
	if (part.rows > SHOWN_ROWS_MAX)
		part.rows = SHOWN_ROWS_MAX;
	area.rows -= part.rows + 2;
	form_draw(&screen->form, canvas, area);
	part.row = area.row + area.rows + 2;
	canvas_fill(canvas, (struct area){part.row - 2, area.column, part.rows + 2, area.columns},
		    ROLE_NORMAL);
	rule_draw(canvas, (struct area){part.row - 2, area.column, 1, area.columns});
	(void)canvas_text(canvas, part.row - 1, 1, area.columns - 1, ROLE_HEADING,
			  P_("This key is let in:", "These keys are let in:", screen->keys.count));
	(void)paragraphs_draw(canvas, part, 2, shown, "..."); /* as counted */
}

static const char *get_title(const void *state)
{
	return ((const struct add_key_screen *)state)->title;
}

static bool has_own(const struct app *app, const void *state)
{
	(void)app;
	return ((const struct add_key_screen *)state)->own.count > 0;
}

static const struct binding bindings[] = {
	{.key = 'p',
	 .label = N_("show the plan"),
	 .help = N_("Show what would be done; nothing is done yet."),
	 .run = submit},
	{.key = KEY_CODE_SPACE,
	 .label = N_("choose"),
	 .help = N_("Choose a key, or not."),
	 .is_there = has_own},
	{0},
};

const struct screen_class screen_add_key = {
	.name = "add-key",
	.title = N_("SSH key"),
	.help = N_(
		"Public SSH keys that are let in as this account: those that may log in to this "
		"rescue system, which is likely yours, one that you paste, or those of a file. "
		"Below stands the fingerprint of each, to compare it with what ssh-keygen -l says "
		"where the key comes from.\n"
		"The plan says into which file it goes; a key that is there already is not added "
		"again, and owner and modes of the folders are set so that sshd takes it.\n"
		"Only public keys are of use here: the private one (-----BEGIN ...) stays where it "
		"is."),
	.bindings = bindings,
	.state_size = sizeof(struct add_key_screen),
	.open = open_add_key,
	.draw = draw,
	.on_key = on_key,
	.is_typing = is_typing,
	.get_title = get_title,
	.close = close_add_key,
};
