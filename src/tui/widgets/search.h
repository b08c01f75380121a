/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The search of lists and texts: "/" asks for words at the bottom while the cursor already moves,
 * Enter keeps the place, Esc goes back, n and N go on. Upper and lower case are the same.
 */
#ifndef REFLOAT_TUI_WIDGETS_SEARCH_H
#define REFLOAT_TUI_WIDGETS_SEARCH_H

#include <stdint.h>

#include "tui/widgets/edit.h"

struct search {
	struct edit edit;      /* what is typed */
	bool is_typing;	       /* all keys are for it */
	bool has_failed;       /* what was looked for last is nowhere */
	uint32_t *pattern;     /* what to look for, as folded code points */
	size_t pattern_length; /* 0: nothing */
};

void search_init(struct search *search);
void search_done(struct search *search);

enum search_event {
	SEARCH_NOTHING,	  /* not its key */
	SEARCH_NO_CHANGE, /* its key, with nothing to do */
	SEARCH_BEGIN,	  /* "/": remember where you are */
	SEARCH_TYPED,	  /* look again from where it began */
	SEARCH_KEEP,	  /* Enter: it is over */
	SEARCH_BACK,	  /* Esc: it is over, go back to where it began */
	SEARCH_NEXT,	  /* n, or Down while it is typed */
	SEARCH_PREVIOUS,  /* N, or Up while it is typed */
};

enum search_event search_key(struct search *search, const struct key *key);

/* Whether there is something to look for. */
bool search_is_on(const struct search *search);

/*
 * The first hit in the LENGTH bytes of TEXT at or behind START: its first byte and its length.
 * false: none.
 */
bool search_find(const struct search *search, const char *text, size_t length, size_t start,
		 size_t *ret_at, size_t *ret_length);

/* "/words" in the first row of AREA while it is typed. */
void search_draw(const struct search *search, struct canvas *canvas, struct area area);

#endif
