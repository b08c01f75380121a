/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aliases and rules of sudoers(5): what each says of all commands as root. */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "system/sudoers_parts.h"

#define ALIASES_MAX 2000
#define DEPTH_MAX 8

static const struct {
	const char *word;
	enum sudoers_alias_kind kind;
} alias_words[] = {
	{"User_Alias", SUDOERS_USERS},	  {"Runas_Alias", SUDOERS_RUNAS},
	{"Cmnd_Alias", SUDOERS_COMMANDS}, {"Cmd_Alias", SUDOERS_COMMANDS},
	{"Host_Alias", SUDOERS_HOSTS},
};

/* The end of the item at TEXT: the first of ENDS outside of quotes, parentheses and backslashes. */
static size_t measure(const char *text, const char *ends)
{
	bool is_quoted = false;
	unsigned depth = 0;
	size_t i;

	for (i = 0; text[i]; i++) {
		if (text[i] == '\\' && text[i + 1])
			i++;
		else if (text[i] == '"')
			is_quoted = !is_quoted;
		else if (is_quoted)
			continue;
		else if (text[i] == '(')
			depth++;
		else if (text[i] == ')')
			depth -= depth > 0;
		else if (!depth && strchr(ends, text[i]))
			return i;
	}
	return i;
}

/* An item without quotes and backslashes, blanks cut off; the caller frees. */
static char *clean(const char *text, size_t length)
{
	_cleanup_free_ char *copy = alloc_copy(text, length);
	_cleanup_text_buffer_ struct text_buffer out = {0};

	for (const char *at = text_trim(copy); *at; at++) {
		if (*at == '"')
			continue;
		at += *at == '\\' && at[1];
		text_buffer_add(&out, at, 1);
	}
	return text_buffer_take(&out);
}

/* Adds the items of LENGTH bytes at TEXT, with commas between. */
static void split_items(const char *text, size_t length, struct text_list *items)
{
	_cleanup_free_ char *copy = alloc_copy(text, length);

	for (const char *at = copy; *at && items->count < SUDOERS_NAMES_MAX;) {
		size_t size = measure(at, ",");
		char *item = clean(at, size);

		if (*item)
			text_list_take(items, item);
		else
			free(item);
		at += size + (at[size] == ',');
	}
}

/* "NAME = a, b : OTHER = c" */
static void add_aliases(struct sudoers_aliases *aliases, enum sudoers_alias_kind kind,
			const char *text)
{
	while (*text && aliases->count < ALIASES_MAX) {
		size_t length = measure(text, ":"), name = measure(text, "=");
		struct sudoers_alias *alias;

		if (name < length) {
			aliases->items = alloc_grow(aliases->items, aliases->count,
						    &aliases->capacity, sizeof(*aliases->items));
			alias = &aliases->items[aliases->count++];
			alias->kind = kind;
			alias->name = clean(text, name);
			split_items(text + name + 1, length - name - 1, &alias->members);
		}
		text += length + (text[length] == ':');
	}
}

bool sudoers_take_aliases(struct sudoers_aliases *aliases, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(alias_words); i++) {
		const char *rest = text_after_prefix(text, alias_words[i].word);

		if (!rest || !isspace((unsigned char)*rest))
			continue;
		add_aliases(aliases, alias_words[i].kind, rest);
		return true;
	}
	return false;
}

void sudoers_aliases_done(struct sudoers_aliases *aliases)
{
	for (size_t i = 0; i < aliases->count; i++) {
		free(aliases->items[i].name);
		text_list_done(&aliases->items[i].members);
	}
	free(aliases->items);
	*aliases = (struct sudoers_aliases){0};
}

static const struct sudoers_alias *find_alias(const struct sudoers_aliases *aliases,
					      enum sudoers_alias_kind kind, const char *name)
{
	for (size_t i = 0; isupper((unsigned char)*name) && i < aliases->count; i++) {
		if (aliases->items[i].kind == kind && strcmp(aliases->items[i].name, name) == 0)
			return &aliases->items[i];
	}
	return NULL;
}

/* Adds ITEM, and in place of an alias what it stands for; "!" in front of that turns each around.
 */
