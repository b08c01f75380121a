/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzz target: the md superblock of a member, as it may stand on a crafted disk, all the way to the
 * array that is made of it.
 *
 * The first byte says which version it is read as. What only tells a superblock from none (magic,
 * place, sum) is put right, so that what follows is reached.
 */
#include "fuzz.h"

#include <endian.h>
#include <linux/raid/md_p.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "storage/array.h"
#include "storage/probe.h"

#define MEMBER_SIZE (256u << 10)
#define SECTOR 512u

static const uint64_t places[] = {8, 0, 512 - 16, 512 - 128}; /* 1.2, 1.1, 1.0, 0.90 */
#define OLD 3u

static uint32_t sum_of(const uint32_t *words, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += le32toh(words[i]);
	return (uint32_t)((sum & UINT32_MAX) + (sum >> 32));
}

static void put_right(unsigned version, uint32_t *words)
{
	struct mdp_superblock_1 *super = (struct mdp_superblock_1 *)(void *)words;
	mdp_super_t *old = (mdp_super_t *)(void *)words;
	uint32_t devices;

	words[0] = htole32(MD_SB_MAGIC);
	words[1] = htole32(version == OLD ? 0 : 1);
	if (version == OLD) {
		old->minor_version = htole32(90 + (le32toh(old->minor_version) & 1));
		old->sb_csum = 0;
		old->sb_csum = htole32(sum_of(words, MD_SB_WORDS));
		return;
	}
	devices = le32toh(super->max_dev) % 1921;
	super->max_dev = htole32(devices);
	super->super_offset = htole64(places[version]);
	super->sb_csum = 0;
	memset((char *)words + 256 + 2 * devices, 0, MD_SB_BYTES - 256 - 2 * devices);
	super->sb_csum = htole32(sum_of(words, MD_SB_WORDS));
}

/* What was read goes through a probe's record into a machine. */
static void use(struct raid_member *raid)
{
	_cleanup_probe_record_ struct probe_record record = {.size = MEMBER_SIZE}, again = {0};
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *disk = device_new(DEVICE_DISK, "sda");
	_cleanup_free_ char *text = NULL;

	record.content.raid = raid;
	text = probe_record_format(&record);
	machine_add(machine, disk);
	if (probe_record_parse(text, strlen(text), &again, NULL) == 0)
		probe_record_apply(&again, machine, disk);
	array_add_dormant(machine);
	machine_sort(machine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t words[MD_SB_WORDS] = {0};
	_cleanup_close_ int fd = -1;
	struct raid_member *raid = NULL;
	unsigned version;

	if (!size)
		return 0;
	version = data[0] & 3u;
	memcpy(words, data + 1, size - 1 < sizeof(words) ? size - 1 : sizeof(words));
	put_right(version, words);
	fd = memfd_create("member", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, MEMBER_SIZE) < 0 ||
	    pwrite(fd, words, sizeof(words), (off_t)(places[version] * SECTOR)) !=
		    (ssize_t)sizeof(words))
		return 0;
	if (raid_member_read(fd, 0, MEMBER_SIZE, &raid) == 0)
		use(raid);
	return 0;
}
