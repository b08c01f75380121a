/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Device-mapper devices for looking, which udev and the programs that listen to it leave alone.
 *
 * Made through the kernel's own interface: the programs for it want /dev/mapper nodes, which only
 * udev makes for them, and take a tenth of a second each.
 */
#ifndef REFLOAT_STORAGE_DM_H
#define REFLOAT_STORAGE_DM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/text.h"

#define DM_SECTOR 512u

/* One line of a table. */
struct dm_target {
	uint64_t start;  /* sectors */
	uint64_t length; /* sectors */
	const char *type; /* "linear", "striped", "snapshot" */
	char *parameters; /* "/dev/loop3 2048" */
};

struct dm_table {
	struct dm_target *targets;
	size_t count;
	size_t capacity;
};

/* Adds a target; takes PARAMETERS over. */
void dm_table_add(struct dm_table *table, uint64_t start, uint64_t length, const char *type,
		  char *parameters);
void dm_table_done(struct dm_table *table);

/* Makes device NAME of TABLE; *RET_PATH is its node ("/dev/dm-3"), the caller's. */
int dm_create(const char *name, const struct dm_table *table, bool is_read_only, char **ret_path,
	      struct problem *why);

/* Removes device NAME, and its node in /dev/mapper where there is one. -EBUSY: in use. -ENXIO: none. */
int dm_remove(const char *name);

#endif
