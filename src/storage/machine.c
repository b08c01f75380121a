/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The snapshot of all block devices: keeping, ordering, copying and finding. */
#include "storage/machine.h"

#include <string.h>

#include "base/alloc.h"
#include "storage/members.h"

struct machine *machine_new(enum machine_source source)
{
	struct machine *machine = alloc_zero(1, sizeof(*machine));

	machine->source = source;
	return machine;
}

struct machine *machine_free(struct machine *machine)
{
	if (!machine)
		return NULL;
	for (size_t i = 0; i < machine->count; i++)
		(void)device_free(machine->devices[i]);
	free(machine->devices);
	free(machine->sysroot);
	text_list_done(&machine->notes);
	free(machine);
	return NULL;
}

void machine_add(struct machine *machine, struct device *device)
{
	machine->devices = alloc_grow(machine->devices, machine->count, &machine->capacity,
				      sizeof(*machine->devices));
	machine->devices[machine->count++] = device;
}

static int compare_devices(const void *a, const void *b)
{
	const struct device *left = *(struct device *const *)a;
	const struct device *right = *(struct device *const *)b;

	if (left->position != right->position && left->position && right->position)
		return left->position < right->position ? -1 : 1;
	if (!left->position != !right->position)
		return left->position ? -1 : 1;
	return text_compare_natural(left->name, right->name);
}

/* Partitions by number, everything else by name. */
static int compare_children(const void *a, const void *b)
{
	const struct device *left = *(struct device *const *)a;
	const struct device *right = *(struct device *const *)b;

	if (left->kind == DEVICE_PARTITION && right->kind == DEVICE_PARTITION &&
	    left->entry.number != right->entry.number)
		return left->entry.number < right->entry.number ? -1 : 1;
	return text_compare_natural(left->name, right->name);
}

/* A device and where it is found in the array, to mark in time those already placed. */
struct placing {
	struct device **sorted; /* by name */
	struct device **placed; /* the new order */
	size_t count, placed_count;
	bool *is_placed; /* by place in sorted */
};

static size_t index_of(const struct placing *placing, const struct device *device)
{
	struct device **found = bsearch(&device, placing->sorted, placing->count,
					sizeof(*placing->sorted), compare_devices);
	size_t at;

	if (!found)
		return placing->count;
	at = (size_t)(found - placing->sorted);
	while (at && compare_devices(&placing->sorted[at - 1], &device) == 0)
		at--;
	while (at < placing->count && placing->sorted[at] != device)
		at++;
	return at;
}

static bool parents_are_placed(const struct placing *placing, const struct device *device)
{
	for (size_t i = 0; i < device->parent_count; i++) {
		size_t at = index_of(placing, device->parents[i]);

		if (at < placing->count && !placing->is_placed[at])
			return false;
	}
	return true;
}

static void place(struct placing *placing, struct device *device)
{
	size_t at = index_of(placing, device);

	if (at == placing->count || placing->is_placed[at] || !parents_are_placed(placing, device))
		return;
	placing->is_placed[at] = true;
	placing->placed[placing->placed_count++] = device;
	for (size_t i = 0; i < device->child_count; i++)
		place(placing, device->children[i]);
}

void machine_sort(struct machine *machine)
{
	struct placing placing = {
		.sorted = alloc_zero(machine->count, sizeof(*placing.sorted)),
		.placed = alloc_zero(machine->count, sizeof(*placing.placed)),
		.is_placed = alloc_zero(machine->count, sizeof(*placing.is_placed)),
		.count = machine->count,
	};

	if (machine->count) {
		memcpy(placing.sorted, machine->devices, machine->count * sizeof(*placing.sorted));
		qsort(placing.sorted, machine->count, sizeof(*placing.sorted), compare_devices);
	}
	for (size_t i = 0; i < machine->count; i++) {
		struct device *device = placing.sorted[i];

		if (device->child_count > 1)
			qsort(device->children, device->child_count, sizeof(*device->children),
			      compare_children);
	}
	for (size_t i = 0; i < machine->count; i++) {
		if (!placing.sorted[i]->parent_count)
			place(&placing, placing.sorted[i]);
	}
	/* a cycle, which only a made-up recording can have, leaves some over */
	for (size_t i = 0; i < machine->count; i++) {
		if (!placing.is_placed[i])
			placing.placed[placing.placed_count++] = placing.sorted[i];
	}
	free(machine->devices);
	machine->devices = placing.placed;
	machine->capacity = machine->count;
	free(placing.sorted);
	free(placing.is_placed);
	machine_link_members(machine);
}

