/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FAT12, FAT16 and FAT32: Microsoft's "FAT: General Overview of On-Disk Format", and the byte of
 * the boot sector in which Linux and Windows NT note that the volume is in use.
 */
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/filesystem_format.h"

#define BOOT_BYTES 512u
#define AT_SECTOR_SIZE 11
#define AT_CLUSTER_SECTORS 13
#define AT_RESERVED 14
#define AT_FATS 16
#define AT_ROOT_ENTRIES 17
#define AT_SECTORS_16 19
#define AT_FAT_SECTORS_16 22
#define AT_SECTORS_32 32
#define AT_FAT_SECTORS_32 36
#define AT_INFO_SECTOR 48
#define AT_STATE_16 0x25
#define AT_STATE_32 0x41
#define AT_SERIAL_32 0x43
#define AT_LABEL_32 0x47
#define AT_NAME_32 0x52
#define LABEL_BYTES 11
#define STATE_DIRTY 0x1
#define STATE_ERRORS 0x2
#define INFO_FREE 488
#define BACKUP_SECTOR 6
#define FAT16_BYTES_MAX 131072u

/* What a boot sector comes to; all but sector_size in sectors or clusters. */
struct volume_shape {
	uint32_t sector_size;
	uint32_t cluster_sectors;
	uint32_t reserved;
	uint64_t sectors;
	uint64_t fat_sectors;
	uint64_t clusters;
	unsigned bits; /* of an entry of the FAT: 12, 16, 32 */
};

static bool is_power(uint32_t value)
{
	return value && !(value & (value - 1));
}

static bool has_mark(const unsigned char *boot)
{
	return boot[510] == 0x55 && boot[511] == 0xaa;
}

static bool take_shape(const unsigned char *boot, struct volume_shape *shape)
{
	uint32_t root_sectors, fat16 = get_le16(boot + AT_FAT_SECTORS_16);
	uint64_t fats = boot[AT_FATS], taken;

	shape->sector_size = get_le16(boot + AT_SECTOR_SIZE);
	shape->cluster_sectors = boot[AT_CLUSTER_SECTORS];
	shape->reserved = get_le16(boot + AT_RESERVED);
	if (!is_power(shape->sector_size) || shape->sector_size < 512 ||
	    shape->sector_size > 4096 || !is_power(shape->cluster_sectors) || !shape->reserved ||
	    !fats || fats > 4)
		return false;
	shape->sectors = get_le16(boot + AT_SECTORS_16);
	if (!shape->sectors)
		shape->sectors = get_le32(boot + AT_SECTORS_32);
	shape->fat_sectors = fat16 ? fat16 : get_le32(boot + AT_FAT_SECTORS_32);
	root_sectors = (get_le16(boot + AT_ROOT_ENTRIES) * 32u + shape->sector_size - 1) /
		       shape->sector_size;
	taken = shape->reserved + fats * shape->fat_sectors + root_sectors;
	if (!shape->fat_sectors || shape->sectors <= taken)
		return false;
	shape->clusters = (shape->sectors - taken) / shape->cluster_sectors;
	shape->bits = !fat16 ? 32 : shape->clusters < 4085 ? 12 : 16;
	return true;
}

/* The entries of a FAT12 or FAT16 that are free; it is small enough to be read whole. */
static bool count_free(const struct filesystem_place *place, const struct volume_shape *shape,
		       uint64_t *ret_free)
{
	uint64_t length = (shape->clusters + 2) * shape->bits / 8 + 1, count = 0;
	_cleanup_free_ unsigned char *fat = NULL;

	if (length > shape->fat_sectors * shape->sector_size)
		length = shape->fat_sectors * shape->sector_size;
	if (length > FAT16_BYTES_MAX)
		return false;
	fat = alloc_zero(1, length + 2);
	if (!place_read(place, (uint64_t)shape->reserved * shape->sector_size, fat, length))
		return false;
	for (uint64_t i = 2; i < shape->clusters + 2 && i * shape->bits / 8 < length; i++) {
		unsigned entry = get_le16(fat + i * shape->bits / 8);

		if (shape->bits == 12)
			entry = i & 1 ? entry >> 4 : entry & 0xfff;
		count += !entry;
	}
	*ret_free = count;
	return true;
}

