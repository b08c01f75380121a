/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The md superblock of one member, wherever it stands.
 *
 * Version 0.90 stands in the last 64 KiB, 1.0 at the end, 1.1 at the start, 1.2 behind the first
 * 4 KiB.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "storage/array.h"
#include "storage/raid_format.h"

#define V1_ALIGNMENT 8u /* sectors */

/* Where a superblock may stand on a member of SECTORS. */
static uint64_t place_old(uint64_t sectors)
{
	return MD_NEW_SIZE_SECTORS(sectors);
}

static uint64_t place_end(uint64_t sectors)
{
	return (sectors - 2 * V1_ALIGNMENT) & ~(uint64_t)(V1_ALIGNMENT - 1);
}

static uint64_t place_start(uint64_t sectors)
{
	(void)sectors;
	return 0;
}

static uint64_t place_behind_start(uint64_t sectors)
{
	(void)sectors;
	return V1_ALIGNMENT;
}

static const struct {
	const char *version;
	uint64_t least_sectors;
	uint64_t (*place)(uint64_t sectors);
	raid_take_fn take;
} formats[] = {
	{"1.2", 3 * V1_ALIGNMENT, place_behind_start, raid_take_v1},
	{"1.1", 2 * V1_ALIGNMENT, place_start, raid_take_v1},
	{"1.0", 2 * V1_ALIGNMENT, place_end, raid_take_v1},
	{"0.90", 2 * MD_RESERVED_SECTORS, place_old, raid_take_old},
};

static int read_block(int fd, uint64_t at, struct raid_block *block)
{
	ssize_t count = pread(fd, block->data.bytes, MD_SB_BYTES, (off_t)at);

	if (count < 0)
		return -errno;
	memset(block->data.bytes + count, 0, MD_SB_BYTES - (size_t)count);
	return 0;
}

/*
 * A member that was used before may have several: as mdadm does, the one whose array was made last
 * is taken.
 */
int raid_member_read(int fd, uint64_t offset, uint64_t size, struct raid_member **ret_raid)
{
	_cleanup_free_ struct raid_block *block = alloc_zero(1, sizeof(*block));
	struct raid_finding best = {0};
	uint64_t sectors = size / RAID_SECTOR;
	int failure = -ENOENT;

	if (sectors > RAID_SECTORS_MAX || offset > INT64_MAX - size)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct raid_finding finding = {0};
		int r;

		if (sectors < formats[i].least_sectors)
			continue;
		block->place = formats[i].place(sectors);
		block->version = formats[i].version;
		r = read_block(fd, offset + block->place * RAID_SECTOR, block);
		if (r == 0)
			formats[i].take(block, &finding);
		if (finding.is_damaged && failure == -ENOENT)
			r = -EBADMSG;
		if (r < 0)
			failure = r;
		if (!finding.raid)
			continue;
		if (!best.raid || finding.created > best.created) {
			(void)raid_member_free(best.raid);
			best = finding;
		} else {
			(void)raid_member_free(finding.raid);
		}
	}
	if (!best.raid)
		return failure;
	*ret_raid = best.raid;
	return 0;
}
