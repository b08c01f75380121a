/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Word from the kernel that a block device came, went or changed.
 *
 * It says that, not what: whoever hears it compares scan_fingerprint (storage/scan.h) with the
 * machine that is shown, since our own looking attaches and detaches loop devices all the time.
 */
#ifndef REFLOAT_STORAGE_HOTPLUG_H
#define REFLOAT_STORAGE_HOTPLUG_H

#include <stdbool.h>

#include "base/cleanup.h"
#include "base/problem.h"

struct hotplug;

/* Listens to the kernel's own messages; udev is not needed, nor is root. */
int hotplug_open(struct hotplug **ret_hotplug, struct problem *why);

int hotplug_fd(const struct hotplug *hotplug); /* to poll for POLLIN; borrowed */

/*
 * Takes all messages that are there, without waiting. True where one was of a block device, or
 * where some were lost. Messages that do not come from the kernel are passed over.
 */
bool hotplug_read(struct hotplug *hotplug);

struct hotplug *hotplug_free(struct hotplug *hotplug);
DEFINE_CLEANUP_POINTER(struct hotplug, hotplug_free);
#define _cleanup_hotplug_ _cleanup_(hotplug_free_cleanup)

#endif
