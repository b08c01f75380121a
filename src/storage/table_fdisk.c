/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Partition tables through libfdisk: dos, gpt, bsd, sun, sgi. */
#include <errno.h>
#include <libfdisk.h>
#include <string.h>

#include "base/i18n.h"
#include "storage/table.h"

static void context_unref(struct fdisk_context **context)
{
	fdisk_unref_context(*context);
}

static void table_unref(struct fdisk_table **table)
{
	fdisk_unref_table(*table);
}

static void iterator_free(struct fdisk_iter **iterator)
{
	fdisk_free_iter(*iterator);
}

/* libfdisk's questions and warnings go nowhere: whoever reads only is asked nothing. */
static int answer_nothing(struct fdisk_context *context, struct fdisk_ask *ask, void *data)
{
	(void)context;
	(void)ask;
	(void)data;
	return 0;
}

static void lower_case(char *text)
{
	for (; text && *text; text++) {
		if (*text >= 'A' && *text <= 'Z')
			*text += 'a' - 'A';
	}
}

/* "gpt": the type's GUID; others: the type's number. */
static void take_type(struct fdisk_partition *partition, struct table_entry *entry)
{
	struct fdisk_parttype *type = fdisk_partition_get_type(partition);
	const char *guid = type ? fdisk_parttype_get_string(type) : NULL;

	if (!type)
		return;
	entry->type = guid ? text_copy(guid) : text_format("0x%x", fdisk_parttype_get_code(type));
	lower_case(entry->type);
	entry->type_name = text_copy(fdisk_parttype_get_name(type));
}

static void take_partition(struct fdisk_context *context, struct fdisk_partition *from,
			   const struct table *table, struct probe_partition *to)
{
	uint64_t sector = fdisk_get_sector_size(context);
	const char *attributes = fdisk_partition_get_attrs(from);
	struct table_entry *entry = &to->entry;

	entry->number = (unsigned)fdisk_partition_get_partno(from) + 1;
	entry->disk_type = text_copy(table->type);
	entry->label = text_copy(fdisk_partition_get_name(from));
	entry->uuid = text_copy(fdisk_partition_get_uuid(from));
	lower_case(entry->uuid);
	entry->is_extended = fdisk_partition_is_container(from) == 1;
	entry->is_bootable = fdisk_partition_is_bootable(from) == 1 ||
			     (attributes && strstr(attributes, "LegacyBIOSBootable"));
	entry->is_logical = text_is_equal(table->type, "dos") && entry->number > 4;
	take_type(from, entry);
	/* the kernel's way to name a partition of an MBR: the disk's signature and the number */
	if (!entry->uuid && text_is_equal(table->type, "dos") && table->uuid)
		entry->uuid = text_format("%s-%02x", table->uuid, entry->number);
	to->start = (uint64_t)fdisk_partition_get_start(from) * sector;
	to->size = (uint64_t)fdisk_partition_get_size(from) * sector;
}

static int take_partitions(struct fdisk_context *context, struct probe_record *record)
{
	_cleanup_(table_unref) struct fdisk_table *table = NULL;
	_cleanup_(iterator_free) struct fdisk_iter *iterator = fdisk_new_iter(FDISK_ITER_FORWARD);
	struct fdisk_partition *partition;
	int r;

	if (!iterator)
		return -ENOMEM;
	r = fdisk_get_partitions(context, &table);
	if (r < 0)
		return r;
	while (fdisk_table_next_partition(table, iterator, &partition) == 0) {
		struct probe_partition *to;

		if (!fdisk_partition_has_start(partition) || !fdisk_partition_has_size(partition) ||
		    !fdisk_partition_has_partno(partition))
			continue;
		to = table_add_partition(record);
		if (!to)
			break;
		take_partition(context, partition, &record->table, to);
	}
	return 0;
}

/* "0x1234ABCD" of an MBR becomes "1234abcd". */
static void take_identity(struct fdisk_context *context, struct table *table)
{
	char *id = NULL;

	table->type = text_copy(fdisk_label_get_name(fdisk_get_label(context, NULL)));
	if (fdisk_get_disklabel_id(context, &id) < 0 || !id)
		return;
	table->uuid = text_copy(text_has_prefix(id, "0x") ? id + 2 : id);
	lower_case(table->uuid);
	free(id);
}

int table_read_fdisk(int fd, const char *path, struct probe_record *record)
{
	_cleanup_(context_unref) struct fdisk_context *context = fdisk_new_context();
	int r;

	if (!context)
		return -ENOMEM;
	(void)fdisk_set_ask(context, answer_nothing, NULL); /* cannot fail for a new context */
	fdisk_disable_dialogs(context, 1);
	/* else it looks for other signatures all over the disk, and gives up at a bad sector */
	(void)fdisk_enable_listonly(context, 1);
	r = fdisk_assign_device_by_fd(context, fd, path, 1);
	if (r < 0)
		return r;
	if (fdisk_has_label(context)) {
		take_identity(context, &record->table);
		r = take_partitions(context, record);
		if (r == 0)
			r = 1;
	}
	/* the context goes without deassigning, which would sync a disk that we only read */
	return r;
}
