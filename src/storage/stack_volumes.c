/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looking through LVM: volumes that are a mapping only are mapped over read-only layers without
 * lvm; what only lvm can bring up (thin, snapshot, RAID5) it does over layers of memory, in a group
 * of another name.
 */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/process.h"
#include "storage/copies.h"
#include "storage/lvm_report.h"
#include "storage/mapping.h"
#include "storage/stack_parts.h"

/* No file of lvm's is read or written, no daemon started; nodes are there without udev, too. */
static const char lvm_config[] =
	"activation { verify_udev_operations=1 monitoring=0 } backup { backup=0 archive=0 } "
	"devices { hints=\"none\" scan_lvs=1 } global { use_lvmpolld=0 }";

#define REPORT_LIMIT (16u * 1024 * 1024)

/* The physical volumes that can be read, by the nodes that lvm is shown. */
struct physicals {
	struct text_list nodes;
	const struct device **devices; /* in the same order */
	size_t capacity;
};

static void physicals_done(struct physicals *physicals)
{
	text_list_done(&physicals->nodes);
	free(physicals->devices);
}

static const struct device *find_same(const struct physicals *physicals,
				      const struct device *device)
{
	for (size_t i = 0; physicals->devices && i < physicals->nodes.count; i++) {
		if (text_is_equal(physicals->devices[i]->content.uuid, device->content.uuid))
			return physicals->devices[i];
	}
	return NULL;
}

static void add_physical(struct guard *guard, struct physicals *physicals, struct device *device)
{
	const char *node;

	if (!text_is_equal(device->content.type, "LVM2_member") || device->is_rescue ||
	    device_is_shadowed(device))
		return;
	/* lvm takes one of two with the same UUID, so it is shown the first */
	if (find_same(physicals, device))
		return;
	node = guard_layer(guard, device, NULL);
	if (!node)
		return;
	physicals->devices = alloc_grow(physicals->devices, physicals->nodes.count,
					&physicals->capacity, sizeof(*physicals->devices));
	physicals->devices[physicals->nodes.count] = device;
	text_list_add(&physicals->nodes, node);
}

static struct device *find_device(struct guard *guard, const struct physicals *physicals,
				  const char *node)
{
	for (size_t i = 0; physicals->devices && i < physicals->nodes.count; i++) {
		if (text_is_equal(physicals->nodes.items[i], node))
			return (struct device *)machine_find(guard->machine,
							     physicals->devices[i]->name);
	}
	return NULL;
}

static int read_report(struct guard *guard, const struct physicals *physicals,
		       struct lvm_report *report)
{
	_cleanup_free_ char *devices = text_list_join(&physicals->nodes, ",");
	const char *arguments[] = {
		"lvm", "fullreport", "--readonly", "--devices", devices, "--reportformat", "json",
		"--units", "b", "--nosuffix", "--all", "--config", lvm_config,
		"--configreport", "vg", "-o", "vg_name,vg_uuid,vg_extent_size,vg_missing_pv_count",
		"--configreport", "pv", "-o", "pv_name,pv_uuid,pe_start",
		"--configreport", "lv", "-o", "lv_name,lv_uuid,lv_size,lv_role",
		"--configreport", "pvseg", "-o", "pv_name",
		"--configreport", "seg", "-o",
		"lv_name,segtype,seg_start,seg_size,stripe_size,devices", NULL,
	};
	const struct process_options options = {
		.arguments = arguments,
		.timeout_ms = guard->deadline_ms,
		.capture_limit = REPORT_LIMIT,
	};
	_cleanup_process_result_ struct process_result result = {0};
	int r = process_run(&options, &result, NULL);

	/* a group with something missing makes it fail and is reported all the same */
	return r < 0 ? r : lvm_report_parse(result.output, result.output_length, report);
}

static char *without_dashes(const char *uuid)
{
	char *bare = text_copy(uuid), *to = bare;

	for (const char *from = uuid; *from; from++) {
		if (*from != '-')
			*to++ = *from;
	}
	*to = '\0';
	return bare;
}

