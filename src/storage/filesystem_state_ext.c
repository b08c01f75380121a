/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ext2, ext3 and ext4: struct ext4_super_block, Documentation/filesystems/ext4/super.rst of the
 * kernel.
 */
#include <unistd.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/filesystem_format.h"

#define SUPER_PLACE 1024u
#define SUPER_BYTES 1024u
#define MAGIC 0xef53u

/* Bytes from the start of the superblock. */
#define AT_INODES 0x00
#define AT_BLOCKS 0x04
#define AT_FREE_BLOCKS 0x0c
#define AT_FREE_INODES 0x10
#define AT_FIRST_BLOCK 0x14
#define AT_BLOCK_SHIFT 0x18
#define AT_GROUP_BLOCKS 0x20
#define AT_GROUP_INODES 0x28
#define AT_MOUNTED 0x2c
#define AT_WRITTEN 0x30
#define AT_MOUNTS 0x34
#define AT_MOUNTS_LIMIT 0x36
#define AT_MAGIC 0x38
#define AT_STATE 0x3a
#define AT_CHECKED 0x40
#define AT_CHECK_INTERVAL 0x44
#define AT_REVISION 0x4c
#define AT_GROUP 0x5a
#define AT_COMPATIBLE 0x5c
#define AT_INCOMPATIBLE 0x60
#define AT_READ_ONLY_COMPATIBLE 0x64
#define AT_UUID 0x68
#define AT_LABEL 0x78
#define AT_LAST_MOUNTPOINT 0x88
#define AT_JOURNAL_BACKUP 0xfd
#define AT_DESCRIPTOR_BYTES 0xfe
#define AT_MADE 0x108
#define AT_JOURNAL_SIZE_HIGH 0x148
#define AT_JOURNAL_SIZE 0x14c
#define AT_BLOCKS_HIGH 0x150
#define AT_FREE_BLOCKS_HIGH 0x158
#define AT_ERRORS 0x194
#define AT_FIRST_ERROR 0x198
#define AT_LAST_ERROR 0x1cc
#define AT_WRITTEN_HIGH 0x274
#define AT_MOUNTED_HIGH 0x275
#define AT_MADE_HIGH 0x276
#define AT_CHECKED_HIGH 0x277
#define AT_FIRST_ERROR_HIGH 0x278
#define AT_LAST_ERROR_HIGH 0x279
#define AT_CHECKSUM 0x3fc

#define LABEL_BYTES 16
#define LAST_MOUNTPOINT_BYTES 64
#define STATE_VALID 0x1
#define STATE_ERRORS 0x2
#define HAS_JOURNAL 0x4		/* of the compatible features */
#define NEEDS_RECOVERY 0x4	/* of the incompatible ones */
#define HAS_64BIT 0x80		/* likewise */
#define META_GROUPS 0x10	/* likewise */
#define IS_JOURNAL_DEVICE 0x8	/* likewise */
#define HAS_CHECKSUMS 0x400	/* of those compatible for reading */
#define EXT3_INCOMPATIBLE 0x16u /* file types, recovery, meta_bg; what goes beyond is ext4's */
#define EXT3_READ_ONLY_COMPATIBLE 0x7u
#define BLOCK_SHIFT_MAX 6u
#define DESCRIPTORS_READ 16384u /* bytes of them that are looked at: of two terabytes */

static bool has_good_checksum(const unsigned char *super)
{
	if (!(get_le32(super + AT_READ_ONLY_COMPATIBLE) & HAS_CHECKSUMS))
		return true;
	return crc32_reflected(CRC32C_POLYNOMIAL, UINT32_MAX, super, AT_CHECKSUM) ==
	       get_le32(super + AT_CHECKSUM);
}

static uint64_t count_of(const unsigned char *super, size_t at, size_t at_high)
{
	uint64_t count = get_le32(super + at);

	if (get_le32(super + AT_INCOMPATIBLE) & HAS_64BIT)
		count |= (uint64_t)get_le32(super + at_high) << 32;
	return count;
}

