/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a text looks. */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/text.h"
#include "tui/widgets/characters.h"
#include "tui/widgets/text_view_private.h"

/* The bytes from START to END of a part, drawn from COLUMN on, and the hits in them. */
static void draw_bytes(const struct text_view *view, struct canvas *canvas, int row, int column,
		       int width, const struct text_view_part *part, size_t start, size_t end)
{
	_cleanup_free_ char *text = alloc_copy(part->text + start, end - start);
	size_t back = 0, at, length, from;

	(void)canvas_text(canvas, row, column, width, part->role, text); /* cut where it is long */
	while (back < start && back < view->search.pattern_length)
		back++; /* a hit may begin on the line before */
	for (from = start - back; search_find(&view->search, part->text, end, from, &at, &length);
	     from = at + length) {
		size_t first = at > start ? at : start;
		size_t before = character_columns(part->text + start, first - start);
		size_t columns = character_columns(part->text + first, at + length - first);

		if (at + length <= start)
			continue;
		if (before >= (size_t)width)
			return;
		if (columns > (size_t)width - before)
			columns = (size_t)width - before;
		canvas_set_role(canvas, (struct area){row, column + (int)before, 1, (int)columns},
				ROLE_MATCH);
	}
}

/* A line that is shifted to the left starts with "<", so that nobody takes it for its start. */
static void draw_shifted(const struct text_view *view, struct canvas *canvas, int row,
			 struct area area, const struct text_line *line)
{
	const struct text_view_part *part = &view->parts[line->part];
	size_t length = strlen(part->text), used, width;
	size_t start = character_fit(part->text, length, (size_t)view->left, &used);
	size_t end;

	if (used < (size_t)view->left && start < length) { /* a wide character at the edge */
		start += character_next(part->text, length, start, &width);
		used += width;
	}
	if (start < length || used > (size_t)view->left) {
		int skipped = used > (size_t)view->left ? (int)(used - (size_t)view->left) : 0;

		/* one more than fits, so that the canvas sees that it must cut */
		end = start + character_fit(part->text + start, length - start,
					    (size_t)(area.columns - skipped) + 2, &used);
		draw_bytes(view, canvas, row, area.column + skipped, area.columns - skipped, part,
			   start, end);
	}
	if (length > 0 && view->left > 0)
		(void)canvas_text(canvas, row, area.column, 1, ROLE_DIM, "<"); /* one column */
}

/* "lines 1-20 of 80  34%" */
static void draw_mark(const struct text_view *view, struct canvas *canvas, struct area area,
		      size_t count)
{
	size_t top = view->shown->top, last = top + view->shown->lines;
	size_t hidden = count - view->shown->lines; /* more lines than can be seen */
	_cleanup_free_ char *percent = text_format("%zu%%", hidden ? top * 100 / hidden : 100);
	_cleanup_free_ char *text = NULL;

	if (view->search.has_failed && !view->search.is_typing) {
		canvas_text_right(canvas, area.row, area.column, area.columns, ROLE_WARNING,
				  _("not found"));
		return;
	}
	if (last > count)
		last = count;
	text = text_format(_("lines %zu-%zu of %zu"), top + 1, last, count);
	if (printable_width(text) + 2 + strlen(percent) <= (size_t)area.columns) {
		canvas_text_right(canvas, area.row, area.column,
				  area.columns - (int)strlen(percent) - 2, ROLE_DIM, text);
	}
	canvas_text_right(canvas, area.row, area.column, area.columns, ROLE_DIM, percent);
}

void text_view_draw(const struct text_view *view, struct canvas *canvas, struct area area)
{
	size_t count = text_layout_update(view->layout, view, area.columns), top = view->shown->top;
	struct area inside = area;
	struct text_line line;
	bool has_mark = count > (size_t)(area.rows > 0 ? area.rows : 0) && area.rows > 1;
	bool is_there;

	canvas_fill(canvas, area, ROLE_NORMAL);
	if (area.rows < 1 || area.columns < 1)
		return;
	if (has_mark || (view->search.is_typing && area.rows > 1))
		inside.rows--;
	if (view->is_following)
		top = text_view_followed_top(view, (size_t)inside.rows);
	else if (view->is_at_end || top + (size_t)inside.rows > count)
		top = count > (size_t)inside.rows ? count - (size_t)inside.rows : 0;
	*view->shown = (struct widget_shown){inside, top, (size_t)inside.rows};
	canvas_put_cursor(canvas, area.row + area.rows - 1, area.column, false);
	is_there = text_layout_find(view->layout, view, top, &line);
	for (int row = 0; row < inside.rows && is_there; row++) {
		const struct text_view_part *part = &view->parts[line.part];

		if (part->is_wrapped)
			draw_bytes(view, canvas, inside.row + row, area.column + line.indent,
				   area.columns - line.indent, part, line.start, line.end);
		else
			draw_shifted(view, canvas, inside.row + row, inside, &line);
		is_there = text_layout_next(view->layout, view, &line);
	}
	inside = (struct area){area.row + area.rows - 1, area.column, 1, area.columns};
	if (view->search.is_typing)
		search_draw(&view->search, canvas, inside);
	else if (has_mark)
		draw_mark(view, canvas, inside, count);
}
