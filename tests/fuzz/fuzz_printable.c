/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: foreign bytes made printable; nothing but printable cells may come out. */
#include "fuzz.h"

#include <assert.h>

#include "base/printable.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *shown = printable_bytes((const char *)data, size);
	_cleanup_free_ char *fitted = printable_fit(shown, size % 40);
	_cleanup_free_ char *wrapped = printable_wrap(shown, 20, 2);

	for (const char *at = shown; *at; at++)
		assert((unsigned char)*at >= 0x20 && *at != 0x7f);
	assert(printable_is_clean(shown) || *shown);
	return 0;
}
