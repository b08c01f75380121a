/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows to choose from: the rows, what is open, and where the cursor is. */
#include "tui/widgets/list.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "base/text.h"
#include "tui/widgets/list_private.h"

static void free_rows(struct list_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->items[i].texts);
	free(rows->items);
	*rows = (struct list_rows){0};
}

void list_done(struct list *list)
{
	free_rows(&list->rows);
	free_rows(&list->coming);
	search_done(&list->search);
	free(list->columns);
	free(list->natural);
	free(list->visible);
	free(list->empty);
	free(list->shown);
	*list = (struct list){0};
}

void list_set_empty(struct list *list, const char *text)
{
	text_set(&list->empty, text);
}

void list_begin(struct list *list)
{
	free_rows(&list->coming);
}

/* Puts TEXT at *PLACE, which moves behind it. */
static const char *put_text(char **place, const char *text)
{
	char *start = *place;

	*place = stpcpy(start, text) + 1;
	return start;
}

static const char *text_or_empty(const char *text)
{
	return text ? text : "";
}

/* Fills ROW with copies in one block. */
static void fill_row(struct list_row *row, size_t count, const char *id, enum role role,
		     const char *const *texts)
{
	size_t bytes = count * (sizeof(char *) + 1) + strlen(id) + 1;
	char *place;

	for (size_t i = 0; i < count; i++)
		bytes += strlen(text_or_empty(texts[i])) + 1;
	row->texts = alloc_zero(bytes, 1);
	row->roles = (unsigned char *)(row->texts + count);
	place = (char *)row->roles + count;
	row->id = put_text(&place, id);
	for (size_t i = 0; i < count; i++) {
		row->texts[i] = put_text(&place, text_or_empty(texts[i]));
		row->roles[i] = (unsigned char)role;
	}
}

/* The row before ROW at DEPTH or above: where that is DEPTH - 1, its parent. */
static size_t row_above(const struct list_rows *rows, size_t row, unsigned depth)
{
	size_t above = row ? row - 1 : SIZE_MAX;

	while (above != SIZE_MAX && rows->items[above].depth > depth)
		above = rows->items[above].parent;
	return above;
}

/* Ties the last row of ROWS to its parent and to the child before it. */
static void tie_row(struct list_rows *rows, unsigned depth)
{
	size_t last = rows->count - 1, before;
	struct list_row *row = &rows->items[last];
	unsigned deepest = last ? rows->items[last - 1].depth + 1 : 0;

	if (deepest > LIST_MAX_DEPTH)
		deepest = LIST_MAX_DEPTH;
	row->depth = depth < deepest ? depth : deepest;
	before = row_above(rows, last, row->depth);
	row->parent = before;
	if (before != SIZE_MAX && rows->items[before].depth == row->depth) {
		rows->items[before].has_next = true;
		row->parent = rows->items[before].parent;
	}
	if (row->parent != SIZE_MAX)
		rows->items[row->parent].has_children = true;
}

struct list_row *list_add(struct list *list, const char *id, unsigned depth, enum role role,
			  const char *const *texts)
{
	struct list_rows *rows = &list->coming;
	struct list_row *row;

	rows->items = alloc_grow(rows->items, rows->count, &rows->capacity, sizeof(*row));
	row = &rows->items[rows->count++];
	fill_row(row, list->column_count, id, role, texts);
	tie_row(rows, depth);
	return row;
}

static int compare_ids(const void *a, const void *b)
{
	const struct list_row *const *left = a, *const *right = b;

	return strcmp((*left)->id, (*right)->id);
}

/* Rows that were known before stay open or closed. */
static void keep_closed(const struct list_rows *old, struct list_rows *new)
{
	_cleanup_free_ const struct list_row **sorted = alloc_zero(old->count, sizeof(*sorted));

	for (size_t i = 0; i < old->count; i++)
		sorted[i] = &old->items[i];
	qsort(sorted, old->count, sizeof(*sorted), compare_ids);
	for (size_t i = 0; i < new->count; i++) {
		const struct list_row *row = &new->items[i], **found;

		found = bsearch(&row, sorted, old->count, sizeof(*sorted), compare_ids);
		if (found)
			new->items[i].is_closed = (*found)->is_closed;
	}
}

