/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filesystems of a target that are not mounted now: what is missing there may be on them. */
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "system/accounts_parts.h"
#include "system/config_lines.h"
#include "system/fstab.h"

#define PLACES_MAX 200

/* Nothing is mounted on PATH: it is missing, or empty and of the root's filesystem. */
static bool is_bare(const struct root *root, const char *path)
{
	_cleanup_text_list_ struct text_list names = {0};
	struct stat top, here;

	if (root_stat(root, path, true, &here) < 0)
		return true;
	if (root_stat(root, "/", true, &top) < 0 || here.st_dev != top.st_dev)
		return false;
	return root_list(root, path, 1, &names) >= 0 && names.count == 0;
}

void judge_read_places(struct judge *judge)
{
	_cleanup_fstab_ struct fstab fstab = {0};
	_cleanup_free_ char *text = NULL;
	size_t length = 0;

	if (root_read_file(judge->root, "/etc/fstab", FSTAB_SIZE_MAX, &text, &length) < 0)
		return;
	fstab_parse(text, length, &fstab);
	for (size_t i = 0; i < fstab.count && judge->away_count < PLACES_MAX; i++) {
		const char *path = fstab.entries[i].mountpoint;

		if (*path != '/' || !path[1] || !is_bare(judge->root, path))
			continue;
		judge->away = alloc_grow(judge->away, judge->away_count, &judge->away_capacity,
					 sizeof(*judge->away));
		judge->away[judge->away_count++] =
			(struct away_place){.path = text_copy(path), .line = fstab.entries[i].line};
	}
}

void judge_places_done(struct judge *judge)
{
	for (size_t i = 0; i < judge->away_count; i++)
		free(judge->away[i].path);
	free(judge->away);
}

/* The place that PATH, as it is written, is below of; NULL: none. */
static const struct away_place *find_above(const struct judge *judge, const char *path)
{
	for (size_t i = 0; i < judge->away_count; i++) {
		const struct away_place *place = &judge->away[i];
		const char *rest = text_after_prefix(path, place->path);

		if (!rest || (*rest && *rest != '/'))
			continue;
		if (!text_list_contains(&judge->accounts->not_mounted, place->path))
			text_list_add(&judge->accounts->not_mounted, place->path);
		return place;
	}
	return NULL;
}

/* /home may be a symlink to what is not mounted. */
static const struct away_place *find_place(const struct judge *judge, const char *path)
{
	const struct away_place *place = find_above(judge, path);
	_cleanup_free_ char *resolved = NULL;

	if (place || !judge->away_count ||
	    root_resolve(judge->root, path, true, &resolved, NULL) < 0)
		return place;
	return find_above(judge, resolved);
}

bool judge_is_away(const struct judge *judge, const char *path)
{
	return find_place(judge, path) != NULL;
}

bool judge_away(const struct judge *judge, const struct judged *judged, const char *path,
		unsigned ways)
{
	const struct away_place *place = find_place(judge, path);
	struct obstacle_found found = {
		.kind = OBSTACLE_NOT_MOUNTED,
		.weight = OBSTACLE_MAY,
		.ways = ways,
		.file = "/etc/fstab",
	};

	if (!place)
		return false;
	found.subject = place->path;
	found.line = place->line;
	obstacle_add(&judged->state->obstacles, &found);
	return true;
}