/* Whether SUPER could be one: its figures fit each other, and nothing overflows. */
static bool is_plausible(const unsigned char *super)
{
	uint32_t shift = get_le32(super + AT_BLOCK_SHIFT);
	uint64_t blocks = count_of(super, AT_BLOCKS, AT_BLOCKS_HIGH);

	return get_le16(super + AT_MAGIC) == MAGIC && shift <= BLOCK_SHIFT_MAX && blocks > 0 &&
	       blocks <= UINT64_MAX >> (10 + shift) && get_le32(super + AT_GROUP_BLOCKS) > 0 &&
	       get_le32(super + AT_GROUP_INODES) > 0 && get_le32(super + AT_FIRST_BLOCK) <= 1 &&
	       blocks > get_le32(super + AT_FIRST_BLOCK) &&
	       !(get_le32(super + AT_INCOMPATIBLE) & IS_JOURNAL_DEVICE);
}

/* A time, of which the old 32 bits have got eight more. */
static int64_t time_of(const unsigned char *super, size_t at, size_t at_high)
{
	return (int64_t)((uint64_t)get_le32(super + at) | (uint64_t)super[at_high] << 32);
}

static enum filesystem_condition condition_of(const unsigned char *super, unsigned errors)
{
	unsigned state = get_le16(super + AT_STATE);

	if (state & STATE_ERRORS || errors)
		return CONDITION_ERRORS;
	if (get_le32(super + AT_COMPATIBLE) & HAS_JOURNAL &&
	    get_le32(super + AT_INCOMPATIBLE) & NEEDS_RECOVERY)
		return CONDITION_REPLAY;
	return state & STATE_VALID ? CONDITION_CLEAN : CONDITION_NOT_CLEAN;
}

static void take_times(const unsigned char *super, struct filesystem_state *state)
{
	int limit = (int16_t)get_le16(super + AT_MOUNTS_LIMIT);

	state->made = time_of(super, AT_MADE, AT_MADE_HIGH);
	state->mounted = time_of(super, AT_MOUNTED, AT_MOUNTED_HIGH);
	state->written = time_of(super, AT_WRITTEN, AT_WRITTEN_HIGH);
	state->checked = time_of(super, AT_CHECKED, AT_CHECKED_HIGH);
	state->check_interval = get_le32(super + AT_CHECK_INTERVAL);
	state->mounts = get_le16(super + AT_MOUNTS);
	state->mounts_limit = limit > 0 ? (unsigned)limit : 0;
	state->has_mounts = true;
}

static void take_counts(const struct filesystem_place *place, const unsigned char *super,
			struct filesystem_state *state)
{
	unsigned shift = 10 + get_le32(super + AT_BLOCK_SHIFT);
	uint64_t blocks = count_of(super, AT_BLOCKS, AT_BLOCKS_HIGH);
	uint64_t free_blocks = count_of(super, AT_FREE_BLOCKS, AT_FREE_BLOCKS_HIGH);

	filesystem_state_set_size(state, place, blocks << shift);
	state->has_space = free_blocks <= blocks;
	state->free = state->has_space ? free_blocks << shift : 0;
	state->inodes = get_le32(super + AT_INODES);
	state->inodes_free = get_le32(super + AT_FREE_INODES);
	state->has_inodes = state->inodes_free <= state->inodes;
	if (!state->has_space || !state->has_inodes)
		filesystem_state_remark(state, _("its free counts are wrong"));
}

/* As the backup of the journal's inode has it. */
static uint64_t journal_size_of(const unsigned char *super, uint64_t size)
{
	uint64_t bytes = (uint64_t)get_le32(super + AT_JOURNAL_SIZE_HIGH) << 32 |
			 get_le32(super + AT_JOURNAL_SIZE);

	return super[AT_JOURNAL_BACKUP] == 1 && bytes <= size ? bytes : 0;
}

static bool read_ext(const struct filesystem_place *place, const char *type,
		     struct filesystem_state *state)
{
	unsigned char super[SUPER_BYTES];

	(void)type;
	if (!place_read(place, SUPER_PLACE, super, sizeof(super)) || !is_plausible(super))
		return false;
	take_times(super, state);
	take_counts(place, super, state);
	state->metadata = journal_size_of(super, state->size);
	state->errors = get_le32(super + AT_ERRORS);
	state->first_error = time_of(super, AT_FIRST_ERROR, AT_FIRST_ERROR_HIGH);
	state->last_error = time_of(super, AT_LAST_ERROR, AT_LAST_ERROR_HIGH);
	state->last_mountpoint = format_label(super + AT_LAST_MOUNTPOINT, LAST_MOUNTPOINT_BYTES);
	state->condition = condition_of(super, state->errors);
	if (!has_good_checksum(super)) {
		state->condition = CONDITION_ERRORS;
		filesystem_state_remark(state, _("the checksum of its superblock is wrong"));
	}
	return true;
}

