/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading partition tables: which reader, and whether both copies of a GPT are whole. */
#include "storage/table.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "storage/bytes.h"

#define GPT_HEADER_MIN 92
#define GPT_ENTRIES_MAX (4u * 1024 * 1024) /* bytes of entries we are ready to sum up */

struct probe_partition *table_add_partition(struct probe_record *record)
{
	size_t capacity = record->partition_count;

	if (record->partition_count >= PROBE_PARTITION_MAX)
		return NULL;
	record->partitions = alloc_grow(record->partitions, record->partition_count, &capacity,
					sizeof(*record->partitions));
	record->partitions[record->partition_count] = (struct probe_partition){0};
	return &record->partitions[record->partition_count++];
}

/* As UEFI 2.10 has it, section 5.3.2. */
static uint32_t crc32_of(const unsigned char *bytes, size_t length)
{
	return ~crc32_reflected(CRC32_POLYNOMIAL, UINT32_MAX, bytes, length);
}

/* Whether the entries that HEADER speaks of are there and sum up (UEFI 2.10, section 5.3.2). */
static bool entries_are_whole(int fd, const unsigned char *header, unsigned sector_size)
{
	uint64_t start = get_le64(header + 72);
	uint64_t length = (uint64_t)get_le32(header + 80) * get_le32(header + 84);
	_cleanup_free_ unsigned char *entries = NULL;

	if (!length || length > GPT_ENTRIES_MAX || start > UINT64_MAX / 2 / sector_size)
		return false;
	entries = alloc_zero(length, 1);
	if (pread(fd, entries, length, (off_t)(start * sector_size)) != (ssize_t)length)
		return false;
	return crc32_of(entries, length) == get_le32(header + 88);
}

static bool header_is_whole(int fd, uint64_t sector, unsigned sector_size)
{
	_cleanup_free_ unsigned char *header = alloc_zero(sector_size, 1);
	uint32_t length, sum;

	if (pread(fd, header, sector_size, (off_t)(sector * sector_size)) !=
	    (ssize_t)sector_size)
		return false;
	if (memcmp(header, "EFI PART", 8) != 0)
		return false;
	length = get_le32(header + 12);
	if (length < GPT_HEADER_MIN || length > sector_size || get_le64(header + 24) != sector)
		return false;
	sum = get_le32(header + 16);
	memset(header + 16, 0, 4); /* the sum is over a header without it */
	return crc32_of(header, length) == sum && entries_are_whole(fd, header, sector_size);
}

char *table_check_gpt(int fd, uint64_t size, unsigned sector_size)
{
	bool first = header_is_whole(fd, 1, sector_size);
	bool backup = size >= 3 * (uint64_t)sector_size &&
		      header_is_whole(fd, size / sector_size - 1, sector_size);

	if (first && backup)
		return NULL;
	if (first)
		return text_copy(_("the backup GPT at the end of the disk is missing or damaged"));
	if (backup)
		return text_copy(_("the first GPT is damaged; its backup at the end of the disk "
				   "was read"));
	return text_copy(_("both copies of the GPT are damaged"));
}

/* Whether sector 1 or the last one still speaks of a GPT that no reader took. */
static bool has_gpt_traces(int fd, uint64_t size, unsigned sector_size)
{
	char first[8] = "", last[8] = "";

	if (size < 3 * (uint64_t)sector_size)
		return false;
	/* what cannot be read stays empty and is no trace */
	if (pread(fd, first, sizeof(first), sector_size) < 0 ||
	    pread(fd, last, sizeof(last), (off_t)((size / sector_size - 1) * sector_size)) < 0)
		return false;
	return memcmp(first, "EFI PART", 8) == 0 || memcmp(last, "EFI PART", 8) == 0;
}

int table_read(int fd, const char *path, struct probe_record *record)
{
	int r = table_read_fdisk(fd, path, record);

	if (r == 0)
		r = table_read_blkid(fd, record);
	if (r < 0)
		return r;
	if (text_is_equal(record->table.type, "gpt"))
		record->table.note = table_check_gpt(fd, record->size, record->sector_size);
	else if (!record->table.type && !record->content.type &&
		 has_gpt_traces(fd, record->size, record->sector_size))
		record->table.note = text_copy(_("there was a GPT; what is left of it cannot be "
						 "read"));
	return 0;
}
