/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One block device: making it, linking it, what its kind is called, where its bytes are. */
#include "storage/device.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"

#define ANCESTORS_MAX 16384 /* more than this is no honest graph */

const char *device_type_name(const struct device *device)
{
	static const char *const names[DEVICE_KIND_COUNT] = {
		[DEVICE_DISK] = "disk",   [DEVICE_PARTITION] = "part", [DEVICE_MD] = "md",
		[DEVICE_LVM] = "lvm",     [DEVICE_CRYPT] = "crypt",    [DEVICE_MULTIPATH] = "mpath",
		[DEVICE_DM] = "dm",       [DEVICE_LOOP] = "loop",      [DEVICE_ZRAM] = "zram",
		[DEVICE_ROM] = "rom",     [DEVICE_IMAGE] = "image",
	};

	if (device->kind == DEVICE_MD && device->array_level)
		return device->array_level;
	return names[device->kind];
}

const char *device_state_name(enum device_state state)
{
	static const char *const names[] = {
		[DEVICE_PROBING] = "probing",
		[DEVICE_OK] = "ok",
		[DEVICE_SILENT] = "silent",
		[DEVICE_ERROR] = "error",
	};

	return names[state];
}

const struct device *device_get_disk(const struct device *device)
{
	/* a graph from sysfs has no cycles, a recorded one may: 64 levels are enough for real ones */
	for (int depth = 0; device->parent_count && depth < 64; depth++)
		device = device->parents[0];
	return device;
}

const struct device *device_get_parent_disk(const struct device *partition)
{
	if (partition->kind != DEVICE_PARTITION || !partition->parent_count)
		return NULL;
	return partition->parents[0];
}

bool device_is_shadowed(const struct device *device)
{
	const struct device *disk = device_get_parent_disk(device);

	for (size_t i = 0; disk && i < disk->child_count; i++) {
		if (disk->children[i]->kind != DEVICE_PARTITION)
			return true;
	}
	return false;
}

bool device_is_member(const struct device *device)
{
	static const char *const member_types[] = {
		"LVM2_member", "LVM1_member", "crypto_LUKS", "zfs_member", "bcache",
		"drbd", "mpath_member", "VMFS_volume_member", "BitLocker", "ceph_bluestore",
	};

	if (text_is_equal(device->content.usage, "raid") || device->member_of ||
	    device_is_shadowed(device))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(member_types); i++) {
		if (text_is_equal(device->content.type, member_types[i]))
			return true;
	}
	return text_has_suffix(device->content.type, "_raid_member");
}

const struct device *device_get_filesystem(const struct device *device)
{
	return device && device->member_of ? device->member_of : device;
}

bool device_is_former_member(const struct device *device)
{
	const struct device *first = device->member_of;

	for (size_t i = 0; first && i < first->member_count; i++) {
		if (first->members[i] == device)
			return false;
	}
	return first != NULL;
}

bool device_is_stale_member(const struct device *device)
{
	/* a crash may leave the last writing undone on one of them: that is nothing */
	return device->member_of && !device_is_former_member(device) &&
	       device->content.btrfs.generation + 1 < device->member_of->content.btrfs.generation;
}

size_t device_count_missing(const struct device *device)
{
	uint64_t wanted = device->content.btrfs.device_count;
	size_t here = device->members ? device->member_count : 1;

	return wanted > here ? (size_t)(wanted - here) : 0;
}

int device_get_extent(const struct device *device, const char **ret_path, uint64_t *ret_offset,
		      uint64_t *ret_size)
{
	const struct device *holder = device;
	uint64_t offset = 0;

	for (int depth = 0; holder->is_virtual && holder->parent_count && depth < 64; depth++) {
		offset += holder->start;
		holder = holder->parents[0];
	}
	if (!holder->path)
		return -ENODEV;
	*ret_path = holder->path;
	*ret_offset = offset;
	*ret_size = holder == device ? 0 : device->size;
	return 0;
}

int device_get_look_extent(const struct device *device, const char **ret_path, uint64_t *ret_offset,
			   uint64_t *ret_size)
{
	const struct device *holder = device;
	uint64_t offset = 0;

	if (!device->is_dormant)
		return device_get_extent(device, ret_path, ret_offset, ret_size);
	/* a partition of a dormant array is looked at through the array */
	for (int depth = 0; !holder->look_path && holder->kind == DEVICE_PARTITION &&
			    holder->parent_count && depth < 64;
	     depth++) {
		offset += holder->start;
		holder = holder->parents[0];
	}
	if (!holder->look_path)
		return -ENODEV;
	*ret_path = holder->look_path;
	*ret_offset = offset;
	*ret_size = holder == device ? 0 : device->size;
	return 0;
}

bool device_is_locked(const struct device *device)
{
	return text_is_equal(device->content.type, "crypto_LUKS") && !device->child_count;
}

struct device *device_new(enum device_kind kind, const char *name)
{
	struct device *device = alloc_zero(1, sizeof(*device));

	device->kind = kind;
	device->name = text_copy(name);
	device->is_rotational = -1;
	return device;
}

