/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that a shell reads back as exactly the words meant. */
#include "base/shell.h"

#include <string.h>

static const char safe_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789@%_+=:,./-";

static bool has_control_bytes(const char *word)
{
	for (; *word; word++) {
		unsigned char byte = (unsigned char)*word;

		if (byte < 0x20 || byte >= 0x7f)
			return true;
	}
	return false;
}

/* The form with $'..': every byte that a terminal could take amiss in octal. */
static char *quote_with_escapes(const char *word)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	text_buffer_add_text(&buffer, "$'");
	for (; *word; word++) {
		unsigned char byte = (unsigned char)*word;

		if (byte < 0x20 || byte >= 0x7f)
			text_buffer_format(&buffer, "\\%03o", byte);
		else if (byte == '\'' || byte == '\\')
			text_buffer_format(&buffer, "\\%c", byte);
		else
			text_buffer_add(&buffer, word, 1);
	}
	text_buffer_add_text(&buffer, "'");
	return text_buffer_take(&buffer);
}

char *shell_quote(const char *word)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	if (*word && strspn(word, safe_bytes) == strlen(word))
		return text_copy(word);
	if (has_control_bytes(word))
		return quote_with_escapes(word);
	text_buffer_add_text(&buffer, "'");
	for (; *word; word++) {
		if (*word == '\'')
			text_buffer_add_text(&buffer, "'\\''");
		else
			text_buffer_add(&buffer, word, 1);
	}
	text_buffer_add_text(&buffer, "'");
	return text_buffer_take(&buffer);
}

char *shell_command(const struct text_list *arguments)
{
	_cleanup_text_list_ struct text_list words = {0};

	for (size_t i = 0; i < arguments->count; i++)
		text_list_take(&words, shell_quote(arguments->items[i]));
	return text_list_join(&words, " ");
}

char *shell_command_vector(const char *const *arguments)
{
	_cleanup_text_list_ struct text_list words = {0};

	for (; *arguments; arguments++)
		text_list_take(&words, shell_quote(*arguments));
	return text_list_join(&words, " ");
}
