/* SPDX-License-Identifier: GPL-3.0-or-later */
/* f2fs: struct f2fs_super_block and struct f2fs_checkpoint, include/linux/f2fs_fs.h of the kernel.
 */
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/filesystem_format.h"

#define MAGIC 0xf2f52010u
#define BLOCK 4096u
#define SUPER_PLACE 1024u
#define SUPER_BYTES 2048u
#define AT_BLOCK_SHIFT 16
#define AT_SEGMENT_SHIFT 20
#define AT_BLOCKS 36
#define AT_CHECKPOINT 76
#define AT_UUID 108
#define AT_LABEL 124
#define LABEL_UNITS 512u
#define PACK_VERSION 0
#define PACK_USER_BLOCKS 8
#define PACK_VALID_BLOCKS 16
#define PACK_FLAGS 132
#define PACK_BLOCKS 136
#define PACK_CHECKSUM_PLACE 164
#define PACK_BYTES 4096u
#define PACK_BLOCKS_MAX 65536u
#define FLAG_UNMOUNTED 0x1
#define FLAG_ERROR 0x8
#define FLAG_CHECK 0x10

static bool is_plausible(const unsigned char *super)
{
	unsigned shift = get_le32(super + AT_BLOCK_SHIFT);

	return get_le32(super) == MAGIC && shift >= 12 && shift <= 16 &&
	       get_le32(super + AT_SEGMENT_SHIFT) <= 16 && get_le64(super + AT_BLOCKS) > 0 &&
	       get_le64(super + AT_BLOCKS) <= (uint64_t)INT64_MAX >> shift;
}

/* One of the two blocks of a checkpoint pack, with a good sum. */
static bool read_pack_block(const struct filesystem_place *place, uint64_t at, unsigned char *pack)
{
	uint32_t sum_place;

	if (!place_read(place, at, pack, PACK_BYTES))
		return false;
	sum_place = get_le32(pack + PACK_CHECKSUM_PLACE);
	return sum_place >= 192 && sum_place <= PACK_BYTES - 4 &&
	       crc32_reflected(CRC32_POLYNOMIAL, MAGIC, pack, sum_place) ==
		       get_le32(pack + sum_place);
}

/* A pack counts where its first and its last block are of one version. */
static bool read_pack(const struct filesystem_place *place, uint64_t block, unsigned shift,
		      unsigned char *pack)
{
	unsigned char last[PACK_BYTES];
	uint64_t blocks;

	if (!read_pack_block(place, block << shift, pack))
		return false;
	blocks = get_le32(pack + PACK_BLOCKS);
	return blocks > 1 && blocks < PACK_BLOCKS_MAX &&
	       read_pack_block(place, (block + blocks - 1) << shift, last) &&
	       get_le64(last + PACK_VERSION) == get_le64(pack + PACK_VERSION);
}

/* The newer of the two packs that are written in turn. */
static bool read_newest(const struct filesystem_place *place, const unsigned char *super,
			unsigned char *pack)
{
	unsigned shift = get_le32(super + AT_BLOCK_SHIFT);
	uint64_t first = get_le32(super + AT_CHECKPOINT);
	uint64_t second = first + ((uint64_t)1 << get_le32(super + AT_SEGMENT_SHIFT));
	unsigned char other[PACK_BYTES];
	bool has_first = read_pack(place, first, shift, pack);
	bool has_second = read_pack(place, second, shift, other);

	if (has_second && (!has_first || (int64_t)(get_le64(other + PACK_VERSION) -
						   get_le64(pack + PACK_VERSION)) > 0))
		memcpy(pack, other, PACK_BYTES);
	return has_first || has_second;
}

static bool read_f2fs(const struct filesystem_place *place, const char *type,
		      struct filesystem_state *state)
{
	unsigned char super[SUPER_BYTES], pack[PACK_BYTES];
	uint64_t blocks, used;
	unsigned shift;

	(void)type;
	if (!place_read(place, SUPER_PLACE, super, sizeof(super)) || !is_plausible(super))
		return false;
	shift = get_le32(super + AT_BLOCK_SHIFT);
	filesystem_state_set_size(state, place, get_le64(super + AT_BLOCKS) << shift);
	if (!read_newest(place, super, pack)) {
		state->condition = CONDITION_ERRORS;
		filesystem_state_remark(state, _("none of its checkpoints is good"));
		return true;
	}
	blocks = get_le64(pack + PACK_USER_BLOCKS);
	used = get_le64(pack + PACK_VALID_BLOCKS);
	if (used <= blocks && blocks <= state->size >> shift) {
		state->has_space = true;
		state->free = (blocks - used) << shift;
	}
	if (get_le32(pack + PACK_FLAGS) & (FLAG_ERROR | FLAG_CHECK))
		state->condition = CONDITION_ERRORS;
	else
		state->condition = get_le32(pack + PACK_FLAGS) & FLAG_UNMOUNTED ? CONDITION_CLEAN
										: CONDITION_REPLAY;
	return true;
}

/* The second superblock stands in the second block. */
static bool find_lost(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	unsigned char first[SUPER_BYTES] = {0}, super[SUPER_BYTES];
	bool is_read = place_read(place, SUPER_PLACE, first, sizeof(first));

	if (is_plausible(first))
		return false;
	if (!place_read(place, BLOCK + SUPER_PLACE, super, sizeof(super)) || !is_plausible(super))
		return false;
	lost->type = text_copy("f2fs");
	lost->uuid = format_uuid(super + AT_UUID);
	lost->label = utf16_to_text(super + AT_LABEL, LABEL_UNITS);
	lost->backup = BLOCK + SUPER_PLACE;
	lost->damage = describe_damage(is_read, false, first, sizeof(first));
	return true;
}

static const char *const types[] = {"f2fs", NULL};

const struct filesystem_family family_f2fs = {
	.types = types,
	.read = read_f2fs,
	.find_lost = find_lost,
};
