/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A probe's record as JSON: from the child to the parent, and in a recorded machine. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/json.h"
#include "storage/probe.h"

#define TEXT_MAX 65536 /* longer texts from a probe are cut: no label is */

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

static struct json_object *content_to_json(const struct content *content)
{
	struct json_object *object = json_object_new_object();

	json_add_bytes(object, "usage", content->usage);
	json_add_bytes(object, "type", content->type);
	json_add_bytes(object, "version", content->version);
	json_add_bytes(object, "label", content->label);
	json_add_bytes(object, "uuid", content->uuid);
	json_add_bytes(object, "uuid_sub", content->uuid_sub);
	json_add_bytes(object, "note", content->note);
	json_add_u64(object, "journal", content->journal);
	json_add_bool(object, "ambiguous", content->is_ambiguous);
	return object;
}

static struct json_object *partition_to_json(const struct probe_partition *partition)
{
	struct json_object *object = json_object_new_object();
	const struct table_entry *entry = &partition->entry;

	json_add_u64(object, "number", entry->number);
	json_add_u64(object, "start", partition->start);
	json_add_u64(object, "size", partition->size);
	json_add_bytes(object, "type", entry->type);
	json_add_bytes(object, "type_name", entry->type_name);
	json_add_bytes(object, "label", entry->label);
	json_add_bytes(object, "uuid", entry->uuid);
	json_add_bool(object, "bootable", entry->is_bootable);
	json_add_bool(object, "logical", entry->is_logical);
	json_add_bool(object, "extended", entry->is_extended);
	json_object_object_add(object, "content", content_to_json(&partition->content));
	json_add_bytes(object, "failure", partition->failure);
	return object;
}

char *probe_record_format(const struct probe_record *record)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();
	struct json_object *table = json_object_new_object();
	struct json_object *partitions = json_object_new_array();

	json_add_u64(object, "size", record->size);
	json_add_u64(object, "sector_size", record->sector_size);
	json_add_bytes(object, "serial", record->serial);
	json_add_bytes(object, "failure", record->failure);
	json_object_object_add(object, "content", content_to_json(&record->content));
	json_add_bytes(table, "type", record->table.type);
	json_add_bytes(table, "uuid", record->table.uuid);
	json_add_bytes(table, "note", record->table.note);
	json_object_object_add(object, "table", table);
	for (size_t i = 0; i < record->partition_count; i++)
		json_object_array_add(partitions, partition_to_json(&record->partitions[i]));
	json_object_object_add(object, "partitions", partitions);
	return json_format_line(object);
}

/* Text member NAME, cut where no honest probe would be that long; the caller frees. */
static char *get_bounded(struct json_object *object, const char *name)
{
	char *text = json_get_bytes(object, name);

	if (text && strnlen(text, TEXT_MAX + 1) > TEXT_MAX)
		text[TEXT_MAX] = '\0';
	return text;
}

static void content_from_json(struct json_object *object, struct content *content)
{
	uint64_t journal = json_get_u64(object, "journal", JOURNAL_UNKNOWN);

	content->usage = get_bounded(object, "usage");
	content->type = get_bounded(object, "type");
	content->version = get_bounded(object, "version");
	content->label = get_bounded(object, "label");
	content->uuid = get_bounded(object, "uuid");
	content->uuid_sub = get_bounded(object, "uuid_sub");
	content->note = get_bounded(object, "note");
	content->journal = journal <= JOURNAL_DIRTY ? (enum journal_state)journal : JOURNAL_UNKNOWN;
	content->is_ambiguous = json_get_bool(object, "ambiguous", false);
}

static void partition_from_json(struct json_object *object, const char *disk_type,
				struct probe_partition *partition)
{
	struct table_entry *entry = &partition->entry;

	entry->number = (unsigned)json_get_u64(object, "number", 0);
	partition->start = json_get_u64(object, "start", 0);
	partition->size = json_get_u64(object, "size", 0);
	entry->type = get_bounded(object, "type");
	entry->type_name = get_bounded(object, "type_name");
	entry->label = get_bounded(object, "label");
	entry->uuid = get_bounded(object, "uuid");
	entry->disk_type = text_copy(disk_type);
	entry->is_bootable = json_get_bool(object, "bootable", false);
	entry->is_logical = json_get_bool(object, "logical", false);
	entry->is_extended = json_get_bool(object, "extended", false);
	content_from_json(json_get_object(object, "content"), &partition->content);
	partition->failure = get_bounded(object, "failure");
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
	struct json_object *table;
	uint64_t sector;
	int r = json_parse(text, length, &object, why);

	if (r < 0)
		return r;
	if (!json_object_is_type(object, json_type_object))
		return problem_set(why, -EBADMSG, _("probe"), _("its answer makes no sense"));
	record->size = json_get_u64(object, "size", 0);
	sector = json_get_u64(object, "sector_size", 512);
	record->sector_size = sector <= 65536 ? (unsigned)sector : 512;
	record->serial = get_bounded(object, "serial");
	record->failure = get_bounded(object, "failure");
	content_from_json(json_get_object(object, "content"), &record->content);
	table = json_get_object(object, "table");
	record->table.type = get_bounded(table, "type");
	record->table.uuid = get_bounded(table, "uuid");
	record->table.note = get_bounded(table, "note");
	partitions_from_json(json_get_array(object, "partitions"), record);
	return 0;
}
