/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the keys do in a list. */
#include <stdint.h>
#include <string.h>

#include "tui/widgets/list_private.h"

#define WHEEL_LINES 3

static enum widget_answer move(struct list *list, long by)
{
	long last = (long)list->visible_count - 1, place;

	if (by < -last)
		by = -last;
	if (by > last)
		by = last;
	place = (long)list->cursor + by;
	if (place > last)
		place = last;
	list->cursor = place > 0 ? (size_t)place : 0;
	return WIDGET_HANDLED;
}

static long page_lines(const struct list *list)
{
	return list->shown->lines > 1 ? (long)list->shown->lines - 1
				      : 1; /* one line is seen again */
}

static bool row_matches(const struct list *list, size_t row)
{
	size_t at, length;

	for (size_t i = 0; i < list->column_count; i++) {
		const char *text = list->rows.items[row].texts[i];

		if (search_find(&list->search, text, strlen(text), 0, &at, &length))
			return true;
	}
	return false;
}

/* Goes to the next row that matches, from START on or behind it; stays where none does. */
static void find_from(struct list *list, size_t start, bool is_inclusive, bool is_forward)
{
	size_t count = list->rows.count, row = start;

	for (size_t i = 0; i < count; i++) {
		if (i > 0 || !is_inclusive)
			row = is_forward ? (row + 1) % count : (row + count - 1) % count;
		if (row_matches(list, row)) {
			list->search.has_failed = false;
			list_reveal(list, row);
			return;
		}
	}
	list->search.has_failed = true;
}

static enum widget_answer search_in(struct list *list, enum search_event event)
{
	size_t row = list_current_row(list);

	switch (event) {
	case SEARCH_NOTHING:
		return WIDGET_IGNORED;
	case SEARCH_BEGIN:
		list->search_start = row == SIZE_MAX ? 0 : row;
		return WIDGET_HANDLED;
	case SEARCH_TYPED:
	case SEARCH_BACK:
		if (list->search_start < list->rows.count)
			list_reveal(list, list->search_start);
		if (search_is_on(&list->search))
			find_from(list, list->search_start, true, true);
		return WIDGET_HANDLED;
	case SEARCH_KEEP:
	case SEARCH_NO_CHANGE:
		return WIDGET_HANDLED;
	case SEARCH_NEXT:
	case SEARCH_PREVIOUS:
		if (row != SIZE_MAX)
			find_from(list, row, false, event == SEARCH_NEXT);
		return WIDGET_HANDLED;
	}
	return WIDGET_IGNORED;
}

/* Left: closes it, or goes to its parent. Right: opens it, or goes to its first child. */
static enum widget_answer walk_tree(struct list *list, int code)
{
	size_t index = list_current_row(list);
	const struct list_row *row = list_current(list);

	if (!row || !list->deepest)
		return WIDGET_IGNORED;
	if (code == KEY_CODE_LEFT) {
		if (row->has_children && !row->is_closed)
			list_set_closed(list, index, true);
		else if (row->parent != SIZE_MAX)
			list_reveal(list, row->parent);
		return WIDGET_HANDLED;
	}
	if (row->has_children && !row->is_closed)
		list_reveal(list, index + 1);
	else
		list_set_closed(list, index, false);
	return WIDGET_HANDLED;
}

/* Space, + and -: only on rows that can be opened, so that a screen may mark others with Space. */
static enum widget_answer toggle(struct list *list, int code)
{
	const struct list_row *row = list_current(list);

	if (!row || !row->has_children)
		return WIDGET_IGNORED;
	list_set_closed(list, list_current_row(list),
			code == KEY_CODE_SPACE ? !row->is_closed : code == '-');
	return WIDGET_HANDLED;
}

static enum widget_answer click(struct list *list, const struct key *key)
{
	struct area area = list->shown->area;
	size_t place;

	if (!area_contains(area, key->row, key->column))
		return WIDGET_IGNORED;
	place = list->shown->top + (size_t)(key->row - area.row);
	if (place >= list->visible_count)
		return WIDGET_HANDLED;
	if (place == list->cursor)
		return WIDGET_CHOSEN;
	list->cursor = place;
	return WIDGET_HANDLED;
}

/* The letters that mean the same as other keys; anything else as it is. */
static int key_meaning(const struct list *list, int code)
{
	if (list->options & LIST_NO_LETTERS)
		return code;
	switch (code) {
	case 'g':
		return KEY_CODE_HOME;
	case 'G':
		return KEY_CODE_END;
	default:
		return code;
	}
}

/* Whether CODE goes to the search first. */
static bool is_for_search(const struct list *list, int code)
{
	if (list->search.is_typing)
		return true;
	if (list->options & LIST_NO_SEARCH)
		return false;
	return !(list->options & LIST_NO_LETTERS) || (code != 'n' && code != 'N');
}

static bool is_mouse(int code)
{
	return code == KEY_CODE_CLICK || code == KEY_CODE_WHEEL_UP || code == KEY_CODE_WHEEL_DOWN;
}

enum widget_answer list_key(struct list *list, const struct key *key)
{
	enum widget_answer answer = WIDGET_IGNORED;

	if (is_for_search(list, key->code) && !is_mouse(key->code))
		answer = search_in(list, search_key(&list->search, key));
	if (answer != WIDGET_IGNORED)
		return answer;
	switch (key_meaning(list, key->code)) {
	case KEY_CODE_UP:
		return move(list, -1);
	case KEY_CODE_DOWN:
		return move(list, 1);
	case KEY_CODE_PAGE_UP:
		return move(list, -page_lines(list));
	case KEY_CODE_PAGE_DOWN:
		return move(list, page_lines(list));
	case KEY_CODE_HOME:
		return move(list, -(long)list->visible_count);
	case KEY_CODE_END:
		return move(list, (long)list->visible_count);
	case KEY_CODE_WHEEL_UP:
		return move(list, -WHEEL_LINES);
	case KEY_CODE_WHEEL_DOWN:
		return move(list, WHEEL_LINES);
	case KEY_CODE_LEFT:
	case KEY_CODE_RIGHT:
		return walk_tree(list, key->code);
	case '+':
	case '-':
		if (list->options & LIST_NO_LETTERS)
			return WIDGET_IGNORED;
		return toggle(list, key->code);
	case KEY_CODE_SPACE:
		return toggle(list, key->code);
	case KEY_CODE_CLICK:
		return click(list, key);
	case KEY_CODE_ENTER:
		return list->visible_count ? WIDGET_CHOSEN : WIDGET_IGNORED;
	default:
		return WIDGET_IGNORED;
	}
}
