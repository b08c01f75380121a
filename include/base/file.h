/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading, and replacing in one act, files of the rescue system and of a root. */
#ifndef REFLOAT_BASE_FILE_H
#define REFLOAT_BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/problem.h"
#include "base/root.h"

/* The contents of PATH, at most LIMIT bytes, NUL-terminated; the caller frees. -EFBIG if longer. */
int file_read(const char *path, size_t limit, char **ret_text, size_t *ret_length,
	      struct problem *why);

/* Everything that descriptor FD still gives, likewise. */
int file_read_fd(int fd, size_t limit, char **ret_text, size_t *ret_length);

/* write(2) until all of it is written. */
int file_write_all(int fd, const void *bytes, size_t length);

/* Gives TEXT to PATH, an attribute of the kernel's in /sys, in one write(2), as the kernel wants it. */
int file_write_attribute(const char *path, const char *text);

/*
 * Replaces file PATH inside ROOT by BYTES: a temporary file beside it, written and synced, gets
 * the old one's owner, mode, ACL and extended attributes (SELinux's label among them), is renamed
 * over it, and the folder is synced. At every instant PATH is the whole old or the whole new
 * file. A symlink is followed in-root and what it leads to is replaced. A new file gets MODE and
 * the folder's owner rules. On failure the old file is untouched and no temporary one is left.
 */
int file_replace(const struct root *root, const char *path, const void *bytes, size_t length,
		 mode_t mode, struct problem *why);

/* Makes folder PATH of the rescue system with what is missing above it. */
int file_make_folders(const char *path, mode_t mode, struct problem *why);

#endif
