/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far something has come: a bar, and in words how much, how fast, how long still.
 *
 * Where the total is not known it says how much is done, and no bar pretends to know more. Nothing
 * turns or blinks: what does not change sends no byte.
 */
#ifndef REFLOAT_TUI_WIDGETS_PROGRESS_H
#define REFLOAT_TUI_WIDGETS_PROGRESS_H

#include <stdint.h>

#include "tui/widgets/widget.h"

enum progress_unit {
	PROGRESS_BYTES,	  /* "1.2G of 2.8G" */
	PROGRESS_STEPS,	  /* "3 of 12 steps" */
	PROGRESS_FILES,	  /* "3 of 12 files" */
	PROGRESS_PERCENT, /* nothing but the percentage is known */
};

struct progress {
	enum progress_unit unit;
	uint64_t done;
	uint64_t total;	   /* 0: not known */
	int64_t start_ms;  /* clock of the first progress_set */
	int64_t now_ms;	   /* ... of the last one */
	uint64_t first;	   /* done at start_ms */
	double per_second; /* rate, smoothed; 0: not known yet */
	bool is_started;
};

void progress_init(struct progress *progress, enum progress_unit unit);

/* Says how far it is at NOW_MS (monotonic). */
void progress_set(struct progress *progress, int64_t now_ms, uint64_t done, uint64_t total);

/* Seconds still to go; -1: not known. */
int64_t progress_seconds_left(const struct progress *progress);

/* "1.2G of 2.8G, 12M a second, about 3 minutes left"; the caller frees. */
char *progress_words(const struct progress *progress);

/* One row: bar and words side by side, words giving way from their end. Two rows or more: the
 * words below the bar. */
void progress_draw(const struct progress *progress, struct canvas *canvas, struct area area);

/* " 43% [####......]" in the first row of AREA; nothing where the total is not known. */
void progress_draw_bar(const struct progress *progress, struct canvas *canvas, struct area area);

#endif
