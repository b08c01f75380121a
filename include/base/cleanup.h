/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Owned locals that release themselves when their scope ends.
 *
 * Every local that owns something is declared with one of these, so that an early return never
 * leaks. A type gets its own with DEFINE_CLEANUP beside its _free or _done function. Returning
 * or storing an owned local goes through TAKE_PTR or TAKE_FD, which empties the local.
 */
#ifndef REFLOAT_BASE_CLEANUP_H
#define REFLOAT_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(function) __attribute__((__cleanup__(function)))

/* Defines NAME_cleanup for owned pointers "type *p" freed by FUNCTION(p), which takes NULL. */
#define DEFINE_CLEANUP_POINTER(type, function)                                                     \
	static inline void function##_cleanup(type **owned)                                        \
	{                                                                                          \
		(void)function(*owned);                                                            \
		*owned = NULL;                                                                     \
	}                                                                                          \
	struct cleanup_semicolon

static inline void cleanup_free(void *owned)
{
	free(*(void **)owned);
}

static inline void cleanup_close(int *owned)
{
	if (*owned >= 0)
		(void)close(*owned); /* nothing was written that a failed close could lose */
}

static inline void cleanup_fclose(FILE **owned)
{
	if (*owned)
		(void)fclose(*owned); /* writers check fclose themselves before the scope ends */
}

#define _cleanup_free_ _cleanup_(cleanup_free)
#define _cleanup_close_ _cleanup_(cleanup_close)
#define _cleanup_fclose_ _cleanup_(cleanup_fclose)

#define TAKE_PTR(pointer)                                                                          \
	({                                                                                         \
		__typeof__(pointer) taken_ = (pointer);                                            \
		(pointer) = NULL;                                                                  \
		taken_;                                                                            \
	})

#define TAKE_FD(fd)                                                                                \
	({                                                                                         \
		int taken_ = (fd);                                                                 \
		(fd) = -1;                                                                         \
		taken_;                                                                            \
	})

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
