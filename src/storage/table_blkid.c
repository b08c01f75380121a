/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Partition tables that libfdisk does not know, through libblkid: Mac, Minix, Ultrix and others. */
#include <blkid/blkid.h>
#include <errno.h>

#include "storage/table.h"

#define BLKID_SECTOR 512 /* libblkid's unit, whatever the disk's sectors */

static void probe_free(blkid_probe *probe)
{
	blkid_free_probe(*probe);
}

static void take_partition(blkid_partition from, const char *disk_type,
			   struct probe_partition *to)
{
	struct table_entry *entry = &to->entry;
	const char *type = blkid_partition_get_type_string(from);

	entry->number = (unsigned)blkid_partition_get_partno(from);
	entry->disk_type = text_copy(disk_type);
	entry->type = type ? text_copy(type) : text_format("0x%x", blkid_partition_get_type(from));
	entry->type_name = text_copy(type);
	entry->label = text_copy(blkid_partition_get_name(from));
	entry->uuid = text_copy(blkid_partition_get_uuid(from));
	to->start = (uint64_t)blkid_partition_get_start(from) * BLKID_SECTOR;
	to->size = (uint64_t)blkid_partition_get_size(from) * BLKID_SECTOR;
}

int table_read_blkid(int fd, struct probe_record *record)
{
	_cleanup_(probe_free) blkid_probe probe = blkid_new_probe();
	blkid_partlist list;
	blkid_parttable table;

	if (!probe || blkid_probe_set_device(probe, fd, 0, 0) < 0)
		return -ENOMEM;
	(void)blkid_probe_enable_superblocks(probe, 0); /* these fail only without memory */
	(void)blkid_probe_enable_partitions(probe, 1);
	(void)blkid_probe_set_partitions_flags(probe, BLKID_PARTS_ENTRY_DETAILS);
	list = blkid_probe_get_partitions(probe);
	table = list ? blkid_partlist_get_table(list) : NULL;
	if (!table || !blkid_parttable_get_type(table))
		return 0;
	record->table.type = text_copy(blkid_parttable_get_type(table));
	record->table.uuid = text_copy(blkid_parttable_get_id(table));
	for (int i = 0; i < blkid_partlist_numof_partitions(list); i++) {
		blkid_partition from = blkid_partlist_get_partition(list, i);
		struct probe_partition *to = from ? table_add_partition(record) : NULL;

		if (!to)
			break;
		take_partition(from, record->table.type, to);
	}
	return 1;
}