/* A volume of the kernel's that is called so and is not this one. */
static bool name_is_taken(const struct guard *guard, const char *mapping, const char *dm_uuid)
{
	const struct device *other = machine_find(guard->machine, mapping);

	return other && !other->is_dormant && !text_is_equal(other->dm_uuid, dm_uuid);
}

static struct device *find_dormant(const struct guard *guard, const char *dm_uuid)
{
	for (size_t i = 0; i < guard->machine->count; i++) {
		struct device *device = guard->machine->devices[i];

		if (device->is_dormant && text_is_equal(device->dm_uuid, dm_uuid))
			return device;
	}
	return NULL;
}

/* Two groups of one name are told apart by their UUIDs. */
static char *new_name(const struct guard *guard, const struct lvm_group *group,
		      const char *mapping)
{
	return machine_find(guard->machine, mapping)
		       ? text_format("%s@%.6s", mapping, group->uuid)
		       : text_copy(mapping);
}

static void link_parents(struct guard *guard, const struct physicals *physicals,
			 const struct lvm_group *group, struct device *device)
{
	_cleanup_text_list_ struct text_list nodes = {0};

	lvm_volume_nodes(group, device->volume_name, &nodes);
	for (size_t i = 0; i < nodes.count; i++) {
		struct device *parent = find_device(guard, physicals, nodes.items[i]);

		if (parent)
			device_link(parent, device);
	}
}

/* Why DEVICE must not be brought up by a plan, though it can be looked into. */
static void find_obstacle(const struct guard *guard, const struct lvm_group *group,
			  struct device *device)
{
	if (name_is_taken(guard, device->dm_name, device->dm_uuid)) {
		device->obstacle = text_format(_("another volume group that is in use is called %s, "
						 "too"), group->name);
		return;
	}
	for (size_t i = 0; i < device->parent_count; i++) {
		const struct device *parent = device->parents[i];
		const struct device *copy = copies_find(guard->machine, parent);

		if (!copy)
			continue;
		device->obstacle = text_format(_("%s and %s are copies of each other, and lvm cannot "
						 "tell them apart: take the disk of one of them away"),
					       parent->name, copy->name);
		return;
	}
}

/* The device of VOLUME, which is new in the machine or known from an earlier look. */
static struct device *get_device(struct guard *guard, const struct physicals *physicals,
				 const struct lvm_group *group, const struct lvm_volume *volume)
{
	_cleanup_free_ char *mapping = lvm_mapping_name(group->name, volume->name);
	_cleanup_free_ char *group_bare = without_dashes(group->uuid);
	_cleanup_free_ char *volume_bare = without_dashes(volume->uuid);
	_cleanup_free_ char *dm_uuid = text_format("LVM-%s%s", group_bare, volume_bare);
	_cleanup_free_ char *name = NULL;
	struct device *device = find_dormant(guard, dm_uuid);

	if (device)
		return device;
	name = new_name(guard, group, mapping);
	device = device_new(DEVICE_LVM, name);
	device->is_dormant = true;
	device->state = DEVICE_OK;
	device->size = volume->size;
	device->path = text_format("/dev/mapper/%s", mapping);
	device->dm_name = TAKE_PTR(mapping);
	device->dm_uuid = TAKE_PTR(dm_uuid);
	device->group_name = text_copy(group->name);
	device->volume_name = text_copy(volume->name);
	text_list_format(&device->aliases, "/dev/%s/%s", group->name, volume->name);
	text_list_format(&device->aliases, "/dev/disk/by-id/dm-uuid-%s", device->dm_uuid);
	device->needs_writing = !lvm_volume_is_plain(group, volume->name);
	device->is_snapshot = volume->is_earlier;
	link_parents(guard, physicals, group, device);
	if (!device->parent_count)
		return device_free(device);
	find_obstacle(guard, group, device);
	machine_add(guard->machine, device);
	return device;
}

