/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders made inside a root with their owner, mode and label, and removed again. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/alloc.h"
#include "base/edit_parts.h"
#include "base/i18n.h"

int edit_open_parent(const struct root *root, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *parent = slash ? alloc_copy(path, (size_t)(slash - path)) : NULL;
	_cleanup_close_ int found = -1;
	int fd;

	if (!slash || !slash[1] || strcmp(slash + 1, "..") == 0 || strcmp(slash + 1, ".") == 0)
		return -EINVAL;
	found = edit_open_without_links(root, parent);
	if (found < 0)
		return found;
	fd = openat(found, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*ret_name = slash + 1;
	return fd;
}

static int dress(int fd, const struct edit_folder *folder)
{
	if (folder->label &&
	    fsetxattr(fd, "security.selinux", folder->label, strlen(folder->label) + 1, 0) < 0)
		return -errno;
	if (fchown(fd, folder->uid, folder->gid) < 0 || fchmod(fd, folder->mode & 07777) < 0)
		return -errno;
	return fsync(fd) < 0 ? -errno : 0;
}

/* Until it is whole it is root's alone. */
static int make(int parent, const char *name, const struct edit_folder *folder)
{
	_cleanup_close_ int fd = -1;
	int r;

	if (mkdirat(parent, name, 0700) < 0)
		return -errno;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = fd < 0 ? -errno : dress(fd, folder);
	if (r == 0 && fsync(parent) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(parent, name, AT_REMOVEDIR); /* what failed is said already */
	return r;
}

int edit_folder_make(const struct root *root, const struct edit_folder *folder, struct problem *why)
{
	const char *name = "";
	_cleanup_close_ int parent = edit_open_parent(root, folder->path, &name);
	int r = parent < 0 ? parent : make(parent, name, folder);

	if (r == -EEXIST)
		return problem_set(why, r, folder->path, _("something is there meanwhile"));
	if (r == -EROFS)
		return edit_refuse_read_only(folder->path, why);
	if (r == -ELOOP)
		return problem_set(why, r, folder->path,
				   _("a symlink is on the way: what it leads to is left alone"));
	return r < 0 ? problem_set_errno(why, r, folder->path) : 0;
}

int edit_folder_remove(const struct root *root, const char *path)
{
	const char *name = "";
	_cleanup_close_ int parent = edit_open_parent(root, path, &name);

	if (parent < 0)
		return parent == -ENOENT ? 0 : parent;
	if (unlinkat(parent, name, AT_REMOVEDIR) < 0)
		return errno == ENOENT ? 0 : errno == EEXIST ? -ENOTEMPTY : -errno;
	return fsync(parent) < 0 ? -errno : 0;
}
