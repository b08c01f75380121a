/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a btrfs superblock says of the devices that the filesystem is made of. */
#include "storage/btrfs_super.h"

#include <string.h>
#include <unistd.h>

#include "storage/bytes.h"

/* struct btrfs_super_block, kernel include/uapi/linux/btrfs_tree.h: bytes from its start. */
#define SUPER_OFFSET 65536
#define SUPER_BYTES 4096
#define AT_MAGIC 64
#define AT_GENERATION 72
#define AT_DEVICE_COUNT 136
#define AT_DEVICE_ID 201
#define MAGIC "_BHRfS_M"

void btrfs_super_read(int fd, uint64_t offset, struct btrfs_super *super)
{
	unsigned char bytes[SUPER_BYTES];
	uint64_t id, count;

	if (pread(fd, bytes, sizeof(bytes), (off_t)(offset + SUPER_OFFSET)) != SUPER_BYTES ||
	    memcmp(bytes + AT_MAGIC, MAGIC, strlen(MAGIC)) != 0)
		return;
	id = get_le64(bytes + AT_DEVICE_ID);
	count = get_le64(bytes + AT_DEVICE_COUNT);
	if (!id || !count || count > BTRFS_DEVICES_MAX)
		return;
	super->device_id = id;
	super->device_count = count;
	super->generation = get_le64(bytes + AT_GENERATION);
}