static const char *obstacle_of(int error)
{
	switch (error) {
	case -ENXIO:
		return _("a physical volume of its group is missing");
	case -EBADMSG:
		return _("what lvm reports of it makes no sense");
	default:
		return _("only lvm can bring it up, and it did not");
	}
}

/* Maps it without lvm; -EOPNOTSUPP where that cannot be. */
static int map_volume(struct guard *guard, const struct lvm_group *group, struct device *device)
{
	_cleanup_(dm_table_done) struct dm_table table = {0};
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *name = NULL, *path = NULL;
	int r = lvm_volume_table(group, device->volume_name, &table, &device->is_degraded);

	if (r == -EOPNOTSUPP)
		return r;
	if (r < 0) {
		guard_failed(guard, device, obstacle_of(r));
		return 0;
	}
	name = guard_new_name(guard, STACK_PREFIX);
	if (dm_create(name, &table, true, &path, &why) < 0)
		guard_failed(guard, device, why.why);
	else
		guard_found(guard, device, path);
	return 0;
}

/* --- what only lvm can bring up */

struct borrowed {
	struct text_list overlays;
	char *devices; /* for --devices */
	char *name;    /* that the group has on them */
};

static void borrowed_done(struct borrowed *borrowed)
{
	text_list_done(&borrowed->overlays);
	free(borrowed->devices);
	free(borrowed->name);
}

/* Gives the group another name, on layers of memory over all that is here of it. */
static int borrow_group(struct guard *guard, const struct physicals *physicals,
			const struct lvm_group *group, struct borrowed *borrowed,
			struct problem *why)
{
	for (size_t i = 0; i < group->physical_count; i++) {
		const struct device *device =
			find_device(guard, physicals, group->physicals[i].node);
		char *node = NULL;

		if (!device)
			continue; /* missing */
		if (guard_overlay(guard, device, &node, why) < 0)
			return -EIO;
		text_list_take(&borrowed->overlays, node);
	}
	borrowed->devices = text_list_join(&borrowed->overlays, ",");
	borrowed->name = guard_new_name(guard, STACK_GROUP_PREFIX);
	const char *arguments[] = {"lvm",     "vgrename", "--yes",        "--devices",
				   borrowed->devices,     "--config",     lvm_config,
				   group->uuid,           borrowed->name, NULL};

	return process_run_checked(arguments, guard->deadline_ms, NULL, why) < 0 ? -EIO : 0;
}

static void activate(struct guard *guard, const struct borrowed *borrowed, struct device *device)
{
	_cleanup_free_ char *volume = text_format("%s/%s", borrowed->name, device->volume_name);
	_cleanup_free_ char *mapping = lvm_mapping_name(borrowed->name, device->volume_name);
	_cleanup_free_ char *path = text_format("/dev/mapper/%s", mapping);
	const char *arguments[] = {"lvm", "lvchange", "--yes", "--activate", "y",
				   "--ignoreactivationskip", "--devices", borrowed->devices,
				   "--config", lvm_config, volume, NULL};
	_cleanup_problem_ struct problem why = {0};

	if (process_run_checked(arguments, guard->deadline_ms, NULL, &why) < 0)
		guard_failed(guard, device, why.why);
	else
		guard_found(guard, device, path);
}

static void activate_all(struct guard *guard, const struct physicals *physicals,
			 const struct lvm_group *group, const struct text_list *names)
{
	_cleanup_(borrowed_done) struct borrowed borrowed = {0};
	_cleanup_problem_ struct problem why = {0};
	int r = borrow_group(guard, physicals, group, &borrowed, &why);

	for (size_t i = 0; i < names->count; i++) {
		struct device *device =
			(struct device *)machine_find(guard->machine, names->items[i]);

		if (group->missing)
			guard_failed(guard, device, obstacle_of(-ENXIO));
		else if (r < 0)
			guard_failed(guard, device, why.why);
		else if (!guard_is_stopped())
			activate(guard, &borrowed, device);
	}
}

