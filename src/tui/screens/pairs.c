/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of a name and what belongs to it, under headings, aligned by the longest name. */
#include "tui/screens/pairs.h"

#include "base/alloc.h"
#include "base/printable.h"
#include "base/text.h"

#define INDENT 2u
#define GAP 2u
#define NAME_COLUMNS_MAX 22u /* a longer name pushes its value to the right */

static void add(struct pairs *pairs, enum role role, char *name, char *value)
{
	pairs->items =
		alloc_grow(pairs->items, pairs->count, &pairs->capacity, sizeof(*pairs->items));
	pairs->items[pairs->count++] = (struct pair){.name = name, .value = value, .role = role};
}

void pairs_add_heading(struct pairs *pairs, const char *text)
{
	add(pairs, ROLE_HEADING, NULL, text_copy(text));
}

void pairs_add_paragraph(struct pairs *pairs, enum role role, const char *text)
{
	add(pairs, role, NULL, text_copy(text));
}

void pairs_take(struct pairs *pairs, enum role role, const char *name, char *value)
{
	_cleanup_free_ char *owned = value;

	if (!text_is_empty(value))
		add(pairs, role, text_copy(name), printable_sentence(value));
}

void pairs_add(struct pairs *pairs, enum role role, const char *name, const char *value)
{
	pairs_take(pairs, role, name, text_copy(value));
}

void pairs_add_foreign(struct pairs *pairs, const char *name, const char *value)
{
	pairs_take(pairs, ROLE_NORMAL, name, printable_text(value));
}

static bool is_heading(const struct pair *pair)
{
	return !pair->name && pair->role == ROLE_HEADING;
}

static bool has_content(const struct pairs *pairs, size_t heading)
{
	return heading + 1 < pairs->count && !is_heading(&pairs->items[heading + 1]);
}

/* The columns of the names that are not too long to line up with. */
static size_t name_columns(const struct pairs *pairs)
{
	size_t columns = 0;

	for (size_t i = 0; i < pairs->count; i++) {
		size_t width = pairs->items[i].name ? printable_width(pairs->items[i].name) : 0;

		if (width > columns && width <= NAME_COLUMNS_MAX)
			columns = width;
	}
	return columns;
}

static void show_line(const struct pair *pair, size_t columns, struct text_view *view)
{
	_cleanup_free_ char *name = NULL, *line = NULL;

	if (printable_width(pair->name) > columns)
		name = text_copy(pair->name);
	else
		name = printable_fit(pair->name, columns);
	line = text_format("%s%*s%s", name, (int)GAP, "", pair->value);
	text_view_add_paragraph(view, pair->role, INDENT, (int)(INDENT + columns + GAP), line);
}

void pairs_show(const struct pairs *pairs, struct text_view *view)
{
	size_t columns = name_columns(pairs);

	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *pair = &pairs->items[i];

		if (pair->name)
			show_line(pair, columns, view);
		else if (!is_heading(pair))
			text_view_add_paragraph(view, pair->role, INDENT, INDENT, pair->value);
		else if (has_content(pairs, i))
			text_view_add_heading(view, pair->value);
	}
}

void pairs_done(struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		free(pairs->items[i].name);
		free(pairs->items[i].value);
	}
	free(pairs->items);
	*pairs = (struct pairs){0};
}
