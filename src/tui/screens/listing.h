/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the screens that show a list have in common: the list, and below it what a person should
 * know beside it (a disk that does not answer, a filesystem that could not be looked into).
 */
#ifndef REFLOAT_TUI_SCREENS_LISTING_H
#define REFLOAT_TUI_SCREENS_LISTING_H

#include "base/text.h"
#include "tui/screen.h"
#include "tui/widgets/list.h"

/* The state of such a screen, or the first thing in it. */
struct listing {
	struct list list;
	struct text_list remarks; /* sentences, printable */
};

/* Titles of COLUMNS are marked with N_() and translated here. */
void listing_init(struct listing *listing, const struct list_column *columns, size_t count,
		  unsigned options);
void listing_done(struct listing *listing);

void listing_draw(const struct app *app, const void *state, struct canvas *canvas,
		  struct area area);
/* The same with STORY (all that is known of the current row; NULL: nothing) below, where there is
 * room. */
void listing_draw_with_pane(const void *state, struct canvas *canvas, struct area area,
			    const char *story);
bool listing_is_typing(const void *state);
void listing_close(struct app *app, void *state);

/* For a binding that opens what the cursor is on. */
const char *listing_why_not_open(const struct app *app, const void *state);

/* For a binding that shows all remarks, also those that find no room below the list. */
enum reaction listing_show_remarks(struct app *app, void *state);
const char *listing_why_no_remarks(const struct app *app, const void *state);

#endif
