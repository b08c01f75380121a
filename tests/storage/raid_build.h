/* SPDX-License-Identifier: GPL-3.0-or-later */
/* md superblocks made by a test, byte by byte as <linux/raid/md_p.h> describes them. */
#ifndef REFLOAT_TESTS_RAID_BUILD_H
#define REFLOAT_TESTS_RAID_BUILD_H

#include <stdbool.h>
#include <stdint.h>

#define BUILD_DEVICES 8
#define BUILD_SIZE (8u << 20) /* bytes of a member */

/* What a member says; zeroes are a clean raid1 of no places. */
struct raid_build {
	const char *version; /* "0.90", "1.0", "1.1", "1.2" */
	const char *name;    /* version 1 */
	int32_t level;
	uint32_t layout;
	uint32_t chunk_sectors;
	uint64_t member_sectors; /* that the array uses of each */
	uint32_t places;
	uint32_t number;	       /* this member's, in roles */
	uint16_t roles[BUILD_DEVICES]; /* by number: place, 0xffff spare, 0xfffe faulty, 0xfffd
					  journal */
	uint32_t device_count;	       /* of roles */
	uint64_t events;
	uint64_t updated; /* seconds since 1970 */
	uint64_t created;
	uint32_t features; /* version 1 */
	int32_t change;	   /* of the number of places; a reshape is on */
	uint32_t minor;	   /* version 0.90 */
	bool is_dirty;
	bool is_big_endian; /* version 0.90 */
};

/* Writes the superblock of BUILD to member FD of BUILD_SIZE bytes, which begins at OFFSET. */
void raid_build_write(const struct raid_build *build, int fd, uint64_t offset);

/* A new file with that member in it, deleted already; the caller closes. */
int raid_build_open(const struct raid_build *build);

/* Sectors from the start of a member to the superblock of VERSION. */
uint64_t raid_build_place(const char *version);

#endif
