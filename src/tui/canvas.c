/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing on a screenful of cells. */
#include "tui/canvas.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"

/* One character of a text, as it is to be drawn. */
struct character {
	const char *bytes;
	size_t length; /* bytes of what is drawn */
	size_t taken;  /* bytes of the text */
	int width;     /* columns; 0 joins the cell before */
};

static struct character next_character(const char *text, size_t length)
{
	uint32_t code;
	size_t taken = printable_decode(text, length, &code);
	int width = taken ? printable_code_width(code) : -1;

	if (width < 0)
		return (struct character){"?", 1, taken ? taken : 1, 1};
	return (struct character){text, taken, taken, width};
}

/* Bytes of TEXT whose characters fit into WIDTH columns; a combining one stays with its base. */
static size_t bytes_that_fit(const char *text, size_t length, int width)
{
	size_t at = 0;

	for (int column = 0; at < length;) {
		struct character character = next_character(text + at, length - at);

		column += character.width;
		if (column > width)
			break;
		at += character.taken;
	}
	return at;
}

static struct cell *cell_at(struct canvas *canvas, int row, int column)
{
	if (row < 0 || row >= canvas->rows || column < 0 || column >= canvas->columns)
		return NULL;
	return &canvas->cells[(size_t)row * (size_t)canvas->columns + (size_t)column];
}

static void set_cell(struct cell *cell, const char *bytes, size_t length, enum role role)
{
	assert(length < CANVAS_CELL_BYTES);
	memcpy(cell->text, bytes, length);
	cell->text[length] = '\0';
	cell->role = (unsigned char)role;
}

/* What would be left of a wide character when this cell is overwritten becomes a space. */
static void free_cell(struct canvas *canvas, int row, int column)
{
	struct cell *cell = cell_at(canvas, row, column);
	struct cell *before = cell_at(canvas, row, column - 1);
	struct cell *after = cell_at(canvas, row, column + 1);

	if (!cell)
		return;
	if (!cell->text[0] && before)
		set_cell(before, " ", 1, (enum role)before->role);
	if (after && !after->text[0])
		set_cell(after, " ", 1, (enum role)after->role);
	set_cell(cell, " ", 1, (enum role)cell->role);
}

/* A character of one or two columns; of a wide one that is half outside, the rest is a space. */
static void put_character(struct canvas *canvas, int row, int column, enum role role,
			  const struct character *character)
{
	struct cell *left = cell_at(canvas, row, column);
	struct cell *right = character->width > 1 ? cell_at(canvas, row, column + 1) : NULL;

	free_cell(canvas, row, column);
	if (right)
		free_cell(canvas, row, column + 1);
	if (left && (right || character->width == 1)) {
		set_cell(left, character->bytes, character->length, role);
		if (right)
			set_cell(right, "", 0, role);
	} else if (left || right) {
		set_cell(left ? left : right, " ", 1, role);
	}
}

/* Adds a combining character to the cell that ends in front of COLUMN; left out where it is full.
 */
static void join_character(struct canvas *canvas, int row, int column,
			   const struct character *character)
{
	struct cell *cell = cell_at(canvas, row, column - 1);
	size_t used;

	if (cell && !cell->text[0])
		cell = cell_at(canvas, row, column - 2);
	if (!cell)
		return;
	used = strlen(cell->text);
	if (used + character->length >= sizeof(cell->text))
		return;
	memcpy(cell->text + used, character->bytes, character->length);
	cell->text[used + character->length] = '\0';
}

/* Draws all of LENGTH bytes; returns the columns they take. */
static int put_text(struct canvas *canvas, int row, int column, enum role role, const char *text,
		    size_t length)
{
	int start = column;

	for (size_t at = 0; at < length;) {
		struct character character = next_character(text + at, length - at);

		if (character.width > 0)
			put_character(canvas, row, column, role, &character);
		else if (column > start) /* one without a base has nothing to join */
			join_character(canvas, row, column, &character);
		column += character.width;
		at += character.taken;
	}
	return column - start;
}

struct canvas *canvas_new(int rows, int columns)
{
	struct canvas *canvas = alloc_zero(1, sizeof(*canvas));

	assert(rows >= 0 && columns >= 0);
	canvas->rows = rows;
	canvas->columns = columns;
	if (rows > 0 && columns > 0)
		canvas->cells = alloc_zero((size_t)rows * (size_t)columns, sizeof(*canvas->cells));
	canvas_clear(canvas);
	return canvas;
}

struct canvas *canvas_free(struct canvas *canvas)
{
	if (canvas)
		free(canvas->cells);
	free(canvas);
	return NULL;
}

void canvas_clear(struct canvas *canvas)
{
	size_t count = (size_t)canvas->rows * (size_t)canvas->columns;

	for (size_t i = 0; i < count; i++)
		set_cell(&canvas->cells[i], " ", 1, ROLE_NORMAL);
	canvas_put_cursor(canvas, canvas->rows - 1, 0, false);
}

struct area canvas_area(const struct canvas *canvas)
{
	return (struct area){0, 0, canvas->rows, canvas->columns};
}

