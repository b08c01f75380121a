/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sudoers with what it includes, and whom the rules of all of it trust. */
#include "system/sudoers.h"

#include <string.h>

#include "base/alloc.h"
#include "system/config_lines.h"
#include "system/sudoers_parts.h"

#define DEPTH_MAX 16

struct reader {
	const struct root *root;
	struct sudoers *sudoers;
	struct sudoers_aliases aliases;
	struct text_list lines; /* rules, until all aliases are known */
	size_t bytes;
};

void sudoers_add_rule(struct sudoers *sudoers, struct text_list *who, bool allows)
{
	if (sudoers->count >= SUDOERS_RULES_MAX || !who->count) {
		text_list_done(who);
		return;
	}
	sudoers->rules = alloc_grow(sudoers->rules, sudoers->count, &sudoers->capacity,
				    sizeof(*sudoers->rules));
	sudoers->rules[sudoers->count++] = (struct sudoers_rule){.who = *who, .allows = allows};
	*who = (struct text_list){0};
}

/* Cuts a comment off: "#" that no number follows, outside of quotes. */
static void cut_comment(char *text)
{
	bool is_quoted = false;

	for (char *at = text; *at; at++) {
		if (*at == '\\' && at[1]) {
			at++;
		} else if (*at == '"') {
			is_quoted = !is_quoted;
		} else if (*at == '#' && !is_quoted &&
			   !strchr("0123456789-", at[1] ? at[1] : ' ')) {
			*at = '\0';
			return;
		}
	}
}

/* The file or folder that an include names, in FILE; the caller frees. */
static char *find_included(const char *text, const char *file)
{
	_cleanup_text_list_ struct text_list words = {0};
	const char *slash = strrchr(file, '/');

	text_list_split(&words, text, " \t\"");
	if (!words.count || strchr(words.items[0], '%')) /* %h: of one host */
		return NULL;
	if (*words.items[0] == '/')
		return text_copy(words.items[0]);
	return text_format("%.*s/%s", slash ? (int)(slash - file) : 0, file, words.items[0]);
}

static void read_file(struct reader *reader, const char *path, unsigned depth);

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* sudo passes over names with a dot or a tilde at the end. */
static void read_folder(struct reader *reader, const char *path, unsigned depth)
{
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(reader->root, path, SUDOERS_FILES_MAX, &names) < 0 || !names.count)
		return;
	qsort(names.items, names.count, sizeof(*names.items), compare_texts);
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *file = text_format("%s/%s", path, names.items[i]);

		if (!strchr(names.items[i], '.') && !text_has_suffix(names.items[i], "~"))
			read_file(reader, file, depth);
	}
}

/* LINE is an include: what it names is read. */
static bool follow(struct reader *reader, const char *line, const char *file, unsigned depth)
{
	bool is_folder = text_has_prefix(line + 1, "includedir");
	const char *rest = line + 1 + strlen(is_folder ? "includedir" : "include");
	_cleanup_free_ char *path = NULL;

	if ((*line != '#' && *line != '@') || !text_has_prefix(line + 1, "include") ||
	    !strchr(" \t", *rest) || !*rest)
		return false;
	path = find_included(rest, file);
	if (path && is_folder)
		read_folder(reader, path, depth + 1);
	else if (path)
		read_file(reader, path, depth + 1);
	return true;
}

static void read_file(struct reader *reader, const char *path, unsigned depth)
{
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	size_t length = 0;
	char *next;

	if (depth > DEPTH_MAX || reader->sudoers->files.count >= SUDOERS_FILES_MAX ||
	    reader->bytes >= SUDOERS_BYTES_MAX ||
	    root_read_file(reader->root, path, CONFIG_MAX_BYTES, &text, &length) < 0)
		return;
	reader->bytes += length;
	text_list_add(&reader->sudoers->files, path);
	config_lines_init(&lines, text, length, true);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;
		char *start = text_trim(line);

		if (!*start || follow(reader, start, path, depth))
			continue;
		cut_comment(start);
		start = text_trim(start);
		if (*start && !text_has_prefix(start, "Defaults") &&
		    !sudoers_take_aliases(&reader->aliases, start))
			text_list_add(&reader->lines, start);
	}
}

