/* SPDX-License-Identifier: GPL-3.0-or-later */
/* glob(3) inside a root, a component of the path after the other. */
#include "system/root_glob.h"

#include <fnmatch.h>
#include <string.h>

#include "base/alloc.h"

#define PATHS_MAX 1000
#define NAMES_MAX 20000
#define COMPONENTS_MAX 32

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Adds what PART matches in folder PARENT. */
static void expand(const struct root *root, const char *parent, const char *part,
		   struct text_list *paths)
{
	_cleanup_text_list_ struct text_list names = {0};
	size_t first = paths->count;

	if (!part[strcspn(part, "*?[\\")]) {
		_cleanup_free_ char *path = text_format("%s/%s", parent, part);

		if (root_has(root, path))
			text_list_add(paths, path);
		return;
	}
	if (root_list(root, *parent ? parent : "/", NAMES_MAX, &names) < 0)
		return;
	for (size_t i = 0; i < names.count && paths->count < PATHS_MAX; i++) {
		if (fnmatch(part, names.items[i], FNM_PERIOD) == 0)
			text_list_format(paths, "%s/%s", parent, names.items[i]);
	}
	if (paths->count > first)
		qsort(paths->items + first, paths->count - first, sizeof(*paths->items), compare);
}

void root_glob(const struct root *root, const char *pattern, struct text_list *paths)
{
	_cleanup_text_list_ struct text_list parts = {0}, found = {0};

	text_list_split(&parts, pattern, "/");
	if (!parts.count || parts.count > COMPONENTS_MAX)
		return;
	text_list_add(&found, "");
	for (size_t i = 0; i < parts.count; i++) {
		struct text_list next = {0};

		for (size_t j = 0; j < found.count && next.count < PATHS_MAX; j++)
			expand(root, found.items[j], parts.items[i], &next);
		text_list_done(&found);
		found = next;
	}
	for (size_t i = 0; i < found.count; i++)
		text_list_add(paths, found.items[i]);
}

void root_glob_all(const struct root *root, const char *const *patterns, size_t count,
		   struct text_list *paths)
{
	for (size_t i = 0; i < count; i++)
		root_glob(root, patterns[i], paths);
}
