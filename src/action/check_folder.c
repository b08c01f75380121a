/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders for what is kept of a filesystem before it is repaired. */
#include "action/check_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/file.h"
#include "base/i18n.h"
#include "storage/filesystem_state.h"

#define DEPTH_MAX 32
#define INODE_BYTES 256u	 /* what mke2fs and mkfs.xfs give each, or twice that */
#define BYTES_FOR_BITMAPS 16384u /* of data, for one of bitmaps, indexes and directories */
#define UNKNOWN_SHARE 50u	 /* of the device, where nothing is known */
#define FIXED_BYTES (64u << 20)	 /* journals that are not known, and what is small */

void check_folder_done(struct check_folder *folder)
{
	free(folder->path);
	*folder = (struct check_folder){0};
}

/* The mount that PATH lies on: the longest target above it, the latest of these. */
static const struct mount_entry *mount_of(const struct mount_table *table, const char *path)
{
	const struct mount_entry *found = NULL;
	size_t length = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct mount_entry *entry = &table->entries[i];

		if (entry->target && *entry->target == '/' &&
		    mount_path_is_below(path, entry->target) && strlen(entry->target) >= length) {
			found = entry;
			length = strlen(entry->target);
		}
	}
	return found;
}

static bool is_below(const struct device *device, const struct device *wanted, unsigned depth)
{
	if (device == wanted)
		return true;
	for (size_t i = 0; depth < DEPTH_MAX && i < device->parent_count; i++) {
		if (is_below(device->parents[i], wanted, depth + 1))
			return true;
	}
	return false;
}

/* Whether A and B have anything in common that they lie on. */
static bool share_a_disk(const struct device *a, const struct device *b, unsigned depth)
{
	if (!a->parent_count)
		return is_below(b, a, 0);
	for (size_t i = 0; depth < DEPTH_MAX && i < a->parent_count; i++) {
		if (share_a_disk(a->parents[i], b, depth + 1))
			return true;
	}
	return false;
}

static const struct device *device_of(const struct machine *machine,
				      const struct mount_entry *entry)
{
	const struct device *device = machine_find_number(machine, entry->number);

	if (!device && entry->source && *entry->source == '/')
		device = machine_find(machine, entry->source);
	return device;
}

static bool is_in_memory(const struct mount_entry *entry)
{
	static const char *const types[] = {"tmpfs", "ramfs", "rootfs", "overlay"};

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (text_is_equal(entry->type, types[i]))
			return true;
	}
	return false;
}

/* What is kept in memory takes it away from everything else, however large it may become. */
static uint64_t limit_to_memory(uint64_t bytes)
{
	_cleanup_free_ char *text = NULL;
	const char *line;
	unsigned long long kib = 0;

	if (file_read("/proc/meminfo", 65536, &text, NULL, NULL) < 0)
		return bytes;
	line = strstr(text, "MemAvailable:");
	if (!line || sscanf(line, "MemAvailable: %llu", &kib) != 1)
		return bytes;
	return bytes < kib * 1024 ? bytes : kib * 1024;
}

int check_folder_find(const struct machine *machine, const struct mount_table *table,
		      const char *path, const struct device *device, struct check_folder *ret,
		      struct problem *why)
{
	_cleanup_free_ char *resolved = realpath(path, NULL);
	const struct mount_entry *entry = resolved ? mount_of(table, resolved) : NULL;
	const struct device *under = entry ? device_of(machine, entry) : NULL;
	struct stat status;
	struct statvfs space;

	if (!resolved)
		return problem_set_errno(why, -errno, path);
	if (stat(resolved, &status) < 0 || statvfs(resolved, &space) < 0)
		return problem_set_errno(why, -errno, path);
	if (!S_ISDIR(status.st_mode))
		return problem_set(why, -ENOTDIR, path, _("is not a folder"));
	if (under && share_a_disk(under, device, 0)) {
		(void)problem_set(why, -EXDEV, path, _("it lies on a disk that %s lies on, too"),
				  device->name);
		problem_set_next(
			why, _("Name a folder on another disk, on the network, or, for what need "
			       "not outlive the rescue system, in memory."));
		return -EXDEV;
	}
	*ret = (struct check_folder){
		.path = TAKE_PTR(resolved),
		.free = (uint64_t)space.f_bavail * space.f_frsize,
		.is_memory = entry && is_in_memory(entry),
	};
	if (ret->is_memory)
		ret->free = limit_to_memory(ret->free);
	return 0;
}

uint64_t check_folder_estimate(const struct device *device)
{
	const struct filesystem_state *state = device->content.state;
	uint64_t bytes = device->size / BYTES_FOR_BITMAPS + FIXED_BYTES, used;

	if (!state || !state->has_space)
		return device->size / UNKNOWN_SHARE + FIXED_BYTES;
	used = state->size > state->free ? state->size - state->free : 0;
	if (state->has_inodes)
		bytes += (state->inodes - state->inodes_free) * (INODE_BYTES + 64);
	bytes += used / 256 + state->metadata; /* extents, directories, checksums; the journal */
	return bytes < device->size ? bytes : device->size;
}
