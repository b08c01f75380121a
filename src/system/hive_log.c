/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transaction logs of a registry hive: the old format (up to Windows 8) and the new one. */
#include "system/hive_log.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "storage/bytes.h"

#define HEADER 4096u /* of the file; a log has the first sector of it */
#define SECTOR 512u
#define AT_FIRST 4 /* sequence numbers: equal once a write has come to its end */
#define AT_SECOND 8
#define AT_TIME 12
#define AT_KIND 28
#define AT_DATA 40 /* bytes behind the header */
#define AT_FLAGS 144
#define AT_CHECKSUM 508
#define KIND_NEW 6
#define ENTRY_HEADER 40u
#define ENTRY_REFERENCE 8u

static unsigned char *raw(char *bytes)
{
	return (unsigned char *)bytes;
}

static const unsigned char *raw_log(const struct hive_log *log)
{
	return (const unsigned char *)log->bytes;
}

static void put_le32(unsigned char *at, uint32_t value)
{
	value = htole32(value);
	memcpy(at, &value, sizeof(value));
}

static uint32_t sum(const unsigned char *header)
{
	uint32_t value = 0;

	for (size_t i = 0; i < AT_CHECKSUM; i += 4)
		value ^= get_le32(header + i);
	if (value == UINT32_MAX)
		return UINT32_MAX - 1;
	return value ? value : 1;
}

static bool has_good_header(const unsigned char *bytes)
{
	return memcmp(bytes, "regf", 4) == 0 && get_le32(bytes + AT_CHECKSUM) == sum(bytes);
}

static bool is_good_log(const struct hive_log *log)
{
	return log->bytes && log->length >= 2 * SECTOR && has_good_header(raw_log(log)) &&
	       get_le32(raw_log(log) + AT_KIND) != 0;
}

static bool is_new(const struct hive_log *log)
{
	return get_le32(raw_log(log) + AT_KIND) == KIND_NEW;
}

static uint32_t rotate(uint32_t value, unsigned bits)
{
	return value << bits | value >> (32 - bits);
}

static void mix(uint32_t *low, uint32_t *high, uint32_t value)
{
	*low += value;
	*high ^= *low;
	*low = rotate(*low, 20) + *high;
	*high = rotate(*high, 9) ^ *low;
	*low = rotate(*low, 27) + *high;
	*high = rotate(*high, 19);
}

/* Marvin32 with the seed of the logs. */
static uint64_t hash(const unsigned char *bytes, size_t length)
{
	uint32_t low = 0x7a4e55c5, high = 0x82ef4d88, rest = 0x80;

	for (; length >= 4; bytes += 4, length -= 4)
		mix(&low, &high, get_le32(bytes));
	while (length)
		rest = rest << 8 | bytes[--length];
	mix(&low, &high, rest);
	mix(&low, &high, 0);
	return (uint64_t)high << 32 | low;
}

/* Whether what is there of LEFT bytes at ENTRY is a whole entry with this SEQUENCE number. */
static bool is_entry(const unsigned char *entry, size_t left, uint32_t sequence)
{
	uint32_t size, pages;

	if (left < SECTOR || memcmp(entry, "HvLE", 4) != 0)
		return false;
	size = get_le32(entry + 4);
	pages = get_le32(entry + 20);
	return size >= SECTOR && size % SECTOR == 0 && size <= left &&
	       get_le32(entry + 12) == sequence && get_le32(entry + 16) % HEADER == 0 &&
	       pages <= (size - ENTRY_HEADER) / ENTRY_REFERENCE &&
	       get_le64(entry + 24) == hash(entry + ENTRY_HEADER, size - ENTRY_HEADER) &&
	       get_le64(entry + 32) == hash(entry, 32);
}

