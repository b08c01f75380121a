/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Read-only loop devices, for looking. */
#ifndef REFLOAT_STORAGE_LOOP_H
#define REFLOAT_STORAGE_LOOP_H

#include <stdint.h>

#include "base/problem.h"

/*
 * Attaches SIZE bytes (0: to the end) of PATH (file or device) from OFFSET to a free loop device,
 * read-only, which goes by itself when the last user closes it. *RET_FD keeps it until then and is
 * the caller's, *RET_PATH is its node and the caller's to free. It carries the mark of this process,
 * by which other programs of ours know it for part of a look (storage/stack_parts.h).
 */
int loop_attach_read_only(const char *path, uint64_t offset, uint64_t size, int *ret_fd,
			  char **ret_path, struct problem *why);

/*
 * The same as a layer that other things are built upon: it carries MARK (at most 63 bytes), by
 * which it is known again, and is locked, so that udev's rules leave it alone for as long as
 * *RET_FD is open.
 */
int loop_attach_layer(const char *path, uint64_t offset, uint64_t size, const char *mark,
		      int *ret_fd, char **ret_path, struct problem *why);

/* A layer of SIZE bytes of memory, of which only what is written takes room. */
int loop_attach_memory(uint64_t size, const char *mark, int *ret_fd, char **ret_path,
		       struct problem *why);

/* The mark of the loop device at NODE, what it was attached as, the caller's; NULL: it is free. */
char *loop_read_mark(const char *node);

/* Detaches NODE now, or when its last user closes it. */
void loop_detach(const char *node);

#endif
