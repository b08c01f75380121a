/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checksums of bytes as they lie on a disk. */
#include "storage/bytes.h"

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
