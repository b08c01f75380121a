/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that is always there, or the end of the process. */
#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static alloc_failed_fn failed_handler;

void alloc_set_failed(alloc_failed_fn handler)
{
	failed_handler = handler;
}

void alloc_fail(void)
{
	if (failed_handler)
		failed_handler();
	abort();
}

static void *check(void *memory)
{
	if (!memory)
		alloc_fail();
	return memory;
}

void *alloc_zero(size_t count, size_t size)
{
	return check(calloc(count ? count : 1, size ? size : 1));
}

void *alloc_resize(void *memory, size_t count, size_t size)
{
	return check(reallocarray(memory, count ? count : 1, size ? size : 1));
}

void *alloc_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted;

	if (count < *capacity)
		return array;
	wanted = *capacity ? *capacity * 2 : 8;
	array = alloc_resize(array, wanted, size);
	memset((char *)array + *capacity * size, 0, (wanted - *capacity) * size);
	*capacity = wanted;
	return array;
}

char *alloc_copy(const void *bytes, size_t length)
{
	char *copy;

	if (length == SIZE_MAX)
		return check(NULL);
	copy = alloc_zero(length + 1, 1);
	if (length)
		memcpy(copy, bytes, length);
	return copy;
}
