/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the versions of md superblocks have in common: levels, sums, sizes. */
#include "storage/raid_format.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

static const struct {
	int32_t level;
	const char *name;
} levels[] = {
	{-5, "faulty"}, {-4, "multipath"}, {-1, "linear"}, {0, "raid0"},   {1, "raid1"},
	{4, "raid4"},	{5, "raid5"},	   {6, "raid6"},   {10, "raid10"},
};

const char *raid_level_name(int32_t level)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (levels[i].level == level)
			return levels[i].name;
	}
	return "unknown";
}

/* The sixteen bytes of a UUID in hexadecimal digits, whatever stands between them. */
static bool read_uuid_bytes(const char *text, unsigned char bytes[16])
{
	size_t count = 0;

	for (; *text && count < 16; text++) {
		unsigned value;

		if (!isxdigit((unsigned char)text[0]))
			continue;
		if (!isxdigit((unsigned char)text[1]) || sscanf(text, "%2x", &value) != 1)
			return false;
		bytes[count++] = (unsigned char)value;
		text++;
	}
	return count == 16;
}

char *raid_uuid_from_kernel(const char *shown, const char *version)
{
	union {
		unsigned char bytes[16];
		uint32_t words[4];
	} uuid;

	if (!shown)
		return NULL;
	if (!version || !text_has_prefix(version, "0.") || !read_uuid_bytes(shown, uuid.bytes))
		return text_copy(shown);
	return text_format("%08x:%08x:%08x:%08x", uuid.words[0], uuid.words[1], uuid.words[2],
			   uuid.words[3]);
}

uint32_t raid_sum_words(const uint32_t *words, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += words[i];
	return (uint32_t)((sum & UINT32_MAX) + (sum >> 32));
}

uint64_t raid_bytes(uint64_t sectors)
{
	return sectors <= RAID_SECTORS_MAX ? sectors * RAID_SECTOR : 0;
}

uint64_t raid_round_sectors(uint64_t sectors, uint32_t chunk)
{
	return chunk ? sectors - sectors % chunk : sectors;
}

/*
 * As the kernel counts it (drivers/md/raid10.c, raid10_size): each chunk stands far times near
 * times on all the members together.
 */
static uint64_t mirrored_sectors(const struct raid_shape *shape)
{
	unsigned near = shape->layout & 0xff, far = shape->layout >> 8 & 0xff;
	uint64_t chunks = shape->chunk ? shape->member_sectors / shape->chunk : 0;

	if (!near || !far)
		return 0;
	return chunks / far * shape->least_places / near * shape->chunk;
}

uint64_t raid_array_sectors(const struct raid_shape *shape)
{
	uint64_t each = raid_round_sectors(shape->member_sectors, shape->chunk);
	unsigned spare = shape->level == 6 ? 2 : 1; /* members' worth of parity */

	/* so that it can be multiplied by the number of any array's members */
	if (shape->member_sectors > RAID_SECTORS_MAX / RAID_PLACES_MAX)
		return 0;
	switch (shape->level) {
	case 1:
	case -4:
	case -5:
		return shape->member_sectors;
	case 4:
	case 5:
	case 6:
		return shape->least_places > spare ? each * (shape->least_places - spare) : 0;
	case 10:
		return mirrored_sectors(shape);
	default:
		return 0;
	}
}
