/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders for what is kept of a filesystem before it is repaired: elsewhere than on its own disks.
 */
#ifndef REFLOAT_ACTION_CHECK_FOLDER_H
#define REFLOAT_ACTION_CHECK_FOLDER_H

#include "storage/machine.h"
#include "storage/mount.h"

struct check_folder {
	char *path;	/* absolute, without symlinks */
	uint64_t free;	/* bytes */
	bool is_memory; /* what is in it is gone with the next start */
};
void check_folder_done(struct check_folder *folder);
#define _cleanup_check_folder_ _cleanup_(check_folder_done)

/* Fills RET with folder PATH. -EXDEV where it lies on a disk that DEVICE lies on, too. */
int check_folder_find(const struct machine *machine, const struct mount_table *table,
		      const char *path, const struct device *device, struct check_folder *ret,
		      struct problem *why);

/* The most that the metadata of DEVICE's filesystem can take, in bytes: a guess for a person. */
uint64_t check_folder_estimate(const struct device *device);

#endif
