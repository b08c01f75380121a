/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a program's raw bytes hold only printable characters and what its terminal understands.
 */
#ifndef REFLOAT_TESTS_PLAY_BYTES_H
#define REFLOAT_TESTS_PLAY_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct byte_rules {
	bool is_utf8;
	bool allows_line_set;	    /* the alternate character set (^N, ESC ( 0) */
	struct text_list sequences; /* shapes of the escape sequences that are understood */
	bool controls[32];	    /* control characters that are */
};

/* From capabilities of terminfo, and what every terminal program may use. */
void byte_rules_make(struct byte_rules *rules, const struct text_list *capabilities);
void byte_rules_allow(struct byte_rules *rules, const char *sequence);
void byte_rules_done(struct byte_rules *rules);

/* Adds one line to COMPLAINTS for each of the first ten bytes or sequences that are not allowed. */
void bytes_check(const struct byte_rules *rules, const char *bytes, size_t length,
		 struct text_list *complaints);

/* Whether a person sees CHARACTER as a character: no control, no invisible or bidirectional mark,
 * no surrogate, nothing unassigned that a font shows as a box. */
bool bytes_is_printable(uint32_t character);

/* BYTES with everything that is not printable ASCII as \xHH or \e; the caller frees. */
char *bytes_format(const char *bytes, size_t length);

#endif
