/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzz target: foreign bytes made printable; only printable cells come out, and what they say is
 * exactly what went in.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "base/text.h"

/* Puts the UTF-8 form of CODE, which is beyond ASCII, into BUFFER. */
static void add_code(struct text_buffer *buffer, unsigned long code)
{
	unsigned count = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	char lead = (char)((0xff00 >> (count + 1) & 0xff) | (code >> (6 * count)));

	text_buffer_add(buffer, &lead, 1);
	while (count--) {
		char next = (char)(0x80 | (code >> (6 * count) & 0x3f));

		text_buffer_add(buffer, &next, 1);
	}
}

/* Takes one escape or byte of SHOWN back to what it was; returns what is behind it. */
static const char *take_back(const char *shown, struct text_buffer *buffer)
{
	char digits[3] = "", byte;
	char *end;

	if (strncmp(shown, "\\\\", 2) == 0) {
		text_buffer_add(buffer, "\\", 1);
		return shown + 2;
	}
	if (strncmp(shown, "\\x", 2) == 0) {
		memcpy(digits, shown + 2, 2);
		byte = (char)strtoul(digits, &end, 16);
		assert(end == digits + 2);
		text_buffer_add(buffer, &byte, 1);
		return shown + 4;
	}
	if (strncmp(shown, "\\u", 2) == 0) {
		add_code(buffer, strtoul(shown + 3, &end, 16));
		assert(shown[2] == '{' && *end == '}');
		return end + 1;
	}
	text_buffer_add(buffer, shown, 1);
	return shown + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *shown = printable_bytes((const char *)data, size);
	_cleanup_free_ char *fitted = printable_fit(shown, size % 40);
	_cleanup_free_ char *wrapped = printable_wrap(shown, 20, 2);
	_cleanup_text_buffer_ struct text_buffer back = {0};

	for (const char *at = shown; *at; at++)
		assert((unsigned char)*at >= 0x20 && *at != 0x7f);
	for (const char *at = shown; *at;)
		at = take_back(at, &back);
	assert(back.length == size && (!size || memcmp(back.data, data, size) == 0));
	assert(printable_width(fitted) == size % 40);
	return 0;
}
