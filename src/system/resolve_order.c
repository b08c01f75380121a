/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of mounting: whatever an entry lies on or takes from comes before it.
 *
 * Depth of the mount point alone would do but for bind mounts and overlays, whose sources may lie
 * deeper than their mount point. So it is a walk: before an entry comes every entry mounted above
 * its mount point, and above or at its sources.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/resolver.h"

enum visit {
	NOT_VISITED,
	VISITING,
	VISITED,
};

struct ordering {
	struct resolved_entry *entries; /* as they were */
	size_t count;
	size_t *by_mountpoint;          /* indices, sorted by mount point: only those to mount */
	size_t mount_count;
	enum visit *visits;
	struct resolved_entry *ordered; /* as they shall be */
	size_t ordered_count;
};

static int compare_mountpoints(const void *a, const void *b, void *data)
{
	const struct resolved_entry *entries = data;

	return strcmp(entries[*(const size_t *)a].mountpoint,
		      entries[*(const size_t *)b].mountpoint);
}

static size_t find_mountpoint(const struct ordering *ordering, const char *path)
{
	size_t low = 0, high = ordering->mount_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		size_t index = ordering->by_mountpoint[middle];
		int order = strcmp(ordering->entries[index].mountpoint, path);

		if (!order)
			return index;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

static bool visit(struct ordering *ordering, size_t index);

/* Visits what is mounted above PATH, and at it where INCLUSIVE. */
static bool visit_above(struct ordering *ordering, size_t self, const char *path, bool inclusive)
{
	_cleanup_free_ char *part = text_copy(path);
	bool is_sane = true;

	for (char *slash = part; is_sane; ) {
		size_t index;
		char saved;

		slash = strchrnul(slash + 1, '/');
		saved = *slash;
		if (!saved && !inclusive)
			break;
		*slash = '\0';
		index = find_mountpoint(ordering, part);
		if (index != SIZE_MAX && index != self)
			is_sane = visit(ordering, index);
		if (!saved)
			break;
		*slash = saved;
	}
	return is_sane;
}

/* The folders that an entry takes its contents from. */
static void list_sources(const struct resolved_entry *entry, struct text_list *sources)
{
	static const char *const names[] = {"lowerdir", "upperdir", "workdir"};

	if (entry->kind == RESOLVED_BIND)
		text_list_add(sources, entry->source);
	for (size_t i = 0; entry->kind == RESOLVED_OVERLAY && i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *value = fstab_get_option(entry->options, names[i]);

		text_list_split(sources, value, ":");
	}
}

/* False where the walk came back to an entry that it is still busy with. */
static bool visit(struct ordering *ordering, size_t index)
{
	struct resolved_entry *entry = &ordering->entries[index];
	_cleanup_text_list_ struct text_list sources = {0};
	bool is_sane;

	if (ordering->visits[index] != NOT_VISITED)
		return ordering->visits[index] == VISITED;
	ordering->visits[index] = VISITING;
	is_sane = visit_above(ordering, index, entry->mountpoint, false);
	list_sources(entry, &sources);
	for (size_t i = 0; i < sources.count && is_sane; i++)
		is_sane = *sources.items[i] == '/' &&
			  visit_above(ordering, index, sources.items[i], true);
	ordering->visits[index] = VISITED;
	if (!is_sane && sources.count) {
		entry->action = RESOLVED_SKIP;
		entry->can_switch_on = false;
		text_set(&entry->reason, _("it takes its contents from a folder that lies on itself"));
		is_sane = true;
	}
	if (entry->action == RESOLVED_MOUNT)
		ordering->ordered[ordering->ordered_count++] = *entry;
	return is_sane;
}

static int compare_depth(const void *a, const void *b, void *data)
{
	const struct resolved_entry *entries = data;
	const char *left = entries[*(const size_t *)a].mountpoint;
	const char *right = entries[*(const size_t *)b].mountpoint;
	size_t left_depth = 0, right_depth = 0;

	for (const char *at = left; *at; at++)
		left_depth += *at == '/' && at[1];
	for (const char *at = right; *at; at++)
		right_depth += *at == '/' && at[1];
	if (left_depth != right_depth)
		return left_depth < right_depth ? -1 : 1;
	return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

void order_resolve(struct resolution *resolution)
{
	struct ordering ordering = {
		.entries = resolution->entries,
		.count = resolution->count,
		.by_mountpoint = alloc_zero(resolution->count, sizeof(size_t)),
		.visits = alloc_zero(resolution->count, sizeof(enum visit)),
		.ordered = alloc_zero(resolution->count, sizeof(struct resolved_entry)),
	};
	_cleanup_free_ size_t *by_depth = alloc_zero(resolution->count, sizeof(size_t));

	for (size_t i = 0; i < resolution->count; i++) {
		if (resolution->entries[i].action == RESOLVED_MOUNT)
			ordering.by_mountpoint[ordering.mount_count++] = i;
	}
	memcpy(by_depth, ordering.by_mountpoint, ordering.mount_count * sizeof(size_t));
	qsort_r(ordering.by_mountpoint, ordering.mount_count, sizeof(size_t), compare_mountpoints,
		resolution->entries);
	qsort_r(by_depth, ordering.mount_count, sizeof(size_t), compare_depth,
		resolution->entries);
	for (size_t i = 0; i < ordering.mount_count; i++)
		(void)visit(&ordering, by_depth[i]); /* a circle was noted in its entry */
	for (size_t i = 0; i < resolution->count; i++) {
		if (resolution->entries[i].action != RESOLVED_MOUNT)
			ordering.ordered[ordering.ordered_count++] = resolution->entries[i];
	}
	free(ordering.by_mountpoint);
	free(ordering.visits);
	free(resolution->entries);
	resolution->entries = ordering.ordered;
	resolution->capacity = resolution->count;
}
