/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is on a device as JSON and back; what is read may have been made up. */
#include "storage/content_record.h"

#include <string.h>

#include "base/alloc.h"

#define TEXT_MAX 65536 /* longer texts are cut: no label is */
#define PARTITION_NUMBER_MAX 65536
#define TIME_MAX ((uint64_t)1 << 40) /* seconds: as long as md's own field for them */

char *record_get_text(struct json_object *object, const char *name)
{
	char *text = json_get_bytes(object, name);

	if (text && strnlen(text, TEXT_MAX + 1) > TEXT_MAX)
		text[TEXT_MAX] = '\0';
	return text;
}

static const struct {
	const char *word;
	int role;
} roles[] = {
	{"spare", RAID_ROLE_SPARE},
	{"faulty", RAID_ROLE_FAULTY},
	{"journal", RAID_ROLE_JOURNAL},
};

static void add_role(struct json_object *object, int role)
{
	for (size_t i = 0; i < ARRAY_SIZE(roles); i++) {
		if (roles[i].role == role) {
			json_add_text(object, "role", roles[i].word);
			return;
		}
	}
	json_add_u64(object, "role", role >= 0 ? (uint64_t)role : 0);
}

static int get_role(struct json_object *object)
{
	const char *word = json_get_text(object, "role");
	uint64_t place = json_get_u64(object, "role", RAID_PLACES_MAX);

	for (size_t i = 0; word && i < ARRAY_SIZE(roles); i++) {
		if (strcmp(roles[i].word, word) == 0)
			return roles[i].role;
	}
	return place < RAID_PLACES_MAX ? (int)place : RAID_ROLE_SPARE;
}

static struct json_object *raid_to_json(const struct raid_member *raid)
{
	struct json_object *object;

	if (!raid)
		return NULL;
	object = json_object_new_object();
	json_add_bytes(object, "array_uuid", raid->array_uuid);
	json_add_bytes(object, "device_uuid", raid->device_uuid);
	json_add_bytes(object, "name", raid->name);
	json_add_bytes(object, "level", raid->level);
	json_add_bytes(object, "version", raid->version);
	json_add_bytes(object, "slots", raid->slots);
	json_add_bytes(object, "hindrance", raid->hindrance);
	add_role(object, raid->role);
	json_add_u64(object, "places", raid->place_count);
	json_add_u64(object, "minor", raid->minor);
	json_add_u64(object, "layout", raid->layout);
	json_add_u64(object, "events", raid->events);
	json_add_u64(object, "updated", raid->updated > 0 ? (uint64_t)raid->updated : 0);
	json_add_u64(object, "array_size", raid->array_size);
	json_add_u64(object, "data_offset", raid->data_offset);
	json_add_u64(object, "data_size", raid->data_size);
	json_add_bool(object, "clean", raid->is_clean);
	json_add_bool(object, "reshaping", raid->is_reshaping);
	json_add_bool(object, "recovering", raid->is_recovering);
	json_add_bool(object, "parity_log", raid->has_parity_log);
	json_add_bool(object, "wants_journal", raid->wants_journal);
	return object;
}

/* Texts that are never NULL in a member. */
static char *get_some_text(struct json_object *object, const char *name)
{
	char *text = record_get_text(object, name);

	return text ? text : text_copy("");
}

static unsigned get_u32(struct json_object *object, const char *name)
{
	uint64_t value = json_get_u64(object, name, 0);

	return value <= UINT32_MAX ? (unsigned)value : 0;
}

static struct raid_member *raid_from_json(struct json_object *object)
{
	struct raid_member *raid;
	uint64_t places, updated;

	if (!object)
		return NULL;
	raid = alloc_zero(1, sizeof(*raid));
	raid->array_uuid = get_some_text(object, "array_uuid");
	raid->device_uuid = record_get_text(object, "device_uuid");
	raid->name = get_some_text(object, "name");
	raid->level = get_some_text(object, "level");
	raid->version = get_some_text(object, "version");
	raid->slots = get_some_text(object, "slots");
	if (strlen(raid->slots) > RAID_PLACES_MAX)
		raid->slots[RAID_PLACES_MAX] = '\0';
	raid->hindrance = record_get_text(object, "hindrance");
	places = json_get_u64(object, "places", 0);
	raid->place_count = places <= RAID_PLACES_MAX ? (unsigned)places : 0;
	raid->role = get_role(object);
	if (raid->role >= (int)raid->place_count)
		raid->role = RAID_ROLE_SPARE;
	raid->minor = get_u32(object, "minor");
	raid->layout = get_u32(object, "layout");
	raid->events = json_get_u64(object, "events", 0);
	updated = json_get_u64(object, "updated", 0);
	raid->updated = updated < TIME_MAX ? (int64_t)updated : 0;
	raid->array_size = json_get_u64(object, "array_size", 0);
	raid->data_offset = json_get_u64(object, "data_offset", 0);
	raid->data_size = json_get_u64(object, "data_size", 0);
	raid->is_clean = json_get_bool(object, "clean", false);
	raid->is_reshaping = json_get_bool(object, "reshaping", false);
	raid->is_recovering = json_get_bool(object, "recovering", false);
	raid->has_parity_log = json_get_bool(object, "parity_log", false);
	raid->wants_journal = json_get_bool(object, "wants_journal", false);
	return raid;
}