static void copy_table_entry(struct table_entry *to, const struct table_entry *from)
{
	*to = *from;
	to->type = text_copy(from->type);
	to->type_name = text_copy(from->type_name);
	to->label = text_copy(from->label);
	to->uuid = text_copy(from->uuid);
	to->disk_type = text_copy(from->disk_type);
}

static void copy_names(struct device *to, const struct device *from)
{
	to->reason = text_copy(from->reason);
	to->name = text_copy(from->name);
	to->kernel_name = text_copy(from->kernel_name);
	to->path = text_copy(from->path);
	to->model = text_copy(from->model);
	to->vendor = text_copy(from->vendor);
	to->serial = text_copy(from->serial);
	to->wwn = text_copy(from->wwn);
	to->transport = text_copy(from->transport);
	to->array_name = text_copy(from->array_name);
	to->array_level = text_copy(from->array_level);
	to->array_uuid = text_copy(from->array_uuid);
	to->array_state = text_copy(from->array_state);
	to->dm_uuid = text_copy(from->dm_uuid);
	to->dm_name = text_copy(from->dm_name);
	to->group_name = text_copy(from->group_name);
	to->volume_name = text_copy(from->volume_name);
	to->obstacle = text_copy(from->obstacle);
	to->look_path = text_copy(from->look_path);
	to->backing_file = text_copy(from->backing_file);
}

/* A copy of everything but the links. */
static struct device *copy_device(const struct device *from)
{
	struct device *to = alloc_zero(1, sizeof(*to));

	*to = *from;
	copy_names(to, from);
	to->aliases = (struct text_list){0};
	text_list_copy(&to->aliases, &from->aliases);
	to->notes = (struct text_list){0};
	text_list_copy(&to->notes, &from->notes);
	to->mountpoints = (struct text_list){0};
	text_list_copy(&to->mountpoints, &from->mountpoints);
	to->table.type = text_copy(from->table.type);
	to->table.uuid = text_copy(from->table.uuid);
	to->table.note = text_copy(from->table.note);
	copy_table_entry(&to->entry, &from->entry);
	to->content = (struct content){0};
	content_copy(&to->content, &from->content);
	to->members = NULL; /* of the other machine: machine_link_members finds them anew */
	to->member_count = 0;
	to->member_of = to->copy_of = NULL;
	to->parents = NULL;
	to->parent_count = to->parent_capacity = 0;
	to->children = NULL;
	to->child_count = to->child_capacity = 0;
	return to;
}

/* Pairs of a device and its copy, ordered by the device's address. */
struct pair {
	const struct device *from;
	struct device *to;
};

static int compare_pairs(const void *a, const void *b)
{
	uintptr_t left = (uintptr_t)((const struct pair *)a)->from;
	uintptr_t right = (uintptr_t)((const struct pair *)b)->from;

	return left < right ? -1 : left > right;
}

static struct device *find_copy(const struct pair *pairs, size_t count, const struct device *from)
{
	struct pair key = {.from = from};
	const struct pair *found = bsearch(&key, pairs, count, sizeof(*pairs), compare_pairs);

	return found ? found->to : NULL;
}