static void read_sudo(const struct root *root, struct sudoers *sudoers)
{
	static const char *const paths[] = {"/etc/sudoers", "/usr/etc/sudoers",
					    "/usr/local/etc/sudoers"};
	struct reader reader = {.root = root, .sudoers = sudoers};

	for (size_t i = 0; i < ARRAY_SIZE(paths) && !sudoers->files.count; i++)
		read_file(&reader, paths[i], 0);
	for (size_t i = 0; i < reader.lines.count; i++)
		sudoers_take_rule(sudoers, &reader.aliases, reader.lines.items[i]);
	text_list_done(&reader.lines);
	sudoers_aliases_done(&reader.aliases);
}

static bool matches(const char *who, const char *user, const struct text_list *groups)
{
	if (strcmp(who, "ALL") == 0)
		return true;
	if (*who == '%')
		return groups && text_list_contains(groups, who + 1);
	return strcmp(who, user) == 0;
}

/* The last name of a list that matches decides whether the rule is for USER. */
static bool is_for(const struct sudoers_rule *rule, const char *user,
		   const struct text_list *groups)
{
	for (size_t i = rule->who.count; i > 0; i--) {
		const char *who = rule->who.items[i - 1];
		bool is_negated = *who == '!';

		if (matches(who + is_negated, user, groups))
			return !is_negated;
	}
	return false;
}

bool sudoers_trusts(const struct sudoers *sudoers, const char *user, const struct text_list *groups)
{
	for (size_t i = sudoers->count; i > 0; i--) {
		if (is_for(&sudoers->rules[i - 1], user, groups))
			return sudoers->rules[i - 1].allows;
	}
	return false;
}

/* WHO of a rule that allows is on the list of those who are trusted in the end. */
static void list_trusted(struct sudoers *sudoers, const char *who)
{
	_cleanup_text_list_ struct text_list groups = {0};

	if (*who == '%') {
		text_list_add(&groups, who + 1);
		if (sudoers->groups.count < SUDOERS_TRUSTED_MAX &&
		    !text_list_contains(&sudoers->groups, who + 1) &&
		    sudoers_trusts(sudoers, "", &groups))
			text_list_add(&sudoers->groups, who + 1);
	} else if (*who != '!' && sudoers->users.count < SUDOERS_TRUSTED_MAX &&
		   !text_list_contains(&sudoers->users, who) &&
		   sudoers_trusts(sudoers, who, NULL)) {
		text_list_add(&sudoers->users, who);
	}
}

static bool has_program(const struct root *root)
{
	static const char *const paths[] = {
		"/usr/bin/sudo",    "/usr/bin/doas",	      "/bin/sudo",
		"/bin/doas",	    "/usr/local/bin/sudo",    "/usr/local/bin/doas",
		"/usr/bin/sudo-rs", "/run/wrappers/bin/sudo",
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		if (root_has_file(root, paths[i]))
			return true;
	}
	return false;
}

void sudoers_read(const struct root *root, struct sudoers *ret_sudoers)
{
	struct sudoers sudoers = {.has_program = has_program(root)};

	read_sudo(root, &sudoers);
	sudoers_read_doas(root, &sudoers);
	for (size_t i = 0; i < sudoers.count; i++) {
		for (size_t j = 0; sudoers.rules[i].allows && j < sudoers.rules[i].who.count; j++)
			list_trusted(&sudoers, sudoers.rules[i].who.items[j]);
	}
	*ret_sudoers = sudoers;
}

void sudoers_done(struct sudoers *sudoers)
{
	for (size_t i = 0; i < sudoers->count; i++)
		text_list_done(&sudoers->rules[i].who);
	free(sudoers->rules);
	text_list_done(&sudoers->groups);
	text_list_done(&sudoers->users);
	text_list_done(&sudoers->files);
	*sudoers = (struct sudoers){0};
}