/* The pages of ENTRY all lie in the hive and in the entry. */
static bool has_good_pages(const unsigned char *entry)
{
	uint32_t data = get_le32(entry + 16), pages = get_le32(entry + 20);
	size_t at = ENTRY_HEADER + (size_t)pages * ENTRY_REFERENCE, size = get_le32(entry + 4);

	for (uint32_t i = 0; i < pages; i++) {
		const unsigned char *reference = entry + ENTRY_HEADER + i * ENTRY_REFERENCE;
		uint32_t offset = get_le32(reference), length = get_le32(reference + 4);

		if (offset > data || length > data - offset || length > size - at)
			return false;
		at += length;
	}
	return true;
}

static bool apply_entry(const unsigned char *entry, char **bytes, size_t *length, size_t limit)
{
	uint32_t data = get_le32(entry + 16), pages = get_le32(entry + 20);
	const unsigned char *page = entry + ENTRY_HEADER + (size_t)pages * ENTRY_REFERENCE;
	unsigned char *header;

	if (!has_good_pages(entry) || data > limit - HEADER)
		return false;
	if (HEADER + (size_t)data > *length) {
		*bytes = alloc_resize(*bytes, HEADER + (size_t)data + 1, 1);
		memset(*bytes + *length, 0, HEADER + (size_t)data + 1 - *length);
		*length = HEADER + (size_t)data;
	}
	for (uint32_t i = 0; i < pages; i++) {
		const unsigned char *reference = entry + ENTRY_HEADER + i * ENTRY_REFERENCE;
		uint32_t size = get_le32(reference + 4);

		memcpy(*bytes + HEADER + get_le32(reference), page, size);
		page += size;
	}
	header = raw(*bytes);
	put_le32(header + AT_DATA, data);
	put_le32(header + AT_FLAGS,
		 (get_le32(header + AT_FLAGS) & ~1u) | (get_le32(entry + 8) & 1u));
	return true;
}

/* Applies the entries of LOG from *SEQUENCE on, which becomes that of the next one; how many there
 * were. */
static unsigned apply_log(const struct hive_log *log, uint32_t *sequence, char **bytes,
			  size_t *length, size_t limit)
{
	unsigned count = 0;

	for (size_t at = SECTOR;
	     at < log->length && is_entry(raw_log(log) + at, log->length - at, *sequence);
	     at += get_le32(raw_log(log) + at + 4)) {
		if (!apply_entry(raw_log(log) + at, bytes, length, limit))
			break;
		(*sequence)++;
		count++;
	}
	return count;
}

static void set_clean(char *bytes, uint32_t sequence)
{
	put_le32(raw(bytes) + AT_FIRST, sequence);
	put_le32(raw(bytes) + AT_SECOND, sequence);
	put_le32(raw(bytes) + AT_KIND, 0);
	put_le32(raw(bytes) + AT_CHECKSUM, sum(raw(bytes)));
}

static const struct hive_log *newer_of(const struct hive_log *a, const struct hive_log *b)
{
	if (!a || !b)
		return a ? a : b;
	return get_le32(raw_log(a) + AT_FIRST) >= get_le32(raw_log(b) + AT_FIRST) ? a : b;
}

/* Both logs from the older one's first entry on; where the header is bad, the newer one alone. */
static bool recover_new(char **bytes, size_t *length, const struct hive_log *first,
			const struct hive_log *second, size_t limit)
{
	const struct hive_log *newer = newer_of(first, second);
	const struct hive_log *older = newer == first ? second : first;
	bool is_good = has_good_header(raw(*bytes));
	uint32_t wanted = get_le32(raw(*bytes) + AT_SECOND), sequence;
	unsigned count = 0;

	if (!is_good) {
		memcpy(*bytes, newer->bytes, SECTOR);
		older = NULL;
		wanted = 0;
	}
	if (older && get_le32(raw_log(older) + AT_FIRST) >= wanted) {
		sequence = get_le32(raw_log(older) + AT_FIRST);
		count = apply_log(older, &sequence, bytes, length, limit);
	}
	if (!count)
		sequence = get_le32(raw_log(newer) + AT_FIRST);
	if (sequence >= wanted)
		count += apply_log(newer, &sequence, bytes, length, limit);
	if (count)
		set_clean(*bytes, sequence);
	return count > 0;
}

