/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Device-mapper's mappings as the kernel has them at this moment, from sysfs. */
#ifndef REFLOAT_STORAGE_MAPPING_H
#define REFLOAT_STORAGE_MAPPING_H

#include <stdbool.h>

/* The device-mapper UUID of the mapping NAME ("" for one without); the caller frees. -ENOENT: there
 * is no such mapping. */
int mapping_get_uuid(const char *name, char **ret_uuid);

/* Whether DM_UUID is that of an opened container whose LUKS UUID is UUID. */
bool mapping_is_container(const char *dm_uuid, const char *uuid);

/* "vg-root" of a volume, dashes in names doubled; the caller frees. */
char *lvm_mapping_name(const char *group, const char *volume);

#endif
