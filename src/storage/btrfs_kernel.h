/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The devices of btrfs filesystems that the kernel keeps in mind.
 *
 * The kernel remembers each btrfs device that it was shown (by udev, by a mount), under the
 * filesystem's UUID and the device's own, also after it was unmounted. Of two devices with the
 * same pair it keeps one: a loop device that looks at a disk takes that disk's place, and would
 * stand in its way when it is gone.
 */
#ifndef REFLOAT_STORAGE_BTRFS_KERNEL_H
#define REFLOAT_STORAGE_BTRFS_KERNEL_H

#include "base/text.h"

/* Shows it the device NODE. */
void btrfs_kernel_scan(const char *node);

/* Makes it forget NODE, unless that is in use. */
void btrfs_kernel_forget(const char *node);

/* The nodes of the filesystem mounted at FOLDER, those that are here; none: no btrfs. */
void btrfs_kernel_list(const char *folder, struct text_list *nodes);

/*
 * Waits a few seconds at most until no other process of ours looks at the filesystem UUID. What is
 * returned keeps others away until it is closed; -1 where there is nothing to keep them away with.
 */
int btrfs_kernel_lock(const char *uuid);

#endif
