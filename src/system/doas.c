/* SPDX-License-Identifier: GPL-3.0-or-later */
/* doas.conf(5): who may run anything as root. */
#include <string.h>

#include "system/config_lines.h"
#include "system/root_glob.h"
#include "system/sudoers_parts.h"

/* The number of the word behind the options: "nopass", "persist", "setenv { A B=1 }". */
static size_t skip_options(const struct text_list *words)
{
	static const char *const options[] = {"nopass", "persist", "keepenv", "nolog"};
	size_t at = 1;

	while (at < words->count) {
		bool is_option = false;

		if (strcmp(words->items[at], "setenv") == 0) {
			while (at < words->count && !strchr(words->items[at], '}'))
				at++;
			at++;
			continue;
		}
		for (size_t i = 0; i < ARRAY_SIZE(options); i++)
			is_option |= strcmp(words->items[at], options[i]) == 0;
		if (!is_option)
			return at;
		at++;
	}
	return at;
}

/* "permit [options] who [as root] [cmd ...]" */
static void take_line(struct sudoers *sudoers, const char *line)
{
	_cleanup_text_list_ struct text_list words = {0}, who = {0};
	bool permits;
	size_t at;

	text_list_split(&words, line, " \t\"");
	if (!words.count)
		return;
	permits = strcmp(words.items[0], "permit") == 0;
	if (!permits && strcmp(words.items[0], "deny") != 0)
		return;
	at = skip_options(&words);
	if (at >= words.count)
		return;
	if (*words.items[at] == ':')
		text_list_format(&who, "%%%s", words.items[at] + 1);
	else
		text_list_add(&who, words.items[at]);
	for (at++; at + 1 < words.count; at += 2) {
		if (strcmp(words.items[at], "as") != 0 || strcmp(words.items[at + 1], "root") != 0)
			return; /* for one command, or as another user */
	}
	sudoers_add_rule(sudoers, &who, permits);
}

static void read_file(const struct root *root, const char *path, struct sudoers *sudoers)
{
	_cleanup_free_ char *text = NULL;
	struct config_lines lines;
	size_t length = 0;
	char *next;

	if (root_read_file(root, path, CONFIG_MAX_BYTES, &text, &length) < 0)
		return;
	text_list_add(&sudoers->files, path);
	config_lines_init(&lines, text, length, true);
	while ((next = config_lines_next(&lines)) != NULL) {
		_cleanup_free_ char *line = next;

		line[strcspn(line, "#")] = '\0';
		take_line(sudoers, line);
	}
}

void sudoers_read_doas(const struct root *root, struct sudoers *sudoers)
{
	_cleanup_text_list_ struct text_list paths = {0};

	text_list_add(&paths, "/etc/doas.conf");
	text_list_add(&paths, "/usr/local/etc/doas.conf");
	root_glob(root, "/etc/doas.d/*.conf", &paths);
	for (size_t i = 0; i < paths.count && i < SUDOERS_FILES_MAX; i++)
		read_file(root, paths.items[i], sudoers);
}
