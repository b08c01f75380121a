/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps that make folders of the target, as planners ask for them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>

#include "action/edit.h"
#include "action/place.h"
#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"

static bool is_planned(const struct plan *plan, const char *root, const char *path)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (text_is_equal(plan->steps[i]->class_name, "make-own-folder") &&
		    text_is_equal(step_get(plan->steps[i], "path"), path) &&
		    text_is_equal(step_get(plan->steps[i], "root"), root))
			return true;
	}
	return false;
}

/* The nearest folder above PATH that is there must take a new one. */
static int check_parent(const struct root *root, const char *path, const char *full,
			struct problem *why)
{
	_cleanup_free_ char *parent = text_copy(path);
	_cleanup_close_ int fd = -1;
	struct statvfs filesystem;

	do {
		*strrchr(parent, '/') = '\0';
		fd = root_open_file(root, *parent ? parent : "/", O_RDONLY | O_DIRECTORY, 0);
	} while (fd == -ENOENT && *parent);
	if (fd < 0)
		return problem_set_errno(why, fd, full);
	if (fstatvfs(fd, &filesystem) == 0 && filesystem.f_flag & ST_RDONLY)
		return edit_refuse_read_only(full, why);
	return 0;
}

static int add_step(struct plan *plan, const struct edit_folder_wish *wish, const char *path,
		    struct problem *why)
{
	_cleanup_free_ char *full = place_join(wish->root, path), *shown = printable_text(full);
	_cleanup_free_ char *mode = text_format("%04o", (unsigned)(wish->mode & 07777));
	_cleanup_free_ char *uid = text_format("%u", (unsigned)wish->uid);
	_cleanup_free_ char *gid = text_format("%u", (unsigned)wish->gid);
	_cleanup_free_ char *label = text_copy(wish->label);
	struct step *step;
	int r = label ? 0 : edit_plan_label(plan, wish->root, path, &label, why);

	if (r < 0)
		return r;
	step = wish->what ? step_new("make-own-folder", RISK_WRITES, wish->policy, "%s", wish->what)
			  : step_new("make-own-folder", RISK_WRITES, wish->policy,
				     _("Make the folder %s"), shown);
	step_set(step, "root", wish->root);
	step_set(step, "path", path);
	step_set(step, "mode", mode);
	step_set(step, "uid", uid);
	step_set(step, "gid", gid);
	step_set(step, "label", label);
	plan_add(plan, step);
	return 0;
}

/* The folders above PATH that are missing, topmost first. */
static int add_parents(struct plan *plan, const struct edit_folder_wish *wish,
		       const struct root *root, const char *path, struct problem *why)
{
	struct edit_folder_wish above = *wish;
	int r = 0;

	above.what = above.label = NULL;
	above.mode = 0755;
	above.uid = above.gid = 0;
	for (const char *end = strchr(path + 1, '/'); r == 0 && end; end = strchr(end + 1, '/')) {
		_cleanup_free_ char *part = alloc_copy(path, (size_t)(end - path));

		if (!root_has(root, part) && !is_planned(plan, wish->root, part))
			r = add_step(plan, &above, part, why);
	}
	return r;
}

int edit_plan_add_folder(struct plan *plan, const struct edit_folder_wish *wish,
			 struct problem *why)
{
	_cleanup_free_ char *path = NULL, *full = place_join(wish->root, wish->path);
	_cleanup_root_ struct root *root = NULL;
	bool exists = false;
	int r = root_open(wish->root, &root, why);

	if (r < 0)
		return r;
	r = root_resolve(root, wish->path, true, &path, &exists);
	if (r < 0)
		return problem_set_errno(why, r, full);
	if (exists)
		return root_has_folder(root, path) ? 0 : problem_set_errno(why, -ENOTDIR, full);
	if (is_planned(plan, wish->root, path))
		return 0;
	r = check_parent(root, path, full, why);
	if (r == 0)
		r = add_parents(plan, wish, root, path, why);
	return r < 0 ? r : add_step(plan, wish, path, why);
}