static struct json_object *btrfs_to_json(const struct btrfs_super *btrfs)
{
	struct json_object *object = json_object_new_object();

	json_add_u64(object, "device", btrfs->device_id);
	json_add_u64(object, "devices", btrfs->device_count);
	json_add_u64(object, "generation", btrfs->generation);
	return object;
}

struct json_object *content_to_json(const struct content *content)
{
	struct json_object *object = json_object_new_object();

	json_add_bytes(object, "usage", content->usage);
	json_add_bytes(object, "type", content->type);
	json_add_bytes(object, "version", content->version);
	json_add_bytes(object, "label", content->label);
	json_add_bytes(object, "uuid", content->uuid);
	json_add_bytes(object, "uuid_sub", content->uuid_sub);
	json_add_bytes(object, "note", content->note);
	if (content->btrfs.device_count)
		json_object_object_add(object, "btrfs", btrfs_to_json(&content->btrfs));
	json_add_u64(object, "journal", content->journal);
	json_add_bool(object, "ambiguous", content->is_ambiguous);
	if (content->raid)
		(void)json_object_object_add(object, "raid", raid_to_json(content->raid));
	if (content->state)
		(void)json_object_object_add(object, "state",
					     filesystem_state_to_json(content->state));
	if (content->lost)
		(void)json_object_object_add(object, "lost",
					     lost_filesystem_to_json(content->lost));
	return object;
}

/* Numbers that make no sense are none at all. */
static void btrfs_from_json(struct json_object *object, struct btrfs_super *btrfs)
{
	uint64_t id = json_get_u64(object, "device", 0);
	uint64_t count = json_get_u64(object, "devices", 0);

	if (!id || !count || count > BTRFS_DEVICES_MAX)
		return;
	btrfs->device_id = id;
	btrfs->device_count = count;
	btrfs->generation = json_get_u64(object, "generation", 0);
}

void content_from_json(struct json_object *object, struct content *content)
{
	uint64_t journal = json_get_u64(object, "journal", JOURNAL_UNKNOWN);

	content->usage = record_get_text(object, "usage");
	content->type = record_get_text(object, "type");
	content->version = record_get_text(object, "version");
	content->label = record_get_text(object, "label");
	content->uuid = record_get_text(object, "uuid");
	content->uuid_sub = record_get_text(object, "uuid_sub");
	content->note = record_get_text(object, "note");
	btrfs_from_json(json_get_object(object, "btrfs"), &content->btrfs);
	content->journal = journal <= JOURNAL_DIRTY ? (enum journal_state)journal : JOURNAL_UNKNOWN;
	content->is_ambiguous = json_get_bool(object, "ambiguous", false);
	content->raid = raid_from_json(json_get_object(object, "raid"));
	content->state = filesystem_state_from_json(json_get_object(object, "state"));
	content->lost = lost_filesystem_from_json(json_get_object(object, "lost"));
}

struct json_object *table_to_json(const struct table *table)
{
	struct json_object *object = json_object_new_object();

	json_add_bytes(object, "type", table->type);
	json_add_bytes(object, "uuid", table->uuid);
	json_add_bytes(object, "note", table->note);
	return object;
}

void table_from_json(struct json_object *object, struct table *table)
{
	table->type = record_get_text(object, "type");
	table->uuid = record_get_text(object, "uuid");
	table->note = record_get_text(object, "note");
}

void table_entry_add_json(struct json_object *object, const struct table_entry *entry)
{
	json_add_u64(object, "number", entry->number);
	json_add_bytes(object, "type", entry->type);
	json_add_bytes(object, "type_name", entry->type_name);
	json_add_bytes(object, "label", entry->label);
	json_add_bytes(object, "uuid", entry->uuid);
	json_add_bool(object, "bootable", entry->is_bootable);
	json_add_bool(object, "logical", entry->is_logical);
	json_add_bool(object, "extended", entry->is_extended);
}

void table_entry_from_json(struct json_object *object, struct table_entry *entry)
{
	uint64_t number = json_get_u64(object, "number", 0);

	entry->number = number <= PARTITION_NUMBER_MAX ? (unsigned)number : 0;
	entry->type = record_get_text(object, "type");
	entry->type_name = record_get_text(object, "type_name");
	entry->label = record_get_text(object, "label");
	entry->uuid = record_get_text(object, "uuid");
	entry->is_bootable = json_get_bool(object, "bootable", false);
	entry->is_logical = json_get_bool(object, "logical", false);
	entry->is_extended = json_get_bool(object, "extended", false);
}
