/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens that show a text, and little else, have in common. */
#ifndef REFLOAT_TUI_SCREENS_READING_H
#define REFLOAT_TUI_SCREENS_READING_H

#include "base/text.h"
#include "tui/screen.h"
#include "tui/widgets/text_view.h"

/* The state of such a screen, or the first thing in it. */
struct reading {
	struct text_view view;
};

/* TEXT, as the menu says it (menu_words.h), as a paragraph of VIEW. */
void text_view_add_advice(struct text_view *view, enum role role, int indent, int hanging,
			  const char *text);
/* A paragraph with a dash for each of ITEMS, likewise. */
void reading_add_items(struct reading *reading, enum role role, const struct text_list *items);
void reading_draw(const struct app *app, const void *state, struct canvas *canvas,
		  struct area area);
enum reaction reading_on_key(struct app *app, void *state, const struct key *key);
bool reading_is_typing(const void *state);
void reading_close(struct app *app, void *state);

/* What a widget's answer means for the screen, where Enter has no meaning of its own. */
enum reaction reaction_of(enum widget_answer answer);

/*
 * Draws paragraphs (each line of TEXT) from the top of AREA, HANGING columns in front of all lines
 * of a paragraph but its first. Where not all of it fits the last row ends in MORE (how to see it
 * all). Returns the rows taken; with CANVAS NULL it only counts.
 */
int paragraphs_draw(struct canvas *canvas, struct area area, int hanging, const char *text,
		    const char *more);

#endif
