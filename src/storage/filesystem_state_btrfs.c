/* SPDX-License-Identifier: GPL-3.0-or-later */
/* btrfs: struct btrfs_super_block, include/uapi/linux/btrfs_tree.h of the kernel. */
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/filesystem_format.h"

#define SUPER_BYTES 4096u
#define SUPER_PLACE 65536u
#define MAGIC "_BHRfS_M"
#define AT_UUID 32
#define AT_PLACE 48
#define AT_FLAGS 56
#define AT_MAGIC 64
#define AT_LOG_ROOT 96
#define AT_BYTES 112
#define AT_BYTES_USED 120
#define AT_DEVICES 136
#define AT_CHECKSUM_KIND 196
#define AT_LABEL 299
#define LABEL_BYTES 256
#define CHECKSUM_BYTES 32u /* room for one at the start; it is over the rest */
#define CHECKSUM_CRC32C 0
#define FLAG_ERROR 0x4
#define FLAG_METADUMP ((uint64_t)3 << 33)

static bool has_magic(const unsigned char *super)
{
	return memcmp(super + AT_MAGIC, MAGIC, strlen(MAGIC)) == 0;
}

/* Other kinds of sums are rare, and left to btrfs itself. */
static bool has_good_checksum(const unsigned char *super)
{
	if (get_le16(super + AT_CHECKSUM_KIND) != CHECKSUM_CRC32C)
		return true;
	return ~crc32_reflected(CRC32C_POLYNOMIAL, UINT32_MAX, super + CHECKSUM_BYTES,
				SUPER_BYTES - CHECKSUM_BYTES) == get_le32(super);
}

static void judge(const unsigned char *super, struct filesystem_state *state)
{
	uint64_t flags = get_le64(super + AT_FLAGS);

	state->condition = get_le64(super + AT_LOG_ROOT) ? CONDITION_REPLAY : CONDITION_CLEAN;
	if (flags & FLAG_ERROR)
		state->condition = CONDITION_ERRORS;
	if (flags & FLAG_METADUMP)
		filesystem_state_remark(state, _("it is a copy of the metadata alone"));
	if (!has_good_checksum(super)) {
		state->condition = CONDITION_ERRORS;
		filesystem_state_remark(state, _("the checksum of its superblock is wrong"));
	}
}

static bool read_btrfs(const struct filesystem_place *place, const char *type,
		       struct filesystem_state *state)
{
	unsigned char super[SUPER_BYTES];
	uint64_t size, used, devices;

	(void)type;
	if (!place_read(place, SUPER_PLACE, super, sizeof(super)) || !has_magic(super))
		return false;
	size = get_le64(super + AT_BYTES);
	used = get_le64(super + AT_BYTES_USED);
	devices = get_le64(super + AT_DEVICES);
	/* of several devices the sizes are added up, and what copies take is not known here */
	if (devices == 1) {
		filesystem_state_set_size(state, place, size);
		state->has_space = used <= size;
		state->free = state->has_space ? size - used : 0;
	} else {
		state->size = size;
	}
	judge(super, state);
	return true;
}

/* The second and third superblock, "btrfs inspect-internal dump-super -s" calls them 1 and 2. */
static const uint64_t mirrors[] = {(uint64_t)64 << 20, (uint64_t)256 << 30};

static bool find_lost(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	unsigned char first[SUPER_BYTES] = {0}, super[SUPER_BYTES];
	bool is_read = place_read(place, SUPER_PLACE, first, sizeof(first));

	if (is_read && has_magic(first) && has_good_checksum(first))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(mirrors); i++) {
		if (!place_read(place, mirrors[i], super, sizeof(super)) || !has_magic(super) ||
		    get_le64(super + AT_PLACE) != mirrors[i] || !has_good_checksum(super))
			continue;
		lost->type = text_copy("btrfs");
		lost->uuid = format_uuid(super + AT_UUID);
		lost->label = format_label(super + AT_LABEL, LABEL_BYTES);
		lost->backup = mirrors[i];
		lost->damage = describe_damage(is_read, has_magic(first), first, sizeof(first));
		return true;
	}
	return false;
}

static const char *const types[] = {"btrfs", NULL};

const struct filesystem_family family_btrfs = {
	.types = types,
	.read = read_btrfs,
	.find_lost = find_lost,
	.finds_damage = true,
};
