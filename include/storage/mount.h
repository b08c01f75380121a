/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mounting and unmounting through libmount, and what is mounted now.
 *
 * Everything that can hang on a bad disk runs in a worker with a deadline. Targets are paths
 * without symlinks: whoever mounts inside a hostile root resolves the place there first
 * (root_resolve) and hands over the result.
 */
#ifndef REFLOAT_STORAGE_MOUNT_H
#define REFLOAT_STORAGE_MOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/problem.h"
#include "base/root.h"
#include "base/text.h"
#include "storage/device.h"

struct mount_request {
	const char *source;  /* device node, image file, folder to bind, "tmpfs", "host:/path" */
	uint64_t offset;     /* bytes into source; with size: through a loop device */
	uint64_t size;       /* bytes; 0: to the end */
	bool needs_loop;     /* source is a file, or offset or size are set */
	bool is_bind;        /* source is a folder */
	bool is_read_only;
	const char *type;    /* NULL for bind */
	const char *options; /* comma separated, without ro/rw, loop, offset, sizelimit; may be "" */
	const char *target;  /* folder */
};

/*
 * Mounts. A loop device it needs is made by the same call, read-only where the mount is, and goes
 * by itself with the last unmount. -EINVAL where the kernel refused type or options, -ENODEV where
 * it has no such filesystem, -EBUSY, -EROFS, -ETIMEDOUT after TIMEOUT_MS (0: none) and others.
 */
int mount_filesystem(const struct mount_request *request, unsigned timeout_ms,
		     struct problem *why);

/* The words of mount(8) that do the same; the caller frees. */
void mount_request_command(const struct mount_request *request, struct text_list *arguments);

/* Unmounts TARGET (not following symlinks). -EBUSY with no words of its own: see holders.h. */
int mount_unmount(const char *target, bool is_lazy, unsigned timeout_ms, struct problem *why);

struct mount_entry {
	int id;
	int parent_id;
	dev_t number;    /* of the filesystem (st_dev), not always of the device */
	char *source;    /* as mountinfo says */
	char *root;      /* the folder of the filesystem that is mounted, "/" for all of it */
	char *target;
	char *type;
	char *options;   /* of the mount and the filesystem, joined */
	bool is_read_only; /* mounted so, or made so by the kernel since there are errors */
};

struct mount_table {
	struct mount_entry *entries; /* in mount order */
	size_t count;
	size_t capacity;
};

/*
 * Reads proc/self/mountinfo and proc/swaps under ROOT (NULL: this machine). Swap stands as entries
 * of type "swap" with target "[SWAP]".
 */
int mount_table_read(const struct root *root, struct mount_table *table, struct problem *why);
void mount_table_done(struct mount_table *table);
#define _cleanup_mount_table_ _cleanup_(mount_table_done)

/* The topmost mount at exactly TARGET, or NULL. */
const struct mount_entry *mount_table_find(const struct mount_table *table, const char *target);

/* Whether PATH is TARGET or lies below it. */
bool mount_path_is_below(const char *path, const char *target);

/* Entries at or below TARGET, deepest and latest first, as they must be unmounted. The caller
 * frees the array, not the entries. */
size_t mount_table_list_below(const struct mount_table *table, const char *target,
			      const struct mount_entry ***ret_entries);

#endif
