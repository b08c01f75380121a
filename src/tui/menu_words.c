/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines within advice, said as what the menu has for them. */
#include "tui/menu_words.h"

#include <string.h>

#include "action/action.h"
#include "base/alloc.h"
#include "base/i18n.h"

/* Where in the menu a command is. */
static const struct menu_place {
	const char *command;
	const char *option;  /* NULL: whatever its options are */
	const char *label;   /* N_(): of the line, or of the last key */
	const char *line;    /* the key on the first screen */
	const char *last;    /* the key on the screen of what it is about; NULL: it has none */
	const char *subject; /* only for this one, which then is none of the keys; NULL: for any */
} places[] = {
	{"disks", NULL, N_("Disks"), "k", NULL},
	{"systems", NULL, N_("Installed systems"), "i", NULL},
	{"mount", NULL, N_("Mount the system"), "m", NULL},
	{"umount", NULL, N_("Undo and unmount"), "u", NULL},
	{"undo", NULL, N_("Undo and unmount"), "u", NULL},
	{"status", NULL, N_("Undo and unmount"), "u", NULL},
	{"chroot", NULL, N_("Shell in the system"), "c", NULL},
	{"filesystems", NULL, N_("Check filesystems"), "f", NULL},
	{"check-fs", NULL, N_("Check filesystems"), "f", NULL},
	{"jobs", NULL, N_("jobs"), "j", NULL},
	{"accounts", NULL, N_("Accounts"), "a", NULL},
	{"windows-account", NULL, N_("Accounts"), "a", NULL},
	{"add-account", NULL, N_("new account"), "a, n", NULL},
	{"passwd", NULL, N_("password"), "a", "p"},
	{"add-key", NULL, N_("SSH key"), "a", "k"},
	{"mend-account", "all", N_("all"), "a", "e"},
	{"mend-account", "admin", N_("sudo"), "a", "s"},
	{"mend-account", "line", N_("put root back"), "a, t", NULL, "root"},
	{"mend-account", NULL, N_("Accounts"), "a", NULL},
};

/* A command line of ours, taken apart. */
struct advice {
	char *command;
	char *subject; /* its first positional; NULL: none */
	struct text_list options;
	char *rest; /* behind "--"; NULL: nothing */
};

static void advice_done(struct advice *advice)
{
	free(advice->command);
	free(advice->subject);
	text_list_done(&advice->options);
	free(advice->rest);
}

static const struct field *find_field(const struct action *action, const char *name)
{
	for (size_t i = 0; action && i < action->field_count; i++) {
		if (text_is_equal(action->fields[i].name, name))
			return &action->fields[i];
	}
	return NULL;
}

/* An option of any action that has a label in its form; NULL: none. */
static const struct field *find_option(const char *name)
{
	for (size_t i = 0; actions[i]; i++) {
		const struct field *field = find_field(actions[i], name);

		if (field && field->label)
			return field;
	}
	return NULL;
}

/* Takes option WORD ("--with"), whose value, if it has one, is the next word. */
static bool take_option(struct advice *advice, const char *word)
{
	const struct field *field = find_field(action_find(advice->command), word + 2);

	text_list_add(&advice->options, word + 2);
	return field && field->kind != FIELD_FLAG;
}

/* LINE is behind "refloat ". */
static void take_apart(const char *line, struct advice *advice)
{
	const char *rest = strstr(line, " -- ");
	_cleanup_free_ char *own = rest ? alloc_copy(line, (size_t)(rest - line)) : text_copy(line);
	_cleanup_text_list_ struct text_list words = {0};

	text_list_split(&words, own, " ");
	advice->rest = rest ? text_copy(rest + strlen(" -- ")) : NULL;
	advice->command = text_copy(words.count ? words.items[0] : "");
	for (size_t i = 1; i < words.count; i++) {
		if (text_has_prefix(words.items[i], "--"))
			i += take_option(advice, words.items[i]);
		else if (!advice->subject)
			advice->subject = text_copy(words.items[i]);
	}
}

