/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a recording that says what the probes said. */
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "storage/probe.h"
#include "storage/record_parts.h"

/* Its contents stand in its disk's record; a mapped partition has been probed by itself as well. */
static bool is_table_partition(const struct device *device)
{
	return device->kind == DEVICE_PARTITION && !device->dm_uuid;
}

/* The record that the probe of DISK sent; its texts are borrowed. */
static void make_record(const struct device *disk, struct probe_record *record)
{
	record->size = disk->size;
	record->sector_size = disk->sector_size;
	record->serial = disk->serial;
	record->content = disk->content;
	record->table = disk->table;
	record->partitions = alloc_zero(disk->child_count, sizeof(*record->partitions));
	for (size_t i = 0; i < disk->child_count; i++) {
		const struct device *child = disk->children[i];

		if (child->kind != DEVICE_PARTITION || !child->entry.number)
			continue;
		record->partitions[record->partition_count++] = (struct probe_partition){
			.entry = child->entry,
			.start = child->start,
			.size = child->size,
			.content = child->content,
			.failure = child->state == DEVICE_ERROR ? child->reason : NULL,
		};
	}
}

static struct json_object *answer_of(const struct device *disk)
{
	struct json_object *object = NULL;
	struct probe_record record = {0};
	_cleanup_free_ char *text = NULL;

	if (disk->state != DEVICE_OK) {
		object = json_object_new_object();
		json_add_text(object, "state", device_state_name(disk->state));
		json_add_text(object, "reason", disk->reason);
		return object;
	}
	make_record(disk, &record);
	text = probe_record_format(&record);
	free(record.partitions); /* the rest is the device's */
	if (json_parse(text, strlen(text), &object, NULL) < 0)
		return NULL; /* our own text, so it never fails; without it udev's notes count */
	return object;
}

int record_probes(const struct recording *recording, const struct machine *machine)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();
	struct json_object *probes = json_object_new_object();
	_cleanup_free_ char *text = NULL;

	(void)json_object_object_add(object, "probes", probes); /* fails only without memory */
	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (is_table_partition(device) || device->is_dormant || !device->size)
			continue;
		(void)json_object_object_add(probes, device->name,
					     answer_of(device)); /* as above */
	}
	text = json_format(object);
	return recording_write(recording, "/refloat/probes.json", text);
}
