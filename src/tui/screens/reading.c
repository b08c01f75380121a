/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens that show a text, and little else, have in common. */
#include "tui/screens/reading.h"

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
