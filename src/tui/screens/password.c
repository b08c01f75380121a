/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A new password for an account, typed twice or generated; or a new account with one.
 *
 * The password stays in locked memory of this screen; the hash is made in the process that makes
 * the plan and is never in this one.
 */
#include <errno.h>
#include <string.h>

#include "action/accounts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/public_key.h"
#include "tui/screens/accounts.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"
#include "tui/widgets/form.h"
#include "tui/widgets/frame.h"

#define FIELD_NAME "name"
#define FIELD_PASSWORD "password"
#define FIELD_AGAIN "again"
#define FIELD_KEY "key"
#define ADVICE_ROWS 4 /* with its rule */
#define ROWS_WITH_ADVICE 14
#define NAME_PROPOSED "rescue"

struct password_screen {
	struct form form;
	char *name; /* of the account; NULL: a new one */
	char *title;
	char *reveal_label;
	struct secret password;	   /* while a plan is made and run */
	struct secret_dumps dumps; /* how it was before a password was about */
	bool is_generated;
	bool is_judged; /* and nothing that counts for it was typed since */
	char *weakness; /* of what is typed, a sentence; NULL: none, or not judged yet */
};

/* --- the form */

static const char *user_of(const struct password_screen *screen)
{
	return screen->name ? screen->name : form_get(&screen->form, FIELD_NAME);
}

/* PASSWORD as what the functions on passwords take; the caller's to wipe. */
static void copy_secret(struct secret *secret, const char *password)
{
	size_t length = strlen(password);

	secret_open(secret);
	secret_wipe(secret);
	memcpy(secret->memory, password, length < SECRET_MAX_BYTES ? length : SECRET_MAX_BYTES);
}

static char *check_password(const struct form *form)
{
	_cleanup_(secret_done) struct secret typed = {0};
	_cleanup_problem_ struct problem why = {0};
	const char *text = form_get(form, FIELD_PASSWORD);

	if (!*text && !text_is_empty(form_get(form, FIELD_KEY)))
		return NULL; /* a new account with a key needs none */
	if (!*text)
		return text_copy(_("nothing is typed"));
	copy_secret(&typed, text);
	return account_check_password(&typed, &why) < 0 ? text_copy(why.why) : NULL;
}

static char *check_key(const char *text)
{
	_cleanup_public_key_ struct public_key key = {0};
	_cleanup_problem_ struct problem why = {0};

	return *text && public_key_parse(text, &key, &why) < 0 ? text_copy(why.why) : NULL;
}

static char *check_field(void *data, const struct form *form, const char *name)
{
	(void)data;
	if (text_is_equal(name, FIELD_NAME))
		return *form_get(form, FIELD_NAME) ? NULL : text_copy(_("nothing is typed"));
	if (text_is_equal(name, FIELD_KEY))
		return check_key(form_get(form, FIELD_KEY));
	if (text_is_equal(name, FIELD_PASSWORD))
		return check_password(form);
	if (text_is_equal(name, FIELD_AGAIN) &&
	    strcmp(form_get(form, FIELD_PASSWORD), form_get(form, FIELD_AGAIN)) != 0)
		return text_copy(_("is not the same"));
	return NULL;
}

static void forget_judgement(struct password_screen *screen)
{
	free(screen->weakness);
	screen->weakness = NULL;
	screen->is_judged = false;
}

/* What is weak about what is typed, once it is typed: it is looked up in lists of words. */
static void judge(struct password_screen *screen)
{
	const char *text = form_get(&screen->form, FIELD_PASSWORD);
	const char *current = form_current(&screen->form);
	_cleanup_(secret_done) struct secret typed = {0};

	/* with each key in the other fields they need not be looked through again */
	if (screen->is_judged && !text_is_equal(current, FIELD_PASSWORD) &&
	    !text_is_equal(current, FIELD_NAME))
		return;
	forget_judgement(screen);
	if (!*text || text_is_equal(current, FIELD_PASSWORD))
		return;
	copy_secret(&typed, text);
	screen->weakness = account_judge_password(&typed, user_of(screen));
	screen->is_judged = true;
}

