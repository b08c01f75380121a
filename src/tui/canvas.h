/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A screenful of cells to draw on: no terminal, no curses.
 *
 * Screens and widgets draw here; the terminal copies it to curses, which sends what differs; tests
 * read it as text. A cell holds one character with its combining ones, and a role. Wide characters
 * take two cells and are never cut in half. What is drawn must have come through base/printable;
 * whatever is not printable all the same is drawn as "?", never sent on.
 */
#ifndef REFLOAT_TUI_CANVAS_H
#define REFLOAT_TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"
#include "tui/theme.h"

struct area {
	int row, column;
	int rows, columns;
};

#define CANVAS_CELL_BYTES 24 /* a character and its combining ones; more of them are left out */

struct cell {
	char text[CANVAS_CELL_BYTES]; /* "" in the right half of a wide character */
	unsigned char role;
};

struct canvas {
	int rows, columns;
	struct cell *cells; /* row by row */
	int cursor_row, cursor_column; /* where the terminal's cursor is put */
	bool has_typing_cursor;        /* ... to type there: shown even where it is hidden otherwise */
};

struct canvas *canvas_new(int rows, int columns);
struct canvas *canvas_free(struct canvas *canvas);
DEFINE_CLEANUP_POINTER(struct canvas, canvas_free);
#define _cleanup_canvas_ _cleanup_(canvas_free_cleanup)

/* Makes it empty, cursor in the bottom left corner. */
void canvas_clear(struct canvas *canvas);
struct area canvas_area(const struct canvas *canvas); /* all of it */

/*
 * Draws TEXT from ROW, COLUMN on, at most WIDTH columns of it and never beyond the canvas; a text
 * that is cut ends in the ellipsis. Returns the columns taken. What lies outside is not drawn: no
 * caller needs to test.
 */
int canvas_text(struct canvas *canvas, int row, int column, int width, enum role role,
		const char *text);

/* The same, and the rest of WIDTH filled with spaces of that role. */
void canvas_cell_text(struct canvas *canvas, int row, int column, int width, enum role role,
		      const char *text);

/* Text at the right end of WIDTH. */
void canvas_text_right(struct canvas *canvas, int row, int column, int width, enum role role,
		       const char *text);

void canvas_fill(struct canvas *canvas, struct area area, enum role role); /* with spaces */
void canvas_glyph(struct canvas *canvas, int row, int column, int count, enum role role,
		  enum glyph glyph); /* COUNT times to the right */
void canvas_box(struct canvas *canvas, struct area area); /* a border in its outermost cells */
void canvas_set_role(struct canvas *canvas, struct area area, enum role role); /* keeps the text */
void canvas_put_cursor(struct canvas *canvas, int row, int column, bool is_typing);

/* The canvas as lines of text, without spaces at their ends; the caller frees. */
char *canvas_format(const struct canvas *canvas);

/* The same size again, each line as letters of its roles ('.' normal), for tests of roles. */
char *canvas_format_roles(const struct canvas *canvas);

#endif
