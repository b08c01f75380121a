/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the systems of a recorded machine mount their disks, without their secrets. */
#ifndef REFLOAT_CLI_RECORD_ROOTS_H
#define REFLOAT_CLI_RECORD_ROOTS_H

#include "base/problem.h"
#include "system/system.h"

/*
 * Adds to the recorded machine in FOLDER, for each Linux system of SURVEY, a folder
 * refloat/roots/NAME with what the planners read of it: fstab, crypttab and mdadm.conf, its name,
 * host name, kernel versions and the folders that it mounts on.
 */
int record_roots(const struct survey *survey, const char *folder, struct problem *why);

/* An fstab as text that reads back as FSTAB, each entry on its line, passwords left out; the
 * caller frees. */
char *record_format_fstab(const struct fstab *fstab);

#endif