static void build(struct password_screen *screen)
{
	struct form *form = &screen->form;

	form_init(form, _("Show the plan"));
	form_set_callbacks(form, check_field, NULL, screen);
	if (!screen->name) {
		form_add_note(form, _("A new account that may become root, to get in by it. "
				      "Undoing this takes it away again."));
		form_add_text(form, FIELD_NAME, _("Name"),
			      _("Small letters, digits, - and _; no account may have it yet."),
			      NAME_PROPOSED);
	} else {
		form_add_note(form, _("Type the new password twice, or press Ctrl-G to have one "
				      "generated, which is shown once it is set."));
	}
	form_add_secret(form, FIELD_PASSWORD, _("New password"),
			screen->name
				? _("A star stands for each character. The keyboard of this rescue "
				    "system may be laid out otherwise than the server's: y and z, "
				    "- and / are often elsewhere.")
				: _("It may stay empty where a key is given below. Ctrl-G has one "
				    "generated, which is shown once the account is there."));
	form_add_secret(form, FIELD_AGAIN, _("Once more"),
			_("The same again, so that a slip is noticed."));
	if (!screen->name)
		form_add_text(form, FIELD_KEY, _("SSH key"),
			      _("If you like: a public key, as it stands in a file id_ed25519.pub. "
				"Paste it here."),
			      "");
	form_select(form, screen->name ? FIELD_PASSWORD : FIELD_NAME);
}

static void open_password(struct app *app, void *state, const void *argument)
{
	const struct account_argument *what = argument;
	struct password_screen *screen = state;
	_cleanup_free_ char *name = printable_text(what->name);

	secret_forbid_dumps(&screen->dumps);
	screen->name = text_copy(what->name);
	screen->title =
		what->name ? text_format(_("Password of %s"), name)
			   : text_format(_("New account in %s"), accounts_of(app)->target.title);
	build(screen);
}

static void forget(struct password_screen *screen)
{
	if (screen->password.memory)
		secret_wipe(&screen->password);
	screen->is_generated = false;
}

static void close_password(struct app *app, void *state)
{
	struct password_screen *screen = state;

	(void)app;
	secret_done(&screen->password);
	form_done(&screen->form);
	secret_allow_dumps(&screen->dumps);
	free(screen->name);
	free(screen->title);
	free(screen->reveal_label);
	free(screen->weakness);
}

/* The plan above was left without its being run. */
static void resume(struct app *app, void *state)
{
	(void)app;
	forget(state);
}

/* --- the plan */

/* In the process that makes the plan: the hash is in no other. */
static int prepare(void *data, struct session *session, struct answers *answers,
		   struct text_list *notes, struct problem *why)
{
	const struct password_screen *screen = data;
	_cleanup_account_target_ struct account_target target = {0};
	_cleanup_hash_choice_ struct hash_choice choice = {0};
	_cleanup_free_ char *reason = NULL;
	char *hash = NULL;
	int r;

	if (!*screen->password.memory)
		return 0; /* a new account with a key alone */
	r = account_target_find(session, answers, &target, why);
	if (r == 0)
		r = account_target_check_writable(&target, why);
	if (r == 0)
		r = account_make_hash(&target, &screen->password, &hash, &choice, why);
	if (r < 0 || !hash)
		return r;
	r = answers_add(answers, "hash", hash);
	explicit_bzero(hash, strlen(hash));
	free(hash);
	reason = describe_hash_choice(&choice);
	text_list_format(notes, _("The password is kept as a hash: %s."), reason);
	if (screen->is_generated)
		text_list_add(notes, _("The password was generated. It is shown once it is set, "
				       "and never again: have something to write ready."));
	if (screen->weakness)
		text_list_add(notes, screen->weakness);
	return r;
}

