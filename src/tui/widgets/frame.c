/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first and the last lines of a screen. */
#include "tui/widgets/frame.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/i18n.h"
#include "base/printable.h"

#define PART_GAP 2     /* between the parts of the title, and between keys */
#define PART_LEAST 8   /* a part of the title cut shorter says nothing */
#define PART_MOST 1024 /* wider than any terminal */
#define COLUMNS_WITH_MORE 80

/* Columns of TEXT with the gap in front of it; 0 for none. */
static int part_width(const char *text)
{
	size_t width = text ? printable_width(text) : 0;

	if (!width)
		return 0;
	return (width < PART_MOST ? (int)width : PART_MOST) + PART_GAP;
}

/* Takes up to EXCESS from *WIDTH, down to LEAST; returns what is still too much. */
static int give(int *width, int least, int excess)
{
	int spare = *width - least;

	if (excess <= 0 || spare <= 0)
		return excess;
	if (spare > excess)
		spare = excess;
	*width -= spare;
	return excess - spare;
}

/* The widths of the three parts, each with its gap, so that they fit into WIDTH. */
static void fit_title(int width, int *left, int *middle, int *right)
{
	int excess = *left + *middle + *right - width;

	if (excess > 0 && *middle) { /* with a middle the left end is only the program's name */
		excess -= *left;
		*left = 0;
	}
	excess = give(*middle ? middle : left, PART_LEAST + PART_GAP, excess);
	if (excess > 0) {
		*left = *middle = 0;
		excess = *right - width;
	}
	(void)give(right, 0, excess); /* it is all there is */
}

void title_draw(struct canvas *canvas, struct area area, const char *left, const char *middle,
		const char *right)
{
	/* a column stays free at both ends; the gap in front of the first part is not needed */
	int width = area.columns - 2 + PART_GAP, start = area.column + 1, middle_start;
	int left_width = part_width(left), middle_width = part_width(middle);
	int right_width = part_width(right);

	if (area.rows < 1)
		return;
	fit_title(width, &left_width, &middle_width, &right_width);
	/* the spaces are no part of it: bold ones would all be sent */
	canvas_fill(canvas, (struct area){area.row, area.column, 1, area.columns}, ROLE_NORMAL);
	if (left_width > 0)
		(void)canvas_text(canvas, area.row, start, left_width - PART_GAP, ROLE_TITLE,
				  left); /* cut where it is too long */
	if (right_width > 0)
		canvas_text_right(canvas, area.row, start + width - right_width,
				  right_width - PART_GAP, ROLE_TITLE, right);
	if (middle_width <= 0)
		return;
	middle_start = (width - middle_width) / 2;
	if (middle_start > width - right_width - middle_width)
		middle_start = width - right_width - middle_width;
	if (middle_start < left_width)
		middle_start = left_width;
	(void)canvas_text(canvas, area.row, start + middle_start, middle_width - PART_GAP,
			  ROLE_TITLE, middle); /* cut where it is too long */
}

void rule_draw(struct canvas *canvas, struct area area)
{
	if (area.rows > 0)
		canvas_glyph(canvas, area.row, area.column, area.columns, ROLE_BORDER,
			     GLYPH_HORIZONTAL);
}

static int key_width(const struct footer_key *key)
{
	return (int)printable_width(key->key) + 1 + part_width(key->label);
}

static int draw_key(struct canvas *canvas, struct area area, int column,
		    const struct footer_key *key)
{
	int end = area.column + area.columns;
	int taken = canvas_text(canvas, area.row, column, end - column, ROLE_KEY, key->key) + 1;

	taken += canvas_text(canvas, area.row, column + taken, end - column - taken, ROLE_FOOTER,
			     key->label);
	return taken + PART_GAP;
}

/* Whether KEY is one of the LAST two, which have a place of their own. */
static bool is_last_key(const struct footer_key *key, const struct footer_key *last)
{
	return strcmp(key->key, last[0].key) == 0 || strcmp(key->key, last[1].key) == 0;
}

static int keys_width(const struct footer_key *keys, size_t count, const struct footer_key *last)
{
	int width = 0;

	for (size_t i = 0; i < count; i++)
		width += is_last_key(&keys[i], last) ? 0 : key_width(&keys[i]);
	return width;
}

/* As many of KEYS as fit between COLUMN and END, and that there are more where there are; returns
 * the column behind them. */
static int draw_keys(struct canvas *canvas, struct area area, int column, int end,
		     const struct footer_key *keys, size_t count, const struct footer_key *last)
{
	const char *more = theme_glyph(GLYPH_ELLIPSIS);
	bool has_more = column + keys_width(keys, count, last) > end;
	/* on a narrower screen another key says more */
	int room = has_more && area.columns >= COLUMNS_WITH_MORE ? end - part_width(more) : end;

	for (size_t i = 0; i < count; i++) {
		if (!is_last_key(&keys[i], last) && column + key_width(&keys[i]) <= room)
			column += draw_key(canvas, area, column, &keys[i]);
	}
	if (has_more && column + part_width(more) <= end)
		column += canvas_text(canvas, area.row, column, end - column, ROLE_FOOTER, more) +
			  PART_GAP;
	return column;
}

void footer_draw(struct canvas *canvas, struct area area, const struct footer_key *keys,
		 size_t count, bool is_typing)
{
	struct footer_key last[] = {{is_typing ? "F1" : "?", _("help")},
				    {is_typing ? "Esc" : "q", _("back")}};
	int column = area.column + 1, end = area.column + area.columns + PART_GAP - 1;

	if (area.rows < 1)
		return;
	for (size_t which = 0; which < ARRAY_SIZE(last); which++) {
		for (size_t i = 0; i < count; i++) {
			if (strcmp(keys[i].key, last[which].key) == 0)
				last[which] = keys[i];
		}
		end -= key_width(&last[which]);
	}
	column = draw_keys(canvas, area, column, end, keys, count, last);
	for (size_t which = 0; which < ARRAY_SIZE(last); which++)
		column += draw_key(canvas, area, column, &last[which]);
}