struct machine *machine_copy(const struct machine *machine)
{
	struct machine *copy = machine_new(machine->source);
	_cleanup_free_ struct pair *pairs = alloc_zero(machine->count, sizeof(*pairs));

	copy->sysroot = text_copy(machine->sysroot);
	text_list_copy(&copy->notes, &machine->notes);
	for (size_t i = 0; i < machine->count; i++) {
		machine_add(copy, copy_device(machine->devices[i]));
		pairs[i] = (struct pair){machine->devices[i], copy->devices[i]};
	}
	qsort(pairs, machine->count, sizeof(*pairs), compare_pairs);
	for (size_t i = 0; i < machine->count; i++) {
		const struct device *from = machine->devices[i];

		for (size_t child = 0; child < from->child_count; child++) {
			struct device *to = find_copy(pairs, machine->count, from->children[child]);

			if (to)
				device_link(copy->devices[i], to);
		}
	}
	machine_link_members(copy);
	return copy;
}

static bool has_name(const struct device *device, const char *name, const char *full)
{
	return text_is_equal(device->name, name) || text_is_equal(device->kernel_name, name) ||
	       text_is_equal(device->path, full) || text_list_contains(&device->aliases, full);
}

const struct device *machine_find(const struct machine *machine, const char *name)
{
	const char *bare = text_after_prefix(name, "/dev/");
	_cleanup_free_ char *full = NULL;

	if (text_is_empty(name))
		return NULL;
	if (!bare)
		bare = name;
	full = *name == '/' ? text_copy(name) : text_format("/dev/%s", name);
	for (size_t i = 0; i < machine->count; i++) {
		if (has_name(machine->devices[i], bare, full))
			return machine->devices[i];
	}
	return NULL;
}

const struct device *machine_find_number(const struct machine *machine, dev_t number)
{
	for (size_t i = 0; number && i < machine->count; i++) {
		if (machine->devices[i]->number == number)
			return machine->devices[i];
	}
	return NULL;
}

static const char *tag_of(const struct device *device, const char *tag)
{
	const struct {
		const char *tag;
		const char *value;
	} tags[] = {
		{"UUID", device->content.uuid},
		{"LABEL", device->content.label},
		{"PARTUUID", device->entry.uuid},
		{"PARTLABEL", device->entry.label},
	};

	for (size_t i = 0; i < ARRAY_SIZE(tags); i++) {
		if (strcmp(tags[i].tag, tag) == 0)
			return tags[i].value;
	}
	return NULL;
}

static bool tag_matches(const struct device *device, const char *tag, const char *value)
{
	const char *have = tag_of(device, tag);

	if (!have)
		return false;
	if (text_has_suffix(tag, "UUID"))
		return text_is_equal_ignoring_case(have, value);
	return strcmp(have, value) == 0;
}

/*
 * Whether something that lies on DEVICE carries the tag as well: an array over a member with its
 * superblock at the end, a multipath device over its paths.
 */
static bool is_below_match(const struct device *device, const char *tag, const char *value,
			   int depth)
{
	for (size_t i = 0; depth && i < device->child_count; i++) {
		const struct device *child = device->children[i];

		if (child->kind != DEVICE_PARTITION && tag_matches(child, tag, value))
			return true;
		if (is_below_match(child, tag, value, depth - 1))
			return true;
	}
	return false;
}

size_t machine_find_tag(const struct machine *machine, const char *tag, const char *value,
			const struct device **matches, size_t max)
{
	bool is_content = strcmp(tag, "UUID") == 0 || strcmp(tag, "LABEL") == 0;
	size_t count = 0;

	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (device->is_rescue || !tag_matches(device, tag, value))
			continue;
		if (is_content &&
		    (device_is_member(device) || is_below_match(device, tag, value, 16)))
			continue;
		if (!is_content &&
		    (device_is_shadowed(device) || is_below_match(device, tag, value, 16)))
			continue;
		if (count < max)
			matches[count] = device;
		count++;
	}
	return count;
}
