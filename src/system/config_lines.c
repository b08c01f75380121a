/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A configuration file of the target, line after line. */
#include "system/config_lines.h"

#include <string.h>

#include "base/alloc.h"

void config_lines_init(struct config_lines *lines, const char *text, size_t length, bool continues)
{
	*lines = (struct config_lines){.at = text, .end = text + length, .continues = continues};
}

/* Adds the next line to BUFFER without its end. True where the one behind it belongs to it. */
static bool take_line(struct config_lines *lines, struct text_buffer *buffer)
{
	const char *newline = memchr(lines->at, '\n', (size_t)(lines->end - lines->at));
	const char *end = newline ? newline : lines->end, *stop = end;
	bool goes_on;

	lines->had_return = stop > lines->at && stop[-1] == '\r';
	stop -= lines->had_return;
	goes_on = lines->continues && newline && stop > lines->at && stop[-1] == '\\' &&
		  !memchr(lines->at, '#', (size_t)(stop - lines->at));
	text_buffer_add(buffer, lines->at, (size_t)(stop - lines->at) - goes_on);
	if (goes_on)
		text_buffer_add(buffer, " ", 1);
	lines->at = newline ? newline + 1 : lines->end;
	lines->next++;
	return goes_on && lines->at < lines->end;
}

char *config_lines_next(struct config_lines *lines)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	if (lines->at >= lines->end)
		return NULL;
	lines->line = lines->next + 1;
	while (take_line(lines, &buffer))
		continue;
	return text_buffer_take(&buffer);
}

char *config_read_first(const struct root *root, const char *const *paths, size_t count,
			const char **ret_path, size_t *ret_length)
{
	for (size_t i = 0; i < count; i++) {
		char *text = NULL;

		if (root_read_file(root, paths[i], CONFIG_MAX_BYTES, &text, ret_length) < 0)
			continue;
		*ret_path = paths[i];
		return text;
	}
	return NULL;
}

char *config_open_first(const struct root *root, const char *const *paths, size_t count,
			const char **ret_path, struct config_lines *lines)
{
	size_t length = 0;
	char *text = config_read_first(root, paths, count, ret_path, &length);

	config_lines_init(lines, text ? text : "", text ? length : 0, false);
	return text;
}
