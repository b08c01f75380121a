/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and trees through libsmartcols. */
#include "cli/grid.h"

#include <libsmartcols.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "cli/output.h"

struct grid {
	struct libscols_table *table;
	struct libscols_line **rows; /* owned by the table */
	size_t column_count;
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

struct grid *grid_new(const struct grid_column *columns, size_t count, size_t width)
{
	struct grid *grid = alloc_zero(1, sizeof(*grid));

	grid->table = must(scols_new_table());
	grid->column_count = count;
	(void)scols_table_enable_ascii(grid->table, !output_is_utf8());
	(void)scols_table_enable_colors(grid->table, 0);
	(void)scols_table_enable_noencoding(grid->table, 1); /* cells are printable already */
	(void)scols_table_set_termforce(grid->table, SCOLS_TERMFORCE_ALWAYS);
	(void)scols_table_set_termwidth(grid->table, width ? width : 100000);
	for (size_t i = 0; i < count; i++)
		(void)must(scols_table_new_column(grid->table, columns[i].title, 0,
						  column_flags[columns[i].kind]));
	return grid;
}

struct grid *grid_free(struct grid *grid)
{
	if (!grid)
		return NULL;
	scols_unref_table(grid->table);
	free(grid->rows);
	free(grid);
	return NULL;
}

size_t grid_add(struct grid *grid, size_t parent, const char *const *cells)
{
	struct libscols_line *above = parent == GRID_NO_PARENT ? NULL : grid->rows[parent];
	struct libscols_line *line = must(scols_table_new_line(grid->table, above));

	for (size_t i = 0; i < grid->column_count; i++)
		(void)scols_line_refer_data(line, i, printable_text(cells[i]));
	grid->rows = alloc_grow(grid->rows, grid->row_count, &grid->row_capacity,
				sizeof(struct libscols_line *));
	grid->rows[grid->row_count] = line;
	return grid->row_count++;
}

void grid_print(struct grid *grid, size_t indent)
{
	_cleanup_free_ char *text = NULL;
	size_t length;

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
