/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A probe's record as JSON: from the child to the parent, and in a recorded machine. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/json.h"
#include "storage/content_record.h"
#include "storage/probe.h"

void probe_record_done(struct probe_record *record)
{
	free(record->serial);
	free(record->failure);
	content_done(&record->content);
	table_done(&record->table);
	for (size_t i = 0; i < record->partition_count; i++) {
		table_entry_done(&record->partitions[i].entry);
		content_done(&record->partitions[i].content);
		free(record->partitions[i].failure);
	}
	free(record->partitions);
	*record = (struct probe_record){0};
}

static struct json_object *partition_to_json(const struct probe_partition *partition)
{
	struct json_object *object = json_object_new_object();

	table_entry_add_json(object, &partition->entry);
	json_add_u64(object, "start", partition->start);
	json_add_u64(object, "size", partition->size);
	json_object_object_add(object, "content", content_to_json(&partition->content));
	json_add_bytes(object, "failure", partition->failure);
	return object;
}

char *probe_record_format(const struct probe_record *record)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();
	struct json_object *partitions = json_object_new_array();

	json_add_u64(object, "size", record->size);
	json_add_u64(object, "sector_size", record->sector_size);
	json_add_bytes(object, "serial", record->serial);
	json_add_bytes(object, "failure", record->failure);
	json_object_object_add(object, "content", content_to_json(&record->content));
	json_object_object_add(object, "table", table_to_json(&record->table));
	for (size_t i = 0; i < record->partition_count; i++)
		json_object_array_add(partitions, partition_to_json(&record->partitions[i]));
	json_object_object_add(object, "partitions", partitions);
	return json_format_line(object);
}

static void partition_from_json(struct json_object *object, const char *disk_type,
				struct probe_partition *partition)
{
	table_entry_from_json(object, &partition->entry);
	partition->entry.disk_type = text_copy(disk_type);
	partition->start = json_get_u64(object, "start", 0);
	partition->size = json_get_u64(object, "size", 0);
	content_from_json(json_get_object(object, "content"), &partition->content);
	partition->failure = record_get_text(object, "failure");
}

static void partitions_from_json(struct json_object *array, struct probe_record *record)
{
	size_t count = array ? json_object_array_length(array) : 0;

	if (count > PROBE_PARTITION_MAX)
		count = PROBE_PARTITION_MAX;
	record->partitions = alloc_zero(count, sizeof(*record->partitions));
	for (size_t i = 0; i < count; i++) {
		struct json_object *object = json_object_array_get_idx(array, i);
		uint64_t number = json_get_u64(object, "number", 0);

		if (number < 1 || number > 65536)
			continue;
		partition_from_json(object, record->table.type,
				    &record->partitions[record->partition_count++]);
	}
}

int probe_record_parse(const char *text, size_t length, struct probe_record *record,
		       struct problem *why)
{
	_cleanup_json_ struct json_object *object = NULL;
	uint64_t sector;
	int r = json_parse(text, length, &object, why);

	if (r < 0)
		return r;
	if (!json_object_is_type(object, json_type_object))
		return problem_set(why, -EBADMSG, _("probe"), _("its answer makes no sense"));
	record->size = json_get_u64(object, "size", 0);
	sector = json_get_u64(object, "sector_size", 512);
	record->sector_size = sector <= 65536 ? (unsigned)sector : 512;
	record->serial = record_get_text(object, "serial");
	record->failure = record_get_text(object, "failure");
	content_from_json(json_get_object(object, "content"), &record->content);
	table_from_json(json_get_object(object, "table"), &record->table);
	partitions_from_json(json_get_array(object, "partitions"), record);
	return 0;
}
