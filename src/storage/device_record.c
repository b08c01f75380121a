/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A dormant device as JSON and back; what is read may have been made up. */
#include "storage/device_record.h"

#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "storage/content_record.h"

#define DORMANT_MAX 16384 /* more than this is no honest machine */
#define PARENTS_MAX RAID_PLACES_MAX
#define SECTOR_MAX 65536

/* The kinds that may be dormant. */
static const struct {
	const char *word;
	enum device_kind kind;
} kinds[] = {
	{"part", DEVICE_PARTITION}, {"md", DEVICE_MD}, {"lvm", DEVICE_LVM},
	{"crypt", DEVICE_CRYPT},    {"dm", DEVICE_DM},
};

static const char *const states[] = {
	[DEVICE_PROBING] = "probing",
	[DEVICE_OK] = "ok",
	[DEVICE_SILENT] = "silent",
	[DEVICE_ERROR] = "error",
};

static const char *word_of(enum device_kind kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].kind == kind)
			return kinds[i].word;
	}
	return NULL;
}

static void add_place(struct json_object *object, const struct device *device)
{
	_cleanup_text_list_ struct text_list parents = {0};

	for (size_t i = 0; i < device->parent_count; i++)
		text_list_add(&parents, device->parents[i]->name);
	json_add_bytes_list(object, "parents", &parents);
	json_add_u64(object, "size", device->size);
	json_add_u64(object, "start", device->start);
	json_add_u64(object, "sector_size", device->sector_size);
	json_add_u64(object, "physical_sector_size", device->physical_sector_size);
	if (device->is_rotational >= 0)
		json_add_bool(object, "rotational", device->is_rotational);
	json_add_bool(object, "read_only", device->is_read_only);
	json_add_bool(object, "removable", device->is_removable);
	json_add_bool(object, "virtual", device->is_virtual);
}

/* The texts that only some kinds have. */
static const struct {
	const char *name;
	size_t place; /* in struct device */
} texts[] = {
	{"reason", offsetof(struct device, reason)},
	{"obstacle", offsetof(struct device, obstacle)},
	{"array_name", offsetof(struct device, array_name)},
	{"array_level", offsetof(struct device, array_level)},
	{"array_uuid", offsetof(struct device, array_uuid)},
	{"array_state", offsetof(struct device, array_state)},
	{"dm_uuid", offsetof(struct device, dm_uuid)},
	{"dm_name", offsetof(struct device, dm_name)},
	{"group_name", offsetof(struct device, group_name)},
	{"volume_name", offsetof(struct device, volume_name)},
};

static char **text_at(struct device *device, size_t place)
{
	return (char **)(void *)((char *)device + place);
}

struct json_object *device_to_json(const struct device *device)
{
	struct json_object *object = json_object_new_object(), *entry = json_object_new_object();

	json_add_text(object, "kind", word_of(device->kind));
	json_add_text(object, "state", states[device->state]);
	json_add_bytes(object, "name", device->name);
	json_add_bytes(object, "path", device->path);
	json_add_bytes(object, "look_path", device->look_path);
	json_add_bytes_list(object, "aliases", &device->aliases);
	json_add_bytes_list(object, "notes", &device->notes);
	add_place(object, device);
	json_add_bool(object, "degraded", device->is_degraded);
	json_add_bool(object, "needs_writing", device->needs_writing);
	json_add_bool(object, "snapshot", device->is_snapshot);
	json_add_u64(object, "places", device->array_places);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *text =
			*(char *const *)(const void *)((const char *)device + texts[i].place);

		if (text)
			json_add_bytes(object, texts[i].name, text);
	}
	(void)json_object_object_add(object, "table", table_to_json(&device->table));
	table_entry_add_json(entry, &device->entry);
	json_add_bytes(entry, "disk_type", device->entry.disk_type);
	(void)json_object_object_add(object, "entry", entry); /* fails only without memory */
	(void)json_object_object_add(object, "content", content_to_json(&device->content));
	return object;
}

static bool read_kind(struct json_object *object, enum device_kind *ret_kind)
{
	const char *word = json_get_text(object, "kind");

	for (size_t i = 0; word && i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].word, word) == 0) {
			*ret_kind = kinds[i].kind;
			return true;
		}
	}
	return false;
}

static enum device_state read_state(struct json_object *object)
{
	const char *word = json_get_text(object, "state");

	for (size_t i = 0; word && i < ARRAY_SIZE(states); i++) {
		if (strcmp(states[i], word) == 0)
			return (enum device_state)i;
	}
	return DEVICE_OK;
}

/* A node below /dev, or NULL: nothing else is ever opened for what somebody sent. */
static char *read_node(struct json_object *object, const char *name)
{
	_cleanup_free_ char *path = record_get_text(object, name);

	if (!text_has_prefix(path, "/dev/") || strstr(path, "/../") || text_has_suffix(path, "/.."))
		return NULL;
	return TAKE_PTR(path);
}

