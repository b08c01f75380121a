/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which line of a text is where. */
#include <string.h>

#include "base/alloc.h"
#include "tui/widgets/characters.h"
#include "tui/widgets/text_view_private.h"

#define LEAST_COLUMNS 4 /* of a line behind its indent: where that leaves less, it goes */

void text_layout_forget(struct text_view_layout *layout)
{
	layout->count = 0;
}

/* Columns in front of the first or another line of PART. */
static int indent_of(const struct text_view_layout *layout, const struct text_view_part *part,
		     bool is_first)
{
	int indent = is_first ? part->indent : part->hanging;

	return indent + LEAST_COLUMNS <= layout->columns ? indent : 0;
}

static size_t columns_of(const struct text_view_layout *layout, const struct text_view_part *part,
			 bool is_first)
{
	int columns = layout->columns - indent_of(layout, part, is_first);

	return columns > 0 ? (size_t)columns : 1;
}

static size_t count_lines(const struct text_view_layout *layout, const struct text_view_part *part)
{
	if (!part->is_wrapped)
		return 1;
	return character_count_lines(part->text, strlen(part->text), columns_of(layout, part, true),
				     columns_of(layout, part, false));
}

size_t text_layout_update(struct text_view_layout *layout, const struct text_view *view,
			  int columns)
{
	size_t lines;

	if (columns != layout->columns) {
		layout->count = 0;
		layout->columns = columns;
	}
	if (!layout->first_lines)
		layout->first_lines = alloc_grow(NULL, 0, &layout->capacity, sizeof(size_t));
	lines = layout->count ? layout->first_lines[layout->count] : 0;
	layout->first_lines[layout->count] = lines;
	while (layout->count < view->count) {
		lines += count_lines(layout, &view->parts[layout->count++]);
		layout->first_lines = alloc_grow(layout->first_lines, layout->count,
						 &layout->capacity, sizeof(size_t));
		layout->first_lines[layout->count] = lines;
	}
	return lines;
}

size_t text_layout_part_of(struct text_view_layout *layout, const struct text_view *view,
			   size_t line)
{
	size_t low = 0, high, middle;

	(void)text_layout_update(layout, view, layout->columns); /* the sum is not needed */
	high = layout->count;
	while (low < high) { /* the last part that starts at LINE or before */
		middle = low + (high - low) / 2;
		if (layout->first_lines[middle] <= line)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : 0;
}

/* The line of LAYOUT that starts at byte START of a part. */
static struct text_line line_at(const struct text_view_layout *layout, const struct text_view *view,
				size_t part, size_t start, size_t *ret_next)
{
	const struct text_view_part *source = &view->parts[part];
	size_t length = strlen(source->text), end = length;
	bool is_first = start == 0;

	*ret_next = length;
	if (source->is_wrapped)
		end = character_break_line(source->text, length, start,
					   columns_of(layout, source, is_first), ret_next);
	return (struct text_line){part, start, end,
				  source->is_wrapped ? indent_of(layout, source, is_first) : 0};
}

size_t text_layout_line_of(struct text_view_layout *layout, const struct text_view *view,
			   size_t part, size_t at)
{
	size_t line, next = 0, length = strlen(view->parts[part].text);

	(void)text_layout_update(layout, view, layout->columns); /* the sum is not needed */
	line = layout->first_lines[part];
	if (!view->parts[part].is_wrapped)
		return line;
	for (;;) {
		(void)line_at(layout, view, part, next, &next); /* only where the next one starts */
		if (at < next || next >= length)
			return line;
		line++;
	}
}

bool text_layout_find(struct text_view_layout *layout, const struct text_view *view, size_t line,
		      struct text_line *ret_line)
{
	size_t count = text_layout_update(layout, view, layout->columns), part, next = 0;

	if (line >= count)
		return false;
	part = text_layout_part_of(layout, view, line);
	for (size_t i = layout->first_lines[part]; i < line; i++)
		(void)line_at(layout, view, part, next, &next); /* only where the next one starts */
	*ret_line = line_at(layout, view, part, next, &next);
	return true;
}

bool text_layout_next(struct text_view_layout *layout, const struct text_view *view,
		      struct text_line *line)
{
	size_t next, length = strlen(view->parts[line->part].text);

	(void)line_at(layout, view, line->part, line->start,
		      &next); /* only where the next starts */
	if (next < length) {
		*line = line_at(layout, view, line->part, next, &next);
		return true;
	}
	if (line->part + 1 >= view->count)
		return false;
	*line = line_at(layout, view, line->part + 1, 0, &next);
	return true;
}
