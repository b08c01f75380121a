/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays and loop devices as the kernel has them at this moment, from sysfs. */
#ifndef REFLOAT_STORAGE_RUNNING_H
#define REFLOAT_STORAGE_RUNNING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"

/* An array that has a node, running or not. */
struct running_array {
	char *node;	/* "/dev/md127" */
	bool is_active; /* can be read */
};

/* Whether two UUIDs are the same, whatever is between their digits. */
bool running_uuid_is_equal(const char *a, const char *b);

/* The array whose UUID is UUID, however it is written. -ENOENT: the kernel has none. */
int running_array_find(const char *uuid, struct running_array *ret_array);
void running_array_done(struct running_array *array);
#define _cleanup_running_array_ _cleanup_(running_array_done)

/* Whether NODE is a block device in use by the kernel: an array, a loop device with a file. */
bool running_is_in_use(const char *node);

/* Whether loop device NODE has FILE (its place OFFSET) behind it. */
bool running_loop_is_on(const char *node, const char *file, uint64_t offset);

/* A loop device other than NODE through which some of the SIZE bytes (0: all) of FILE from OFFSET on
 * can be written; the caller frees; NULL: none. */
char *running_find_writer(const char *node, const char *file, uint64_t offset, uint64_t size);

#endif
