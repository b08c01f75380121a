/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XFS: struct xfs_dsb, fs/xfs/libxfs/xfs_format.h of the kernel. */
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/filesystem_format.h"
#include "storage/journal_state.h"

#define SUPER_BYTES 512u /* all that is read stands in them */
#define SECTOR_MAX 32768u
#define AT_BLOCK_SIZE 4
#define AT_BLOCKS 8
#define AT_UUID 32
#define AT_LOG_START 48
#define AT_GROUP_BLOCKS 84
#define AT_GROUPS 88
#define AT_LOG_BLOCKS 96
#define AT_VERSION 100
#define AT_SECTOR_SIZE 102
#define AT_INODE_SIZE 104
#define AT_LABEL 108
#define AT_IN_PROGRESS 126
#define AT_INODES 128
#define AT_FREE_BLOCKS 144
#define AT_INCOMPATIBLE 216
#define AT_CHECKSUM 224
#define LABEL_BYTES 12
#define VERSION_MASK 0xf
#define VERSION_WITH_CHECKSUMS 5
#define NEEDS_REPAIR 0x10 /* of the incompatible features */

static bool is_power(uint32_t value)
{
	return value && !(value & (value - 1));
}

static bool has_checksums(const unsigned char *super)
{
	return (get_be16(super + AT_VERSION) & VERSION_MASK) == VERSION_WITH_CHECKSUMS;
}

static bool is_plausible(const unsigned char *super)
{
	uint32_t block_size = get_be32(super + AT_BLOCK_SIZE);
	uint32_t sector = get_be16(super + AT_SECTOR_SIZE);
	uint64_t blocks = get_be64(super + AT_BLOCKS);

	return memcmp(super, "XFSB", 4) == 0 && is_power(block_size) && block_size >= 512 &&
	       block_size <= 65536 && is_power(sector) && sector >= 512 && sector <= SECTOR_MAX &&
	       blocks > 0 && blocks <= UINT64_MAX / block_size / 2 &&
	       get_be32(super + AT_GROUP_BLOCKS) > 0 && get_be32(super + AT_GROUPS) > 0;
}

/* The sum of the sector at AT, whose first bytes are SUPER, is over all of it. */
static bool has_good_checksum(const struct filesystem_place *place, uint64_t at,
			      const unsigned char *super)
{
	size_t length = get_be16(super + AT_SECTOR_SIZE);
	_cleanup_free_ unsigned char *sector = NULL;

	if (!has_checksums(super))
		return true;
	sector = alloc_zero(1, length);
	if (!place_read(place, at, sector, length))
		return false;
	memset(sector + AT_CHECKSUM, 0, 4);
	return ~crc32_reflected(CRC32C_POLYNOMIAL, UINT32_MAX, sector, length) ==
	       get_le32(super + AT_CHECKSUM);
}

static enum filesystem_condition condition_of(const struct filesystem_place *place)
{
	switch (journal_state_read(place->fd, place->offset, "xfs")) {
	case JOURNAL_DIRTY:
		return CONDITION_REPLAY;
	case JOURNAL_CLEAN:
		return CONDITION_CLEAN;
	default:
		return CONDITION_UNKNOWN;
	}
}

static void judge(const struct filesystem_place *place, const unsigned char *super,
		  struct filesystem_state *state)
{
	state->condition = condition_of(place);
	if (!get_be64(super + AT_LOG_START))
		filesystem_state_remark(state, _("its log is on another device"));
	else if (state->condition == CONDITION_UNKNOWN)
		filesystem_state_remark(state, _("its log cannot be made sense of"));
	if (super[AT_IN_PROGRESS]) {
		state->condition = CONDITION_ERRORS;
		filesystem_state_remark(state, _("it was being made, and never finished"));
	}
	if (has_checksums(super) && get_be32(super + AT_INCOMPATIBLE) & NEEDS_REPAIR) {
		state->condition = CONDITION_ERRORS;
		filesystem_state_remark(state, _("a repair was begun and not finished"));
	}
	if (!has_good_checksum(place, 0, super)) {
		state->condition = CONDITION_ERRORS;
		filesystem_state_remark(state, _("the checksum of its superblock is wrong"));
	}
}

/* Its log and its inodes; 0 where that makes no sense. */
static uint64_t metadata_of(const unsigned char *super, uint64_t size)
{
	uint64_t log = (uint64_t)get_be32(super + AT_LOG_BLOCKS) * get_be32(super + AT_BLOCK_SIZE);
	uint64_t inodes = get_be64(super + AT_INODES), each = get_be16(super + AT_INODE_SIZE);

	if (!get_be64(super + AT_LOG_START))
		log = 0; /* it is elsewhere */
	if (log > size || (each && inodes > (size - log) / each))
		return 0;
	return log + inodes * each;
}