static unsigned read_sector_size(struct json_object *object, const char *name)
{
	uint64_t size = json_get_u64(object, name, 0);

	return size <= SECTOR_MAX ? (unsigned)size : 0;
}

static void read_place(struct json_object *object, struct device *device)
{
	uint64_t places = json_get_u64(object, "places", 0);

	device->size = json_get_u64(object, "size", 0);
	device->start = json_get_u64(object, "start", 0);
	device->sector_size = read_sector_size(object, "sector_size");
	device->physical_sector_size = read_sector_size(object, "physical_sector_size");
	if (json_object_object_get_ex(object, "rotational", NULL))
		device->is_rotational = json_get_bool(object, "rotational", false);
	device->is_read_only = json_get_bool(object, "read_only", false);
	device->is_removable = json_get_bool(object, "removable", false);
	device->is_virtual = json_get_bool(object, "virtual", false);
	device->is_degraded = json_get_bool(object, "degraded", false);
	device->needs_writing = json_get_bool(object, "needs_writing", false);
	device->is_snapshot = json_get_bool(object, "snapshot", false);
	device->array_places = places <= RAID_PLACES_MAX ? (unsigned)places : 0;
}

/* DEVICE, which is new or empty but for its name and its links, gets all that OBJECT says. */
static void fill(struct json_object *object, const struct machine *machine, struct device *device)
{
	device->is_dormant = true;
	device->state = read_state(object);
	device->path = read_node(object, "path");
	if (machine->source != MACHINE_RECORDED)
		device->look_path = read_node(object, "look_path");
	json_get_bytes_list(object, "aliases", &device->aliases);
	json_get_bytes_list(object, "notes", &device->notes);
	read_place(object, device);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		*text_at(device, texts[i].place) = record_get_text(object, texts[i].name);
	table_from_json(json_get_object(object, "table"), &device->table);
	table_entry_from_json(json_get_object(object, "entry"), &device->entry);
	device->entry.disk_type = record_get_text(json_get_object(object, "entry"), "disk_type");
	content_from_json(json_get_object(object, "content"), &device->content);
}

/* Puts what FRESH knows in place of what DEVICE knew, which goes; DEVICE hangs where it hung. */
static void replace_facts(struct device *device, struct device *fresh)
{
	struct device old = *device;

	/* what the kernel has of an array that was begun and not started */
	fresh->kernel_name = TAKE_PTR(old.kernel_name);
	fresh->number = old.number;
	*device = *fresh;
	device->parents = old.parents;
	device->parent_count = old.parent_count;
	device->parent_capacity = old.parent_capacity;
	device->children = old.children;
	device->child_count = old.child_count;
	device->child_capacity = old.child_capacity;
	old.parents = old.children = NULL;
	*fresh = old;
	(void)device_free(fresh);
}

static struct device *find(const struct machine *machine, const char *name)
{
	for (size_t i = 0; i < machine->count; i++) {
		if (strcmp(machine->devices[i]->name, name) == 0)
			return machine->devices[i];
	}
	return NULL;
}

/* The parents that OBJECT names and that are there, each once; the caller frees the array. */
static size_t find_parents(struct json_object *object, const struct machine *machine,
			   struct device ***ret_parents)
{
	_cleanup_text_list_ struct text_list names = {0};
	struct device **parents;
	size_t count = 0;

	json_get_bytes_list(object, "parents", &names);
	parents = alloc_zero(names.count, sizeof(struct device *));
	for (size_t i = 0; i < names.count && count < PARENTS_MAX; i++) {
		struct device *parent = find(machine, names.items[i]);

		if (parent)
			parents[count++] = parent;
	}
	*ret_parents = parents;
	return count;
}

struct device *device_from_json(struct json_object *object, struct machine *machine)
{
	_cleanup_free_ struct device **parents = NULL;
	_cleanup_free_ char *name = record_get_text(object, "name");
	struct device *device, *fresh;
	enum device_kind kind;
	size_t parent_count;

	if (text_is_empty(name) || !read_kind(object, &kind) || machine->count >= DORMANT_MAX)
		return NULL;
	parent_count = find_parents(object, machine, &parents);
	device = find(machine, name);
	if (device ? !device->is_dormant || device->kind != kind : !parent_count)
		return NULL;
	fresh = device_new(kind, name);
	fill(object, machine, fresh);
	if (device) {
		replace_facts(device, fresh);
	} else {
		machine_add(machine, fresh);
		device = fresh;
	}
	for (size_t i = 0; i < parent_count; i++)
		device_link_sanely(parents[i], device);
	return device;
}

void machine_take_dormant(struct machine *to, const struct machine *from)
{
	size_t before = to->count;

	/* parents stand first, so that each finds what it lies on */
	for (size_t i = 0; i < from->count; i++) {
		_cleanup_json_ struct json_object *object = NULL;

		if (!from->devices[i]->is_dormant)
			continue;
		object = device_to_json(from->devices[i]);
		(void)device_from_json(object, to); /* what it lay on may be gone */
	}
	if (to->count != before)
		machine_sort(to);
}