/* The pages that the bitmap of LOG names, one after the other; false where they are not all there.
 */
static bool apply_pages(const struct hive_log *log, char *bytes, size_t data)
{
	const unsigned char *bitmap = raw_log(log) + SECTOR + 4;
	size_t pages = data / SECTOR,
	       at = (SECTOR + 4 + (pages + 7) / 8 + SECTOR - 1) / SECTOR * SECTOR;

	for (int is_real = 0; is_real < 2; is_real++) {
		size_t from = at;

		for (size_t i = 0; i < pages; i++) {
			if (!(bitmap[i / 8] & 1 << i % 8))
				continue;
			if (from > log->length || log->length - from < SECTOR)
				return false;
			if (is_real)
				memcpy(bytes + HEADER + i * SECTOR, log->bytes + from, SECTOR);
			from += SECTOR;
		}
	}
	return true;
}

static bool recover_old(char **bytes, size_t *length, const struct hive_log *log, size_t limit)
{
	const unsigned char *header = raw_log(log);
	size_t data = get_le32(header + AT_DATA);
	uint32_t sequence = get_le32(header + AT_FIRST);
	bool is_good = has_good_header(raw(*bytes));

	if (sequence != get_le32(header + AT_SECOND) || memcmp(header + SECTOR, "DIRT", 4) != 0 ||
	    data % HEADER || data > limit - HEADER ||
	    log->length < SECTOR + 4 + data / SECTOR / 8 ||
	    (is_good && memcmp(header + AT_TIME, *bytes + AT_TIME, 8) != 0))
		return false;
	if (HEADER + data > *length) {
		*bytes = alloc_resize(*bytes, HEADER + data + 1, 1);
		memset(*bytes + *length, 0, HEADER + data + 1 - *length);
		*length = HEADER + data;
	}
	if (!apply_pages(log, *bytes, data))
		return false;
	if (!is_good)
		memcpy(*bytes, log->bytes, SECTOR);
	put_le32(raw(*bytes) + AT_DATA, (uint32_t)data);
	set_clean(*bytes, sequence + 1);
	return true;
}

int hive_recover(char **bytes, size_t *length, const struct hive_log logs[HIVE_LOGS], size_t limit,
		 enum hive_state *ret_state)
{
	const struct hive_log *good[HIVE_LOGS] = {NULL};
	_cleanup_free_ char *copy = NULL;
	size_t copied = *length;
	bool is_done = false;

	if (*length < 2 * HEADER || *length > limit || memcmp(*bytes, "regf", 4) != 0)
		return -EUCLEAN;
	*ret_state = HIVE_CLEAN;
	if (has_good_header(raw(*bytes)) &&
	    get_le32(raw(*bytes) + AT_FIRST) == get_le32(raw(*bytes) + AT_SECOND))
		return 0;
	for (size_t i = 0; i < HIVE_LOGS; i++)
		good[i] = is_good_log(&logs[i]) ? &logs[i] : NULL;
	copy = alloc_copy(*bytes, *length);
	if ((good[0] && is_new(good[0])) || (good[1] && is_new(good[1])))
		is_done = recover_new(&copy, &copied, good[0] && is_new(good[0]) ? good[0] : NULL,
				      good[1] && is_new(good[1]) ? good[1] : NULL, limit);
	for (size_t i = 0; !is_done && i < HIVE_LOGS; i++)
		is_done =
			good[i] && !is_new(good[i]) && recover_old(&copy, &copied, good[i], limit);
	*ret_state = is_done ? HIVE_REPLAYED : HIVE_DIRTY;
	if (is_done) {
		free(*bytes);
		*bytes = TAKE_PTR(copy);
		*length = copied;
	}
	return 0;
}
