/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes as letters, and back. */
#include "base/base64.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

static const char all_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *base64_encode(const void *bytes, size_t length)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	const unsigned char *from = bytes;

	for (size_t i = 0; i < length; i += 3) {
		uint32_t group = (uint32_t)from[i] << 16;
		char digits[4];

		if (i + 1 < length)
			group |= (uint32_t)from[i + 1] << 8;
		if (i + 2 < length)
			group |= from[i + 2];
		for (int digit = 0; digit < 4; digit++)
			digits[digit] = all_digits[group >> (18 - 6 * digit) & 63];
		if (i + 1 >= length)
			digits[2] = '=';
		if (i + 2 >= length)
			digits[3] = '=';
		text_buffer_add(&buffer, digits, sizeof(digits));
	}
	return text_buffer_take(&buffer);
}

/* Adds the bytes of four digits. False where they are none; *RET_IS_PADDED where no more may come.
 */
static bool take_group(const char *digits, struct text_buffer *buffer, bool *ret_is_padded)
{
	unsigned padding = digits[3] != '=' ? 0 : digits[2] != '=' ? 1 : 2;
	uint32_t group = 0;
	unsigned char bytes[3];

	for (unsigned i = 0; i < 4; i++) {
		const char *digit = strchr(all_digits, i < 4 - padding ? digits[i] : 'A');

		if (!digit || !*digit)
			return false;
		group = group << 6 | (uint32_t)(digit - all_digits);
	}
	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(group >> (16 - 8 * i));
	text_buffer_add(buffer, bytes, sizeof(bytes) - padding);
	*ret_is_padded = padding != 0;
	return true;
}

int base64_decode(const char *text, char **ret_bytes, size_t *ret_length)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	bool is_padded = false;

	if (strlen(text) % 4)
		return -EINVAL;
	for (; *text; text += 4) {
		if (is_padded || !take_group(text, &buffer, &is_padded))
			return -EINVAL;
	}
	*ret_length = buffer.length;
	*ret_bytes = text_buffer_take(&buffer);
	return 0;
}
