/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which line of a text is where: each part takes one line or, wrapped, several.
 *
 * The first line of each part is remembered for one width, and made up only for parts that are
 * new; where lines break inside a part is worked out again when it is drawn.
 */
#ifndef REFLOAT_TUI_WIDGETS_TEXT_VIEW_PRIVATE_H
#define REFLOAT_TUI_WIDGETS_TEXT_VIEW_PRIVATE_H

#include "tui/widgets/text_view.h"

#define TEXT_MAX_INDENT 40

struct text_view_layout {
	int columns;
	size_t *first_lines; /* of each part known, and behind them the number of lines in all */
	size_t count;	     /* parts known */
	size_t capacity;
};

/* One line as it is drawn. */
struct text_line {
	size_t part;
	size_t start, end; /* bytes of the part's text */
	int indent;	   /* columns in front */
};

void text_layout_forget(struct text_view_layout *layout);

/* The first line shown where LINES can be and the place that is followed is in sight. */
size_t text_view_followed_top(const struct text_view *view, size_t lines);

/* Knows all parts of VIEW at COLUMNS; returns the number of lines. */
size_t text_layout_update(struct text_view_layout *layout, const struct text_view *view,
			  int columns);

/* For a layout that is up to date: */
size_t text_layout_part_of(struct text_view_layout *layout, const struct text_view *view,
			   size_t line); /* 0 where there is none */
size_t text_layout_line_of(struct text_view_layout *layout, const struct text_view *view,
			   size_t part, size_t at); /* of byte AT of a part */

/* The line number LINE; false behind the last. */
bool text_layout_find(struct text_view_layout *layout, const struct text_view *view, size_t line,
		      struct text_line *ret_line);
/* Moves to the line behind it; false behind the last. */
bool text_layout_next(struct text_view_layout *layout, const struct text_view *view,
		      struct text_line *line);

#endif
