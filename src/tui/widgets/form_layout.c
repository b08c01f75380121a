/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where everything of a form stands. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "tui/widgets/characters.h"
#include "tui/widgets/form_private.h"

#define GUTTER 2	  /* the cursor's glyph and a space */
#define BLANK_ROWS 10	  /* a form that is lower has no blank lines */
#define LABEL_GAP 2	  /* between label and value */
#define NARROW_COLUMNS 60 /* below that, a field has only what it needs */
#define FIELD_MOST 48
#define FIELD_LEAST 14	 /* what stays of a typed field beside a message */
#define MESSAGE_LEAST 14 /* shorter ones are only marked, and stand below in full */

void form_lines_done(struct form_lines *lines)
{
	free(lines->items);
	*lines = (struct form_lines){0};
}

static void add_line(struct form_lines *lines, struct form_line line)
{
	lines->items = alloc_grow(lines->items, lines->count, &lines->capacity, sizeof(line));
	lines->items[lines->count++] = line;
}

static void add_note(struct form_lines *lines, const struct form *form, size_t index, int columns)
{
	const char *text = form->fields[index].label;
	size_t length = strlen(text), start = 0, end, next;
	size_t room = columns > GUTTER ? (size_t)(columns - GUTTER) : 1;

	do {
		end = character_break_line(text, length, start, room, &next);
		add_line(lines, (struct form_line){.field = index, .start = start, .end = end});
		start = next;
	} while (start < length);
}

void form_lay_out(const struct form *form, struct area area, struct form_lines *lines)
{
	bool has_blanks = area.rows >= BLANK_ROWS;
	bool is_above = false; /* in headings and notes in front of a field */

	for (size_t i = 0; i < form->count; i++) {
		enum form_kind kind = form->fields[i].kind;
		bool has_value = form_field_has_value(&form->fields[i]);

		if (!is_above && i <= form->current)
			lines->context = lines->count;
		is_above = !has_value;
		if (kind == FORM_HEADING && i > 0 && has_blanks)
			add_line(lines, (struct form_line){.field = i, .is_blank = true});
		if (i == form->current)
			lines->current = lines->count;
		if (kind == FORM_NOTE)
			add_note(lines, form, i, area.columns - 2); /* the marks */
		else
			add_line(lines, (struct form_line){.field = i});
	}
	if (form->current >= form->count && !is_above)
		lines->context = lines->count;
	if (form->count > 0 && has_blanks)
		add_line(lines, (struct form_line){.field = form->count, .is_blank = true});
	if (form->current >= form->count)
		lines->current = lines->count;
	add_line(lines, (struct form_line){.field = form->count});
}

/* Columns of the labels: as wide as the widest, at most two fifths of all, more where that is
 * little. */
static int label_width(const struct form *form, int columns)
{
	int widest = 0, most = columns * 2 / 5;

	if (columns < NARROW_COLUMNS && columns > GUTTER + LABEL_GAP + FIELD_LEAST)
		most = columns - GUTTER - LABEL_GAP - FIELD_LEAST;

	for (size_t i = 0; i < form->count; i++) {
		size_t width;

		if (!form_field_has_value(&form->fields[i]))
			continue;
		width = printable_width(form->fields[i].label);
		if (width > (size_t)widest)
			widest = width < (size_t)most ? (int)width : most;
	}
	return widest;
}

struct area form_value_area(const struct form *form, const struct form_field *field,
			    struct area area)
{
	int start = GUTTER + label_width(form, area.columns) + LABEL_GAP, message;
	struct area value = {area.row, area.column + start, 1, area.columns - start};
	size_t message_width = field->message ? printable_width(field->message) : 0;

	if (value.columns < 0)
		value.columns = 0;
	if (!form_field_is_typed(field))
		return value;
	if (field->message && value.columns < FIELD_LEAST + LABEL_GAP + MESSAGE_LEAST) {
		value.columns -= LABEL_GAP; /* room for a mark */
	} else if (field->message) {
		message = message_width < INT16_MAX ? (int)message_width : INT16_MAX;
		value.columns -= LABEL_GAP + message;
		if (value.columns < FIELD_LEAST)
			value.columns = FIELD_LEAST;
	}
	if (value.columns > FIELD_MOST)
		value.columns = FIELD_MOST;
	return value;
}
