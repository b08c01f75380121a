/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices as JSON, under lsblk's column names and in its units. */
#include "cli/device_json.h"

#include "action/describe.h"

#define START_UNIT 512u /* lsblk's START counts these, whatever the disk's sectors are */

static void add_names(struct json_object *object, const char *name, struct device *const *devices,
		      size_t count)
{
	_cleanup_text_list_ struct text_list names = {0};

	for (size_t i = 0; i < count; i++)
		text_list_add(&names, devices[i]->name);
	json_add_list(object, name, &names);
}

static void add_place(struct json_object *object, const char *name, uint64_t place)
{
	if (place)
		json_add_u64(object, name, place);
	else
		json_add_text(object, name, NULL);
}

struct json_object *lost_json_new(const struct lost_filesystem *lost)
{
	struct json_object *object;

	if (!lost)
		return NULL;
	object = json_object_new_object();
	json_add_text(object, "fstype", lost->type);
	json_add_text(object, "label", lost->label);
	json_add_text(object, "uuid", lost->uuid);
	json_add_text(object, "damage", lost->damage);
	add_place(object, "backup", lost->backup);
	add_place(object, "block", lost->block);
	add_place(object, "block_size", lost->block_size);
	return object;
}

static void add_content(struct json_object *object, const struct device *device)
{
	json_add_text(object, "fstype", device->content.type);
	json_add_text(object, "fsver", device->content.version);
	json_add_text(object, "label", device->content.label);
	json_add_text(object, "uuid", device->content.uuid);
	json_add_text(object, "uuid_sub", device->content.uuid_sub);
	(void)json_object_object_add(object, "lost", lost_json_new(device->content.lost));
}

/* btrfs: the devices that the filesystem is made of. */
static void add_members(struct json_object *object, const struct device *device)
{
	add_names(object, "members", device->members, device->member_count);
	json_add_text(object, "member_of", device->member_of ? device->member_of->name : NULL);
	json_add_u64(object, "members_missing",
		     device->member_of ? 0 : device_count_missing(device));
}

/* Kept apart from what is on the array, and null for all that is none. */
static void add_array(struct json_object *object, const struct device *device)
{
	struct json_object *array = NULL;

	if (device->kind == DEVICE_MD) {
		array = json_object_new_object();
		json_add_text(array, "name", device->array_name);
		json_add_text(array, "level", device->array_level);
		json_add_text(array, "uuid", device->array_uuid);
		json_add_text(array, "slots", device->array_state);
	}
	(void)json_object_object_add(object, "array", array); /* fails only without memory */
}

static const char *role_name(int role)
{
	switch (role) {
	case RAID_ROLE_SPARE:
		return "spare";
	case RAID_ROLE_FAULTY:
		return "faulty";
	case RAID_ROLE_JOURNAL:
		return "journal";
	default:
		return "active";
	}
}

/* What the superblock of an array's member says. */
static void add_raid(struct json_object *object, const struct device *device)
{
	const struct raid_member *raid = device->content.raid;
	struct json_object *said = NULL;

	if (raid) {
		said = json_object_new_object();
		json_add_text(said, "array", raid->array_uuid);
		json_add_text(said, "name", raid->name);
		json_add_text(said, "level", raid->level);
		json_add_text(said, "version", raid->version);
		json_add_text(said, "role", role_name(raid->role));
		if (raid->role >= 0)
			json_add_u64(said, "place", (uint64_t)raid->role);
		else
			json_add_text(said, "place", NULL);
		json_add_u64(said, "places", raid->place_count);
		json_add_text(said, "slots", raid->slots);
		json_add_u64(said, "events", raid->events);
		json_add_u64(said, "updated", raid->updated > 0 ? (uint64_t)raid->updated : 0);
		json_add_bool(said, "clean", raid->is_clean);
	}
	(void)json_object_object_add(object, "raid", said); /* as above */
}

static void add_table(struct json_object *object, const struct device *device)
{
	const struct table_entry *entry = &device->entry;

	/* as lsblk has it: a partition names the table that it stands in */
	json_add_text(object, "pttype", entry->number ? entry->disk_type : device->table.type);
	json_add_text(object, "ptuuid", device->table.uuid);
	json_add_text(object, "parttype", entry->type);
	json_add_text(object, "parttypename", entry->type_name);
	json_add_text(object, "partlabel", entry->label);
	json_add_text(object, "partuuid", entry->uuid);
	if (entry->number)
		json_add_u64(object, "start", device->start / START_UNIT);
	else
		json_add_text(object, "start", NULL);
}

static void add_hardware(struct json_object *object, const struct device *device)
{
	json_add_text(object, "vendor", device->vendor);
	json_add_text(object, "model", device->model);
	json_add_text(object, "serial", device->serial);
	json_add_text(object, "wwn", device->wwn);
	json_add_text(object, "tran", device->transport);
	if (device->is_rotational < 0)
		json_add_text(object, "rota", NULL);
	else
		json_add_bool(object, "rota", device->is_rotational);
	json_add_bool(object, "ro", device->is_read_only);
	json_add_bool(object, "rm", device->is_removable);
}

static struct json_object *format_device(const struct device *device)
{
	struct json_object *object = json_object_new_object();
	_cleanup_text_list_ struct text_list notes = {0};

	describe_device_notes(device, &notes);
	json_add_text(object, "name", device->name);
	json_add_text(object, "kname", device->kernel_name);
	json_add_text(object, "path", device->path);
	json_add_text(object, "type", device_type_name(device));
	json_add_u64(object, "size", device->size);
	add_content(object, device);
	add_table(object, device);
	add_hardware(object, device);
	json_add_list(object, "mountpoints", &device->mountpoints);
	add_names(object, "parents", device->parents, device->parent_count);
	add_members(object, device);
	json_add_text(object, "state", device_state_name(device->state));
	json_add_bool(object, "dormant", device->is_dormant);
	json_add_bool(object, "degraded", device->is_degraded);
	json_add_text(object, "obstacle", device->obstacle);
	add_array(object, device);
	add_raid(object, device);
	json_add_list(object, "notes", &notes);
	return object;
}

struct json_object *device_json_new(const struct machine *machine)
{
	struct json_object *object = json_object_new_object(), *list = json_object_new_array();

	for (size_t i = 0; i < machine->count; i++)
		(void)json_object_array_add(list, format_device(machine->devices[i]));
	(void)json_object_object_add(object, "devices", list);
	json_add_list(object, "notes", &machine->notes);
	return object;
}
