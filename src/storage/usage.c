/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where devices are mounted, and which of them the rescue system itself runs from. */
#include <string.h>
#include <sys/sysmacros.h>

#include "storage/mount.h"
#include "storage/sysfs.h"

#define DEPTH_MAX 16

/* Places that a running system or a live medium is mounted at; below the second kind as well. */
static const char *const own_places[] = {"/", "/usr", "/boot", "/boot/efi", "/boot/firmware", "/efi",
					 "/cdrom", "/isodevice", "/nix", "/nix/store", "/etc",
					 "/gnu/store"};
static const char *const own_trees[] = {"/run/live", "/run/initramfs", "/run/archiso",
					"/run/rootfsbase", "/run/install", "/lib/live",
					"/usr/lib/live", "/run/media/cdrom", "/run/overlay",
					"/livemnt", "/run/miso", "/mnt/livecd", "/mnt/cdrom"};

static bool is_own_place(const char *target)
{
	for (size_t i = 0; i < ARRAY_SIZE(own_places); i++) {
		if (strcmp(own_places[i], target) == 0)
			return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(own_trees); i++) {
		if (mount_path_is_below(target, own_trees[i]))
			return true;
	}
	return false;
}

static struct device *device_of(struct machine *machine, const struct mount_entry *entry)
{
	const struct device *device = machine_find_number(machine, entry->number);

	/* btrfs has a number of its own, an array a swap file a path: by name then */
	if (!device && entry->source && *entry->source == '/')
		device = machine_find(machine, entry->source);
	/* the machine is ours and still being made */
	return (struct device *)device;
}

static void mark_rescue(struct machine *machine, const struct mount_table *table,
			struct device *device, int depth);

/* The mount that path PATH lies on: the longest target above it, the latest of these. */
static const struct mount_entry *mount_of(const struct mount_table *table, const char *path)
{
	const struct mount_entry *found = NULL;
	size_t length = 0;

	for (size_t i = 0; path && i < table->count; i++) {
		const struct mount_entry *entry = &table->entries[i];

		if (entry->target && mount_path_is_below(path, entry->target) &&
		    strlen(entry->target) >= length) {
			found = entry;
			length = strlen(entry->target);
		}
	}
	return found;
}

static void mark_path(struct machine *machine, const struct mount_table *table, const char *path,
		      int depth)
{
	const struct mount_entry *entry = mount_of(table, path);
	struct device *device = entry ? device_of(machine, entry) : NULL;

	if (device)
		mark_rescue(machine, table, device, depth - 1);
}

static void mark_rescue(struct machine *machine, const struct mount_table *table,
			struct device *device, int depth)
{
	if (device->is_rescue || depth <= 0)
		return;
	device->is_rescue = true;
	for (size_t i = 0; i < device->parent_count; i++)
		mark_rescue(machine, table, device->parents[i], depth - 1);
	if (device->backing_file)
		mark_path(machine, table, device->backing_file, depth);
}

/* A live system's root is an overlay: what it lies on is in its options. */
static void mark_overlay(struct machine *machine, const struct mount_table *table,
			 const struct mount_entry *entry)
{
	_cleanup_text_list_ struct text_list options = {0};

	text_list_split(&options, entry->options, ",");
	for (size_t i = 0; i < options.count; i++) {
		const char *folders = text_after_prefix(options.items[i], "lowerdir=");
		_cleanup_text_list_ struct text_list list = {0};

		if (!folders)
			folders = text_after_prefix(options.items[i], "upperdir=");
		text_list_split(&list, folders, ":");
		for (size_t j = 0; j < list.count; j++)
			mark_path(machine, table, list.items[j], DEPTH_MAX);
	}
}

void usage_read(const struct root *root, struct machine *machine)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	_cleanup_problem_ struct problem why = {0};

	if (mount_table_read(root, &table, &why) < 0) {
		text_list_take(&machine->notes, problem_text(&why));
		return;
	}
	for (size_t i = 0; i < table.count; i++) {
		const struct mount_entry *entry = &table.entries[i];
		struct device *device = device_of(machine, entry);

		if (device && !text_list_contains(&device->mountpoints, entry->target))
			text_list_add(&device->mountpoints, entry->target);
		if (!entry->target || !is_own_place(entry->target))
			continue;
		if (device)
			mark_rescue(machine, &table, device, DEPTH_MAX);
		else if (text_is_equal(entry->type, "overlay"))
			mark_overlay(machine, &table, entry);
	}
}
