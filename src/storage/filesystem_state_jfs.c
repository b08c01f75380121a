/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JFS: struct jfs_superblock, fs/jfs/jfs_superblock.h of the kernel. */
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/filesystem_format.h"

#define FIRST_PLACE 0x8000u
#define SECOND_PLACE 0xf000u
#define SUPER_BYTES 184u
#define AT_BLOCKS 8 /* of the hardware */
#define AT_BLOCK_SIZE 16
#define AT_HARDWARE_BLOCK_SIZE 24
#define AT_STATE 40
#define AT_WRITTEN 88
#define AT_UUID 136
#define AT_LABEL 152
#define LABEL_BYTES 16
#define STATE_MOUNTED 0x1
#define STATE_DIRTY 0x2
#define STATE_LOG_FAILED 0x4
#define STATE_GROWING 0x8

static bool is_power(uint32_t value)
{
	return value && !(value & (value - 1));
}

static bool is_plausible(const unsigned char *super)
{
	uint32_t block = get_le32(super + AT_BLOCK_SIZE);
	uint32_t hardware = get_le32(super + AT_HARDWARE_BLOCK_SIZE);

	return memcmp(super, "JFS1", 4) == 0 && is_power(block) && block >= 512 && block <= 4096 &&
	       is_power(hardware) && hardware >= 512 && hardware <= 4096 &&
	       get_le64(super + AT_BLOCKS) <= (uint64_t)INT64_MAX / hardware;
}

static bool read_jfs(const struct filesystem_place *place, const char *type,
		     struct filesystem_state *state)
{
	unsigned char super[SUPER_BYTES];
	uint32_t said;

	(void)type;
	if (!place_read(place, FIRST_PLACE, super, sizeof(super)) || !is_plausible(super))
		return false;
	said = get_le32(super + AT_STATE);
	filesystem_state_set_size(state, place,
				  get_le64(super + AT_BLOCKS) *
					  get_le32(super + AT_HARDWARE_BLOCK_SIZE));
	state->written = get_le32(super + AT_WRITTEN);
	if (said & STATE_LOG_FAILED)
		filesystem_state_remark(state, _("its journal could not be replayed"));
	if (said & STATE_GROWING)
		filesystem_state_remark(state,
					_("it was being made larger, and that was not finished"));
	if (said & (STATE_DIRTY | STATE_LOG_FAILED))
		state->condition = CONDITION_ERRORS;
	else
		state->condition = said & STATE_MOUNTED ? CONDITION_REPLAY : CONDITION_CLEAN;
	return true;
}

static bool find_lost(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	unsigned char first[SUPER_BYTES] = {0}, super[SUPER_BYTES];
	bool is_read = place_read(place, FIRST_PLACE, first, sizeof(first));

	if (is_plausible(first))
		return false;
	if (!place_read(place, SECOND_PLACE, super, sizeof(super)) || !is_plausible(super))
		return false;
	lost->type = text_copy("jfs");
	lost->uuid = format_uuid(super + AT_UUID);
	lost->label = format_label(super + AT_LABEL, LABEL_BYTES);
	lost->backup = SECOND_PLACE;
	lost->damage = describe_damage(is_read, false, first, sizeof(first));
	return true;
}

static const char *const types[] = {"jfs", NULL};

const struct filesystem_family family_jfs = {
	.types = types,
	.read = read_jfs,
	.find_lost = find_lost,
};
