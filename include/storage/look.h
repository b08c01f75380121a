/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mounting a filesystem only to look into it, so that not one byte of its disk can change.
 *
 * Called inside a worker (base/worker.h) that has entered a private mount namespace with
 * look_enter. The filesystem lies on a read-only loop device of its own, so that the kernel
 * cannot write whatever it does, and is mounted with the option that skips journal replay.
 */
#ifndef REFLOAT_STORAGE_LOOK_H
#define REFLOAT_STORAGE_LOOK_H

#include "base/problem.h"
#include "base/root.h"
#include "storage/device.h"

/* A private mount namespace with an empty tmpfs to work in; *RET_FOLDER is its path. */
int look_enter(char **ret_folder, struct problem *why);

/*
 * Mounts DEVICE at FOLDER to be looked at; of a btrfs filesystem on several devices all that are
 * here, each on a loop device of its own. OPTIONS (may be NULL) are those that decide the
 * contents (subvol=...). A device that is already mounted is looked at through that mount.
 */
int look_mount(const struct device *device, const char *options, const char *folder,
	       struct problem *why);

/*
 * Takes down what look_mount has mounted at FOLDER. The end of the worker does so too, but only
 * this makes the kernel forget the loop devices of a btrfs filesystem, which it would otherwise
 * hold against the real devices at the next mount.
 */
void look_unmount(const struct device *device, const char *folder);

#endif
