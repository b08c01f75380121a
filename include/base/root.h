/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files inside a root that may be hostile.
 *
 * A root is a folder whose contents somebody else wrote: the target system, a filesystem mounted
 * to be looked at, a recorded machine. A path inside it is resolved inside it, as if by chroot:
 * absolute symlinks start at the root, ".." stops there, magic links of /proc do not count. That
 * is openat2(2) with RESOLVE_IN_ROOT, and on kernels before 5.6 a walk component by component
 * that gives the same answers. Reading opens with O_NONBLOCK | O_NOCTTY and takes regular files
 * only, so that a fifo or a device node in place of a file cannot hang or act; what is read is
 * bounded.
 */
#ifndef REFLOAT_BASE_ROOT_H
#define REFLOAT_BASE_ROOT_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/problem.h"
#include "base/text.h"

struct root;

/* Opens folder PATH as a root. */
int root_open(const char *path, struct root **ret_root, struct problem *why);

/* Opens folder PATH inside ROOT as a root of its own, as trusted as ROOT. 0 or negative errno. */
int root_open_folder(const struct root *root, const char *path, struct root **ret_root);

/* Makes a root of an open folder; takes FD over. */
struct root *root_new_from_fd(int fd, const char *name);

struct root *root_free(struct root *root);
DEFINE_CLEANUP_POINTER(struct root, root_free);
#define _cleanup_root_ _cleanup_(root_free_cleanup)

int root_fd(const struct root *root);          /* O_PATH folder; borrowed */
const char *root_name(const struct root *root); /* the path it was opened by; borrowed */

/*
 * ROOT is the system that we run in: files are opened at once, without the look before that keeps a
 * device node or a fifo from being opened. For /sys and /proc, of which there is much to read.
 */
void root_trust(struct root *root);

/* Use the walk even where openat2 exists. For tests of the walk. */
void root_force_walk(struct root *root, bool is_forced);

/*
 * Opens PATH (absolute or not, both start at the root) with open(2) FLAGS; O_CLOEXEC is added.
 * O_CREAT creates in the resolved folder. Returns a descriptor, or negative errno: -ENOENT,
 * -ELOOP after 40 symlinks, -EXDEV for an escape that cannot be resolved.
 */
int root_open_file(const struct root *root, const char *path, int flags, mode_t mode);

/*
 * The path that PATH leads to, absolute as seen from inside the root, every symlink resolved.
 * With may_miss the last components need not exist (their names are kept); *RET_EXISTS tells.
 * The caller frees *RET_PATH.
 */
int root_resolve(const struct root *root, const char *path, bool may_miss, char **ret_path,
		 bool *ret_exists);

/* stat(2) of what PATH leads to (follow) or of itself (not). 0 or negative errno. */
int root_stat(const struct root *root, const char *path, bool follow, struct stat *ret_stat);

bool root_has(const struct root *root, const char *path);       /* it exists, links followed */
bool root_has_folder(const struct root *root, const char *path);
bool root_has_file(const struct root *root, const char *path);  /* a regular file */

/* The text of symlink PATH, not followed; the caller frees. */
int root_read_link(const struct root *root, const char *path, char **ret_target);

/*
 * The contents of regular file PATH, at most LIMIT bytes, NUL-terminated; the caller frees.
 * *RET_LENGTH (may be NULL) is what was read. A longer file gives its first LIMIT bytes and the
 * return value 1. -EINVAL for anything but a regular file. /proc and /sys files work.
 */
int root_read_file(const struct root *root, const char *path, size_t limit, char **ret_text,
		   size_t *ret_length);

/* The first line of a small file, trimmed; the caller frees. */
int root_read_line(const struct root *root, const char *path, char **ret_line);

/* A small file's number, such as sysfs has them. */
int root_read_u64(const struct root *root, const char *path, uint64_t *ret_value);

/* Names in folder PATH in natural order, without "." and ".."; at most LIMIT (0: 100,000). */
int root_list(const struct root *root, const char *path, size_t limit, struct text_list *names);

/* Makes folder PATH and what is missing above it, mode 0755, resolved in-root. MADE (may be NULL)
 * gets the in-root path of each folder made, topmost first. */
int root_make_folders(const struct root *root, const char *path, struct text_list *made,
		      struct problem *why);

#endif
