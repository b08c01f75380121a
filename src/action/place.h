/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where in the mounted tree a step works, and taking down what is mounted there. */
#ifndef REFLOAT_ACTION_PLACE_H
#define REFLOAT_ACTION_PLACE_H

#include "plan/plan.h"

#define STEP_TIMEOUT_MS 120000 /* for one mount: a journal of many gigabytes takes its time */

/* The folder that in-root path PATH leads to below ROOT, as a path of the rescue system without
 * symlinks; the caller frees. -ENOENT where it does not exist. */
int place_resolve(const char *root, const char *path, char **ret_path, struct problem *why);

/* ROOT and in-root PATH joined as a person writes it; the caller frees. */
char *place_join(const char *root, const char *path);

bool place_is_mounted(const char *path);

/* Unmounts PATH where something is mounted there; what keeps it busy is named. */
int place_unmount(const char *path, struct problem *why);

#endif
