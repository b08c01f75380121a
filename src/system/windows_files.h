/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of a Windows system, whose names are the same in any case. */
#ifndef REFLOAT_SYSTEM_WINDOWS_FILES_H
#define REFLOAT_SYSTEM_WINDOWS_FILES_H

#include "base/root.h"
#include "system/hive.h"

/* PATH with each component spelt as the folder has it, absolute; the caller frees; NULL: not there.
 */
char *windows_find_path(const struct root *root, const char *path);

/* The hive NAME of the folder of hives, opened to be read, its logs put in. WHY as for
 * windows_hive_read. */
int windows_hive_open(const struct root *root, const char *name, struct hive **ret_hive,
		      struct problem *why);

/* Whether a session waits in the file of hibernation: then Windows still has parts of the
 * filesystem in its memory. */
bool windows_is_hibernated(const struct root *root);

#endif