static const char *type_of(const unsigned char *super)
{
	if (get_le32(super + AT_INCOMPATIBLE) & ~EXT3_INCOMPATIBLE ||
	    get_le32(super + AT_READ_ONLY_COMPATIBLE) & ~EXT3_READ_ONLY_COMPATIBLE)
		return "ext4";
	return get_le32(super + AT_COMPATIBLE) & HAS_JOURNAL ? "ext3" : "ext2";
}

static void take_lost(const unsigned char *super, struct lost_filesystem *lost)
{
	lost->type = text_copy(type_of(super));
	lost->uuid = format_uuid(super + AT_UUID);
	lost->label = format_label(super + AT_LABEL, LABEL_BYTES);
	lost->block_size = 1024u << get_le32(super + AT_BLOCK_SHIFT);
}

/* How a filesystem is laid out: what decides where its backups are. */
struct layout {
	unsigned block_size;
	uint64_t group_blocks;
};

/* Takes the backup in GROUP of a filesystem of LAYOUT, where a good one is there. */
static bool take_backup(const struct filesystem_place *place, const struct layout *layout,
			uint64_t group, struct lost_filesystem *lost)
{
	uint64_t block = group * layout->group_blocks + (layout->block_size == 1024 ? 1 : 0);
	unsigned char super[SUPER_BYTES];

	if (block > place->size / layout->block_size ||
	    !place_read(place, block * layout->block_size, super, sizeof(super)) ||
	    !is_plausible(super) || !has_good_checksum(super))
		return false;
	/* a superblock that lies here by chance (an image in a file) is the first of its own */
	if (1024u << get_le32(super + AT_BLOCK_SHIFT) != layout->block_size ||
	    get_le32(super + AT_GROUP_BLOCKS) != layout->group_blocks ||
	    (get_le32(super + AT_REVISION) > 0 && get_le16(super + AT_GROUP) != (group & 0xffff)))
		return false;
	take_lost(super, lost);
	lost->block = block;
	lost->backup = block * layout->block_size;
	return true;
}

/* mke2fs' own layouts, the common ones first; of the last the blocks stand in clusters of 16. */
static const struct layout layouts[] = {
	{4096, 32768},	{1024, 8192},	{2048, 16384},	{8192, 65528},
	{16384, 65528}, {32768, 65528}, {65536, 65528}, {4096, 524288},
};

/* Where sparse_super has backups, and sparse_super2 the first of its two. */
static const uint64_t groups[] = {1, 3, 5, 7, 9, 25};

/*
 * Where its last group would be too small, mke2fs makes all of them a little smaller: by eights,
 * down to what the tables of one group take.
 */
static bool find_in_shorter_groups(const struct filesystem_place *place,
				   struct lost_filesystem *lost)
{
	struct layout layout = {4096, 32768};

	for (unsigned i = 0; i < 32; i++) {
		layout.group_blocks -= 8;
		if (take_backup(place, &layout, 1, lost))
			return true;
	}
	return false;
}

static bool find_backup(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(layouts); j++) {
			if (take_backup(place, &layouts[j], groups[i], lost))
				return true;
		}
	}
	return find_in_shorter_groups(place, lost);
}

/* With a layout of its own (mke2fs -g), which a damaged first superblock may still tell. */
static bool find_by_first(const struct filesystem_place *place, const unsigned char *super,
			  struct lost_filesystem *lost)
{
	struct layout layout;

	if (get_le32(super + AT_BLOCK_SHIFT) > BLOCK_SHIFT_MAX ||
	    !get_le32(super + AT_GROUP_BLOCKS))
		return false;
	layout.block_size = 1024u << get_le32(super + AT_BLOCK_SHIFT);
	layout.group_blocks = get_le32(super + AT_GROUP_BLOCKS);
	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		if (take_backup(place, &layout, groups[i], lost))
			return true;
	}
	return false;
}

