/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disks that are copies of each other, by what lvm and LUKS tell them apart with. */
#ifndef REFLOAT_STORAGE_COPIES_H
#define REFLOAT_STORAGE_COPIES_H

#include "storage/machine.h"

/* Notes on each physical volume and container which other one has the same UUID, anew each time. */
void copies_note(struct machine *machine);

/* Another physical volume or container with the UUID of DEVICE; NULL: it is the only one. */
const struct device *copies_find(const struct machine *machine, const struct device *device);

#endif
