/* SPDX-License-Identifier: GPL-3.0-or-later */
/* md superblocks of version 1, all figures little-endian. */
#include <endian.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "storage/raid_format.h"

#define V1_HEAD sizeof(struct mdp_superblock_1)
#define V1_DEVICES_MAX ((MD_SB_BYTES - V1_HEAD) / 2) /* the kernel's own bound */
#define V1_NAME_LENGTH 32
#define V1_NEVER UINT64_MAX /* a resync that has nothing left to do */

static uint32_t sum_v1(const struct raid_block *block, size_t devices)
{
	_cleanup_free_ uint32_t *words = alloc_zero(MD_SB_WORDS, sizeof(*words));
	size_t length = V1_HEAD + devices * sizeof(uint16_t);

	memcpy(words, block->data.bytes, length); /* half a word is followed by zeroes */
	words[offsetof(struct mdp_superblock_1, sb_csum) / sizeof(*words)] = 0;
	for (size_t i = 0; i < MD_SB_WORDS; i++)
		words[i] = le32toh(words[i]);
	return raid_sum_words(words, MD_SB_WORDS);
}

static char *format_uuid(const unsigned char *bytes)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (size_t i = 0; i < 16; i++)
		text_buffer_format(&buffer, "%s%02x", i && i % 4 == 0 ? ":" : "", bytes[i]);
	return text_buffer_take(&buffer);
}

static unsigned role_at(const struct mdp_superblock_1 *super, uint32_t number)
{
	return number < le32toh(super->max_dev) ? le16toh(super->dev_roles[number])
						: MD_DISK_ROLE_SPARE;
}

static int read_role_v1(const struct mdp_superblock_1 *super, unsigned places)
{
	unsigned role = role_at(super, le32toh(super->dev_number));

	if (role == MD_DISK_ROLE_FAULTY)
		return RAID_ROLE_FAULTY;
	if (role == MD_DISK_ROLE_JOURNAL)
		return RAID_ROLE_JOURNAL;
	return role < places ? (int)role : RAID_ROLE_SPARE;
}

/* A place that two devices have is being replaced; more than that is no state of md's. */
static char *read_slots_v1(const struct mdp_superblock_1 *super, unsigned places)
{
	_cleanup_free_ unsigned *users = alloc_zero(places + 1, sizeof(*users));
	char *slots = alloc_zero(places + 1, 1);

	for (uint32_t i = 0; i < le32toh(super->max_dev); i++) {
		unsigned role = le16toh(super->dev_roles[i]);

		if (role < places)
			users[role]++;
	}
	for (unsigned i = 0; i < places; i++)
		slots[i] = ".AR?"[users[i] < 3 ? users[i] : 3];
	return slots;
}

/* How many devices it wants now and, while it is reshaped, how many it had before. */
static void read_places_v1(const struct mdp_superblock_1 *super, struct raid_shape *shape)
{
	uint32_t features = le32toh(super->feature_map), now = le32toh(super->raid_disks);
	int64_t change = (int32_t)le32toh(super->delta_disks), before;

	shape->places = shape->least_places = now <= V1_DEVICES_MAX ? now : V1_DEVICES_MAX;
	if (!(features & MD_FEATURE_RESHAPE_ACTIVE))
		return;
	before = (int64_t)shape->places - change;
	if (before < 1 || before > (int64_t)V1_DEVICES_MAX)
		return;
	if (before > now)
		shape->places = (unsigned)before;
	else
		shape->least_places = (unsigned)before;
}

static char *find_hindrance_v1(uint32_t features)
{
	if (features & ~(uint32_t)MD_FEATURE_ALL)
		return text_format(_("its superblock has features that nobody knows here (%#x)"),
				   features & ~(uint32_t)MD_FEATURE_ALL);
	if (features & MD_FEATURE_CLUSTERED)
		return text_copy(_("it belongs to a cluster, whose other machines may be "
				   "writing to it"));
	return NULL;
}

static void fill_state_v1(const struct mdp_superblock_1 *super, struct raid_member *raid)
{
	uint32_t features = le32toh(super->feature_map);

	raid->events = le64toh(super->events);
	raid->updated = (int64_t)(le64toh(super->utime) & MD_SUPERBLOCK_1_TIME_SEC_MASK);
	raid->is_clean = le64toh(super->resync_offset) == V1_NEVER;
	raid->is_reshaping = features & MD_FEATURE_RESHAPE_ACTIVE;
	raid->is_recovering =
		features & MD_FEATURE_RECOVERY_OFFSET && raid->role != RAID_ROLE_JOURNAL;
	raid->has_parity_log = features & (MD_FEATURE_PPL | MD_FEATURE_MULTIPLE_PPLS);
	raid->wants_journal = features & MD_FEATURE_JOURNAL;
	raid->hindrance = find_hindrance_v1(features);
}

static struct raid_member *make_v1(const struct raid_block *block)
{
	const struct mdp_superblock_1 *super = &block->data.v1;
	struct raid_member *raid = alloc_zero(1, sizeof(*raid));
	struct raid_shape shape = {
		.level = (int32_t)le32toh(super->level),
		.layout = le32toh(super->layout),
		.chunk = le32toh(super->chunksize),
		.member_sectors = le64toh(super->size),
	};

	read_places_v1(super, &shape);
	raid->array_uuid = format_uuid(super->set_uuid);
	raid->device_uuid = format_uuid(super->device_uuid);
	raid->name = alloc_copy(super->set_name, strnlen(super->set_name, V1_NAME_LENGTH));
	raid->level = text_copy(raid_level_name(shape.level));
	raid->version = text_copy(block->version);
	raid->place_count = shape.places;
	raid->layout = shape.layout;
	raid->role = read_role_v1(super, shape.places);
	raid->slots = read_slots_v1(super, shape.places);
	raid->array_size = raid_bytes(raid_array_sectors(&shape));
	raid->data_offset = raid_bytes(le64toh(super->data_offset));
	raid->data_size = raid_bytes(raid_round_sectors(le64toh(super->data_size), shape.chunk));
	fill_state_v1(super, raid);
	return raid;
}

/* One that says it stands elsewhere belongs to something that begins or ends elsewhere. */
void raid_take_v1(const struct raid_block *block, struct raid_finding *finding)
{
	const struct mdp_superblock_1 *super = &block->data.v1;
	uint32_t devices = le32toh(super->max_dev);

	if (le32toh(super->magic) != MD_SB_MAGIC || le32toh(super->major_version) != 1 ||
	    le64toh(super->super_offset) != block->place)
		return;
	if (devices > V1_DEVICES_MAX || sum_v1(block, devices) != le32toh(super->sb_csum)) {
		finding->is_damaged = true;
		return;
	}
	finding->created = le64toh(super->ctime) & MD_SUPERBLOCK_1_TIME_SEC_MASK;
	finding->raid = make_v1(block);
}
