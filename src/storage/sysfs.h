/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph of block devices from sysfs, of this machine or a recorded one. */
#ifndef REFLOAT_STORAGE_SYSFS_H
#define REFLOAT_STORAGE_SYSFS_H

#include "base/root.h"
#include "storage/machine.h"

/* Called for each device that is no partition as soon as it and its partitions have been read; what
 * lies on other devices is linked to them only later. */
typedef void (*sysfs_on_disk_fn)(void *data, struct device *disk);

/*
 * Adds every block device under ROOT (the folder that holds sys/, proc/ and run/) to MACHINE, with
 * links, names and what the kernel knows; never asks a disk. ON_DISK may be NULL. 0 or negative
 * errno.
 */
int sysfs_read(const struct root *root, struct machine *machine, sysfs_on_disk_fn on_disk,
	       void *data, struct problem *why);

/* Fills DEVICE from run/udev/data; contents only where WITH_CONTENT. */
void udev_data_read(const struct root *root, struct device *device, bool with_content);

/* Fills mountpoints and is_rescue from proc/self/mountinfo and proc/swaps. */
void usage_read(const struct root *root, struct machine *machine);

#endif
