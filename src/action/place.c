/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where in the mounted tree a step works, and taking down what is mounted there. */
#include "action/place.h"

#include <errno.h>
#include <string.h>

#include "base/i18n.h"
#include "base/root.h"
#include "storage/holders.h"
#include "storage/mount.h"

char *place_join(const char *root, const char *path)
{
	if (strcmp(path, "/") == 0)
		return text_copy(root);
	return text_format("%s%s", strcmp(root, "/") == 0 ? "" : root, path);
}

int place_resolve(const char *root, const char *path, char **ret_path, struct problem *why)
{
	_cleanup_root_ struct root *folder = NULL;
	_cleanup_free_ char *resolved = NULL, *shown = place_join(root, path);
	int r = root_open(root, &folder, why);

	if (r < 0)
		return r;
	r = root_resolve(folder, path, false, &resolved, NULL);
	if (r < 0)
		return problem_set_errno(why, r, shown);
	*ret_path = place_join(root, resolved);
	return 0;
}

bool place_is_mounted(const char *path)
{
	_cleanup_mount_table_ struct mount_table table = {0};

	return mount_table_read(NULL, &table, NULL) == 0 && mount_table_find(&table, path);
}

/* Mounts below PATH, which keep it busy as processes do. */
static void list_mounts_below(const char *path, struct text_list *list)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	_cleanup_free_ const struct mount_entry **below = NULL;
	size_t count;

	if (mount_table_read(NULL, &table, NULL) < 0)
		return;
	count = mount_table_list_below(&table, path, &below);
	for (size_t i = 0; i < count && list->count < 3; i++) {
		if (strcmp(below[i]->target, path) != 0)
			text_list_format(list, _("%s is mounted below it"), below[i]->target);
	}
}

static int explain_busy(const char *path, struct problem *why)
{
	_cleanup_(holders_done) struct holders holders = {0};
	_cleanup_text_list_ struct text_list reasons = {0};
	_cleanup_free_ char *joined = NULL, *what = text_format(_("unmount %s"), path);

	if (holders_find(path, &holders) == 0 && holders.count)
		text_list_take(&reasons, holders_describe(&holders));
	list_mounts_below(path, &reasons);
	joined = text_list_join(&reasons, "; ");
	problem_set(why, -EBUSY, what, _("it is in use: %s"),
		    reasons.count ? joined : _("by what, could not be found out"));
	problem_set_next(why, _("End these programs, or let \"refloat umount --kill\" end them."));
	return -EBUSY;
}

int place_unmount(const char *path, struct problem *why)
{
	int r;

	if (!place_is_mounted(path))
		return 0;
	r = mount_unmount(path, false, STEP_TIMEOUT_MS, why);
	return r == -EBUSY ? explain_busy(path, why) : r;
}
