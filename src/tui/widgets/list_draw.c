/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a list looks. */
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "tui/widgets/characters.h"
#include "tui/widgets/list_private.h"

#define GUTTER 2	  /* the cursor's glyph and a space */
#define SELECTED_MOST 48  /* columns that are highlighted: on a slow line all of them cost */
#define NARROW_COLUMNS 60 /* below this columns stand closer together */

bool list_has_titles(const struct list *list)
{
	for (size_t i = 0; i < list->column_count; i++) {
		if (list->columns[i].title)
			return true;
	}
	return false;
}

int list_tree_width(const struct list *list, const struct list_row *row)
{
	return list->deepest ? (int)row->depth * 2 + 2 : 0;
}

/* The branch of the line of ROW that leads to its ancestor at each depth. */
static void draw_branches(const struct list *list, struct canvas *canvas, int line, int column,
			  int width, size_t index)
{
	const struct list_row *row = &list->rows.items[index];
	int depth = (int)row->depth, mark = column + depth * 2;

	if (mark < column + width) {
		if (row->has_children)
			canvas_glyph(canvas, line, mark, 1, ROLE_NORMAL,
				     row->is_closed ? GLYPH_CLOSED : GLYPH_OPEN);
		else if (depth)
			canvas_glyph(canvas, line, mark, 1, ROLE_BORDER, GLYPH_HORIZONTAL);
	}
	for (; depth > 0; depth--, row = &list->rows.items[row->parent]) {
		enum glyph branch = row->has_next ? GLYPH_BRANCH : GLYPH_LAST_BRANCH;

		if (depth * 2 > width)
			continue;
		if (row == &list->rows.items[index])
			canvas_glyph(canvas, line, column + depth * 2 - 2, 1, ROLE_BORDER, branch);
		else if (row->has_next)
			canvas_glyph(canvas, line, column + depth * 2 - 2, 1, ROLE_BORDER,
				     GLYPH_TRUNK);
	}
}

static void draw_cell(const struct list *list, struct canvas *canvas, int line, int column,
		      int width, size_t index, size_t which)
{
	const struct list_row *row = &list->rows.items[index];
	enum role role = (enum role)row->roles[which];
	int branches = which == 0 ? list_tree_width(list, row) : 0, taken;

	if (branches)
		draw_branches(list, canvas, line, column, width, index);
	if (list->columns[which].is_right) {
		canvas_text_right(canvas, line, column, width, role, row->texts[which]);
		taken = width;
	} else {
		taken = canvas_text(canvas, line, column + branches, width - branches, role,
				    row->texts[which]);
	}
	if (which == 0 && index == list_current_row(list)) {
		if (taken > SELECTED_MOST)
			taken = SELECTED_MOST;
		canvas_set_role(canvas, (struct area){line, column + branches, 1, taken},
				ROLE_SELECTED);
	}
}

static void draw_row(const struct list *list, struct canvas *canvas, struct area area, int line,
		     size_t index, const int *widths, int gap)
{
	int column = area.column + GUTTER;

	if (index == list_current_row(list)) {
		canvas_glyph(canvas, line, area.column, 1, ROLE_NORMAL, GLYPH_CURSOR);
		if (!list->search.is_typing)
			canvas_put_cursor(canvas, line, area.column, false);
	}
	for (size_t i = 0; i < list->column_count; i++) {
		if (!widths[i])
			continue;
		draw_cell(list, canvas, line, column, area_room(area, column, widths[i]), index, i);
		column += widths[i] + gap;
	}
}

static void draw_titles(const struct list *list, struct canvas *canvas, struct area area,
			const int *widths, int gap)
{
	int column = area.column + GUTTER;

	for (size_t i = 0; i < list->column_count; i++) {
		const char *title = list->columns[i].title ? list->columns[i].title : "";

		if (!widths[i])
			continue;
		if (list->columns[i].is_right)
			canvas_text_right(canvas, area.row, column,
					  area_room(area, column, widths[i]), ROLE_HEADING, title);
		else
			(void)canvas_text(canvas, area.row, column,
					  area_room(area, column, widths[i]), ROLE_HEADING,
					  title); /* cut where it is too long */
		column += widths[i] + gap;
	}
}

static void draw_empty(const struct list *list, struct canvas *canvas, struct area area)
{
	const char *text = list->empty ? list->empty : _("nothing here");
	size_t length = strlen(text), at = 0, end, next;

	for (int line = 0; line < area.rows && at < length && area.columns > GUTTER; line++) {
		_cleanup_free_ char *part = NULL;

		end = character_break_line(text, length, at, (size_t)(area.columns - GUTTER),
					   &next);
		part = alloc_copy(text + at, end - at);
		(void)canvas_text(canvas, area.row + line, area.column + GUTTER,
				  area.columns - GUTTER, ROLE_DIM, part); /* it was cut to fit */
		at = next;
	}
	canvas_put_cursor(canvas, area.row, area.column, false);
}

/* The area of the rows: without the headings, and the search while it is typed. */
static struct area rows_area(const struct list *list, struct area area)
{
	if (list_has_titles(list) && area.rows > 1) {
		area.row++;
		area.rows--;
	}
	if (list->search.is_typing && area.rows > 1)
		area.rows--;
	return area;
}

void list_draw(const struct list *list, struct canvas *canvas, struct area area)
{
	_cleanup_free_ int *widths = alloc_zero(list->column_count, sizeof(*widths));
	struct area inside = rows_area(list, area);
	int gap = area.columns < NARROW_COLUMNS ? 1 : 2, width = area.columns - GUTTER;
	size_t height = inside.rows > 0 ? (size_t)inside.rows : 0, top;

	if (area.rows < 1 || area.columns < 1)
		return;
	canvas_fill(canvas, area, ROLE_NORMAL);
	top = widget_scroll(list->shown->top, list->cursor, height, list->visible_count);
	*list->shown = (struct widget_shown){inside, top, height};
	if (list->visible_count > height)
		width -= 2; /* the marks */
	list_layout(list, width, gap, widths);
	if (inside.row > area.row)
		draw_titles(list, canvas, area, widths, gap);
	if (!list->visible_count)
		draw_empty(list, canvas, inside);
	for (size_t i = top; i < list->visible_count && i < top + height; i++)
		draw_row(list, canvas, area, inside.row + (int)(i - top), list->visible[i], widths,
			 gap);
	widget_draw_more(canvas, inside, top > 0, top + height < list->visible_count);
	if (list->search.is_typing)
		search_draw(&list->search, canvas,
			    (struct area){area.row + area.rows - 1, area.column, 1, area.columns});
}
