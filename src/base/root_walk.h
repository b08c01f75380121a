/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Resolving a path inside a root component by component: for the path itself, and where the
 * kernel has no openat2. */
#ifndef REFLOAT_BASE_ROOT_WALK_H
#define REFLOAT_BASE_ROOT_WALK_H

#include <stdbool.h>
#include <sys/types.h>

/* As root_open_file and root_resolve (base/root.h), in the folder ROOT_FD. */
int root_walk_open(int root_fd, const char *path, int flags, mode_t mode);
int root_walk_resolve(int root_fd, const char *path, bool may_miss, char **ret_path,
		      bool *ret_exists);

#endif
