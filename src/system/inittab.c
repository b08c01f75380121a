/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of /etc/inittab: ID:LEVELS:ACTION:PROCESS. */
#include "system/inittab.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "system/config_lines.h"
#include "system/login_program.h"

#define ENTRIES_MAX 1000

static void entry_done(struct inittab_entry *entry)
{
	free(entry->id);
	free(entry->levels);
	free(entry->action);
	free(entry->process);
	free(entry->program);
	free(entry->terminal);
	*entry = (struct inittab_entry){0};
}

void inittab_done(struct inittab *inittab)
{
	for (size_t i = 0; i < inittab->count; i++)
		entry_done(&inittab->entries[i]);
	free(inittab->entries);
	*inittab = (struct inittab){0};
}

/* The part up to the next colon; *AT is moved behind it. NULL: there is none. */
static char *take_field(const char **at)
{
	const char *colon = strchr(*at, ':');
	char *field;

	if (!colon)
		return NULL;
	field = alloc_copy(*at, (size_t)(colon - *at));
	*at = colon + 1;
	return field;
}

/* The four parts of TEXT; false where it is no such line. */
static bool split(const char *text, struct inittab_entry *entry)
{
	static const char *const actions[] = {"respawn",  "askfirst", "wait",	    "once",
					      "ondemand", "off",      "initdefault"};

	entry->id = take_field(&text);
	entry->levels = entry->id ? take_field(&text) : NULL;
	entry->action = entry->levels ? take_field(&text) : NULL;
	if (!entry->action || strpbrk(entry->id, " \t"))
		return false;
	entry->process = text_copy(text + strspn(text, " \t"));
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		if (strcmp(entry->action, actions[i]) == 0)
			return true;
	}
	return false;
}

/* A shell that busybox starts on a terminal, without a password. */
static bool is_shell(const char *word)
{
	static const char *const shells[] = {"sh", "ash", "bash", "login", "sulogin"};
	const char *base = strrchr(word, '/') ? strrchr(word, '/') + 1 : word;

	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		if (strcmp(base, shells[i]) == 0)
			return true;
	}
	return false;
}

static bool find_shell(struct inittab_entry *entry)
{
	const char *process = entry->process + strspn(entry->process, "-@+");
	_cleanup_free_ char *word = alloc_copy(process, strcspn(process, " \t"));

	if (!is_shell(word) ||
	    (strcmp(entry->action, "askfirst") != 0 && strcmp(entry->action, "respawn") != 0))
		return false;
	entry->program = TAKE_PTR(word);
	entry->terminal = text_copy(*entry->id && login_program_is_terminal(entry->id) ? entry->id
										       : "console");
	return true;
}

/* Whether it starts a login; its program and terminal then. */
static bool find_login(struct inittab_entry *entry, bool is_busybox)
{
	if (login_program_find(entry->process, &entry->program, &entry->terminal)) {
		if (!entry->terminal && is_busybox && login_program_is_terminal(entry->id))
			entry->terminal = text_copy(entry->id);
		return entry->terminal != NULL;
	}
	return is_busybox && find_shell(entry);
}

static void add_line(struct inittab *inittab, const char *text, unsigned number, bool is_busybox)
{
	_cleanup_(entry_done) struct inittab_entry entry = {.line = number};

	text += strspn(text, " \t");
	entry.is_commented = *text == '#';
	text += strspn(text, "# \t");
	if (!split(text, &entry))
		return;
	if (strcmp(entry.action, "initdefault") == 0) {
		if (!entry.is_commented && *entry.levels) {
			inittab->level = *entry.levels;
			inittab->level_line = number;
		}
		return;
	}
	if (inittab->count >= ENTRIES_MAX || !find_login(&entry, is_busybox))
		return;
	inittab->entries = alloc_grow(inittab->entries, inittab->count, &inittab->capacity,
				      sizeof(*inittab->entries));
	inittab->entries[inittab->count++] = entry;
	entry = (struct inittab_entry){0};
}

void inittab_parse(const char *text, size_t length, bool is_busybox, struct inittab *ret_inittab)
{
	struct config_lines lines;

	*ret_inittab = (struct inittab){0};
	config_lines_init(&lines, text, length, false);
	for (char *line; (line = config_lines_next(&lines)); free(line))
		add_line(ret_inittab, line, lines.line, is_busybox);
}

bool inittab_starts(const struct inittab_entry *entry, char level)
{
	if (entry->is_commented || strcmp(entry->action, "off") == 0)
		return false;
	if (!*entry->levels)
		return true;
	return level ? strchr(entry->levels, level) != NULL
		     : strpbrk(entry->levels, "2345") != NULL;
}
