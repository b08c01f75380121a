/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help for a screen: its prose, its keys (from its bindings), and the keys that work everywhere. */
#include "base/cleanup.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/screens/pairs.h"
#include "tui/screens/reading.h"
#include "tui/screens/screens.h"

struct help {
	struct reading reading;
	char *title;
};

/* The keys of lists, texts and the terminal; those of the menu as a whole are app_bindings. */
static const struct {
	const char *keys;
	const char *sentence; /* N_() */
} common_keys[] = {
	{"Up, Down", N_("Move by a line.")},
	{"PgUp, PgDn", N_("Move by a page; in a text Space does too.")},
	{"Home, End, g, G", N_("Go to the first line, to the last one.")},
	{"Left, Right", N_("Close and open a branch of a tree; see more of long lines.")},
	{"Enter", N_("Open what the cursor is on.")},
	{"/", N_("Find words in a list or a text; n goes to the next, N to the one before.")},
	{"Ctrl-L", N_("Draw the screen anew, after noise on the line.")},
	{"Ctrl-Z", N_("Leave refloat as it is and go to the shell; the command fg comes back.")},
};

static void add_bindings(struct pairs *pairs, const struct binding *bindings)
{
	for (const struct binding *binding = bindings; binding && binding->key; binding++) {
		_cleanup_free_ char *key = key_format(binding->key), *keys = NULL;
		_cleanup_free_ char *twin = binding->twin ? key_format(binding->twin) : NULL;

		keys = twin ? text_format("%s, %s", key, twin) : text_copy(key);
		if (binding->help)
			pairs_add(pairs, ROLE_NORMAL, keys, _(binding->help));
	}
}

static void open_help(struct app *app, void *state, const void *argument)
{
	const struct screen_class *class = argument;
	const char *title = class->title ? _(class->title) : class->name;
	_cleanup_pairs_ struct pairs pairs = {0};
	struct help *help = state;

	(void)app; /* help is the same on every machine */
	help->title = text_format(_("Help: %s"), title);
	text_view_init(&help->reading.view, 0);
	if (class->help)
		text_view_add_paragraph(&help->reading.view, ROLE_NORMAL, 0, 0, _(class->help));
	pairs_add_heading(&pairs, _("Keys of this screen"));
	add_bindings(&pairs, class->bindings);
	pairs_add_heading(&pairs, _("Keys that work everywhere"));
	for (size_t i = 0; i < ARRAY_SIZE(common_keys); i++)
		pairs_add(&pairs, ROLE_NORMAL, common_keys[i].keys, _(common_keys[i].sentence));
	add_bindings(&pairs, app_bindings);
	pairs_show(&pairs, &help->reading.view);
}

static const char *get_title(const void *state)
{
	const struct help *help = state;

	return help->title;
}

static void close_help(struct app *app, void *state)
{
	struct help *help = state;

	reading_close(app, state);
	free(help->title);
}

static enum reaction show_glossary(struct app *app, void *state)
{
	(void)state; /* the words are the same for every help page */
	app_show(app, &screen_glossary);
	return REACTION_REDRAW;
}

static const struct binding bindings[] = {
	{.key = 'w',
	 .label = N_("words"),
	 .help = N_("Show the words that refloat uses, explained."),
	 .run = show_glossary},
	{.key = 0},
};

const struct screen_class screen_help = {
	.name = "help",
	.title = N_("Help"),
	.help = N_("The help page of a screen: what it is for, the keys that do something there, "
		   "and the keys that work everywhere.\n"
		   "The last line of every screen names its most important keys. Nothing changes "
		   "anything on this machine before a plan was shown and agreed to."),
	.bindings = bindings,
	.state_size = sizeof(struct help),
	.open = open_help,
	.draw = reading_draw,
	.on_key = reading_on_key,
	.is_typing = reading_is_typing,
	.get_title = get_title,
	.close = close_help,
};
