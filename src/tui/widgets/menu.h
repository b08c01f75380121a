/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of the first screen: a letter, what it does, and beside it how things stand.
 *
 * A line that cannot be used now is dim, and its reason stands in place of its state. Where the
 * state of the line that the cursor is on is too long, it stands below in full. Letters of
 * lines act at once: they move the cursor there and choose. The arrows, Home, End, PageUp and
 * PageDown move; no other letter is taken, since each may be that of a line.
 */
#ifndef REFLOAT_TUI_WIDGETS_MENU_H
#define REFLOAT_TUI_WIDGETS_MENU_H

#include "tui/widgets/widget.h"

struct menu_line {
	char *id;
	int key; /* its letter */
	char *label;
	char *state;	/* may be NULL: nothing to say (yet) */
	enum role role; /* of the state */
	char *why_not;	/* why it cannot be used now; NULL: it can */
};

struct menu {
	struct menu_line *lines;
	size_t count, capacity;
	size_t cursor;
	struct widget_shown *shown;
};

void menu_init(struct menu *menu);
void menu_done(struct menu *menu);
void menu_add(struct menu *menu, const char *id, int key, const char *label);
void menu_clear(struct menu *menu);

/* Changes a line; nothing happens where no line has that ID. */
void menu_set_state(struct menu *menu, const char *id, enum role role, const char *state);
void menu_set_why_not(struct menu *menu, const char *id, const char *why_not); /* NULL: it can */

const struct menu_line *menu_current(const struct menu *menu); /* NULL: the menu is empty */
bool menu_select(struct menu *menu, const char *id);

void menu_draw(const struct menu *menu, struct canvas *canvas, struct area area);

/* WIDGET_CHOSEN: menu_current() is what was chosen, and can be used. The letter of a line that
 * cannot be used only moves the cursor there (its reason is to be seen). */
enum widget_answer menu_key(struct menu *menu, const struct key *key);

#endif