/* Whether the kernel has a volume of that group. */
static bool group_is_active(const struct guard *guard, const struct lvm_group *group)
{
	_cleanup_free_ char *bare = without_dashes(group->uuid);
	_cleanup_free_ char *prefix = text_format("LVM-%s", bare);

	for (size_t i = 0; i < guard->machine->count; i++) {
		const struct device *device = guard->machine->devices[i];

		if (!device->is_dormant && text_has_prefix(device->dm_uuid, prefix))
			return true;
	}
	return false;
}

/* Whether the kernel has VOLUME already. */
static bool volume_is_active(const struct guard *guard, const struct lvm_group *group,
			     const struct lvm_volume *volume)
{
	_cleanup_free_ char *group_bare = without_dashes(group->uuid);
	_cleanup_free_ char *volume_bare = without_dashes(volume->uuid);
	_cleanup_free_ char *dm_uuid = text_format("LVM-%s%s", group_bare, volume_bare);

	for (size_t i = 0; i < guard->machine->count; i++) {
		const struct device *device = guard->machine->devices[i];

		if (!device->is_dormant && text_is_equal(device->dm_uuid, dm_uuid))
			return true;
	}
	return false;
}

/*
 * Some volumes of GROUP are in use, and what only lvm can bring up would be an earlier state of it: of the
 * others those are looked at that are plain pieces of disks.
 */
static bool bring_up_rest(struct guard *guard, const struct physicals *physicals,
			  const struct lvm_group *group)
{
	bool is_new = false;

	for (size_t i = 0; i < group->volume_count && !guard_is_stopped(); i++) {
		const struct lvm_volume *volume = &group->volumes[i];
		struct device *device;

		if (!volume->is_public || !lvm_volume_is_plain(group, volume->name) ||
		    volume_is_active(guard, group, volume))
			continue;
		device = get_device(guard, physicals, group, volume);
		if (!device)
			continue;
		(void)map_volume(guard, group, device); /* what is wrong stands in the device */
		is_new = true;
	}
	return is_new;
}

static bool bring_up_group(struct guard *guard, const struct physicals *physicals,
			   const struct lvm_group *group)
{
	_cleanup_text_list_ struct text_list left = {0};
	bool is_new = false;

	/* one that lacks something may be whole when more is up */
	if (text_list_contains(&guard->groups, group->uuid) ||
	    (group->missing && !guard->is_last))
		return false;
	text_list_add(&guard->groups, group->uuid);
	if (group_is_active(guard, group))
		return bring_up_rest(guard, physicals, group);
	for (size_t i = 0; i < group->volume_count && !guard_is_stopped(); i++) {
		struct device *device = NULL;

		if (group->volumes[i].is_public)
			device = get_device(guard, physicals, group, &group->volumes[i]);
		if (!device)
			continue;
		is_new = true;
		if (map_volume(guard, group, device) == -EOPNOTSUPP)
			text_list_add(&left, device->name);
	}
	if (left.count && !guard_is_stopped())
		activate_all(guard, physicals, group, &left);
	return is_new;
}

bool stack_bring_up_volumes(struct guard *guard)
{
	_cleanup_(physicals_done) struct physicals physicals = {0};
	_cleanup_lvm_report_ struct lvm_report report = {0};
	size_t count = guard->machine->count;
	bool is_new = false;

	for (size_t i = 0; i < count; i++)
		add_physical(guard, &physicals, guard->machine->devices[i]);
	if (!physicals.nodes.count ||
	    (physicals.nodes.count == guard->volumes_read && !guard->is_last) ||
	    read_report(guard, &physicals, &report) < 0)
		return false;
	guard->volumes_read = physicals.nodes.count;
	for (size_t i = 0; i < report.count && !guard_is_stopped(); i++)
		is_new = bring_up_group(guard, &physicals, &report.groups[i]) || is_new;
	return is_new;
}
