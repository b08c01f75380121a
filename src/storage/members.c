/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which devices make up one btrfs filesystem: same filesystem UUID, a UUID of each member's own. */
#include "storage/members.h"

#include <string.h>
#include <strings.h>

#include "base/alloc.h"

static void unlink_members(struct device *device)
{
	free(device->members);
	device->members = NULL;
	device->member_count = 0;
	device->member_of = NULL;
	device->copy_of = NULL;
}

/* Whether what lies on DEVICE shows the same member: a multipath device over its paths. */
static bool is_covered(const struct device *device)
{
	for (size_t i = 0; i < device->child_count; i++) {
		const struct device *child = device->children[i];

		if (child->kind != DEVICE_PARTITION &&
		    text_is_equal(child->content.uuid_sub, device->content.uuid_sub))
			return true;
	}
	return false;
}

/* A loop device over a disk, as looking and read-only mounts attach them, is that disk again. */
static bool is_loop_over_device(const struct machine *machine, const struct device *device)
{
	return device->kind == DEVICE_LOOP && text_has_prefix(device->backing_file, "/dev/") &&
	       machine_find(machine, device->backing_file);
}

static bool can_be_member(const struct machine *machine, const struct device *device)
{
	return text_is_equal(device->content.type, "btrfs") && device->content.uuid &&
	       device->content.uuid_sub && !device_is_shadowed(device) && !is_covered(device) &&
	       !is_loop_over_device(machine, device);
}

/* By filesystem, in it the newest first, then by device id, then as they stand in the machine. */
static int compare_members(const void *a, const void *b)
{
	const struct device *left = *(struct device *const *)a;
	const struct device *right = *(struct device *const *)b;
	const struct btrfs_super *left_super = &left->content.btrfs;
	const struct btrfs_super *right_super = &right->content.btrfs;
	int order = strcasecmp(left->content.uuid, right->content.uuid);

	if (order)
		return order;
	if (left_super->generation != right_super->generation)
		return left_super->generation > right_super->generation ? -1 : 1;
	if (left_super->device_id != right_super->device_id)
		return left_super->device_id < right_super->device_id ? -1 : 1;
	return text_compare_natural(left->name, right->name);
}

static int compare_uuids(const void *a, const void *b)
{
	const struct device *left = *(struct device *const *)a;
	const struct device *right = *(struct device *const *)b;

	return strcasecmp(left->content.uuid_sub, right->content.uuid_sub);
}

/* Marks those of COUNT devices whose member another one has as well; whether there are any. */
static bool mark_copies(struct device **devices, size_t count)
{
	_cleanup_free_ struct device **sorted = alloc_zero(count, sizeof(*sorted));
	bool has_copies = false;

	memcpy(sorted, devices, count * sizeof(*sorted));
	qsort(sorted, count, sizeof(*sorted), compare_uuids);
	for (size_t i = 1; i < count; i++) {
		if (compare_uuids(&sorted[i - 1], &sorted[i]) != 0)
			continue;
		sorted[i]->copy_of = sorted[i - 1];
		if (!sorted[i - 1]->copy_of)
			sorted[i - 1]->copy_of = sorted[i];
		has_copies = true;
	}
	return has_copies;
}

/*
 * A device that was taken out of the filesystem while it was away still has its old superblock. It
 * is known by its age where there are more devices than the newest superblock wants.
 */
static size_t count_current(struct device **devices, size_t count)
{
	uint64_t wanted = devices[0]->content.btrfs.device_count;
	uint64_t newest = devices[0]->content.btrfs.generation;
	size_t current = count;

	while (wanted && current > wanted &&
	       devices[current - 1]->content.btrfs.generation < newest)
		current--;
	return current;
}

/* COUNT devices of one filesystem, in order. */
static void link_group(struct device **devices, size_t count)
{
	struct device *first = devices[0];
	bool is_rescue = false;
	size_t current;

	if (count < 2 || mark_copies(devices, count))
		return;
	for (size_t i = 0; i < count; i++)
		is_rescue |= devices[i]->is_rescue;
	for (size_t i = 0; i < count; i++)
		devices[i]->is_rescue = is_rescue; /* of a mount, one device is named */
	current = count_current(devices, count);
	first->members = alloc_zero(current, sizeof(*first->members));
	memcpy(first->members, devices, current * sizeof(*first->members));
	first->member_count = current;
	for (size_t i = 1; i < count; i++)
		devices[i]->member_of = first;
}

void machine_link_members(struct machine *machine)
{
	_cleanup_free_ struct device **found = alloc_zero(machine->count + 1, sizeof(*found));
	size_t count = 0, start = 0;

	for (size_t i = 0; i < machine->count; i++)
		unlink_members(machine->devices[i]);
	for (size_t i = 0; i < machine->count; i++) {
		if (can_be_member(machine, machine->devices[i]))
			found[count++] = machine->devices[i];
	}
	if (!count)
		return;
	qsort(found, count, sizeof(*found), compare_members);
	for (size_t i = 1; i <= count; i++) {
		if (i < count &&
		    strcasecmp(found[i]->content.uuid, found[start]->content.uuid) == 0)
			continue;
		link_group(found + start, i - start);
		start = i;
	}
}