static const struct menu_place *find_place(const struct advice *advice)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (text_is_equal(places[i].command, advice->command) &&
		    (!places[i].subject || text_is_equal(places[i].subject, advice->subject)) &&
		    (!places[i].option || text_list_contains(&advice->options, places[i].option)))
			return &places[i];
	}
	return NULL;
}

/* "a, root, p": what leads there from the first screen. */
static char *format_keys(const struct menu_place *place, const struct advice *advice)
{
	_cleanup_text_list_ struct text_list keys = {0};

	text_list_add(&keys, place->line);
	if (advice->subject && !place->subject) /* else what it is about has no line */
		text_list_add(&keys, advice->subject);
	else if (place->last)
		text_list_add(&keys, _("the account"));
	if (place->last)
		text_list_add(&keys, place->last);
	return text_list_join(&keys, ", ");
}

/* The fields of its form that its options are, each in quotes, but what PLACE says itself. */
static char *format_fields(const struct menu_place *place, const struct advice *advice)
{
	_cleanup_text_list_ struct text_list labels = {0};

	for (size_t i = 0; i < advice->options.count; i++) {
		const char *name = advice->options.items[i];
		const struct field *field = find_field(action_find(advice->command), name);

		if (field && field->label && !field->is_for_scripts &&
		    !text_is_equal(name, place->option) && strcmp(name, "system") != 0)
			text_list_format(&labels, "\"%s\"", _(field->label));
	}
	return text_list_join(&labels, ", ");
}

/* What the menu says for the command LINE; NULL: it has no words for it. The caller frees. */
static char *say_command(const char *line)
{
	_cleanup_(advice_done) struct advice advice = {0};
	_cleanup_free_ char *keys = NULL, *fields = NULL, *where = NULL, *with = NULL;
	const struct menu_place *place;

	take_apart(line, &advice);
	place = find_place(&advice);
	if (!place)
		return NULL;
	keys = format_keys(place, &advice);
	fields = format_fields(place, &advice);
	where = text_format("\"%s\" (%s)", _(place->label), keys);
	with = *fields ? text_format(_("%s with %s"), where, fields) : TAKE_PTR(where);
	return advice.rest ? text_format(_("%s, and there %s"), with, advice.rest) : TAKE_PTR(with);
}

/* The same for OPTIONS: "--repair", "--undo-file FOLDER" or "--repair-all --zero-log". */
static char *say_options(const char *options)
{
	_cleanup_text_list_ struct text_list words = {0}, labels = {0};

	text_list_split(&words, options, " ");
	for (size_t i = 0; i < words.count; i++) {
		const char *name = text_after_prefix(words.items[i], "--");
		const struct field *field = name ? find_option(name) : NULL;

		if (!name)
			continue;
		if (text_is_equal(name, "passphrase-file")) /* the menu asks for it there */
			return text_format("\"%s\" (o)", _("Encrypted containers"));
		if (!field)
			return NULL;
		text_list_format(&labels, "\"%s\"", _(field->label));
	}
	return labels.count ? text_list_join(&labels, ", ") : NULL;
}

static char *say(const char *quoted)
{
	const char *line = text_after_prefix(quoted, "refloat ");

	if (line)
		return say_command(line);
	return text_has_prefix(quoted, "--") ? say_options(quoted) : NULL;
}

char *menu_words(const char *text)
{
	_cleanup_text_buffer_ struct text_buffer words = {0};
	const char *open, *close;

	if (!text)
		return NULL;
	while ((open = strchr(text, '"')) != NULL && (close = strchr(open + 1, '"')) != NULL) {
		_cleanup_free_ char *quoted = alloc_copy(open + 1, (size_t)(close - open - 1));
		_cleanup_free_ char *said = say(quoted);

		/* a quote that opens nothing of ours may be the end of something else */
		text_buffer_add(&words, text, (size_t)((said ? open : close) - text));
		if (said)
			text_buffer_add_text(&words, said);
		text = close + (said ? 1 : 0);
	}
	text_buffer_add_text(&words, text);
	return text_buffer_take(&words);
}

void menu_words_list(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		char *said = menu_words(list->items[i]);

		free(list->items[i]);
		list->items[i] = said;
	}
}
