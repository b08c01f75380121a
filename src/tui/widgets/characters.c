/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps through a text by what a person takes for one character. */
#include "tui/widgets/characters.h"

#include <stdint.h>
#include <string.h>

#include "base/printable.h"

/* One code point: its bytes and columns. */
static size_t step(const char *text, size_t length, size_t *ret_columns)
{
	uint32_t code = 0;
	size_t taken;
	int width;

	if (*text >= ' ' && *text < 0x7f) { /* nearly all of them */
		*ret_columns = 1;
		return 1;
	}
	taken = printable_decode(text, length, &code);
	width = taken ? printable_code_width(code) : -1;
	*ret_columns = width < 0 ? 1 : (size_t)width;
	return taken ? taken : 1;
}

size_t character_next(const char *text, size_t length, size_t at, size_t *ret_columns)
{
	size_t end = at, columns = 0, more, taken;

	*ret_columns = 0;
	if (at >= length)
		return 0;
	end += step(text + at, length - at, &columns);
	while (end < length) {
		taken = step(text + end, length - end, &more);
		if (more)
			break;
		end += taken;
	}
	*ret_columns = columns;
	return end - at;
}

/* Where the sequence starts that ends in front of AT, if it is valid; else the byte before. */
static size_t step_back(const char *text, size_t at)
{
	size_t start = at - 1;
	uint32_t code;

	while (start > 0 && at - start < 4 && ((unsigned char)text[start] & 0xc0) == 0x80)
		start--;
	if (printable_decode(text + start, at - start, &code) == at - start)
		return start;
	return at - 1;
}

size_t character_previous(const char *text, size_t length, size_t at)
{
	size_t columns = 0;

	if (at > length)
		at = length;
	while (at > 0 && !columns) {
		at = step_back(text, at);
		(void)step(text + at, length - at, &columns); /* only its width counts */
	}
	return at;
}

size_t character_columns(const char *text, size_t length)
{
	size_t columns;

	(void)character_fit(text, length, SIZE_MAX, &columns); /* all of it fits */
	return columns;
}

size_t character_fit(const char *text, size_t length, size_t columns, size_t *ret_columns)
{
	size_t at = 0, used = 0, width, taken;

	for (; at < length; at += taken) {
		taken = step(text + at, length - at, &width);
		if (width > columns - used)
			break;
		used += width;
	}
	*ret_columns = used;
	return at;
}

size_t character_break_line(const char *text, size_t length, size_t at, size_t columns,
			    size_t *ret_next)
{
	size_t used, end = at + character_fit(text + at, length - at, columns, &used), space;

	if (end == at && at < length) /* a wide character in one column: cut by who draws it */
		end += character_next(text, length, at, &used);
	if (end == length) {
		*ret_next = length;
		return length;
	}
	for (space = end; space > at && text[space] != ' '; space--)
		;
	if (space > at)
		end = space;
	*ret_next = end;
	while (*ret_next < length && text[*ret_next] == ' ')
		(*ret_next)++;
	while (end > at && text[end - 1] == ' ')
		end--;
	return end;
}

size_t character_count_lines(const char *text, size_t length, size_t first_columns, size_t columns)
{
	size_t lines = 0, at = 0, room = first_columns;

	do {
		(void)character_break_line(text, length, at, room, &at);
		room = columns;
		lines++;
	} while (at < length);
	return lines;
}
