/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text to read: paragraphs wrapped to the width, lines that are not, headings; search.
 *
 * A text longer than the area scrolls, and says where one is ("lines 1-20 of 80  34%") in the
 * last row. Lines that must not be wrapped (commands, logs) scroll sideways. Text can be added
 * while it is shown; whoever is at its end then stays there. Wrapping is done once for a width,
 * and only for what is new.
 *
 * Keys: Up Down PageUp PageDown Space Home End, g G, Left Right, / n N, the wheel.
 */
#ifndef REFLOAT_TUI_WIDGETS_TEXT_VIEW_H
#define REFLOAT_TUI_WIDGETS_TEXT_VIEW_H

#include "tui/widgets/search.h"
#include "tui/widgets/widget.h"

struct text_view;

enum text_view_option {
	TEXT_VIEW_FOLLOWS = 1 << 0,    /* starts at its end and stays there while text is added */
	TEXT_VIEW_NO_LETTERS = 1 << 1, /* g G n N are the screen's */
	TEXT_VIEW_NO_SEARCH = 1 << 2,
};

struct text_view_part {
	char *text;
	enum role role;
	bool is_wrapped;
	unsigned char indent;  /* columns in front of its first line */
	unsigned char hanging; /* ... of its other lines */
};

struct text_view {
	struct text_view_part *parts;
	size_t count, capacity;
	unsigned options;		     /* enum text_view_option bits */
	int widest;			     /* of the lines that are not wrapped */
	int left;			     /* columns they are shifted */
	bool is_at_end;			     /* stays at the end while text is added */
	bool is_following;		     /* ... or at the place that is followed */
	size_t followed;		     /* parts up to that place; 0: all */
	size_t hit_part, hit_at, hit_length; /* the hit one is at; length 0: none */
	size_t search_start;		     /* first line shown when the search began */
	struct search search;
	struct text_view_layout *layout; /* lines of the parts at the width drawn last */
	struct widget_shown *shown;
};

void text_view_init(struct text_view *view, unsigned options);
void text_view_done(struct text_view *view);
void text_view_clear(struct text_view *view); /* no text; the place is kept where it still exists */

/*
 * Adds a paragraph (each line of TEXT by itself, if it has several). INDENT columns in front of
 * the first line, HANGING in front of the others.
 */
void text_view_add_paragraph(struct text_view *view, enum role role, int indent, int hanging,
			     const char *text);
/* Adds a line that is not wrapped (each line of TEXT by itself). */
void text_view_add_line(struct text_view *view, enum role role, const char *text);
void text_view_add_heading(struct text_view *view, const char *text); /* with a blank line before */
void text_view_add_blank(struct text_view *view);

/*
 * For TEXT_VIEW_FOLLOWS: what is added from here on is still to come. Following shows this place,
 * and some of what is behind it, until text_view_clear or text_view_follow_end.
 */
void text_view_follow_here(struct text_view *view);
void text_view_follow_end(struct text_view *view);

size_t text_view_line_count(const struct text_view *view, int columns); /* at that width */
void text_view_go_to_start(struct text_view *view);
void text_view_go_to_end(struct text_view *view);
bool text_view_is_typing(const struct text_view *view); /* every key is for the search */

void text_view_draw(const struct text_view *view, struct canvas *canvas, struct area area);
enum widget_answer text_view_key(struct text_view *view, const struct key *key);

#endif
