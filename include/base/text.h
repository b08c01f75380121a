/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strings, lists of strings, and a buffer to build one in.
 *
 * No fixed buffers: everything returned is on the heap and the caller's to free. Functions that
 * compare take NULL, which equals only NULL.
 */
#ifndef REFLOAT_BASE_TEXT_H
#define REFLOAT_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

/* A formatted string; the caller frees. */
char *text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *text_format_args(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* A copy of TEXT, NULL for NULL; the caller frees. */
char *text_copy(const char *text);

/* Frees *TEXT and puts a copy of VALUE (may be NULL) there. */
void text_set(char **text, const char *value);

bool text_is_equal(const char *a, const char *b);
bool text_is_equal_ignoring_case(const char *a, const char *b); /* ASCII case only */
bool text_is_empty(const char *text);                             /* NULL or "" */
bool text_has_prefix(const char *text, const char *prefix);
bool text_has_suffix(const char *text, const char *suffix);

/* The part of TEXT behind PREFIX, or NULL when it does not start so; borrowed. */
const char *text_after_prefix(const char *text, const char *prefix);

/* Cuts white space off both ends, in place; returns a pointer into TEXT. */
char *text_trim(char *text);

/*
 * The whole of TEXT as a decimal number. 0 with *RET_VALUE set, -EINVAL where TEXT is empty or
 * has anything but digits, -ERANGE where it does not fit.
 */
int text_parse_u64(const char *text, uint64_t *ret_value);

/* TEXT with each \xHH (two digits, not 00), as udev writes unusual bytes, made the byte it stands
 * for; the caller frees. */
char *text_decode_hex(const char *text);

/*
 * Order for people: runs of digits compare as numbers, so that sda2 < sda10 and
 * vmlinuz-6.1.0-9 < vmlinuz-6.1.0-10. Returns <0, 0, >0 as strcmp does.
 */
int text_compare_natural(const char *a, const char *b);

/* A list of owned strings; items is NULL-terminated once anything was added. */
struct text_list {
	char **items;    /* count owned strings, then NULL; NULL while empty */
	size_t count;    /* strings in the list */
	size_t capacity; /* elements allocated */
};

void text_list_add(struct text_list *list, const char *text);       /* adds a copy */
void text_list_take(struct text_list *list, char *text);            /* takes ownership */
void text_list_format(struct text_list *list, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_list_copy(struct text_list *to, const struct text_list *from); /* adds copies of all */
bool text_list_contains(const struct text_list *list, const char *text);
/* The strings with SEPARATOR between them; "" for an empty list; the caller frees. */
char *text_list_join(const struct text_list *list, const char *separator);
/* Adds what is between the SEPARATORs of TEXT, empty parts left out. */
void text_list_split(struct text_list *list, const char *text, const char *separators);
void text_list_sort(struct text_list *list); /* in natural order */
void text_list_done(struct text_list *list);
#define _cleanup_text_list_ _cleanup_(text_list_done)

/* A string under construction. Zeroed is empty and ready. */
struct text_buffer {
	char *data;      /* length bytes and a NUL; NULL while empty */
	size_t length;   /* bytes, without the NUL */
	size_t capacity; /* bytes allocated */
};

void text_buffer_add(struct text_buffer *buffer, const void *bytes, size_t length);
void text_buffer_add_text(struct text_buffer *buffer, const char *text);
void text_buffer_format(struct text_buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* What was built ("" if nothing); the caller frees; the buffer is empty again. */
char *text_buffer_take(struct text_buffer *buffer);
void text_buffer_done(struct text_buffer *buffer);
#define _cleanup_text_buffer_ _cleanup_(text_buffer_done)

#endif
