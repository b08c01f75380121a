/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a person would see of the program under test: libvterm reads its bytes.
 *
 * The raw bytes are kept as well. Replies that a terminal gives by itself (cursor position) and the
 * bytes of keys are collected in input, for whoever writes them to the program.
 */
#ifndef REFLOAT_TESTS_PLAY_SCREEN_H
#define REFLOAT_TESTS_PLAY_SCREEN_H

#include <stdbool.h>
#include <vterm.h>

#include "base/text.h"

struct screen {
	VTerm *terminal;
	VTermScreen *cells;
	struct text_buffer raw;	  /* every byte the program has sent */
	struct text_buffer input; /* bytes for the program: keys and replies */
	bool gives_reports;	  /* answers cursor position reports and the like */
	bool is_reading;	  /* of the program: what is added to input now is a reply */
	int reports;		  /* how many it was asked for */
	bool is_alternate; /* the alternate screen is shown */
	int mouse;	   /* VTERM_PROP_MOUSE_* */
};

void screen_open(struct screen *screen, int rows, int columns);
void screen_close(struct screen *screen);
void screen_feed(struct screen *screen, const char *bytes, size_t length);
void screen_resize(struct screen *screen, int rows, int columns);
void screen_get_size(const struct screen *screen, int *ret_rows, int *ret_columns);

/* Row ROW (from 0) as UTF-8 without the spaces at its end; the caller frees. */
char *screen_line(const struct screen *screen, int row);

/* All rows, each with its newline; the caller frees. */
char *screen_text(const struct screen *screen);

/* Where TEXT stands within one line: true with its place (columns as cells). */
bool screen_find(const struct screen *screen, const char *text, int *ret_row, int *ret_column);

bool screen_get_cell(const struct screen *screen, int row, int column, VTermScreenCell *ret_cell);

/* What a program may have left on: cursor keys of their own (smkx), bold or coloured writing. */
bool screen_has_application_keys(struct screen *screen);
bool screen_has_pen(const struct screen *screen);

#endif
