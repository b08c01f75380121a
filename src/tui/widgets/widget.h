/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What all widgets have in common.
 *
 * A widget is a struct with _init and _done, embedded in the screen that uses it. X_draw() is a
 * function of the state and the area; all it keeps is where it drew, in a struct widget_shown on
 * the heap, which the next key needs (a page is as high as what was drawn, a click is where
 * something stands). X_key() returns what came of the key. Texts given to a widget are printable
 * (base/printable.h), translated, and copied unless said otherwise.
 */
#ifndef REFLOAT_TUI_WIDGETS_WIDGET_H
#define REFLOAT_TUI_WIDGETS_WIDGET_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "tui/key.h"

enum widget_answer {
	WIDGET_IGNORED,	  /* not a key of this widget: the screen's bindings may know it */
	WIDGET_HANDLED,	  /* draw again */
	WIDGET_CHOSEN,	  /* Enter, or what means the same: the answer is in the widget */
	WIDGET_CANCELLED, /* Esc: the user wants none of it */
};

/* What drawing leaves for the next key. */
struct widget_shown {
	struct area area; /* where it was drawn last; no rows before the first time */
	size_t top;	  /* the first line that was shown */
	size_t lines;	  /* lines of it that were to be seen */
};

static inline bool area_contains(struct area area, int row, int column)
{
	return row >= area.row && row < area.row + area.rows && column >= area.column &&
	       column < area.column + area.columns;
}

/* Columns from COLUMN to the right end of AREA, 0 behind it; at most WIDTH. */
static inline int area_room(struct area area, int column, int width)
{
	int room = area.column + area.columns - column;

	room = room < width ? room : width;
	return room > 0 ? room : 0;
}

/* The first line to show so that LINE is among HEIGHT lines, scrolled as little as can be from TOP;
 * never further down than the end of COUNT lines asks for. */
size_t widget_scroll(size_t top, size_t line, size_t height, size_t count);

/* The marks at the right end of the first and the last line of AREA: more above, more below. */
void widget_draw_more(struct canvas *canvas, struct area area, bool above, bool below);

#endif
