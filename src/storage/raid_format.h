/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of the versions of md superblocks have in common: see <linux/raid/md_p.h>. */
#ifndef REFLOAT_STORAGE_RAID_FORMAT_H
#define REFLOAT_STORAGE_RAID_FORMAT_H

#include <linux/raid/md_p.h>
#include <stdbool.h>
#include <stdint.h>

#include "storage/device.h"

#define RAID_SECTOR 512u
#define RAID_SECTORS_MAX (UINT64_MAX >> 10) /* so that bytes, and sums of two, fit in 64 bits */

/* One superblock's bytes and where they were read. */
struct raid_block {
	union {
		unsigned char bytes[MD_SB_BYTES];
		uint32_t words[MD_SB_WORDS];
		struct mdp_superblock_1 v1;
	} data;
	uint64_t place; /* sectors from the start of the member */
	const char *version;
};

/* What was made of a block. */
struct raid_finding {
	struct raid_member *raid; /* the caller's; NULL: none */
	uint64_t created;	  /* when the array was made: of several, the youngest is meant */
	bool is_damaged;	  /* one is there, and its sum is wrong */
};

typedef void (*raid_take_fn)(const struct raid_block *block, struct raid_finding *finding);
void raid_take_v1(const struct raid_block *block, struct raid_finding *finding);
void raid_take_old(const struct raid_block *block, struct raid_finding *finding);

/* "raid5" for 5, "linear" for -1; "unknown"; not to be freed. */
const char *raid_level_name(int32_t level);

/*
 * What the kernel shows as the UUID of an array whose metadata it calls VERSION ("0.90", "1.2"), as
 * mdadm has it: to mdadm those of the old superblocks are four numbers, to the kernel bytes. Takes
 * NULL.
 */
char *raid_uuid_from_kernel(const char *shown, const char *version);

/* The sum of COUNT words with its carry on top, as md forms it. */
uint32_t raid_sum_words(const uint32_t *words, size_t count);

/* SECTORS in bytes; 0 where that is no honest figure. */
uint64_t raid_bytes(uint64_t sectors);

/* What an array's size follows from; all in sectors. */
struct raid_shape {
	int32_t level;
	unsigned layout;
	uint32_t chunk;
	uint64_t member_sectors; /* that are used of each member */
	unsigned places;	 /* devices that it wants */
	unsigned least_places; /* the same; while it is reshaped, the lesser of before and after */
};

/* Sectors of the array; 0: unknown, or a matter of each member's size. */
uint64_t raid_array_sectors(const struct raid_shape *shape);

/* SECTORS of a member without what does not fill a chunk; 0 chunk: all of them. */
uint64_t raid_round_sectors(uint64_t sectors, uint32_t chunk);

#endif