static void fill_in(struct sudoers_aliases *aliases, enum sudoers_alias_kind kind, const char *item,
		    bool is_negated, unsigned depth, struct text_list *out)
{
	const struct sudoers_alias *alias;

	for (; *item == '!'; item += 1 + strspn(item + 1, " \t"))
		is_negated = !is_negated;
	alias = depth < DEPTH_MAX ? find_alias(aliases, kind, item) : NULL;
	if (!alias && aliases->filled++ < SUDOERS_NAMES_MAX)
		text_list_format(out, "%s%s", is_negated ? "!" : "", item);
	for (size_t i = 0; alias && i < alias->members.count && aliases->filled < SUDOERS_NAMES_MAX;
	     i++)
		fill_in(aliases, kind, alias->members.items[i], is_negated, depth + 1, out);
}

/* What a list says of NAME, or OTHER, which is the same: its last word about it or ALL. */
enum word { WORD_NONE, WORD_NO, WORD_YES };

static enum word judge_items(const struct text_list *items, const char *name, const char *other)
{
	for (size_t i = items->count; i > 0; i--) {
		const char *item = items->items[i - 1];
		bool is_negated = *item == '!';

		item += is_negated;
		if (strcmp(item, "ALL") == 0 || strcmp(item, name) == 0 || strcmp(item, other) == 0)
			return is_negated ? WORD_NO : WORD_YES;
	}
	return WORD_NONE;
}

/* "(root, anna : wheel)": whether that is as root. */
static bool runs_as_root(struct sudoers_aliases *aliases, const char *text, size_t length)
{
	_cleanup_text_list_ struct text_list items = {0}, names = {0};
	_cleanup_free_ char *copy = alloc_copy(text, length);
	size_t users = strcspn(copy, ":");

	split_items(copy, users, &items);
	if (!items.count)
		return !copy[users]; /* "()" is root; "(:group)" is oneself */
	for (size_t i = 0; i < items.count; i++)
		fill_in(aliases, SUDOERS_RUNAS, items.items[i], false, 0, &names);
	return judge_items(&names, "root", "#0") == WORD_YES;
}

/* What is behind the tags ("NOPASSWD:") and options ("CWD=/") in front of a command. */
static const char *skip_tags(const char *text)
{
	for (;;) {
		size_t length;

		text += strspn(text, " \t");
		length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_");
		if (length < 2)
			return text;
		if (text[length] == '=') {
			text += length + 1 + measure(text + length + 1, " \t");
			continue;
		}
		length += strspn(text + length, " \t");
		if (text[length] != ':')
			return text;
		text += length + 1;
	}
}

/* The commands at TEXT, of this and further hosts ("... : HOST = ..."): what they say of ALL as
 * root. */
static enum word judge_commands(struct sudoers_aliases *aliases, const char *text)
{
	_cleanup_text_list_ struct text_list names = {0};
	bool as_root = true;

	while (*text) {
		_cleanup_free_ char *command = NULL;
		size_t length;

		text += strspn(text, " \t,");
		if (*text == '(') {
			length = strcspn(text, ")");
			as_root = runs_as_root(aliases, text + 1, length - 1);
			text += length + (text[length] == ')');
		}
		text = skip_tags(text);
		length = measure(text, ",:");
		command = clean(text, length);
		if (*command && as_root)
			fill_in(aliases, SUDOERS_COMMANDS, command, false, 0, &names);
		text += length;
		if (*text == ':') {
			text += measure(text, "=");
			text += *text == '=';
			as_root = true;
		}
	}
	return judge_items(&names, "ALL", "ALL");
}

/* How much of TEXT is the list of users: names with commas between, then blanks and the hosts. */
static size_t measure_users(const char *text)
{
	size_t at = 0;

	for (;;) {
		size_t gap;

		at += strspn(text + at, " \t!");
		at += measure(text + at, " \t,=");
		gap = strspn(text + at, " \t");
		if (text[at + gap] != ',')
			return at;
		at += gap + 1;
	}
}

void sudoers_take_rule(struct sudoers *sudoers, struct sudoers_aliases *aliases, const char *text)
{
	_cleanup_text_list_ struct text_list items = {0}, who = {0};
	size_t users = measure_users(text), equals = measure(text, "=");
	enum word word;

	if (!text[equals] || users >= equals)
		return;
	word = judge_commands(aliases, text + equals + 1);
	if (word == WORD_NONE)
		return;
	split_items(text, users, &items);
	for (size_t i = 0; i < items.count; i++)
		fill_in(aliases, SUDOERS_USERS, items.items[i], false, 0, &who);
	sudoers_add_rule(sudoers, &who, word == WORD_YES);
}
