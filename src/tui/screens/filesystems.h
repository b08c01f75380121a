/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the first screen, the list of filesystems and the page of one of them share. */
#ifndef REFLOAT_TUI_SCREENS_FILESYSTEMS_H
#define REFLOAT_TUI_SCREENS_FILESYSTEMS_H

#include "action/filesystems.h"
#include "tui/app.h"

/*
 * Those of system SYSTEM (NULL: the only one, else all of the machine), without waiting; none where
 * that is not known yet. Negative where it cannot be said.
 */
int filesystems_read(struct app *app, const char *system, struct filesystem_list *ret_list,
		     struct problem *why);

/* Whether something is wrong with it, or may be. */
bool filesystems_is_odd(const struct filesystem_row *row);

/* "/var" or, of one that fstab does not name, "sda3"; borrowed from ROW. */
const char *filesystems_place(const struct filesystem_row *row);

/* Opens the form of the check, with NAMES (may have none: all of the system) filled in and STRENGTH (a
 * field of check-fs; NULL: a look) chosen. */
void filesystems_open_check(struct app *app, const char *system, const struct text_list *names,
			    const char *strength);

/* What screen_filesystem is told. */
struct filesystem_argument {
	const char *system;	/* NULL: as filesystems_read */
	const char *name;	/* of the device, as its row has it; NULL: it was not found */
	const char *mountpoint; /* in fstab; may be NULL */
};

#endif
