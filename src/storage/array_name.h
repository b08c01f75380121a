/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an array will be called once it runs. */
#ifndef REFLOAT_STORAGE_ARRAY_NAME_H
#define REFLOAT_STORAGE_ARRAY_NAME_H

#include "storage/machine.h"

/*
 * Sets name, path and aliases of dormant array DEVICE, whose members say RAID, to what it will be
 * called on MACHINE, where nothing else is called so: by the number in its superblock's name, by
 * that name, or by a free number.
 */
void array_name_device(const struct machine *machine, const struct raid_member *raid,
		       struct device *device);

/* Adds the names by which an fstab may mean array DEVICE and which nothing else on MACHINE has. */
void array_name_aliases(const struct machine *machine, const struct raid_member *raid,
			struct device *device);

/* The part of a superblock's name behind the host's: "0" of "web01:0"; borrowed. */
const char *array_name_own(const char *name);

#endif
