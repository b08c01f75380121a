/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program that checks wrote, for its judge: of very much the beginning and the end. */
#ifndef REFLOAT_ACTION_CHECK_OUTPUT_H
#define REFLOAT_ACTION_CHECK_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define CHECK_OUTPUT_HEAD (16u * 1024 * 1024)
#define CHECK_OUTPUT_TAIL (64u * 1024)

struct check_output {
	struct text_buffer head, tail;
	bool is_cut; /* lines between the two were left out */
};

void check_output_done(struct check_output *output);

/* Adds a line of LENGTH bytes, without its newline. */
void check_output_add(struct check_output *output, const char *line, size_t length);

/* All that is kept, lines that end with a newline and have no zero bytes; the caller frees. OUTPUT is
 * empty then, but for is_cut. */
char *check_output_take(struct check_output *output);

#endif
