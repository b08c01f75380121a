/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is always there.
 *
 * These never return NULL. When memory runs out the handler set by main is called (a front end
 * restores the terminal there) and the process aborts: with the kernel's overcommit a failed
 * malloc is a bug or a hostile size, and every size that comes from a disk is bounded before.
 */
#ifndef REFLOAT_BASE_ALLOC_H
#define REFLOAT_BASE_ALLOC_H

#include <stddef.h>

/* Called once, before abort(), when memory has run out. */
typedef void (*alloc_failed_fn)(void);
void alloc_set_failed(alloc_failed_fn handler);

/* For memory that comes from elsewhere (mmap) and is not there: as the functions below do. */
void alloc_fail(void) __attribute__((noreturn));

/* COUNT zeroed elements of SIZE bytes; the caller frees. A product that overflows aborts. */
void *alloc_zero(size_t count, size_t size);

/* Like realloc for COUNT elements of SIZE bytes; new bytes are not zeroed. */
void *alloc_resize(void *memory, size_t count, size_t size);

/*
 * Makes room for one more element: *CAPACITY (in elements) doubles when COUNT has reached it.
 * Returns the possibly moved array; new elements are zeroed.
 *   list = alloc_grow(list, count, &capacity, sizeof(*list));
 */
void *alloc_grow(void *array, size_t count, size_t *capacity, size_t size);

/* A copy of LENGTH bytes with a NUL behind them; the caller frees. */
char *alloc_copy(const void *bytes, size_t length);

#endif
