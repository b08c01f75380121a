/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which operations are undone with the one that is meant. */
#ifndef REFLOAT_ACTION_UNDO_RANGE_H
#define REFLOAT_ACTION_UNDO_RANGE_H

#include "plan/journal.h"

/* What STEP changed is on the server's own disks, and meant to stay. */
bool undo_stays(const struct step *step);

/*
 * The last of COUNT operations of LIST, newest first, is to be undone. One that has only changed
 * what is on the server's disks, such as a mended account, needs nothing taken down for that: the
 * others are taken out of LIST, but for those that have changed the same files after it. Returns
 * how many are left.
 */
size_t undo_range_narrow(const struct operation **list, size_t count);

/* -ENXIO where what OPERATION has changed in a mounted tree, from step FIRST on, is not mounted
 * there now. */
int undo_range_check_mounted(const struct operation *operation, unsigned first,
			     struct problem *why);

#endif
