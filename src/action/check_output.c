/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program that checks wrote, for its judge. */
#include "action/check_output.h"

#include <string.h>

void check_output_done(struct check_output *output)
{
	text_buffer_done(&output->head);
	text_buffer_done(&output->tail);
	*output = (struct check_output){0};
}

/* A zero byte, as in a name on a damaged disk, would hide all that comes behind it. */
static void add_line(struct text_buffer *buffer, const char *line, size_t length)
{
	size_t at = buffer->length;

	text_buffer_add(buffer, line, length);
	text_buffer_add(buffer, "\n", 1);
	for (; at < buffer->length; at++) {
		if (!buffer->data[at])
			buffer->data[at] = '?';
	}
}

/* Only now and then: each time moves all that stays. */
static void drop_oldest(struct check_output *output)
{
	struct text_buffer *tail = &output->tail;
	char *start = tail->data + tail->length - CHECK_OUTPUT_TAIL;
	char *newline = memchr(start, '\n', CHECK_OUTPUT_TAIL);

	start = newline ? newline + 1 : start;
	tail->length = (size_t)(tail->data + tail->length - start);
	memmove(tail->data, start, tail->length);
	output->is_cut = true;
}

void check_output_add(struct check_output *output, const char *line, size_t length)
{
	if (!output->tail.length && output->head.length + length < CHECK_OUTPUT_HEAD) {
		add_line(&output->head, line, length);
		return;
	}
	add_line(&output->tail, line, length);
	if (output->tail.length > 2 * CHECK_OUTPUT_TAIL)
		drop_oldest(output);
}

char *check_output_take(struct check_output *output)
{
	if (output->tail.length)
		text_buffer_add(&output->head, output->tail.data, output->tail.length);
	text_buffer_done(&output->tail);
	return text_buffer_take(&output->head);
}
