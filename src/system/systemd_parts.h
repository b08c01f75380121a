/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reading units and walking from one to the next have in common. */
#ifndef REFLOAT_SYSTEM_SYSTEMD_PARTS_H
#define REFLOAT_SYSTEM_SYSTEMD_PARTS_H

#include "system/systemd.h"

/* Folders with units, what counts first first; NULL ends them. */
extern const char *const systemd_folders[];

bool systemd_is_unit_name(const char *name);
/* "a@.service" for instance NAME of it; the name itself where it is none; the caller frees. */
char *systemd_instance_of(const char *template_name, const char *name);

/* Only name, file and mask of UNIT, which is empty before. */
void systemd_unit_find(const struct root *root, const char *name, struct systemd_unit *unit);

#endif
