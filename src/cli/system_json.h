/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Installed systems as programs read them. */
#ifndef REFLOAT_CLI_SYSTEM_JSON_H
#define REFLOAT_CLI_SYSTEM_JSON_H

#include "action/session.h"
#include "base/json.h"
#include "system/resolve.h"

/*
 * One system, with its fstab as RESOLUTION has it (NULL: it could not be resolved, because of
 * WHY), as refloat-json(5) says. The caller puts.
 */
struct json_object *system_json_new(const struct system *system,
				    const struct resolution *resolution, const struct problem *why);

/* The subvolumes of btrfs filesystems, snapshots among them, as refloat-json(5) says. */
struct json_object *subvolumes_json_new(const struct survey *survey);

/* What is mounted now; null where that is nothing. */
struct json_object *mounted_system_to_json(const struct mounted_system *mounted);

#endif
