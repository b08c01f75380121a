/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into one filesystem: what the survey's worker does, and the records it sends. */
#ifndef REFLOAT_SYSTEM_LOOK_INTO_H
#define REFLOAT_SYSTEM_LOOK_INTO_H

#include "base/json.h"
#include "base/root.h"
#include "storage/device.h"
#include "storage/machine.h"
#include "system/system.h"

/* In the worker: looks into DEVICE, sends one record to FD. Returns the worker's exit status. */
int look_into_device(const struct device *device, int fd);

/* The same for a recorded machine, whose folders under ROOTS stand for filesystems. */
struct json_object *look_into_folders(const struct root *roots, const struct device *device);

/* Puts a record into SURVEY; trusts nothing in it. */
void look_into_apply(struct survey *survey, const struct device *device,
		     struct json_object *record);

/* Adds a volume of DEVICE; texts are copied later by the caller into what is returned. */
struct volume *survey_add_volume(struct survey *survey, const char *device);

/* Makes up an fstab for a SYSTEM that has none, from partition types and contents. */
void fstab_make_up(const struct machine *machine, const struct survey *survey,
		   struct system *system);

#endif
