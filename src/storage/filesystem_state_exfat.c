/* SPDX-License-Identifier: GPL-3.0-or-later */
/* exFAT: Microsoft's "exFAT file system specification", 3.1 (main boot sector) and 3.4 (checksum).
 */
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/filesystem_format.h"

#define BOOT_BYTES 512u
#define AT_SECTORS 72
#define AT_HEAP 88
#define AT_CLUSTERS 92
#define AT_ROOT_CLUSTER 96
#define AT_SERIAL 100
#define AT_FLAGS 106
#define AT_SECTOR_SHIFT 108
#define AT_CLUSTER_SHIFT 109
#define AT_PERCENT 112
#define FLAG_DIRTY 0x2
#define FLAG_MEDIA_FAILURE 0x4
#define REGION_SECTORS 12u  /* main boot region; the backup lies behind it */
#define CHECKED_SECTORS 11u /* whose sum stands in the twelfth */
#define ROOT_BYTES 4096u    /* of the root folder that are searched for the label */
#define ENTRY_BYTES 32u
#define ENTRY_LABEL 0x83
#define LABEL_UNITS_MAX 11

static bool is_plausible(const unsigned char *boot)
{
	unsigned sector = boot[AT_SECTOR_SHIFT], cluster = boot[AT_CLUSTER_SHIFT];
	uint64_t sectors = get_le64(boot + AT_SECTORS);

	return memcmp(boot + 3, "EXFAT   ", 8) == 0 && sector >= 9 && sector <= 12 &&
	       cluster <= 25 - sector && sectors > 0 && sectors <= (uint64_t)INT64_MAX >> sector &&
	       get_le32(boot + AT_CLUSTERS) > 0;
}

static bool read_exfat(const struct filesystem_place *place, const char *type,
		       struct filesystem_state *state)
{
	unsigned char boot[BOOT_BYTES];
	unsigned flags, percent;
	uint64_t heap;

	(void)type;
	if (!place_read(place, 0, boot, sizeof(boot)) || !is_plausible(boot))
		return false;
	flags = get_le16(boot + AT_FLAGS);
	percent = boot[AT_PERCENT];
	filesystem_state_set_size(state, place,
				  get_le64(boot + AT_SECTORS) << boot[AT_SECTOR_SHIFT]);
	heap = (uint64_t)get_le32(boot + AT_CLUSTERS)
	       << (boot[AT_SECTOR_SHIFT] + boot[AT_CLUSTER_SHIFT]);
	if (percent <= 100 && heap <= state->size) {
		state->has_space = true;
		state->free = heap / 100 * (100 - percent);
	}
	if (flags & FLAG_MEDIA_FAILURE) {
		state->condition = CONDITION_ERRORS;
		filesystem_state_remark(state, _("a read or write error was met on it"));
	} else {
		state->condition = flags & FLAG_DIRTY ? CONDITION_NOT_CLEAN : CONDITION_CLEAN;
	}
	return true;
}

/* Whether the sum over the region at AT is what its last sector repeats. */
static bool has_good_checksum(const struct filesystem_place *place, uint64_t at, unsigned shift)
{
	size_t sector = (size_t)1 << shift, length = sector * CHECKED_SECTORS;
	_cleanup_free_ unsigned char *bytes = alloc_zero(1, length + sector);
	uint32_t sum = 0;

	if (!place_read(place, at, bytes, length + sector))
		return false;
	for (size_t i = 0; i < length; i++) {
		if (i != AT_FLAGS && i != AT_FLAGS + 1 && i != AT_PERCENT)
			sum = (sum << 31 | sum >> 1) + bytes[i];
	}
	return get_le32(bytes + length) == sum;
}

/* The label is an entry of the root folder. */
static char *read_label(const struct filesystem_place *place, const unsigned char *boot)
{
	uint64_t cluster = get_le32(boot + AT_ROOT_CLUSTER);
	unsigned char entries[ROOT_BYTES];
	uint64_t at;

	if (cluster < 2)
		return NULL;
	at = ((uint64_t)get_le32(boot + AT_HEAP) + ((cluster - 2) << boot[AT_CLUSTER_SHIFT]))
	     << boot[AT_SECTOR_SHIFT];
	if (!place_read(place, at, entries, sizeof(entries)))
		return NULL;
	for (size_t i = 0; i < ROOT_BYTES && entries[i]; i += ENTRY_BYTES) {
		if (entries[i] == ENTRY_LABEL && entries[i + 1] <= LABEL_UNITS_MAX)
			return utf16_to_text(entries + i + 2, entries[i + 1]);
	}
	return NULL;
}

static bool find_lost(const struct filesystem_place *place, struct lost_filesystem *lost)
{
	unsigned char first[BOOT_BYTES] = {0}, boot[BOOT_BYTES];
	bool is_read = place_read(place, 0, first, sizeof(first));

	if (is_plausible(first) && has_good_checksum(place, 0, first[AT_SECTOR_SHIFT]))
		return false;
	for (unsigned shift = 9; shift <= 12; shift++) {
		uint64_t at = (uint64_t)REGION_SECTORS << shift;

		if (!place_read(place, at, boot, sizeof(boot)) || !is_plausible(boot) ||
		    boot[AT_SECTOR_SHIFT] != shift || !has_good_checksum(place, at, shift))
			continue;
		lost->type = text_copy("exfat");
		lost->uuid = text_format("%04X-%04X", get_le16(boot + AT_SERIAL + 2),
					 get_le16(boot + AT_SERIAL));
		lost->label = read_label(place, boot);
		lost->backup = at;
		lost->damage = describe_damage(is_read, is_plausible(first), first, sizeof(first));
		return true;
	}
	return false;
}

static const char *const types[] = {"exfat", NULL};

const struct filesystem_family family_exfat = {
	.types = types,
	.read = read_exfat,
	.find_lost = find_lost,
};
