/* SPDX-License-Identifier: GPL-3.0-or-later */
/* md superblocks of version 0.90, in the byte order of the machine that wrote them. */
#include <endian.h>
#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "storage/raid_format.h"

#define WORD(field) (offsetof(mdp_super_t, field) / sizeof(uint32_t))
#define DISK_WORD(i, field)                                                                        \
	(WORD(disks) + (i)*MD_SB_DESCRIPTOR_WORDS + offsetof(mdp_disk_t, field) / sizeof(uint32_t))
#define V0_MINOR 90
#define V0_MINOR_RESHAPE 91 /* written while it is reshaped, so that older kernels keep off */

/* A superblock of version 0.90 in this machine's words. */
struct old_super {
	uint32_t words[MD_SB_WORDS];
	bool is_foreign; /* of a machine of the other byte order */
	bool is_big;
};

static bool read_words(const struct raid_block *block, struct old_super *super)
{
	const uint32_t *words = block->data.words;

	super->is_big = be32toh(words[0]) == MD_SB_MAGIC;
	if (!super->is_big && le32toh(words[0]) != MD_SB_MAGIC)
		return false;
	super->is_foreign = words[0] != MD_SB_MAGIC;
	for (size_t i = 0; i < MD_SB_WORDS; i++)
		super->words[i] = super->is_big ? be32toh(words[i]) : le32toh(words[i]);
	return true;
}

/* Numbers of 64 bits stand in two words, in the writer's order; FIRST is the first. */
static uint64_t pair_at(const struct old_super *super, size_t first)
{
	uint64_t one = super->words[first], other = super->words[first + 1];

	return super->is_big ? one << 32 | other : other << 32 | one;
}

static uint32_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

static bool has_right_sum(struct old_super *super)
{
	uint32_t stated = super->words[WORD(sb_csum)], sum;

	super->words[WORD(sb_csum)] = 0;
	sum = raid_sum_words(super->words, MD_SB_WORDS);
	super->words[WORD(sb_csum)] = stated;
	return fold(sum) == fold(stated); /* as the kernel compares them */
}

static bool is_working(uint32_t state)
{
	return state & (1u << MD_DISK_SYNC) && state & (1u << MD_DISK_ACTIVE) &&
	       !(state & (1u << MD_DISK_FAULTY));
}

static char *read_slots_old(const struct old_super *super, unsigned places)
{
	char *slots = alloc_zero(places + 1, 1);

	memset(slots, '.', places);
	for (size_t i = 0; i < MD_SB_DISKS; i++) {
		uint32_t place = super->words[DISK_WORD(i, raid_disk)];

		if (place < places && is_working(super->words[DISK_WORD(i, state)]))
			slots[place] = 'A';
	}
	return slots;
}

static int read_role_old(const struct old_super *super, unsigned places)
{
	const size_t at = WORD(this_disk);
	uint32_t place = super->words[at + offsetof(mdp_disk_t, raid_disk) / sizeof(uint32_t)];
	uint32_t state = super->words[at + offsetof(mdp_disk_t, state) / sizeof(uint32_t)];

	if (state & (1u << MD_DISK_FAULTY))
		return RAID_ROLE_FAULTY;
	return place < places && is_working(state) ? (int)place : RAID_ROLE_SPARE;
}

static char *old_uuid(const struct old_super *super)
{
	return text_format("%08x:%08x:%08x:%08x", super->words[WORD(set_uuid0)],
			   super->words[WORD(set_uuid1)], super->words[WORD(set_uuid2)],
			   super->words[WORD(set_uuid3)]);
}

static void read_places_old(const struct old_super *super, struct raid_shape *shape)
{
	uint32_t places = super->words[WORD(raid_disks)];
	int32_t change = (int32_t)super->words[WORD(delta_disks)];
	bool is_changing = super->words[WORD(minor_version)] >= V0_MINOR_RESHAPE;

	shape->places = shape->least_places = places <= MD_SB_DISKS ? places : MD_SB_DISKS;
	/* its raid_disks is the larger one of before and after */
	if (is_changing && change > -MD_SB_DISKS && change < MD_SB_DISKS) {
		unsigned by = (unsigned)(change < 0 ? -change : change);

		shape->least_places -= by < shape->places ? by : 0;
	}
}

static struct raid_member *make_old(const struct raid_block *block, const struct old_super *super)
{
	struct raid_member *raid = alloc_zero(1, sizeof(*raid));
	struct raid_shape shape = {
		.level = (int32_t)super->words[WORD(level)],
		.layout = super->words[WORD(layout)],
		.chunk = super->words[WORD(chunk_size)] / RAID_SECTOR,
		.member_sectors = (uint64_t)super->words[WORD(size)] * 2, /* stands in KiB */
	};

	read_places_old(super, &shape);
	raid->array_uuid = old_uuid(super);
	raid->name = text_copy("");
	raid->level = text_copy(raid_level_name(shape.level));
	raid->version = text_copy(block->version);
	raid->place_count = shape.places;
	raid->layout = shape.layout;
	raid->minor = super->words[WORD(md_minor)];
	raid->role = read_role_old(super, shape.places);
	raid->slots = read_slots_old(super, shape.places);
	raid->array_size = raid_bytes(raid_array_sectors(&shape));
	raid->data_size = raid_bytes(raid_round_sectors(block->place, shape.chunk));
	/* on either machine the pair begins where the lower word of a little-endian one stands */
	raid->events = pair_at(super, MD_SB_GENERIC_CONSTANT_WORDS + 7);
	raid->updated = super->words[WORD(utime)];
	raid->is_clean = super->words[WORD(state)] & (1u << MD_SB_CLEAN);
	raid->is_reshaping = super->words[WORD(minor_version)] >= V0_MINOR_RESHAPE &&
			     pair_at(super, WORD(reshape_position)) != UINT64_MAX;
	if (super->is_foreign)
		raid->hindrance = text_copy(_("a machine of the other byte order wrote its "
					      "superblocks: \"mdadm --assemble "
					      "--update=byteorder\" would write them anew"));
	return raid;
}

void raid_take_old(const struct raid_block *block, struct raid_finding *finding)
{
	_cleanup_free_ struct old_super *super = alloc_zero(1, sizeof(*super));
	uint32_t minor;

	if (!read_words(block, super) || super->words[WORD(major_version)] != 0)
		return;
	minor = super->words[WORD(minor_version)];
	if ((minor != V0_MINOR && minor != V0_MINOR_RESHAPE) || !has_right_sum(super)) {
		finding->is_damaged = true;
		return;
	}
	finding->created = super->words[WORD(ctime)];
	finding->raid = make_old(block, super);
}
