/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checksums and text of bytes as they lie on a disk. */
#include "storage/bytes.h"

#include "base/text.h"

uint32_t crc32_reflected(uint32_t polynomial, uint32_t seed, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	uint32_t crc = seed;

	for (size_t i = 0; i < length; i++) {
		crc ^= at[i];
		for (unsigned bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
	}
	return crc;
}

static void add_code(struct text_buffer *buffer, uint32_t code)
{
	unsigned char bytes[4];
	size_t count = 0;

	if (code < 0x80) {
		bytes[count++] = (unsigned char)code;
	} else if (code < 0x800) {
		bytes[count++] = (unsigned char)(0xc0 | code >> 6);
		bytes[count++] = (unsigned char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		bytes[count++] = (unsigned char)(0xe0 | code >> 12);
		bytes[count++] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
		bytes[count++] = (unsigned char)(0x80 | (code & 0x3f));
	} else {
		bytes[count++] = (unsigned char)(0xf0 | code >> 18);
		bytes[count++] = (unsigned char)(0x80 | (code >> 12 & 0x3f));
		bytes[count++] = (unsigned char)(0x80 | (code >> 6 & 0x3f));
		bytes[count++] = (unsigned char)(0x80 | (code & 0x3f));
	}
	text_buffer_add(buffer, bytes, count);
}

char *utf16_to_text(const unsigned char *bytes, size_t units)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (size_t i = 0; i < units; i++) {
		uint32_t code = get_le16(bytes + 2 * i);

		if (!code)
			break;
		if (code >= 0xd800 && code < 0xdc00 && i + 1 < units) {
			uint32_t low = get_le16(bytes + 2 * (i + 1));

			if (low >= 0xdc00 && low < 0xe000) {
				code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
				i++;
			}
		}
		add_code(&buffer, code >= 0xd800 && code < 0xe000 ? '?' : code);
	}
	return buffer.length ? text_buffer_take(&buffer) : NULL;
}
