/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts what comes in pieces into lines. */
#include "base/lines.h"

#include <string.h>

#define LINE_MAX_BYTES (1024u * 1024) /* a longer one is cut */

static void hand_over(struct lines *lines)
{
	lines->on_line(lines->data, lines->is_error, lines->rest.data, lines->rest.length);
	lines->rest.length = 0;
}

/* The first end of a line in BYTES, or NULL. */
static const char *find_end(const struct lines *lines, const char *bytes, size_t length)
{
	const char *newline = memchr(bytes, '\n', length);

	if (newline)
		length = (size_t)(newline - bytes);
	if (lines->ends_at_returns) {
		const char *ret = memchr(bytes, '\r', length);

		return ret ? ret : newline;
	}
	return newline;
}

/* One line, or what there is of it; how many of the bytes that were. */
static size_t take_line(struct lines *lines, const char *bytes, size_t length)
{
	const char *end = find_end(lines, bytes, length);
	size_t size = end ? (size_t)(end - bytes) : length;

	text_buffer_add(&lines->rest, bytes, size);
	if (end || lines->rest.length > LINE_MAX_BYTES)
		hand_over(lines);
	lines->is_after_return = end && *end == '\r';
	return end ? size + 1 : size;
}

void lines_add(struct lines *lines, const char *bytes, size_t length)
{
	size_t taken;

	for (; lines->on_line && length; bytes += taken, length -= taken) {
		if (lines->is_after_return && *bytes == '\n') {
			lines->is_after_return = false;
			taken = 1;
		} else {
			taken = take_line(lines, bytes, length);
		}
	}
}

void lines_finish(struct lines *lines)
{
	if (lines->on_line && lines->rest.length)
		hand_over(lines);
}

void lines_done(struct lines *lines)
{
	text_buffer_done(&lines->rest);
}
