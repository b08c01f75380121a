/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens that show a list have in common. */
#include "tui/screens/listing.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "tui/app.h"
#include "tui/screens/reading.h"
#include "tui/widgets/frame.h"

#define ROWS_FOR_REMARKS 10 /* on a smaller screen the list has all of it */
#define REMARK_INDENT 2
#define ROWS_WITH_PANE 8 /* from so many on what is known of the current row stands below */
#define PANE_ROWS 3	 /* with its rule */

void listing_init(struct listing *listing, const struct list_column *columns, size_t count,
		  unsigned options)
{
	_cleanup_free_ struct list_column *copy = alloc_zero(count, sizeof(*copy));

	for (size_t i = 0; i < count; i++) {
		copy[i] = columns[i];
		copy[i].title = columns[i].title ? _(columns[i].title) : NULL;
	}
	list_init(&listing->list, copy, count, options);
}

void listing_done(struct listing *listing)
{
	list_done(&listing->list);
	text_list_done(&listing->remarks);
}

/* Draws remarks at the bottom of AREA, at most a third of it; returns the rows taken. */
static int draw_remarks(const struct listing *listing, struct canvas *canvas, struct area area)
{
	_cleanup_text_list_ struct text_list items = {0};
	_cleanup_free_ char *text = NULL;
	struct area part = {area.row, area.column + REMARK_INDENT, 0, area.columns - REMARK_INDENT};

	if (listing->remarks.count == 0 || area.rows < ROWS_FOR_REMARKS)
		return 0;
	for (size_t i = 0; i < listing->remarks.count; i++)
		text_list_format(&items, "- %s", listing->remarks.items[i]);
	text = text_list_join(&items, "\n");
	part.rows = paragraphs_draw(NULL, part, 2, text, NULL);
	if (part.rows > area.rows / 3)
		part.rows = area.rows / 3;
	part.row += area.rows - part.rows;
	canvas_fill(canvas, (struct area){part.row - 1, area.column, part.rows + 1, area.columns},
		    ROLE_NORMAL);
	(void)paragraphs_draw(canvas, part, 2, text, _("... (i)")); /* as counted */
	return part.rows + 1;
}

void listing_draw(const struct app *app, const void *state, struct canvas *canvas, struct area area)
{
	const struct listing *listing = state;

	(void)app; /* the rows were made when they became known */
	area.rows -= draw_remarks(listing, canvas, area);
	list_draw(&listing->list, canvas, area);
}

void listing_draw_with_pane(const void *state, struct canvas *canvas, struct area area,
			    const char *story)
{
	struct area pane = {area.row + area.rows - PANE_ROWS, area.column, PANE_ROWS, area.columns};

	if (!story || area.rows < ROWS_WITH_PANE) {
		listing_draw(NULL, state, canvas, area);
		return;
	}
	area.rows -= PANE_ROWS;
	listing_draw(NULL, state, canvas, area);
	rule_draw(canvas, pane);
	canvas_fill(canvas, (struct area){pane.row + 1, pane.column, pane.rows - 1, pane.columns},
		    ROLE_NORMAL);
	(void)paragraphs_draw(canvas,
			      (struct area){pane.row + 1, 1, pane.rows - 1, pane.columns - 2}, 0,
			      story, _("... (Enter)")); /* as much as fits */
}

bool listing_is_typing(const void *state)
{
	const struct listing *listing = state;

	return list_is_typing(&listing->list);
}

void listing_close(struct app *app, void *state)
{
	(void)app; /* nothing of it is the menu's */
	listing_done(state);
}

const char *listing_why_not_open(const struct app *app, const void *state)
{
	const struct listing *listing = state;

	(void)app; /* the list says it */
	return list_current(&listing->list) ? NULL : _("There is nothing to open.");
}

enum reaction listing_show_remarks(struct app *app, void *state)
{
	const struct listing *listing = state;
	_cleanup_free_ char *text = text_list_join(&listing->remarks, "\n\n");

	app_tell(app, ROLE_HEADING, _("Notes"), text);
	return REACTION_REDRAW;
}

const char *listing_why_no_remarks(const struct app *app, const void *state)
{
	const struct listing *listing = state;

	(void)app; /* the remarks say it */
	return listing->remarks.count > 0 ? NULL : _("There are no notes.");
}
