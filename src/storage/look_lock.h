/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps looks and mounts out of each other's way, also those of other processes.
 *
 * Who mounts a filesystem while a look has it on a read-only loop device would get that one: from
 * libmount, which takes a loop device that is there, or from btrfs, which knows each filesystem
 * once. Both lock the device or the image (flock), a look together with other looks, and a mount
 * alone. The lock of a look is held by its loop device, and so goes when that goes, however its
 * process ends. Nobody who does not take part is hindered.
 */
#ifndef REFLOAT_STORAGE_LOOK_LOCK_H
#define REFLOAT_STORAGE_LOOK_LOCK_H

#include "base/problem.h"

/*
 * For a look, on what its loop device is to show. After some seconds it goes on without the lock:
 * it cannot write, and who holds a lock for long may have no part in this.
 */
void look_lock_share(int fd);

/*
 * For a mount of the device or image file at PATH: waits for looks to end, some seconds longer
 * than one lasts. The caller closes what comes back behind the mount; -1: it is none of these, or
 * could not be locked.
 */
int look_lock_alone(const char *path);

#endif
