/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Read-only loop devices, for looking. */
#ifndef REFLOAT_STORAGE_LOOP_H
#define REFLOAT_STORAGE_LOOP_H

#include <stdint.h>

#include "base/problem.h"

/*
 * Attaches SIZE bytes (0: to the end) of PATH (file or device) from OFFSET to a free loop device,
 * read-only, which goes by itself when the last user closes it. *RET_FD keeps it until then and is
 * the caller's, *RET_PATH is its node and the caller's to free.
 */
int loop_attach_read_only(const char *path, uint64_t offset, uint64_t size, int *ret_fd,
			  char **ret_path, struct problem *why);

#endif
