/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, checksums and text in bytes as they lie on a disk. */
#ifndef REFLOAT_STORAGE_BYTES_H
#define REFLOAT_STORAGE_BYTES_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A reflected CRC-32 that starts with SEED and is not inverted in the end. */
#define CRC32C_POLYNOMIAL 0x82f63b78u
#define CRC32_POLYNOMIAL 0xedb88320u
uint32_t crc32_reflected(uint32_t polynomial, uint32_t seed, const void *bytes, size_t length);

/* UNITS of little-endian UTF-16 as UTF-8, up to a NUL; what is no character becomes "?". NULL where there is
 * no text; the caller frees. */
char *utf16_to_text(const unsigned char *bytes, size_t units);

static inline uint16_t get_le16(const unsigned char *bytes)
{
	uint16_t value;

	memcpy(&value, bytes, sizeof(value));
	return le16toh(value);
}

static inline uint32_t get_le32(const unsigned char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return le32toh(value);
}

static inline uint64_t get_le64(const unsigned char *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return le64toh(value);
}

static inline uint16_t get_be16(const unsigned char *bytes)
{
	uint16_t value;

	memcpy(&value, bytes, sizeof(value));
	return be16toh(value);
}

static inline uint32_t get_be32(const unsigned char *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return be32toh(value);
}

static inline uint64_t get_be64(const unsigned char *bytes)
{
	uint64_t value;

	memcpy(&value, bytes, sizeof(value));
	return be64toh(value);
}

#endif