/* The figures that tell where the descriptors of groups are, and what may be in them. */
struct descriptors {
	uint64_t blocks; /* of the filesystem */
	uint64_t at;	 /* byte of the first */
	uint64_t count;
	unsigned bytes; /* of one */
};

/* False where they lie elsewhere, or the superblock makes no sense. */
static bool find_descriptors(const unsigned char *super, struct descriptors *descriptors)
{
	bool is_wide = get_le32(super + AT_INCOMPATIBLE) & HAS_64BIT;
	uint64_t first = get_le32(super + AT_FIRST_BLOCK);
	uint64_t group_blocks = get_le32(super + AT_GROUP_BLOCKS);
	unsigned shift = 10 + get_le32(super + AT_BLOCK_SHIFT);

	descriptors->blocks = count_of(super, AT_BLOCKS, AT_BLOCKS_HIGH);
	descriptors->bytes = is_wide ? get_le16(super + AT_DESCRIPTOR_BYTES) : 32;
	/* in the block behind the superblock's, which with clusters is not always the first */
	descriptors->at = ((uint64_t)(SUPER_PLACE >> shift) + 1) << shift;
	descriptors->count = (descriptors->blocks - first - 1) / group_blocks + 1;
	return descriptors->bytes >= (is_wide ? 64u : 32u) && descriptors->bytes <= 1024 &&
	       !(get_le32(super + AT_INCOMPATIBLE) & META_GROUPS);
}

/* Whether what one of them says of bitmaps and inodes is inside the filesystem. */
static bool is_descriptor(const unsigned char *bytes, const struct descriptors *descriptors)
{
	for (size_t i = 0; i < 3; i++) {
		uint64_t block = get_le32(bytes + 4 * i);

		if (descriptors->bytes >= 64)
			block |= (uint64_t)get_le32(bytes + 32 + 4 * i) << 32;
		if (block == 0 || block >= descriptors->blocks)
			return false;
	}
	return true;
}

/*
 * Whether the descriptors of the first groups can be those of a filesystem with SUPER. With others
 * "e2fsck -p" writes what is wrong over the backups, too, and all is lost.
 */
static bool has_good_descriptors(const struct filesystem_place *place, const unsigned char *super)
{
	_cleanup_free_ unsigned char *bytes = alloc_zero(DESCRIPTORS_READ, 1);
	struct descriptors descriptors;
	uint64_t count;

	if (!find_descriptors(super, &descriptors))
		return true;
	count = DESCRIPTORS_READ / descriptors.bytes;
	if (count > descriptors.count)
		count = descriptors.count;
	if (!place_read(place, descriptors.at, bytes, count * descriptors.bytes))
		return true; /* this is a matter of the disk */
	for (uint64_t i = 0; i < count; i++) {
		if (!is_descriptor(bytes + i * descriptors.bytes, &descriptors))
			return false;
	}
	return true;
}

static char *describe_ext_damage(const unsigned char *super, bool is_read)
{
	bool has_magic = get_le16(super + AT_MAGIC) == MAGIC;

	if (is_read && has_magic && !is_plausible(super))
		return text_copy(_("its first superblock makes no sense"));
	if (!is_read || !has_magic || !has_good_checksum(super))
		return describe_damage(is_read, has_magic, super, SUPER_BYTES);
	return text_copy(_("the descriptors of its groups are overwritten"));
}

static bool find_lost(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	unsigned char super[SUPER_BYTES] = {0};
	bool is_read = place_read(place, SUPER_PLACE, super, sizeof(super));
	bool has_magic = get_le16(super + AT_MAGIC) == MAGIC;
	bool is_found;

	if (is_plausible(super) && has_good_checksum(super) && has_good_descriptors(place, super))
		return false;
	is_found = (has_magic && find_by_first(place, super, lost)) || find_backup(place, lost);
	if (!is_found && !is_plausible(super))
		return false;
	if (!is_found) /* too small for a backup: the superblock itself can be read */
		take_lost(super, lost);
	lost->damage = describe_ext_damage(super, is_read);
	return true;
}

static const char *const types[] = {"ext2", "ext3", "ext4", "ext4dev", NULL};

const struct filesystem_family family_ext = {
	.types = types,
	.read = read_ext,
	.find_lost = find_lost,
	.finds_damage = true,
};
