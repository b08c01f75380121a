/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines that put a login on a terminal. */
#include "system/login_program.h"

#include <string.h>

#include "base/text.h"
#include "system/kernel_line.h"

bool login_program_is_terminal(const char *word)
{
	return strcmp(word, "console") == 0 || terminal_is_name(word);
}

bool login_program_find(const char *command, char **ret_program, char **ret_terminal)
{
	_cleanup_text_list_ struct text_list words = {0};
	size_t at = 0;

	text_list_split(&words, command, " \t\"';");
	for (; at < words.count; at++) {
		const char *slash = strrchr(words.items[at], '/');

		if (strstr(slash ? slash : words.items[at], "getty"))
			break;
	}
	if (at == words.count)
		return false;
	*ret_program = text_copy(words.items[at] + strspn(words.items[at], "-@+"));
	*ret_terminal = NULL;
	for (at++; at < words.count && !*ret_terminal; at++) {
		const char *name = text_after_prefix(words.items[at], "/dev/");

		name = name ? name : words.items[at];
		if (login_program_is_terminal(name))
			*ret_terminal = text_copy(name);
	}
	return true;
}