/* FAT32 notes the number in a sector of its own; all bits set: nobody has counted. */
static bool read_free(const struct filesystem_place *place, const unsigned char *boot,
		      const struct volume_shape *shape, uint64_t *ret_free)
{
	uint64_t sector = get_le16(boot + AT_INFO_SECTOR);
	unsigned char info[BOOT_BYTES];

	if (!sector || sector >= shape->reserved ||
	    !place_read(place, sector * shape->sector_size, info, sizeof(info)) ||
	    memcmp(info, "RRaA", 4) != 0 || memcmp(info + 484, "rrAa", 4) != 0)
		return false;
	*ret_free = get_le32(info + INFO_FREE);
	return *ret_free != UINT32_MAX;
}

static void take_space(const struct filesystem_place *place, const unsigned char *boot,
		       const struct volume_shape *shape, struct filesystem_state *state)
{
	uint64_t cluster = (uint64_t)shape->cluster_sectors * shape->sector_size, count;

	filesystem_state_set_size(state, place, shape->sectors * shape->sector_size);
	if (!(shape->bits == 32 ? read_free(place, boot, shape, &count)
				: count_free(place, shape, &count)))
		return;
	if (count > shape->clusters) {
		filesystem_state_remark(state, _("its free counts are wrong"));
		return;
	}
	state->has_space = true;
	state->free = count * cluster;
}

/* The first two entries of the FAT belong to no cluster; two bits there are set while all is well.
 */
static void read_flags(const struct filesystem_place *place, const struct volume_shape *shape,
		       bool *dirty, bool *errors)
{
	uint64_t at = (uint64_t)shape->reserved * shape->sector_size;
	unsigned char fat[8];

	if (shape->bits == 12 || !place_read(place, at, fat, sizeof(fat)))
		return;
	if (shape->bits == 32) {
		*dirty = !(get_le32(fat + 4) & 0x08000000);
		*errors = !(get_le32(fat + 4) & 0x04000000);
	} else {
		*dirty = !(get_le16(fat + 2) & 0x8000);
		*errors = !(get_le16(fat + 2) & 0x4000);
	}
}

static bool read_fat(const struct filesystem_place *place, const char *type,
		     struct filesystem_state *state)
{
	unsigned char boot[BOOT_BYTES];
	struct volume_shape shape;
	bool is_dirty = false, has_errors = false;
	unsigned noted;

	(void)type;
	if (!place_read(place, 0, boot, sizeof(boot)) || !take_shape(boot, &shape))
		return false;
	take_space(place, boot, &shape, state);
	read_flags(place, &shape, &is_dirty, &has_errors);
	noted = boot[shape.bits == 32 ? AT_STATE_32 : AT_STATE_16];
	if (has_errors || noted & STATE_ERRORS) {
		state->condition = CONDITION_ERRORS;
		filesystem_state_remark(state, _("a read or write error was met on it"));
	} else {
		state->condition =
			is_dirty || noted & STATE_DIRTY ? CONDITION_NOT_CLEAN : CONDITION_CLEAN;
	}
	return true;
}

/* FAT32 alone has a copy of its boot sector. */
static bool find_lost(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	static const uint32_t sectors[] = {512, 4096, 1024, 2048};
	unsigned char first[BOOT_BYTES] = {0}, boot[BOOT_BYTES];
	bool is_read = place_read(place, 0, first, sizeof(first));
	struct volume_shape shape;

	if (has_mark(first) && take_shape(first, &shape))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(sectors); i++) {
		uint64_t at = (uint64_t)BACKUP_SECTOR * sectors[i];
		size_t length = LABEL_BYTES;

		if (!place_read(place, at, boot, sizeof(boot)) || !has_mark(boot) ||
		    memcmp(boot + AT_NAME_32, "FAT32   ", 8) != 0 || !take_shape(boot, &shape) ||
		    shape.bits != 32 || shape.sector_size != sectors[i] ||
		    shape.sectors > place->size / shape.sector_size)
			continue;
		lost->type = text_copy("vfat");
		lost->uuid = text_format("%04X-%04X", get_le16(boot + AT_SERIAL_32 + 2),
					 get_le16(boot + AT_SERIAL_32));
		while (length && boot[AT_LABEL_32 + length - 1] == ' ')
			length--;
		if (memcmp(boot + AT_LABEL_32, "NO NAME    ", LABEL_BYTES) != 0)
			lost->label = format_label(boot + AT_LABEL_32, length);
		lost->backup = at;
		lost->damage = describe_damage(is_read, false, first, sizeof(first));
		return true;
	}
	return false;
}

static const char *const types[] = {"vfat", "msdos", NULL};

const struct filesystem_family family_fat = {
	.types = types,
	.read = read_fat,
	.find_lost = find_lost,
};
