/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line of a terminal that is written anew in its place, with as few bytes as that takes:
 * behind a serial line each of them is a millisecond. Only backspaces and spaces are sent, which
 * every terminal knows.
 */
#ifndef REFLOAT_CLI_LIVE_LINE_H
#define REFLOAT_CLI_LIVE_LINE_H

#include <stdio.h>

#include "base/cleanup.h"

struct live_line {
	FILE *stream;
	char *shown; /* what stands there, the cursor behind it; NULL: nothing */
};

/* Shows printable TEXT, cut to COLUMNS; what is shown already sends nothing. */
void live_line_set(struct live_line *line, const char *text, size_t columns);

/* Takes the line away, the cursor at its beginning. */
void live_line_clear(struct live_line *line);

void live_line_done(struct live_line *line);

#endif
