/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a look: the loop devices it is made through, and btrfs. */
#ifndef REFLOAT_STORAGE_LOOK_PARTS_H
#define REFLOAT_STORAGE_LOOK_PARTS_H

#include "base/cleanup.h"
#include "base/problem.h"
#include "storage/device.h"

/* The read-only loop devices through which one filesystem is looked at, its own first. */
struct look_loops {
	int *fds;
	size_t count;
	size_t capacity;
	struct text_list nodes;
};

/* Attaches DEVICE; of a btrfs filesystem its other devices as well, as far as they are there. */
int look_loops_attach(struct look_loops *loops, const struct device *device, struct problem *why);
void look_loops_done(struct look_loops *loops);
#define _cleanup_look_loops_ _cleanup_(look_loops_done)

/* Mounts node LOOP, which holds TYPE, at FOLDER so that nothing is replayed; 0 or -errno. */
int look_mount_loop(const char *loop, const char *folder, const char *type, const char *options);

/* The same for NTFS through ntfs-3g, which serves it until the mount or this process ends. -ENODEV: it is not
 * installed; -EINVAL: it does not take it. */
int look_ntfs_mount(const char *loop, const char *folder);

bool look_is_btrfs(const struct device *device);

/* Mounts the btrfs filesystem of DEVICE, which LOOPS have been attached for, at FOLDER. */
int look_btrfs_mount(struct look_loops *loops, const struct device *device, const char *options,
		     const char *folder);

/* After it was unmounted: the kernel forgets NODES, and knows the devices themselves again. */
void look_btrfs_forget(const struct text_list *nodes, const struct device *device);

#endif