/* The width each column has when nothing is cut. */
static void measure(struct list *list)
{
	size_t width;

	list->deepest = 0;
	for (size_t i = 0; i < list->rows.count; i++) {
		if (list->rows.items[i].depth > list->deepest)
			list->deepest = list->rows.items[i].depth;
	}
	for (size_t column = 0; column < list->column_count; column++) {
		const char *title = list->columns[column].title;
		size_t widest = title ? printable_width(title) : 0;

		for (size_t i = 0; i < list->rows.count; i++) {
			const struct list_row *row = &list->rows.items[i];

			width = printable_width(row->texts[column]);
			if (column == 0)
				width += (size_t)list_tree_width(list, row);
			if (width > widest)
				widest = width;
		}
		list->natural[column] = widest < INT16_MAX ? (int)widest : INT16_MAX;
	}
}

void list_init(struct list *list, const struct list_column *columns, size_t column_count,
	       unsigned options)
{
	*list = (struct list){.column_count = column_count, .options = options};
	list->columns = alloc_zero(column_count, sizeof(*columns));
	memcpy(list->columns, columns, column_count * sizeof(*columns));
	list->natural = alloc_zero(column_count, sizeof(*list->natural));
	list->shown = alloc_zero(1, sizeof(*list->shown));
	search_init(&list->search);
	measure(list);
}

void list_update_visible(struct list *list)
{
	const struct list_rows *rows = &list->rows;
	unsigned hidden_below = UINT32_MAX; /* depth of the closed row we are in */

	list->visible = alloc_resize(list->visible, rows->count, sizeof(*list->visible));
	list->visible_count = 0;
	for (size_t i = 0; i < rows->count; i++) {
		if (rows->items[i].depth > hidden_below)
			continue;
		hidden_below = rows->items[i].is_closed ? rows->items[i].depth : UINT32_MAX;
		list->visible[list->visible_count++] = i;
	}
}

/* Where ROW is among the visible ones, or the nearest of its parents that is. */
static size_t visible_place(const struct list *list, size_t row)
{
	size_t low = 0, high = list->visible_count, middle;

	while (low < high) { /* visible rows are in order: the last one not behind ROW */
		middle = low + (high - low) / 2;
		if (list->visible[middle] <= row)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : 0;
}

static size_t find_row(const struct list *list, const char *id)
{
	for (size_t i = 0; i < list->rows.count; i++) {
		if (strcmp(list->rows.items[i].id, id) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* Puts the cursor on PLACE; the line stays where it is on the screen. */
static void keep_line(struct list *list, size_t place)
{
	size_t line = list->cursor > list->shown->top ? list->cursor - list->shown->top : 0;

	list->cursor = place;
	list->shown->top = place > line ? place - line : 0;
}

void list_end(struct list *list)
{
	_cleanup_free_ char *id = text_copy(list_current_id(list));
	size_t row, place = list->cursor;

	if (list->deepest > 0)
		keep_closed(&list->rows, &list->coming);
	free_rows(&list->rows);
	list->rows = list->coming;
	list->coming = (struct list_rows){0};
	measure(list);
	list_update_visible(list);
	row = id ? find_row(list, id) : SIZE_MAX;
	if (row != SIZE_MAX)
		place = visible_place(list, row);
	else if (place >= list->visible_count)
		place = list->visible_count ? list->visible_count - 1 : 0;
	keep_line(list, place);
	if (list->search_start >= list->rows.count)
		list->search_start = 0;
}

size_t list_current_row(const struct list *list)
{
	return list->cursor < list->visible_count ? list->visible[list->cursor] : SIZE_MAX;
}

const struct list_row *list_current(const struct list *list)
{
	size_t row = list_current_row(list);

	return row == SIZE_MAX ? NULL : &list->rows.items[row];
}

const char *list_current_id(const struct list *list)
{
	const struct list_row *row = list_current(list);

	return row ? row->id : NULL;
}

void list_reveal(struct list *list, size_t row)
{
	bool is_changed = false;

	for (size_t up = list->rows.items[row].parent; up != SIZE_MAX;
	     up = list->rows.items[up].parent) {
		is_changed = is_changed || list->rows.items[up].is_closed;
		list->rows.items[up].is_closed = false;
	}
	if (is_changed)
		list_update_visible(list);
	list->cursor = visible_place(list, row);
}

void list_set_closed(struct list *list, size_t row, bool is_closed)
{
	if (!list->rows.items[row].has_children || list->rows.items[row].is_closed == is_closed)
		return;
	list->rows.items[row].is_closed = is_closed;
	list_update_visible(list);
	list->cursor = visible_place(list, row);
}

bool list_select(struct list *list, const char *id)
{
	size_t row = find_row(list, id);

	if (row == SIZE_MAX)
		return false;
	list_reveal(list, row);
	return true;
}

bool list_is_typing(const struct list *list)
{
	return list->search.is_typing;
}
