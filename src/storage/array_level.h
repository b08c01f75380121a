/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each RAID level can do without. */
#ifndef REFLOAT_STORAGE_ARRAY_LEVEL_H
#define REFLOAT_STORAGE_ARRAY_LEVEL_H

#include <stdbool.h>

#include "storage/device.h"

/* Whether an array as RAID describes it works with those of its places that are in IS_THERE. */
bool array_level_suffices(const struct raid_member *raid, const bool *is_there);

/* How many members it needs at least, whichever; for its own words only. */
unsigned array_level_least(const struct raid_member *raid);

/* Whether LEVEL tells what a missing member held by parity, which what was being written spoils. */
bool array_level_has_parity(const char *level);

#endif
