/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows to choose from: a list, a table with headings, a tree.
 *
 * It is a table once a column has a title, and a tree once a row has a depth above 0: then its
 * first column is drawn with branches, and rows with children can be closed. Rows are replaced
 * as a whole (list_begin, list_add, list_end); the cursor stays on the row of the same id, or on
 * the same line where that row is gone, and closed rows stay closed.
 *
 * When the area is too narrow columns give way: each shrinks from its preferred width to its
 * minimum, the highest rank first; then they disappear, the highest rank first. Rank 0 stays. Room
 * that is left goes to texts that are longer than their column likes, then to the last column.
 *
 * The line that the cursor is on has the cursor glyph in front and ROLE_SELECTED in its first
 * column only: few bytes are sent when it moves.
 *
 * Keys: Up Down PageUp PageDown Home End, g G, / n N, the mouse; a tree: Left Right Space + -.
 */
#ifndef REFLOAT_TUI_WIDGETS_LIST_H
#define REFLOAT_TUI_WIDGETS_LIST_H

#include "tui/widgets/search.h"
#include "tui/widgets/widget.h"

struct list_column {
	const char *title; /* translated; NULL: none; borrowed until list_done */
	int minimum;	   /* width it shrinks to */
	int preferred; /* width it likes; 0: as wide as its widest text, as when there is room */
	int rank;      /* who gives way first: the highest; 0: never disappears */
	bool is_right; /* text at the right end, for numbers */
};

#define LIST_MAX_DEPTH 32 /* deeper rows are drawn at this depth */

/* Only what is said so is the caller's to change. */
struct list_row {
	const char *id;	      /* names it over replacements */
	const char **texts;   /* one a column; id, texts and roles are one block */
	unsigned char *roles; /* one a column; the caller may change them */
	unsigned depth;	      /* 0 at the top */
	size_t parent;	      /* row of its parent; SIZE_MAX at the top */
	bool has_next;	      /* another child of the same parent follows */
	bool has_children;
	bool is_closed; /* children are hidden; the caller may set it for new rows */
};

struct list_rows {
	struct list_row *items;
	size_t count, capacity;
};

enum list_option {
	LIST_NO_LETTERS = 1 << 0, /* g G n N + - are the screen's; / stays */
	LIST_NO_SEARCH = 1 << 1,
};

struct list {
	struct list_column *columns; /* a copy */
	int *natural;		     /* width of the widest text of each column */
	size_t column_count;
	unsigned options;	 /* enum list_option bits */
	struct list_rows rows;	 /* children behind their parents */
	struct list_rows coming; /* between list_begin and list_end */
	size_t *visible;	 /* rows not hidden in closed ones */
	size_t visible_count;
	size_t cursor;	     /* in visible */
	size_t search_start; /* row of the cursor when the search began */
	unsigned deepest;    /* greatest depth of a row */
	char *empty;	     /* what is said when there are no rows */
	struct search search;
	struct widget_shown *shown;
};

void list_init(struct list *list, const struct list_column *columns, size_t column_count,
	       unsigned options);
void list_done(struct list *list);
void list_set_empty(struct list *list, const char *text);

void list_begin(struct list *list);
/*
 * Adds a row; TEXTS has one text a column, NULL is "". Rows come with children behind their
 * parent; a depth more than one below the row before is taken as one below. The row returned is
 * good until the next list_add.
 */
struct list_row *list_add(struct list *list, const char *id, unsigned depth, enum role role,
			  const char *const *texts);
void list_end(struct list *list);

const struct list_row *list_current(const struct list *list); /* NULL: there is none */
const char *list_current_id(const struct list *list);	      /* NULL: there is none */
bool list_select(struct list *list, const char *id); /* opens what hides it; false: no such row */
bool list_is_typing(const struct list *list); /* a search is typed: every key is for the list */

void list_draw(const struct list *list, struct canvas *canvas, struct area area);

/* WIDGET_CHOSEN: Enter, or a click on the line that was selected already. */
enum widget_answer list_key(struct list *list, const struct key *key);

#endif
