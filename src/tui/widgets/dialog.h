/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A question in a box over the screen: a title, a text, buttons by their keys, and maybe a line to
 * type in. On a small screen it takes all of it.
 *
 * A button is chosen with its key (a letter in either case), or by a click. With a line to type in
 * letters go there, so buttons then have keys that type nothing (Enter, Esc). Enter chooses a
 * button of its own, or the only one; it never picks one of several. Esc is WIDGET_CANCELLED
 * whether or not a button says so, and so are q where nothing is typed, and Enter where something
 * wanted or secret was to be typed and nothing was.
 */
#ifndef REFLOAT_TUI_WIDGETS_DIALOG_H
#define REFLOAT_TUI_WIDGETS_DIALOG_H

#include "tui/widgets/edit.h"
#include "tui/widgets/text_view.h"
#include "tui/widgets/widget.h"

#define DIALOG_MAX_BUTTONS 6

struct dialog_button {
	int key;     /* 'y', KEY_CODE_ENTER, ... */
	char *label; /* "Yes" */
};

struct dialog {
	char *title;
	enum role role; /* of the title: ROLE_WARNING, ROLE_ERROR, ... */
	struct text_view text;
	struct dialog_button buttons[DIALOG_MAX_BUTTONS];
	size_t button_count;
	int answer;	   /* key of the button that was chosen; 0: none yet */
	char *prompt;	   /* in front of the line to type in; NULL: no such line */
	char *wanted;	   /* what must be typed there before Enter counts; NULL: anything */
	bool has_mistyped; /* Enter came with something else there */
	struct edit edit;
	struct widget_shown *shown;
};

void dialog_init(struct dialog *dialog, const char *title, enum role role);
void dialog_done(struct dialog *dialog);
void dialog_add_text(struct dialog *dialog, const char *text);	     /* a paragraph for each line */
void dialog_add_command(struct dialog *dialog, const char *command); /* not wrapped */
void dialog_add_button(struct dialog *dialog, int key, const char *label);

/* A line to type in, with PROMPT in front. WANTED is what must be typed (a device's name), or
 * NULL. */
void dialog_add_edit(struct dialog *dialog, const char *prompt, const char *wanted, bool is_secret);
const char *dialog_text(const struct dialog *dialog); /* what was typed; borrowed */

/* Draws it over the middle of AREA, usually all of the canvas. */
void dialog_draw(const struct dialog *dialog, struct canvas *canvas, struct area area);

/* WIDGET_CHOSEN: dialog->answer says which. No key is WIDGET_IGNORED: it is in front of all. */
enum widget_answer dialog_key(struct dialog *dialog, const struct key *key);

#endif
