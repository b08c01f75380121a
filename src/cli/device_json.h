/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Devices as programs read them. */
#ifndef REFLOAT_CLI_DEVICE_JSON_H
#define REFLOAT_CLI_DEVICE_JSON_H

#include "base/json.h"
#include "storage/machine.h"

/* {"devices":[...],"notes":[...]}: a flat list, as refloat-json(5) says; the caller puts. */
struct json_object *device_json_new(const struct machine *machine);

/* What is left of a filesystem whose first superblock is damaged, as refloat-json(5) says; NULL for none;
 * the caller puts. */
struct json_object *lost_json_new(const struct lost_filesystem *lost);

#endif
