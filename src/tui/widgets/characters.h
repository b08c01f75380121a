/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps through a text by what a person takes for one character: a base and its combining ones.
 *
 * What is not printable counts as one column, as the canvas draws it.
 */
#ifndef REFLOAT_TUI_WIDGETS_CHARACTERS_H
#define REFLOAT_TUI_WIDGETS_CHARACTERS_H

#include <stddef.h>

/* Bytes of the character at byte AT of LENGTH, and the columns it takes; 0 at the end. */
size_t character_next(const char *text, size_t length, size_t at, size_t *ret_columns);

/* The byte where the character starts that ends in front of byte AT; 0 at the start. */
size_t character_previous(const char *text, size_t length, size_t at);

/* Columns that LENGTH bytes take. */
size_t character_columns(const char *text, size_t length);

/* The byte where the characters end that fit into COLUMNS, and the columns they take. */
size_t character_fit(const char *text, size_t length, size_t columns, size_t *ret_columns);

/*
 * The byte where the line ends that starts at byte AT and may take COLUMNS: behind a space, or
 * inside a word that is longer than the line. *RET_NEXT: where the next line starts (spaces at the
 * break are left out). Always takes at least a character.
 */
size_t character_break_line(const char *text, size_t length, size_t at, size_t columns,
			    size_t *ret_next);

/* Lines that LENGTH bytes take, the first of FIRST_COLUMNS, the others of COLUMNS; at least 1. */
size_t character_count_lines(const char *text, size_t length, size_t first_columns, size_t columns);

#endif
