/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and trees through libsmartcols. */
#include "cli/grid.h"

#include <libsmartcols.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "base/text.h"
#include "cli/output.h"

#define WIDTH_UNLIMITED 100000u /* columns, where nothing is to be broken */
#define BRANCH_WIDTH 2u		/* columns of "|-" */
#define WRAPPED_MIN 12u		/* columns that a column which gives way keeps in any case */

struct row {
	struct libscols_line *line; /* owned by the table */
	char *wrapped;		    /* the cell of the column that gives way; NULL: none */
	size_t depth;		    /* in the tree */
};

struct grid {
	struct libscols_table *table;
	const struct grid_column *columns; /* the caller's, while the grid is filled */
	size_t *widths;			   /* widest cell of each column */
	size_t column_count;
	size_t width; /* of the terminal */
	struct row *rows;
	size_t row_count;
	size_t row_capacity;
};

/* libsmartcols fails only where memory has run out; then so do we, as base/alloc.h says. */
static void *must(void *pointer)
{
	if (!pointer)
		(void)alloc_zero((size_t)-1, 1);
	return pointer;
}

static const int column_flags[] = {
	[GRID_TEXT] = 0,
	[GRID_NUMBER] = SCOLS_FL_RIGHT,
	[GRID_TREE] = SCOLS_FL_TREE,
	[GRID_WRAPS] = SCOLS_FL_WRAP,
};

/* Cells of the column that gives way are broken by us, at spaces: libsmartcols breaks anywhere. */
static void set_wrapping(struct libscols_column *column)
{
	(void)scols_column_set_safechars(column, "\n");
	(void)scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
					NULL);
}

struct grid *grid_new(const struct grid_column *columns, size_t count, size_t width)
{
	struct grid *grid = alloc_zero(1, sizeof(*grid));

	grid->table = must(scols_new_table());
	grid->columns = columns;
	grid->column_count = count;
	grid->widths = alloc_zero(count + 1, sizeof(*grid->widths));
	grid->width = width ? width : WIDTH_UNLIMITED;
	(void)scols_table_enable_ascii(grid->table, !output_is_utf8());
	(void)scols_table_enable_colors(grid->table, 0);
	(void)scols_table_enable_noencoding(grid->table, 1); /* cells are printable already */
	(void)scols_table_set_termforce(grid->table, SCOLS_TERMFORCE_ALWAYS);
	(void)scols_table_set_termwidth(grid->table, WIDTH_UNLIMITED);
	for (size_t i = 0; i < count; i++) {
		struct libscols_column *column = must(scols_table_new_column(
			grid->table, columns[i].title, 0, column_flags[columns[i].kind]));

		grid->widths[i] = printable_width(columns[i].title);
		if (columns[i].kind == GRID_WRAPS)
			set_wrapping(column);
	}
	return grid;
}

struct grid *grid_free(struct grid *grid)
{
	if (!grid)
		return NULL;
	scols_unref_table(grid->table);
	for (size_t i = 0; i < grid->row_count; i++)
		free(grid->rows[i].wrapped);
	free(grid->rows);
	free(grid->widths);
	free(grid);
	return NULL;
}

size_t grid_add(struct grid *grid, size_t parent, const char *const *cells)
{
	const struct row *above = parent == GRID_NO_PARENT ? NULL : &grid->rows[parent];
	struct row row = {.depth = above ? above->depth + 1 : 0};

	row.line = must(scols_table_new_line(grid->table, above ? above->line : NULL));
	for (size_t i = 0; i < grid->column_count; i++) {
		bool is_sentence = grid->columns[i].kind == GRID_WRAPS;
		_cleanup_free_ char *text = is_sentence ? printable_sentence(cells[i] ? cells[i] : "")
							: printable_text(cells[i]);
		size_t width = printable_width(text);

		if (is_sentence) {
			row.wrapped = TAKE_PTR(text); /* how wide it may be is known at the end */
			continue;
		}
		if (grid->columns[i].kind == GRID_TREE)
			width += row.depth * BRANCH_WIDTH;
		if (width > grid->widths[i])
			grid->widths[i] = width;
		(void)scols_line_refer_data(row.line, i, TAKE_PTR(text));
	}
	grid->rows =
		alloc_grow(grid->rows, grid->row_count, &grid->row_capacity, sizeof(*grid->rows));
	grid->rows[grid->row_count] = row;
	return grid->row_count++;
}

/* Bytes of the longest start of TEXT that takes at most COLUMNS columns, at least one character. */
static size_t measure_start(const char *text, size_t columns)
{
	size_t length = 0, next;

	do {
		_cleanup_free_ char *start = NULL;

		for (next = length + 1; (text[next] & 0xc0) == 0x80;)
			next++;
		start = alloc_copy(text, next);
		if (length > 0 && printable_width(start) > columns)
			return length;
		length = next;
	} while (text[length]);
	return length;
}

/* TEXT in lines of at most COLUMNS columns, broken at spaces, and within a word that is wider. */
static char *break_lines(const char *text, size_t columns)
{
	_cleanup_free_ char *wrapped = printable_wrap(text, columns, 0);
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_text_buffer_ struct text_buffer broken = {0};

	text_list_split(&lines, wrapped, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		for (const char *rest = lines.items[i]; *rest;) {
			size_t length = printable_width(rest) <= columns
						? strlen(rest)
						: measure_start(rest, columns);

			if (broken.length > 0)
				text_buffer_add_text(&broken, "\n");
			text_buffer_add(&broken, rest, length);
			rest += length;
		}
	}
	return text_buffer_take(&broken);
}

/* Gives the column that gives way what the others leave. */
static void fill_wrapped(const struct grid *grid)
{
	size_t used = 0, left;

	for (size_t i = 0; i < grid->column_count; i++)
		if (grid->columns[i].kind != GRID_WRAPS)
			used += grid->widths[i] + 1;
	left = used + WRAPPED_MIN < grid->width ? grid->width - used : WRAPPED_MIN;
	for (size_t i = 0; i < grid->column_count; i++) {
		if (grid->columns[i].kind != GRID_WRAPS)
			continue;
		for (size_t j = 0; j < grid->row_count; j++)
			(void)scols_line_refer_data(grid->rows[j].line, i,
						    break_lines(grid->rows[j].wrapped, left));
	}
}

void grid_print(struct grid *grid, size_t indent)
{
	_cleanup_free_ char *text = NULL;
	size_t length;

	fill_wrapped(grid);
	if (grid->row_count == 0 || scols_print_table_to_string(grid->table, &text) != 0 || !text)
		return;
	for (char *line = text, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		length = (size_t)(end - line);
		while (length > 0 && line[length - 1] == ' ')
			length--;
		printf("%*s%.*s\n", length ? (int)indent : 0, "", (int)length, line);
		if (*end)
			end++;
	}
}
