/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting what a probe has found into the graph of devices. */
#include <string.h>

#include "base/alloc.h"
#include "storage/machine.h"
#include "storage/probe.h"

/* The kernel's rule: a name that ends in a digit takes a "p" before the number. */
static char *partition_name(const struct device *disk, unsigned number)
{
	size_t length = strlen(disk->name);
	char last = length ? disk->name[length - 1] : '\0';

	return text_format("%s%s%u", disk->name, last >= '0' && last <= '9' ? "p" : "", number);
}

static struct device *find_partition(const struct device *disk, unsigned number)
{
	for (size_t i = 0; i < disk->child_count; i++) {
		struct device *child = disk->children[i];

		if (child->kind == DEVICE_PARTITION && child->entry.number == number)
			return child;
	}
	return NULL;
}

static struct device *add_virtual(struct machine *machine, struct device *disk,
				  const struct probe_partition *from)
{
	_cleanup_free_ char *name = partition_name(disk, from->entry.number);
	struct device *device = device_new(DEVICE_PARTITION, name);

	device->is_virtual = true;
	device->start = from->start;
	device->size = from->size;
	device->sector_size = disk->sector_size;
	device->physical_sector_size = disk->physical_sector_size;
	device->is_rotational = disk->is_rotational;
	device->is_read_only = disk->is_read_only;
	device->is_removable = disk->is_removable;
	device_link(disk, device);
	machine_add(machine, device);
	return device;
}

static void fill_partition(struct device *device, const struct probe_partition *from)
{
	const struct table_entry *entry = &from->entry;

	table_entry_done(&device->entry);
	device->entry = *entry;
	device->entry.type = text_copy(entry->type);
	device->entry.type_name = text_copy(entry->type_name);
	device->entry.label = text_copy(entry->label);
	device->entry.uuid = text_copy(entry->uuid);
	device->entry.disk_type = text_copy(entry->disk_type);
	content_copy(&device->content, &from->content);
	device->state = from->failure ? DEVICE_ERROR : DEVICE_OK;
	text_set(&device->reason, from->failure);
}

/*
 * A disk that is one filesystem is no partition table: libfdisk takes the boot sector of a FAT
 * filesystem for an MBR now and then.
 */
static bool has_partitions(const struct probe_record *record)
{
	return record->table.type && !text_is_equal(record->content.usage, "filesystem");
}

void probe_record_apply(const struct probe_record *record, struct machine *machine,
			struct device *disk)
{
	disk->state = record->failure ? DEVICE_ERROR : DEVICE_OK;
	text_set(&disk->reason, record->failure);
	if (!disk->serial)
		disk->serial = text_copy(record->serial);
	if (!disk->size)
		disk->size = record->size;
	if (!disk->sector_size)
		disk->sector_size = record->sector_size;
	content_copy(&disk->content, &record->content);
	if (!has_partitions(record)) {
		text_set(&disk->table.note, record->table.note);
		return;
	}
	text_set(&disk->table.type, record->table.type);
	text_set(&disk->table.uuid, record->table.uuid);
	text_set(&disk->table.note, record->table.note);
	for (size_t i = 0; i < record->partition_count; i++) {
		const struct probe_partition *from = &record->partitions[i];
		struct device *device = find_partition(disk, from->entry.number);

		if (!device)
			device = add_virtual(machine, disk, from);
		fill_partition(device, from);
	}
}
