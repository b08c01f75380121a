/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Members of a firmware's RAID, Intel's (IMSM) and SNIA's common format (DDF): which of them belong
 * together, and no more. Several volumes may lie in one such container, and mdadm alone knows how.
 *
 * IMSM has its anchor in the last sector but one: a text, and at 28h the number of its family, the
 * same on all its disks. DDF has it in the last sector: DE11DE11h, and at 8 a name of 24 bytes that
 * no other has (SNIA DDF 2.0, 5.5).
 */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "storage/array.h"
#include "storage/raid_format.h"

#define IMSM_SIGNATURE "Intel Raid ISM Cfg Sig. "
#define IMSM_FAMILY 0x28
#define DDF_SIGNATURE 0xde11de11
#define DDF_NAME 8
#define DDF_NAME_LENGTH 24

typedef char *(*take_identity_fn)(const unsigned char *sector);

/* What all disks of one container have in common; the caller frees; NULL: no such anchor. */
static char *take_imsm(const unsigned char *sector)
{
	uint32_t family;

	if (memcmp(sector, IMSM_SIGNATURE, strlen(IMSM_SIGNATURE)) != 0)
		return NULL;
	memcpy(&family, sector + IMSM_FAMILY, sizeof(family));
	return text_format("imsm:%08x", le32toh(family));
}

static char *take_ddf(const unsigned char *sector)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	uint32_t signature;

	memcpy(&signature, sector, sizeof(signature));
	if (be32toh(signature) != DDF_SIGNATURE)
		return NULL;
	text_buffer_add_text(&buffer, "ddf:");
	for (size_t i = 0; i < DDF_NAME_LENGTH; i++)
		text_buffer_format(&buffer, "%02x", sector[DDF_NAME + i]);
	return text_buffer_take(&buffer);
}

static const struct {
	const char *type; /* libblkid's */
	const char *version;
	unsigned sectors_from_end;
	take_identity_fn take;
} formats[] = {
	{"isw_raid_member", "imsm", 2, take_imsm},
	{"ddf_raid_member", "ddf", 1, take_ddf},
};

int raid_container_read(int fd, uint64_t offset, uint64_t size, const char *type,
			struct raid_member **ret_raid)
{
	unsigned char sector[RAID_SECTOR];
	struct raid_member *raid;
	char *identity = NULL;
	const char *version = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		uint64_t from_end = (uint64_t)formats[i].sectors_from_end * RAID_SECTOR;

		if (!text_is_equal(formats[i].type, type) || size < from_end)
			continue;
		if (pread(fd, sector, sizeof(sector), (off_t)(offset + size - from_end)) !=
		    (ssize_t)sizeof(sector))
			return -EIO;
		identity = formats[i].take(sector);
		version = formats[i].version;
	}
	if (!identity)
		return -ENOENT;
	raid = alloc_zero(1, sizeof(*raid));
	raid->array_uuid = identity;
	raid->name = text_copy("");
	raid->level = text_copy("container");
	raid->version = text_copy(version);
	raid->slots = text_copy("");
	raid->role = RAID_ROLE_SPARE;
	*ret_raid = raid;
	return 0;
}
