/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts what comes in pieces into lines. */
#ifndef REFLOAT_BASE_LINES_H
#define REFLOAT_BASE_LINES_H

#include "base/process.h"

struct lines {
	process_on_line_fn on_line; /* NULL: nothing is cut */
	void *data;
	bool is_error;	      /* handed to on_line */
	bool ends_at_returns; /* a carriage return ends a line as well; with a newline it is one end
			       */
	bool is_after_return; /* the last byte was one */
	struct text_buffer rest; /* the line that is not whole yet */
};

void lines_add(struct lines *lines, const char *bytes, size_t length);

/* Hands over a last line without an end. */
void lines_finish(struct lines *lines);

void lines_done(struct lines *lines);

#endif
