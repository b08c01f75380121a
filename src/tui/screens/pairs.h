/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of a name and what belongs to it, under headings, aligned by the longest name.
 *
 *   Size      1.8T (2000398934016 bytes)
 *   Model     ST2000NM0033-9ZM, a long value that
 *             goes on below itself
 */
#ifndef REFLOAT_TUI_SCREENS_PAIRS_H
#define REFLOAT_TUI_SCREENS_PAIRS_H

#include "base/cleanup.h"
#include "tui/widgets/text_view.h"

struct pairs {
	struct pair {
		char *name;  /* NULL: value is a heading, or a paragraph of its own */
		char *value; /* printable */
		enum role role;
	} * items;
	size_t count, capacity;
};

/* A heading; it is left out when nothing follows it. */
void pairs_add_heading(struct pairs *pairs, const char *text);
/* A paragraph that belongs to no name. */
void pairs_add_paragraph(struct pairs *pairs, enum role role, const char *text);
/* A line; nothing where VALUE is NULL or empty. VALUE is a sentence or a word of ours; a name from a
 * disk that stands in it unescaped all the same is made printable, and what is escaped stays. */
void pairs_add(struct pairs *pairs, enum role role, const char *name, const char *value);
/* The same with a VALUE that comes from a disk or a device. */
void pairs_add_foreign(struct pairs *pairs, const char *name, const char *value);
/* Takes VALUE over. */
void pairs_take(struct pairs *pairs, enum role role, const char *name, char *value);

/* Adds all of it to VIEW. */
void pairs_show(const struct pairs *pairs, struct text_view *view);

void pairs_done(struct pairs *pairs);
#define _cleanup_pairs_ _cleanup_(pairs_done)

#endif