struct raid_member *raid_member_free(struct raid_member *raid)
{
	if (!raid)
		return NULL;
	free(raid->array_uuid);
	free(raid->device_uuid);
	free(raid->name);
	free(raid->level);
	free(raid->version);
	free(raid->slots);
	free(raid->hindrance);
	free(raid);
	return NULL;
}

struct raid_member *raid_member_copy(const struct raid_member *raid)
{
	struct raid_member *copy;

	if (!raid)
		return NULL;
	copy = alloc_zero(1, sizeof(*copy));
	*copy = *raid;
	copy->array_uuid = text_copy(raid->array_uuid);
	copy->device_uuid = text_copy(raid->device_uuid);
	copy->name = text_copy(raid->name);
	copy->level = text_copy(raid->level);
	copy->version = text_copy(raid->version);
	copy->slots = text_copy(raid->slots);
	copy->hindrance = text_copy(raid->hindrance);
	return copy;
}

void content_done(struct content *content)
{
	(void)raid_member_free(content->raid);
	(void)filesystem_state_free(content->state);
	(void)lost_filesystem_free(content->lost);
	free(content->usage);
	free(content->type);
	free(content->version);
	free(content->label);
	free(content->uuid);
	free(content->uuid_sub);
	free(content->note);
	*content = (struct content){0};
}

void table_done(struct table *table)
{
	free(table->type);
	free(table->uuid);
	free(table->note);
	*table = (struct table){0};
}

void table_entry_done(struct table_entry *entry)
{
	free(entry->type);
	free(entry->type_name);
	free(entry->label);
	free(entry->uuid);
	free(entry->disk_type);
	*entry = (struct table_entry){0};
}

void content_copy(struct content *to, const struct content *from)
{
	struct content copy = {
		.usage = text_copy(from->usage),
		.type = text_copy(from->type),
		.version = text_copy(from->version),
		.label = text_copy(from->label),
		.uuid = text_copy(from->uuid),
		.uuid_sub = text_copy(from->uuid_sub),
		.note = text_copy(from->note),
		.raid = raid_member_copy(from->raid),
		.btrfs = from->btrfs,
		.journal = from->journal,
		.state = filesystem_state_copy(from->state),
		.lost = lost_filesystem_copy(from->lost),
		.is_ambiguous = from->is_ambiguous,
	};

	content_done(to);
	*to = copy;
}

struct device *device_free(struct device *device)
{
	if (!device)
		return NULL;
	free(device->reason);
	free(device->name);
	free(device->kernel_name);
	free(device->path);
	text_list_done(&device->aliases);
	free(device->model);
	free(device->vendor);
	free(device->serial);
	free(device->wwn);
	free(device->transport);
	table_done(&device->table);
	table_entry_done(&device->entry);
	content_done(&device->content);
	free(device->array_name);
	free(device->array_level);
	free(device->array_uuid);
	free(device->array_state);
	free(device->dm_uuid);
	free(device->dm_name);
	free(device->group_name);
	free(device->volume_name);
	free(device->obstacle);
	free(device->look_path);
	free(device->backing_file);
	text_list_done(&device->notes);
	text_list_done(&device->mountpoints);
	free(device->parents);
	free(device->children);
	free(device->members);
	free(device);
	return NULL;
}

void device_link(struct device *parent, struct device *child)
{
	child->parents = alloc_grow(child->parents, child->parent_count, &child->parent_capacity,
				    sizeof(*child->parents));
	child->parents[child->parent_count++] = parent;
	parent->children = alloc_grow(parent->children, parent->child_count,
				      &parent->child_capacity, sizeof(*parent->children));
	parent->children[parent->child_count++] = child;
}

static bool is_linked(const struct device *parent, const struct device *child)
{
	for (size_t i = 0; i < child->parent_count; i++) {
		if (child->parents[i] == parent)
			return true;
	}
	return false;
}

/* The devices that one lies on, each once, however many ways lead there. */
struct ancestors {
	const struct device **items;
	size_t count;
	size_t capacity;
};

static void add_ancestor(struct ancestors *ancestors, const struct device *device)
{
	for (size_t i = 0; i < ancestors->count; i++) {
		if (ancestors->items[i] == device)
			return;
	}
	ancestors->items = alloc_grow(ancestors->items, ancestors->count, &ancestors->capacity,
				      sizeof(*ancestors->items));
	ancestors->items[ancestors->count++] = device;
}

/* Whether DEVICE is OTHER or lies on it. */
static bool lies_on(const struct device *device, const struct device *other)
{
	struct ancestors ancestors = {0};
	bool is_found = false;

	add_ancestor(&ancestors, device);
	for (size_t i = 0; i < ancestors.count && !is_found; i++) {
		const struct device *below = ancestors.items[i];

		is_found = below == other || ancestors.count > ANCESTORS_MAX;
		for (size_t j = 0; j < below->parent_count && !is_found; j++)
			add_ancestor(&ancestors, below->parents[j]);
	}
	free(ancestors.items);
	return is_found;
}

void device_link_sanely(struct device *parent, struct device *child)
{
	if (!is_linked(parent, child) && !lies_on(parent, child))
		device_link(parent, child);
}
