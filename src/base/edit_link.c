/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One symlink of a root: looked at, made, replaced, removed. */
#include "base/edit_link.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include "base/alloc.h"
#include "base/edit_parts.h"
#include "base/i18n.h"

#define LABEL_MAX 4096

void edit_link_done(struct edit_link *link)
{
	free(link->path);
	free(link->target);
	free(link->label);
	*link = (struct edit_link){0};
}

/* The text of symlink NAME in FOLDER; the caller frees. */
static int read_target(int folder, const char *name, char **ret_target)
{
	_cleanup_free_ char *text = alloc_zero(PATH_MAX + 1, 1);
	ssize_t length = readlinkat(folder, name, text, PATH_MAX);

	if (length < 0)
		return -errno;
	*ret_target = TAKE_PTR(text);
	return 0;
}

/* A path of /proc through which FOLDER's NAME itself is reached, where a descriptor cannot be had.
 */
static char *path_of(int folder, const char *name)
{
	return text_format("/proc/self/fd/%d/%s", folder, name);
}

static void read_label(int folder, const char *name, char **ret_label)
{
	_cleanup_free_ char *path = path_of(folder, name), *label = alloc_zero(LABEL_MAX + 1, 1);

	if (lgetxattr(path, "security.selinux", label, LABEL_MAX) > 0)
		*ret_label = TAKE_PTR(label);
}

/* PATH with its folder resolved; the last part is kept as it is. */
static int resolve_folder(const struct root *root, const char *path, char **ret_path,
			  bool *ret_has_folder)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *parent = NULL, *resolved = NULL;
	int r;

	if (!slash || !slash[1])
		return -EINVAL;
	parent = slash == path ? text_copy("/") : alloc_copy(path, (size_t)(slash - path));
	r = root_resolve(root, parent, true, &resolved, ret_has_folder);
	if (r < 0)
		return r;
	*ret_path = text_format("%s%s", strcmp(resolved, "/") == 0 ? "" : resolved, slash);
	return 0;
}

static int look_in_folder(const struct root *root, struct edit_link *link)
{
	const char *name = "";
	_cleanup_close_ int folder = edit_open_parent(root, link->path, &name);
	struct statvfs filesystem;
	struct stat status;

	if (folder < 0)
		return folder;
	link->folder_flags = edit_flags_read(folder);
	link->is_read_only = fstatvfs(folder, &filesystem) == 0 && (filesystem.f_flag & ST_RDONLY);
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISLNK(status.st_mode))
		return -EEXIST;
	link->exists = true;
	link->uid = status.st_uid;
	link->gid = status.st_gid;
	link->modified = status.st_mtim;
	read_label(folder, name, &link->label);
	return read_target(folder, name, &link->target);
}

int edit_link_look(const struct root *root, const char *path, struct edit_link *ret,
		   struct problem *why)
{
	_cleanup_edit_link_ struct edit_link link = {0};
	int r = resolve_folder(root, path, &link.path, &link.has_folder);

	if (r == 0 && link.has_folder)
		r = look_in_folder(root, &link);
	if (r == -EEXIST)
		return problem_set(why, r, path, _("is no symlink, and stays"));
	if (r < 0)
		return problem_set_errno(why, r, path);
	*ret = link;
	link = (struct edit_link){0};
	return 0;
}

int edit_link_check(const struct edit_link *link, bool lifts_flags, const char *path,
		    struct problem *why)
{
	unsigned flags = link->folder_flags & EDIT_FLAGS_LIFTED;

	if (link->is_read_only)
		return edit_refuse_read_only(path, why);
	return flags && !lifts_flags ? edit_refuse_flags(path, flags, true, why) : 0;
}

/* --- changing it */

static int check_unchanged(int folder, const char *name, const char *was)
{
	_cleanup_free_ char *target = NULL;
	int r = read_target(folder, name, &target);

	if (r == -ENOENT)
		return was ? -ESTALE : 0;
	return r == 0 && text_is_equal(target, was) ? 0 : -ESTALE;
}

