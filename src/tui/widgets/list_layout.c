/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the columns of a list share the width, and which give way. */
#include "tui/widgets/list_private.h"

/* Columns needed for those that are shown, the gaps between them included. */
static int sum_widths(const struct list *list, const int *widths, int gap)
{
	int sum = 0;

	for (size_t i = 0; i < list->column_count; i++) {
		if (widths[i] > 0)
			sum += widths[i] + (sum ? gap : 0);
	}
	return sum;
}

static int wanted_width(const struct list *list, size_t column)
{
	int width = list->columns[column].preferred;

	if (!width)
		width = list->natural[column];
	if (width < list->columns[column].minimum)
		width = list->columns[column].minimum;
	return width > 0 ? width : 1; /* 0 would say that it is not shown */
}

/* Takes from COLUMN what is too much, down to LEAST; returns what is still too much. */
static int shrink(int *widths, size_t column, int least, int excess)
{
	int spare = widths[column] - (least > 0 ? least : 1);

	if (widths[column] == 0 || spare <= 0 || excess <= 0)
		return excess;
	if (spare > excess)
		spare = excess;
	widths[column] -= spare;
	return excess - spare;
}

/* The next to give way after the one of RANK at BEFORE: lower rank, or the same further left. */
static size_t next_to_give(const struct list *list, int rank, size_t before)
{
	size_t found = list->column_count;

	for (size_t i = 0; i < list->column_count; i++) {
		int its = list->columns[i].rank;

		if (its > rank || (its == rank && i >= before))
			continue;
		if (found == list->column_count || its >= list->columns[found].rank)
			found = i;
	}
	return found;
}

/* All columns shown shrink, in their order; returns what is still too much. */
static int shrink_all(const struct list *list, int *widths, int excess)
{
	size_t column = next_to_give(list, INT16_MAX, 0);

	for (size_t i = 0; i < list->column_count; i++) /* room that no text needs */
		excess = shrink(widths, i, list->natural[i], excess);
	while (column < list->column_count && excess > 0) {
		excess = shrink(widths, column, list->columns[column].minimum, excess);
		column = next_to_give(list, list->columns[column].rank, column);
	}
	return excess;
}

/* The last column shown; column_count where there is none. */
static size_t last_shown(const struct list *list, const int *widths)
{
	for (size_t i = list->column_count; i-- > 0;) {
		if (widths[i])
			return i;
	}
	return list->column_count;
}

/*
 * Shares what is left: what the text of the last column needs is for it, then columns that like
 * less than their text takes get it all the same, from the left; the rest is the last one's,
 * unless its text is on the right.
 */
static void widen(const struct list *list, int *widths, int spare)
{
	size_t last = last_shown(list, widths);
	int kept = 0;

	if (last == list->column_count)
		return;
	if (list->natural[last] > widths[last])
		kept = list->natural[last] - widths[last];
	for (size_t i = 0; i < last; i++) {
		int missing = widths[i] ? list->natural[i] - widths[i] : 0;

		if (missing > spare - kept)
			missing = spare - kept;
		if (missing > 0) {
			widths[i] += missing;
			spare -= missing;
		}
	}
	if (spare > 0 && !list->columns[last].is_right)
		widths[last] += spare;
}

void list_layout(const struct list *list, int width, int gap, int *widths)
{
	size_t giving = next_to_give(list, INT16_MAX, 0), hidden = 0;
	int excess = 0;

	for (;;) {
		size_t next = next_to_give(list, INT16_MAX, 0);

		for (size_t i = 0; i < list->column_count; i++)
			widths[i] = wanted_width(list, i);
		for (size_t i = 0; i < hidden; i++) {
			widths[next] = 0;
			next = next_to_give(list, list->columns[next].rank, next);
		}
		excess = shrink_all(list, widths, sum_widths(list, widths, gap) - width);
		if (excess <= 0 || giving >= list->column_count || list->columns[giving].rank == 0)
			break;
		hidden++;
		giving = next_to_give(list, list->columns[giving].rank, giving);
	}
	/* nothing more may disappear: they are cut, the last first */
	for (size_t i = list->column_count; i-- > 0;)
		excess = shrink(widths, i, 1, excess);
	widen(list, widths, width - sum_widths(list, widths, gap));
}
