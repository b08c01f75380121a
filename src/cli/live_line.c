/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line that is written anew in its place. */
#include "cli/live_line.h"

#include <string.h>

#include "base/printable.h"
#include "base/text.h"

/* Bytes that A and B start with in common, whole characters. */
static size_t common_start(const char *a, const char *b)
{
	size_t length = 0;

	while (a[length] && a[length] == b[length])
		length++;
	while (length > 0 && (a[length] & 0xc0) == 0x80)
		length--; /* not in the middle of a character */
	return length;
}

static void repeat(FILE *stream, char character, size_t count)
{
	for (size_t i = 0; i < count; i++)
		(void)fputc(character, stream); /* whoever owns the stream looks for errors */
}

/* TEXT, cut where it does not fit. */
static char *cut(const char *text, size_t columns)
{
	return printable_width(text) > columns ? printable_fit(text, columns) : text_copy(text);
}

void live_line_set(struct live_line *line, const char *text, size_t columns)
{
	_cleanup_free_ char *wanted = cut(text, columns);
	const char *shown = line->shown ? line->shown : "";
	size_t same = common_start(shown, wanted);
	size_t before = printable_width(shown + same), after = printable_width(wanted + same);

	if (!shown[same] && !wanted[same])
		return;
	repeat(line->stream, '\b', before);
	(void)fputs(wanted + same, line->stream);
	if (before > after) {
		repeat(line->stream, ' ', before - after);
		repeat(line->stream, '\b', before - after);
	}
	(void)fflush(line->stream);
	free(line->shown);
	line->shown = TAKE_PTR(wanted);
}

void live_line_clear(struct live_line *line)
{
	if (!line->shown)
		return;
	live_line_set(line, "", 0);
	live_line_done(line);
}

void live_line_done(struct live_line *line)
{
	free(line->shown);
	line->shown = NULL;
}