int canvas_text(struct canvas *canvas, int row, int column, int width, enum role role,
		const char *text)
{
	const char *ellipsis = theme_glyph(GLYPH_ELLIPSIS);
	int ellipsis_width = (int)printable_width(ellipsis), taken;
	size_t length = strlen(text), fits;

	if (width > canvas->columns - column)
		width = canvas->columns - column;
	if (width <= 0)
		return 0;
	fits = bytes_that_fit(text, length, width);
	if (fits == length)
		return put_text(canvas, row, column, role, text, length);
	if (width <= ellipsis_width)
		return put_text(canvas, row, column, role, text, fits);
	fits = bytes_that_fit(text, length, width - ellipsis_width);
	taken = put_text(canvas, row, column, role, text, fits);
	return taken + put_text(canvas, row, column + taken, role, ellipsis, strlen(ellipsis));
}

void canvas_cell_text(struct canvas *canvas, int row, int column, int width, enum role role,
		      const char *text)
{
	int taken = canvas_text(canvas, row, column, width, role, text);

	canvas_fill(canvas, (struct area){row, column + taken, 1, width - taken}, role);
}

void canvas_text_right(struct canvas *canvas, int row, int column, int width, enum role role,
		       const char *text)
{
	size_t needed = printable_width(text);
	int free_columns = needed < (size_t)(width > 0 ? width : 0) ? width - (int)needed : 0;

	(void)canvas_text(canvas, row, column + free_columns, width - free_columns, role, text);
}

/* The part of AREA that is on the canvas. */
static struct area clip(const struct canvas *canvas, struct area area)
{
	long top = area.row > 0 ? area.row : 0, left = area.column > 0 ? area.column : 0;
	long bottom = (long)area.row + area.rows, right = (long)area.column + area.columns;

	if (bottom > canvas->rows)
		bottom = canvas->rows;
	if (right > canvas->columns)
		right = canvas->columns;
	if (bottom <= top || right <= left)
		return (struct area){0, 0, 0, 0};
	return (struct area){(int)top, (int)left, (int)(bottom - top), (int)(right - left)};
}

void canvas_fill(struct canvas *canvas, struct area area, enum role role)
{
	static const struct character space = {" ", 1, 1, 1};
	struct area inside = clip(canvas, area);

	for (int row = 0; row < inside.rows; row++) {
		for (int column = 0; column < inside.columns; column++)
			put_character(canvas, inside.row + row, inside.column + column, role,
				      &space);
	}
}

void canvas_glyph(struct canvas *canvas, int row, int column, int count, enum role role,
		  enum glyph glyph)
{
	const char *text = theme_glyph(glyph);

	for (int i = 0; i < count && column < canvas->columns; i++)
		column += put_text(canvas, row, column, role, text, strlen(text));
}

void canvas_box(struct canvas *canvas, struct area area)
{
	int last_row = area.row + area.rows - 1, last_column = area.column + area.columns - 1;

	if (area.rows < 2 || area.columns < 2)
		return;
	for (int row = area.row + 1; row < last_row; row++) {
		canvas_glyph(canvas, row, area.column, 1, ROLE_BORDER, GLYPH_VERTICAL);
		canvas_glyph(canvas, row, last_column, 1, ROLE_BORDER, GLYPH_VERTICAL);
	}
	canvas_glyph(canvas, area.row, area.column + 1, area.columns - 2, ROLE_BORDER,
		     GLYPH_HORIZONTAL);
	canvas_glyph(canvas, last_row, area.column + 1, area.columns - 2, ROLE_BORDER,
		     GLYPH_HORIZONTAL);
	canvas_glyph(canvas, area.row, area.column, 1, ROLE_BORDER, GLYPH_TOP_LEFT);
	canvas_glyph(canvas, area.row, last_column, 1, ROLE_BORDER, GLYPH_TOP_RIGHT);
	canvas_glyph(canvas, last_row, area.column, 1, ROLE_BORDER, GLYPH_BOTTOM_LEFT);
	canvas_glyph(canvas, last_row, last_column, 1, ROLE_BORDER, GLYPH_BOTTOM_RIGHT);
}

void canvas_set_role(struct canvas *canvas, struct area area, enum role role)
{
	struct area inside = clip(canvas, area);

	for (int row = 0; row < inside.rows; row++) {
		for (int column = 0; column < inside.columns; column++) {
			struct cell *cell =
				cell_at(canvas, inside.row + row, inside.column + column);

			if (cell) /* always, after clip */
				cell->role = (unsigned char)role;
		}
	}
}

void canvas_put_cursor(struct canvas *canvas, int row, int column, bool is_typing)
{
	int last_row = canvas->rows - 1, last_column = canvas->columns - 1;

	row = row > last_row ? last_row : row;
	column = column > last_column ? last_column : column;
	canvas->cursor_row = row > 0 ? row : 0;
	canvas->cursor_column = column > 0 ? column : 0;
	canvas->has_typing_cursor = is_typing;
}
