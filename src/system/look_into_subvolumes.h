/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into the subvolumes of one btrfs filesystem: which are systems, which only snapshots. */
#ifndef REFLOAT_SYSTEM_LOOK_INTO_SUBVOLUMES_H
#define REFLOAT_SYSTEM_LOOK_INTO_SUBVOLUMES_H

#include "base/json.h"
#include "base/root.h"
#include "system/btrfs_subvolumes.h"
#include "system/system.h"

/* Adds what is at ROOT, which is SUBVOLUME (may be NULL), to the record of its filesystem; borrowed
 * from that. */
struct json_object *look_into_add_volume(struct json_object *record, const struct root *root,
					 const struct subvolume *subvolume, bool is_snapshot);

/* Adds SYSTEM, found there, to VOLUME. */
void look_into_add_system(struct json_object *volume, struct system *system,
			  const struct subvolume *subvolume);

/* Adds what the filesystem says of itself, and the subvolumes below its TOP, to RECORD. */
void look_into_subvolumes(struct json_object *record, const struct root *top);

#endif
