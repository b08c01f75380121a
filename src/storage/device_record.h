/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A dormant device as JSON: from the process that looks to the one that shows, and in a recorded
 * machine.
 */
#ifndef REFLOAT_STORAGE_DEVICE_RECORD_H
#define REFLOAT_STORAGE_DEVICE_RECORD_H

#include "base/json.h"
#include "storage/machine.h"

/* All that is known of DEVICE, its parents by name; the caller puts it. */
struct json_object *device_to_json(const struct device *device);

/*
 * Takes what device_to_json has made, or somebody else made up, into MACHINE as a dormant device,
 * which stays the machine's; parents must be there already. One of that name that is dormant is
 * filled anew and keeps its links. NULL where it makes no sense: no name, no parent, a kind that
 * lies on nothing, the name of something that is not dormant. A recorded machine's is held up
 * nowhere.
 */
struct device *device_from_json(struct json_object *object, struct machine *machine);

#endif
