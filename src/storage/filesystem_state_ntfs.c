/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NTFS: its boot sector, and the flags of the file $Volume, the fourth of the master file table
 * (struct attr_record and VOLUME_INFORMATION, fs/ntfs3/ntfs.h of the kernel).
 */
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/filesystem_format.h"

#define BOOT_BYTES 512u
#define AT_SECTOR_SIZE 11
#define AT_CLUSTER_SECTORS 13
#define AT_SECTORS 40
#define AT_TABLE 48
#define AT_RECORD_CLUSTERS 64
#define AT_SERIAL 72
#define RECORD_VOLUME 3u
#define RECORD_BYTES_MAX 65536u
#define STRIDE 512u /* bytes that one fixup covers */
#define ATTRIBUTE_NAME 0x60u
#define ATTRIBUTE_INFORMATION 0x70u
#define ATTRIBUTE_END 0xffffffffu
#define LABEL_UNITS_MAX 128u
#define FLAG_DIRTY 0x1

/* What a boot sector comes to, bytes. */
struct volume_shape {
	uint64_t cluster;
	uint64_t size;
	uint64_t table;
	uint32_t record;
};

static bool is_power(uint64_t value)
{
	return value && !(value & (value - 1));
}

static bool take_shape(const unsigned char *boot, struct volume_shape *shape)
{
	uint32_t sector = get_le16(boot + AT_SECTOR_SIZE), clusters = boot[AT_CLUSTER_SECTORS];
	int record = boot[AT_RECORD_CLUSTERS] < 0x80 ? boot[AT_RECORD_CLUSTERS]
						     : boot[AT_RECORD_CLUSTERS] - 0x100;
	uint64_t sectors = get_le64(boot + AT_SECTORS), table = get_le64(boot + AT_TABLE);

	if (memcmp(boot + 3, "NTFS    ", 8) != 0 || !is_power(sector) || sector < 256 ||
	    sector > 4096 || !sectors || sectors > (uint64_t)INT64_MAX / sector)
		return false;
	/* from 128 on it is a power of two, negative */
	if (clusters > 0x80)
		clusters = clusters >= 0x100 - 12 ? 1u << (0x100 - clusters) : 0;
	shape->cluster = (uint64_t)sector * clusters;
	shape->size = sectors * sector;
	if (!is_power(shape->cluster) || shape->cluster > (2u << 20) ||
	    table > shape->size / shape->cluster || (record < 0 && record < -16))
		return false;
	shape->table = table * shape->cluster;
	shape->record = record < 0 ? 1u << -record : (uint32_t)((uint64_t)record * shape->cluster);
	return is_power(shape->record) && shape->record >= STRIDE &&
	       shape->record <= RECORD_BYTES_MAX;
}

/* The last two bytes of each stride were put aside when the record was written. */
static bool put_back(unsigned char *record, uint32_t length)
{
	uint32_t at = get_le16(record + 4), count = get_le16(record + 6);

	if (memcmp(record, "FILE", 4) != 0 || count != length / STRIDE + 1 ||
	    at + 2 * count > STRIDE - 2)
		return false;
	for (uint32_t i = 1; i < count; i++) {
		unsigned char *end = record + i * STRIDE - 2;

		if (memcmp(end, record + at, 2) != 0)
			return false;
		memcpy(end, record + at + 2 * i, 2);
	}
	return true;
}

/* The value of the attribute TYPE that stands in the record; NULL where there is none. */
static const unsigned char *find_attribute(const unsigned char *record, uint32_t length,
					   uint32_t type, uint32_t *ret_length)
{
	uint32_t at = get_le16(record + 20);

	while (at <= length - 24) {
		uint32_t found = get_le32(record + at), size = get_le32(record + at + 4);

		if (found == ATTRIBUTE_END || size < 24 || size > length - at)
			return NULL;
		if (found == type && !record[at + 8]) {
			uint32_t value = get_le32(record + at + 16);
			uint32_t start = get_le16(record + at + 20);

			if (start > size || value > size - start)
				return NULL;
			*ret_length = value;
			return record + at + start;
		}
		at += size;
	}
	return NULL;
}

/* The record of $Volume, put right; the caller frees; NULL where it cannot be had. */
static unsigned char *read_volume(const struct filesystem_place *place,
				  const struct volume_shape *shape)
{
	_cleanup_free_ unsigned char *record = alloc_zero(1, shape->record);

	if (!place_read(place, shape->table + (uint64_t)RECORD_VOLUME * shape->record, record,
			shape->record) ||
	    !put_back(record, shape->record))
		return NULL;
	return TAKE_PTR(record);
}

static bool read_ntfs(const struct filesystem_place *place, const char *type,
		      struct filesystem_state *state)
{
	_cleanup_free_ unsigned char *record = NULL;
	const unsigned char *information = NULL;
	unsigned char boot[BOOT_BYTES];
	struct volume_shape shape;
	uint32_t length = 0;

	(void)type;
	if (!place_read(place, 0, boot, sizeof(boot)) || !take_shape(boot, &shape))
		return false;
	filesystem_state_set_size(state, place, shape.size);
	record = read_volume(place, &shape);
	if (record)
		information = find_attribute(record, shape.record, ATTRIBUTE_INFORMATION, &length);
	if (!information || length < 12) {
		state->condition = CONDITION_ERRORS;
		filesystem_state_remark(state, _("its $Volume file cannot be made sense of"));
		return true;
	}
	state->condition =
		get_le16(information + 10) & FLAG_DIRTY ? CONDITION_NOT_CLEAN : CONDITION_CLEAN;
	return true;
}

static char *read_label(const struct filesystem_place *place, const struct volume_shape *shape)
{
	_cleanup_free_ unsigned char *record = read_volume(place, shape);
	const unsigned char *name;
	uint32_t length;

	name = record ? find_attribute(record, shape->record, ATTRIBUTE_NAME, &length) : NULL;
	if (!name || length / 2 > LABEL_UNITS_MAX)
		return NULL;
	return utf16_to_text(name, length / 2);
}

/* The backup of the boot sector is the last one of the partition. */
static bool find_lost(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	static const uint64_t ends[] = {512, 4096};
	unsigned char first[BOOT_BYTES] = {0}, boot[BOOT_BYTES];
	bool is_read = place_read(place, 0, first, sizeof(first));
	struct volume_shape shape;

	if (take_shape(first, &shape))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		uint64_t at = place->size / ends[i] * ends[i] - ends[i];

		if (place->size < ends[i] || !place_read(place, at, boot, sizeof(boot)) ||
		    !take_shape(boot, &shape) || shape.size > place->size)
			continue;
		lost->type = text_copy("ntfs");
		lost->uuid = text_format("%08X%08X", get_le32(boot + AT_SERIAL + 4),
					 get_le32(boot + AT_SERIAL));
		lost->label = read_label(place, &shape);
		lost->backup = at;
		lost->damage = describe_damage(is_read, false, first, sizeof(first));
		return true;
	}
	return false;
}

static const char *const types[] = {"ntfs", NULL};

const struct filesystem_family family_ntfs = {
	.types = types,
	.read = read_ntfs,
	.find_lost = find_lost,
};
