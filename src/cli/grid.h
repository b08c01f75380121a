/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and trees in columns, fitted to the terminal. The one file that knows libsmartcols. */
#ifndef REFLOAT_CLI_GRID_H
#define REFLOAT_CLI_GRID_H

#include <stddef.h>

#include "base/cleanup.h"

enum grid_column_kind {
	GRID_TEXT,   /* as wide as its widest cell */
	GRID_NUMBER, /* likewise, flush right */
	GRID_TREE,   /* carries the branches of a tree */
	GRID_WRAPS,  /* sentences, printable already; gives way: broken into lines to fit */
};

struct grid_column {
	const char *title; /* translated */
	enum grid_column_kind kind;
};

struct grid;

/* An empty grid of COUNT columns (borrowed; one of them may give way), WIDTH terminal columns wide;
 * 0: as wide as it gets. */
struct grid *grid_new(const struct grid_column *columns, size_t count, size_t width);
struct grid *grid_free(struct grid *grid);
DEFINE_CLEANUP_POINTER(struct grid, grid_free);
#define _cleanup_grid_ _cleanup_(grid_free_cleanup)

/* One row of as many CELLS as there are columns, made printable here but for
 * sentences; NULL is empty. PARENT is the
 * number of the row it hangs under in the tree, or GRID_NO_PARENT. Returns the row's number. */
#define GRID_NO_PARENT ((size_t)-1)
size_t grid_add(struct grid *grid, size_t parent, const char *const *cells);

/* Prints it to standard output with INDENT spaces in front of every line. */
void grid_print(struct grid *grid, size_t indent);

#endif
