/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glob(3) inside a root. */
#ifndef REFLOAT_SYSTEM_ROOT_GLOB_H
#define REFLOAT_SYSTEM_ROOT_GLOB_H

#include "base/root.h"

/* Adds the in-root paths that PATTERN (absolute; *, ?, [...]) matches, in strcmp order, at most
 * 1,000. A pattern without such characters is a path, added where it exists. */
void root_glob(const struct root *root, const char *pattern, struct text_list *paths);

/* The same for each of COUNT PATTERNS in turn. */
void root_glob_all(const struct root *root, const char *const *patterns, size_t count,
		   struct text_list *paths);

#endif
