/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Foreign bytes made safe for a terminal, and how wide they are there.
 *
 * Labels, host names, log lines and file names come from a disk that may be hostile. This is the
 * one door they pass before a person sees them: control characters, escape sequences, invalid
 * UTF-8, bidirectional overrides and other invisible characters become \xHH or \u{HHHH}; a back
 * slash becomes \\ only in front of what would read as such an escape. In a locale that is not
 * UTF-8 everything beyond ASCII is escaped.
 */
#ifndef REFLOAT_BASE_PRINTABLE_H
#define REFLOAT_BASE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* BYTES as printable text, always one line; the caller frees. */
char *printable_bytes(const char *bytes, size_t length);

/* The same for a string; "" for NULL; the caller frees. */
char *printable_text(const char *text);

/*
 * A sentence of ours, whose foreign parts were made printable where it was put together: as it is,
 * or as printable_text has it where something slipped through. The caller frees.
 */
char *printable_sentence(const char *text);

/* Whether nothing in TEXT would be changed by printable_text. */
bool printable_is_clean(const char *text);

/*
 * The code point of the strict UTF-8 sequence that BYTES start with; returns its bytes, 0 where
 * there is none (overlong forms and surrogates are none).
 */
size_t printable_decode(const char *bytes, size_t length, uint32_t *ret_code);

/* Columns that the character takes, 0 for a combining one; -1 where it must not be shown as it is. */
int printable_code_width(uint32_t code);

/* Columns that printable TEXT takes on the terminal (wide characters 2, combining ones 0). */
size_t printable_width(const char *text);

/*
 * Printable TEXT cut or padded with spaces on the right to exactly COLUMNS; a cut one ends in
 * "..." where there is room. The caller frees.
 */
char *printable_fit(const char *text, size_t columns);

/* TEXT broken into lines of at most COLUMNS columns at spaces; the caller frees. */
char *printable_wrap(const char *text, size_t columns, size_t indent);

#endif