static bool read_xfs(const struct filesystem_place *place, const char *type,
		     struct filesystem_state *state)
{
	unsigned char super[SUPER_BYTES];
	uint64_t blocks, free_blocks;
	uint32_t block_size;

	(void)type;
	if (!place_read(place, 0, super, sizeof(super)) || !is_plausible(super))
		return false;
	block_size = get_be32(super + AT_BLOCK_SIZE);
	blocks = get_be64(super + AT_BLOCKS);
	free_blocks = get_be64(super + AT_FREE_BLOCKS);
	filesystem_state_set_size(state, place, blocks * block_size);
	state->has_space = free_blocks <= blocks;
	state->free = state->has_space ? free_blocks * block_size : 0;
	state->metadata = metadata_of(super, state->size);
	judge(place, super, state);
	return true;
}

/* A superblock at AT that says of itself that this is where the group behind the first begins. */
static bool take_secondary(const struct filesystem_place *place, uint64_t at,
			   struct lost_filesystem *lost)
{
	unsigned char super[SUPER_BYTES];

	if (!at || !place_read(place, at, super, sizeof(super)) || !is_plausible(super) ||
	    (uint64_t)get_be32(super + AT_GROUP_BLOCKS) * get_be32(super + AT_BLOCK_SIZE) != at ||
	    !has_good_checksum(place, at, super))
		return false;
	lost->type = text_copy("xfs");
	lost->uuid = format_uuid(super + AT_UUID);
	lost->label = format_label(super + AT_LABEL, LABEL_BYTES);
	lost->backup = at;
	return true;
}

static const uint32_t block_sizes[] = {4096, 1024, 2048, 512, 8192, 16384, 65536};

/* The header of the first group's free space (struct xfs_agf) knows the group's length. */
static bool find_by_group(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	static const uint32_t sectors[] = {512, 4096, 1024, 2048};

	for (size_t i = 0; i < ARRAY_SIZE(sectors); i++) {
		unsigned char header[16];

		if (!place_read(place, sectors[i], header, sizeof(header)) ||
		    memcmp(header, "XAGF", 4) != 0)
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(block_sizes); j++) {
			uint64_t blocks = get_be32(header + 12);

			if (take_secondary(place, blocks * block_sizes[j], lost))
				return true;
		}
	}
	return false;
}

/* Where mkfs.xfs has the second group when nobody asks for anything: so many groups as there are
 * for a disk, a big one, or several at once; in whole stripes at most. */
static bool find_by_default(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	static const uint64_t counts[] = {4, 2, 8, 16, 32, 3};
	static const uint64_t alignments[] = {1, 16, 128};
	const uint64_t largest = (uint64_t)1 << 40; /* bytes of a group */
	const uint32_t block = 4096;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		uint64_t blocks = place->size / block;
		uint64_t each = (blocks + counts[i] - 1) / counts[i];

		for (size_t j = 0; j < ARRAY_SIZE(alignments); j++) {
			uint64_t below = each / alignments[j] * alignments[j];

			if (take_secondary(place, below * block, lost) ||
			    (below != each &&
			     take_secondary(place, (below + alignments[j]) * block, lost)))
				return true;
		}
	}
	return take_secondary(place, largest, lost) || take_secondary(place, largest - block, lost);
}

/*
 * Where groups would all begin on the same disk of a RAID, mkfs.xfs makes them one stripe unit
 * shorter: of 64, 256 and 512 KiB (md's own), and of a mebibyte.
 */
static bool find_in_shorter_groups(const struct filesystem_place *place,
				   struct lost_filesystem *lost)
{
	static const uint64_t counts[] = {16, 32, 8};
	static const uint64_t units[] = {128, 16, 64, 256};
	const uint32_t block = 4096;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(units); j++) {
			uint64_t each = place->size / block / counts[i] / units[j];

			if (each > 1 && take_secondary(place, (each - 1) * units[j] * block, lost))
				return true;
		}
	}
	return false;
}

static bool find_lost(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	unsigned char super[SUPER_BYTES] = {0};
	bool is_read = place_read(place, 0, super, sizeof(super));
	bool is_first = is_plausible(super);

	if (is_first && has_good_checksum(place, 0, super))
		return false;
	if (is_first && take_secondary(place,
				       (uint64_t)get_be32(super + AT_GROUP_BLOCKS) *
					       get_be32(super + AT_BLOCK_SIZE),
				       lost))
		is_read = true;
	else if (!find_by_group(place, lost) && !find_by_default(place, lost) &&
		 !find_in_shorter_groups(place, lost))
		return false;
	lost->damage = describe_damage(is_read, is_first, super, sizeof(super));
	return true;
}

static const char *const types[] = {"xfs", NULL};

const struct filesystem_family family_xfs = {
	.types = types,
	.read = read_xfs,
	.find_lost = find_lost,
};
