/* SPDX-License-Identifier: GPL-3.0-or-later */
/* md superblocks made by a test. */
#include "raid_build.h"

#include <endian.h>
#include <linux/raid/md_p.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SECTOR 512u

/* Where each version stands on a member of BUILD_SIZE, in sectors, worked out by hand. */
static const struct {
	const char *version;
	uint64_t place;
} places[] = {
	{"0.90", 16384 - 128},
	{"1.0", 16384 - 16},
	{"1.1", 0},
	{"1.2", 8},
};

uint64_t raid_build_place(const char *version)
{
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (strcmp(places[i].version, version) == 0)
			return places[i].place;
	}
	fail_msg("no version %s", version);
	return 0;
}

static uint32_t carry(uint64_t sum)
{
	return (uint32_t)((sum & 0xffffffff) + (sum >> 32));
}

static void fill_roles(const struct raid_build *build, struct mdp_superblock_1 *super)
{
	super->max_dev = htole32(128);
	for (unsigned i = 0; i < 128; i++)
		super->dev_roles[i] =
			htole16(i < build->device_count ? build->roles[i] : MD_DISK_ROLE_SPARE);
}

static void fill_v1(const struct raid_build *build, unsigned char *bytes)
{
	struct mdp_superblock_1 *super = (struct mdp_superblock_1 *)(void *)bytes;
	uint64_t sum = 0;

	super->magic = htole32(MD_SB_MAGIC);
	super->major_version = htole32(1);
	super->feature_map = htole32(build->features);
	for (int i = 0; i < 16; i++) {
		super->set_uuid[i] = (unsigned char)(0x10 + i);
		super->device_uuid[i] = (unsigned char)(0xa0 + build->number);
	}
	memcpy(super->set_name, build->name, strnlen(build->name, sizeof(super->set_name)));
	super->ctime = htole64(build->created);
	super->level = htole32((uint32_t)build->level);
	super->layout = htole32(build->layout);
	super->size = htole64(build->member_sectors);
	super->chunksize = htole32(build->chunk_sectors);
	super->raid_disks = htole32(build->places);
	super->delta_disks = htole32((uint32_t)build->change);
	super->data_offset = htole64(2048);
	super->data_size = htole64(BUILD_SIZE / SECTOR - 2048);
	super->super_offset = htole64(raid_build_place(build->version));
	super->dev_number = htole32(build->number);
	super->utime = htole64((uint64_t)5 << 40 | build->updated); /* microseconds on top */
	super->events = htole64(build->events);
	super->resync_offset = htole64(build->is_dirty ? 0 : UINT64_MAX);
	fill_roles(build, super);
	for (size_t i = 0; i < MD_SB_BYTES; i += 4)
		sum += (uint32_t)(bytes[i] | bytes[i + 1] << 8 | bytes[i + 2] << 16) |
		       (uint32_t)bytes[i + 3] << 24;
	super->sb_csum = htole32(carry(sum));
}

static void fill_disk(const struct raid_build *build, unsigned number, mdp_disk_t *disk)
{
	uint16_t role = build->roles[number];

	disk->number = number;
	disk->major = 8;
	disk->minor = 1 + 16 * number;
	disk->raid_disk = role < MD_DISK_ROLE_MAX ? role : number;
	if (role < MD_DISK_ROLE_MAX)
		disk->state = 1u << MD_DISK_ACTIVE | 1u << MD_DISK_SYNC;
	if (role == MD_DISK_ROLE_FAULTY)
		disk->state = 1u << MD_DISK_FAULTY;
}

static void fill_old(const struct raid_build *build, unsigned char *bytes)
{
	mdp_super_t *super = (mdp_super_t *)(void *)bytes;
	uint32_t *words = (uint32_t *)(void *)bytes;
	uint64_t sum = 0;

	super->md_magic = MD_SB_MAGIC;
	super->minor_version = build->change ? 91 : 90;
	super->set_uuid0 = 0x10111213;
	super->set_uuid1 = 0x14151617;
	super->set_uuid2 = 0x18191a1b;
	super->set_uuid3 = 0x1c1d1e1f;
	super->ctime = (uint32_t)build->created;
	super->level = (uint32_t)build->level;
	super->size = (uint32_t)(build->member_sectors / 2);
	super->nr_disks = super->raid_disks = build->places;
	super->md_minor = build->minor;
	super->utime = (uint32_t)build->updated;
	super->state = build->is_dirty ? 0 : 1u << MD_SB_CLEAN;
	super->delta_disks = (uint32_t)build->change;
	super->layout = build->layout;
	super->chunk_size = build->chunk_sectors * SECTOR;
	for (unsigned i = 0; i < build->device_count; i++) {
		fill_disk(build, i, &super->disks[i]);
		super->active_disks += build->roles[i] < MD_DISK_ROLE_MAX;
	}
	super->working_disks = super->active_disks;
	fill_disk(build, build->number, &super->this_disk);
	/* the two halves stand in the order of the machine that writes them */
	words[39] = (uint32_t)(build->is_big_endian ? build->events >> 32 : build->events);
	words[40] = (uint32_t)(build->is_big_endian ? build->events : build->events >> 32);
	for (size_t i = 0; i < MD_SB_WORDS; i++)
		sum += words[i];
	super->sb_csum = carry(sum);
	for (size_t i = 0; i < MD_SB_WORDS; i++)
		words[i] = build->is_big_endian ? htobe32(words[i]) : htole32(words[i]);
}

void raid_build_write(const struct raid_build *build, int fd, uint64_t offset)
{
	union {
		unsigned char bytes[MD_SB_BYTES];
		uint64_t aligned;
	} block = {0};
	uint64_t place = raid_build_place(build->version);

	if (strcmp(build->version, "0.90") == 0)
		fill_old(build, block.bytes);
	else
		fill_v1(build, block.bytes);
	assert_int_equal(pwrite(fd, block.bytes, MD_SB_BYTES, (off_t)(offset + place * SECTOR)),
			 MD_SB_BYTES);
}

int raid_build_open(const struct raid_build *build)
{
	char name[] = "/tmp/refloat-raid-XXXXXX";
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(ftruncate(fd, BUILD_SIZE), 0);
	raid_build_write(build, fd, 0);
	return fd;
}
