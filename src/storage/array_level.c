/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each RAID level can do without. */
#include "storage/array_level.h"

#include "base/alloc.h"

/* By level: how many members may be missing, and whether one is always enough. */
static const struct level {
	const char *name;
	unsigned spare;
	bool is_one_enough;
	bool has_parity;
} levels[] = {
	{"raid0", 0, false, false},    {"linear", 0, false, false}, {"raid1", 0, true, false},
	{"multipath", 0, true, false}, {"faulty", 0, true, false},  {"raid4", 1, false, true},
	{"raid5", 1, false, true},     {"raid6", 2, false, true},
};

static const struct level *find_level(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (text_is_equal(levels[i].name, name))
			return &levels[i];
	}
	return NULL;
}

/*
 * raid10: each chunk stands on so many members that follow each other, the next one near copies
 * further (Linux md(4), RAID10). There must be one for each chunk.
 */
static bool mirrors_suffice(const struct raid_member *raid, const bool *is_there)
{
	unsigned near = raid->layout & 0xff, far = raid->layout >> 8 & 0xff;
	unsigned places = raid->place_count, copies = near * far, first = 0;

	if (!near || !far || !places)
		return false;
	if (copies > places)
		copies = places;
	do {
		bool is_found = false;

		for (unsigned i = 0; i < copies && !is_found; i++)
			is_found = is_there[(first + i) % places];
		if (!is_found)
			return false;
		first = (first + near) % places;
	} while (first);
	return true;
}

bool array_level_suffices(const struct raid_member *raid, const bool *is_there)
{
	unsigned count = 0;

	if (text_is_equal(raid->level, "raid10"))
		return mirrors_suffice(raid, is_there);
	for (unsigned i = 0; i < raid->place_count; i++)
		count += is_there[i];
	return count > 0 && count >= array_level_least(raid);
}

unsigned array_level_least(const struct raid_member *raid)
{
	const struct level *level = find_level(raid->level);
	unsigned places = raid->place_count;

	if (text_is_equal(raid->level, "raid10")) {
		unsigned copies = (raid->layout & 0xff) * (raid->layout >> 8 & 0xff);

		return copies ? (places + copies - 1) / copies : places;
	}
	if (!level)
		return places;
	if (level->is_one_enough)
		return 1;
	return places > level->spare ? places - level->spare : places;
}

bool array_level_has_parity(const char *level)
{
	const struct level *found = find_level(level);

	return found && found->has_parity;
}
