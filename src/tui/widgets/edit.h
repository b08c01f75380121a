/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A line of text under the user's fingers, with readline's keys.
 *
 * Ctrl-A and Home, Ctrl-E and End, Ctrl-B and Left, Ctrl-F and Right, Ctrl-H and Backspace, Ctrl-D
 * and Delete; Ctrl-K, U and W cut to the end, to the start, back to a space; Ctrl-Y puts back what
 * was cut. Alt-B and F move by words of letters and digits, Alt-D and Alt-Backspace cut them. A
 * text wider than its field scrolls inside it. The cursor never stands between a character and its
 * combining ones. A secret is shown as stars, lives in locked memory and is wiped; what is cut from
 * it is gone.
 */
#ifndef REFLOAT_TUI_WIDGETS_EDIT_H
#define REFLOAT_TUI_WIDGETS_EDIT_H

#include "base/secret.h"
#include "tui/widgets/widget.h"

#define EDIT_MAX_BYTES 65535 /* of a text; a secret holds SECRET_MAX_BYTES */

struct edit {
	char *text;	 /* NUL-terminated; in secret.memory for a secret */
	size_t length;	 /* bytes */
	size_t capacity; /* bytes that text has room for, without the NUL */
	size_t cursor;	 /* byte that it stands in front of */
	char *cut;	 /* what Ctrl-Y puts back; NULL: nothing */
	bool is_secret;
	struct secret secret; /* used for a secret only */
};

void edit_init(struct edit *edit, bool is_secret);
void edit_done(struct edit *edit);
void edit_set(struct edit *edit, const char *text); /* cursor at the end; cut to the maximum */
const char *edit_text(const struct edit *edit);	    /* borrowed, never NULL */

/* Puts TEXT in at the cursor as if it were typed. */
void edit_insert(struct edit *edit, const char *text);

/* Draws the first row of AREA, filled with ROLE; the typing cursor is put there if IS_ACTIVE. */
void edit_draw(const struct edit *edit, struct canvas *canvas, struct area area, enum role role,
	       bool is_active);

/* Enter is WIDGET_CHOSEN, Esc WIDGET_CANCELLED; Up, Down, Tab and the like are not for it. */
enum widget_answer edit_key(struct edit *edit, const struct key *key);

/* A click at COLUMN of an edit line that was drawn in AREA. */
void edit_click(struct edit *edit, struct area area, int column);

#endif