/* Gives symlink NAME, which is not in its place yet, what it is to have. */
static int dress(int folder, const char *name, const struct edit_link_change *change)
{
	_cleanup_free_ char *path = path_of(folder, name);

	if (fchownat(folder, name, change->uid, change->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (change->label &&
	    lsetxattr(path, "security.selinux", change->label, strlen(change->label) + 1, 0) < 0)
		return -errno;
	if (change->modified) {
		const struct timespec times[] = {*change->modified, *change->modified};

		if (utimensat(folder, name, times, AT_SYMLINK_NOFOLLOW) < 0)
			return -errno;
	}
	return 0;
}

/* Where there was none, one that has come meanwhile is left alone. */
static int put_in_place(int folder, const char *name, const struct edit_link_change *change)
{
	int r = check_unchanged(folder, name, change->was);

	if (r < 0)
		return r;
	if (!change->was &&
	    renameat2(folder, change->temporary, folder, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (!change->was && errno != EINVAL && errno != ENOSYS)
		return errno == EEXIST ? -ESTALE : -errno;
	return renameat(folder, change->temporary, folder, name) < 0 ? -errno : 0;
}

static int make(int folder, const char *name, const struct edit_link_change *change)
{
	int r;

	if (symlinkat(change->target, folder, change->temporary) < 0)
		return -errno;
	r = dress(folder, change->temporary, change);
	if (r == 0)
		r = put_in_place(folder, name, change);
	if (r < 0)
		(void)unlinkat(folder, change->temporary, 0); /* the first error tells */
	return r;
}

static int change_in(int folder, const char *name, const struct edit_link_change *change)
{
	int r = check_unchanged(folder, name, change->was);

	if (r < 0)
		return r;
	if (change->target)
		return make(folder, name, change);
	return change->was && unlinkat(folder, name, 0) < 0 ? -errno : 0;
}

static int change_folder(int folder, const char *name, const struct edit_link_change *change)
{
	unsigned lifted = change->lifts_flags ? edit_flags_read(folder) & EDIT_FLAGS_LIFTED : 0;
	int r = lifted ? edit_flags_set(folder, lifted, 0) : 0, back;

	if (r == 0)
		r = change_in(folder, name, change);
	back = lifted ? edit_flags_set(folder, lifted, lifted) : 0;
	if (r == 0 && fsync(folder) < 0)
		r = -errno;
	return r < 0 ? r : back;
}

int edit_link_apply(const struct root *root, const struct edit_link_change *change,
		    struct problem *why)
{
	const char *name = "";
	_cleanup_close_ int folder = edit_open_parent(root, change->path, &name);
	int r = folder < 0 ? folder : change_folder(folder, name, change);

	if (r == -ESTALE) {
		(void)problem_set(why, r, change->path, _("somebody has changed it meanwhile"));
		problem_set_next(why, _("Look at it and start again."));
		return r;
	}
	if (r == -ELOOP)
		return problem_set(why, r, change->path,
				   _("a symlink is on the way: what it leads to is left alone"));
	return r < 0 ? problem_set_errno(why, r, change->path) : 0;
}

/* --- what a killed one has left */

static bool has_temporary(int folder, const char *temporary)
{
	struct stat status;

	return temporary && *temporary && !strchr(temporary, '/') &&
	       fstatat(folder, temporary, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISLNK(status.st_mode);
}

int edit_link_clear(const struct root *root, const char *path, const char *temporary,
		    unsigned folder_flags)
{
	const char *name = "";
	_cleanup_close_ int folder = edit_open_parent(root, path, &name);
	int r = 0;

	if (folder < 0)
		return folder == -ENOENT ? 0 : folder;
	if (has_temporary(folder, temporary)) {
		r = edit_flags_set(folder, EDIT_FLAGS_LIFTED, 0);
		if (r == 0 && unlinkat(folder, temporary, 0) < 0)
			r = -errno;
	}
	if (r == 0)
		r = edit_flags_set(folder, EDIT_FLAGS_LIFTED, folder_flags);
	return r < 0 ? r : fsync(folder) < 0 ? -errno : 0;
}

bool edit_link_has_left(const struct root *root, const char *path, const char *temporary,
			unsigned folder_flags)
{
	const char *name = "";
	_cleanup_close_ int folder = edit_open_parent(root, path, &name);

	return folder >= 0 && (has_temporary(folder, temporary) ||
			       ((edit_flags_read(folder) ^ folder_flags) & EDIT_FLAGS_LIFTED));
}