static void open_plan(struct app *app, struct password_screen *screen)
{
	const struct action *action = action_find(screen->name ? "passwd" : "add-account");
	_cleanup_free_ char *shown = printable_text(user_of(screen));
	struct answers answers;
	struct plan_argument argument = {
		.action = action,
		.answers = &answers,
		.back_to = screen->name ? &screen_account : &screen_accounts,
		.prepare = prepare,
		.data = screen,
	};

	if (screen->is_generated) {
		free(screen->reveal_label);
		screen->reveal_label = text_format(_("The new password of %s:"), shown);
		argument.reveal = &screen->password;
		argument.reveal_label = screen->reveal_label;
	}
	answers_init(&answers, action);
	accounts_answer(app, action, user_of(screen), &answers);
	if (!text_is_empty(form_get(&screen->form, FIELD_KEY)))
		(void)answers_add(&answers, "key",
				  form_get(&screen->form, FIELD_KEY)); /* it exists */
	app_open(app, &screen_plan, &argument);
	answers_done(&answers);
}

static enum reaction submit(struct app *app, void *state)
{
	struct password_screen *screen = state;

	judge(screen);
	copy_secret(&screen->password, form_get(&screen->form, FIELD_PASSWORD));
	screen->is_generated = false;
	open_plan(app, screen);
	return REACTION_REDRAW;
}

static enum reaction generate(struct app *app, void *state)
{
	struct password_screen *screen = state;
	_cleanup_problem_ struct problem why = {0};

	forget(screen);
	secret_open(&screen->password);
	if (account_generate_password(&screen->password, &why) < 0) {
		app_tell_problem(app, &why);
		return REACTION_REDRAW;
	}
	forget_judgement(screen);
	screen->is_generated = true;
	open_plan(app, screen);
	return REACTION_REDRAW;
}

static const char *why_not_generate(const struct app *app, const void *state)
{
	(void)app;
	return text_is_empty(user_of(state)) ? _("The account needs a name first.") : NULL;
}

/* --- keys and drawing */

static enum reaction on_key(struct app *app, void *state, const struct key *key)
{
	struct password_screen *screen = state;
	enum widget_answer answer = form_key(&screen->form, key);

	if (answer == WIDGET_CHOSEN)
		return submit(app, state);
	if (answer == WIDGET_HANDLED)
		judge(screen);
	return reaction_of(answer);
}

static bool is_typing(const void *state)
{
	return form_is_typing(&((const struct password_screen *)state)->form);
}

static void draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct password_screen *screen = state;
	struct area part = {area.row + area.rows - ADVICE_ROWS, area.column, ADVICE_ROWS,
			    area.columns};
	_cleanup_free_ char *text = NULL;

	(void)app; /* the form has all of it */
	if (screen->weakness && area.rows >= ROWS_WITH_ADVICE) {
		text = text_format(_("%s It can be set all the same."), screen->weakness);
		canvas_fill(canvas, part, ROLE_NORMAL);
		rule_draw(canvas, part);
		(void)paragraphs_draw(
			canvas, (struct area){part.row + 1, 2, part.rows - 1, part.columns - 3}, 0,
			text, "...");
		area.rows -= ADVICE_ROWS;
	}
	form_draw(&screen->form, canvas, area);
}

static const char *get_title(const void *state)
{
	return ((const struct password_screen *)state)->title;
}

static const struct binding bindings[] = {
	{.key = KEY_CTRL('G'),
	 .twin = 'g',
	 .label = N_("generate one"),
	 .help = N_("Have a password generated; it is shown once it is set, and never again. "
		    "Where nothing is typed, g does it as well."),
	 .run = generate,
	 .why_not = why_not_generate},
	{.key = 0},
};

const struct screen_class screen_password = {
	.name = "password",
	.title = N_("Password"),
	.help = N_(
		"A new password, typed twice and never shown, or one that is generated (Ctrl-G): "
		"letters that stand at the same place on most keyboards. That one is shown once "
		"it is set: write it down then.\n"
		"It is kept in the system as a hash of the kind that the system itself would "
		"make and understands; the plan says which one and why. The password itself is "
		"kept nowhere: not in the log, not in a file, and in memory only until this "
		"screen is left.\n"
		"A weak password can be set: it is only said that it is weak."),
	.bindings = bindings,
	.state_size = sizeof(struct password_screen),
	.open = open_password,
	.resume = resume,
	.draw = draw,
	.on_key = on_key,
	.is_typing = is_typing,
	.get_title = get_title,
	.close = close_password,
};
