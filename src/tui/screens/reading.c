/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens that show a text, and little else, have in common. */
#include "tui/screens/reading.h"

#include <string.h>

#include "base/alloc.h"
#include "base/printable.h"
#include "tui/menu_words.h"
#include "tui/widgets/characters.h"

enum reaction reaction_of(enum widget_answer answer)
{
	switch (answer) {
	case WIDGET_IGNORED:
		return REACTION_IGNORED;
	case WIDGET_HANDLED:
	case WIDGET_CHOSEN:
		return REACTION_REDRAW;
	case WIDGET_CANCELLED:
		return REACTION_CLOSE;
	}
	return REACTION_IGNORED;
}

void text_view_add_advice(struct text_view *view, enum role role, int indent, int hanging,
			  const char *text)
{
	_cleanup_free_ char *words = menu_words(text);

	text_view_add_paragraph(view, role, indent, hanging, words);
}

void reading_add_items(struct reading *reading, enum role role, const struct text_list *items)
{
	for (size_t i = 0; i < items->count; i++) {
		_cleanup_free_ char *line = text_format("- %s", items->items[i]);

		text_view_add_advice(&reading->view, role, 1, 3, line);
	}
}

void reading_draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct reading *reading = state;

	(void)app; /* the text was made when it became known */
	text_view_draw(&reading->view, canvas, area);
}

enum reaction reading_on_key(struct app *app, void *state, const struct key *key)
{
	struct reading *reading = state;

	(void)app; /* moving in a text changes nothing else */
	return reaction_of(text_view_key(&reading->view, key));
}

bool reading_is_typing(const void *state)
{
	const struct reading *reading = state;

	return text_view_is_typing(&reading->view);
}

void reading_close(struct app *app, void *state)
{
	struct reading *reading = state;

	(void)app; /* nothing of it is the menu's */
	text_view_done(&reading->view);
}

/* One paragraph, the first LENGTH bytes of TEXT, from ROW of AREA on; returns the row behind it. */
static int draw_paragraph(struct canvas *canvas, struct area area, int row, int hanging,
			  const char *text, size_t length)
{
	size_t at = 0, next = 0;
	int indent = 0;

	do {
		size_t end = character_break_line(text, length, at, (size_t)(area.columns - indent),
						  &next);
		_cleanup_free_ char *line = alloc_copy(text + at, end - at);

		if (canvas && row < area.rows)
			(void)canvas_text(canvas, area.row + row, area.column + indent,
					  area.columns - indent, ROLE_NORMAL, line); /* it fits */
		row++;
		at = next;
		indent = hanging;
	} while (at < length);
	return row;
}

/* MORE at the end of the last row of AREA, over what stands there. */
static void draw_more(struct canvas *canvas, struct area area, const char *more)
{
	int width = (int)printable_width(more), row = area.row + area.rows - 1;

	if (width > area.columns)
		width = area.columns;
	canvas_cell_text(canvas, row, area.column + area.columns - width, width, ROLE_DIM, more);
}

int paragraphs_draw(struct canvas *canvas, struct area area, int hanging, const char *text,
		    const char *more)
{
	int row = 0;

	if (area.columns <= hanging)
		return 0;
	while (*text && (!canvas || row < area.rows)) {
		size_t length = strcspn(text, "\n");

		row = draw_paragraph(canvas, area, row, hanging, text, length);
		text += length + (text[length] == '\n');
	}
	if (!canvas || (row <= area.rows && !*text))
		return row;
	draw_more(canvas, area, more);
	return area.rows;
}
