/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Owner and mode of files and folders inside a root, never through a symlink. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/alloc.h"
#include "base/edit_parts.h"
#include "base/i18n.h"

#define CAPABILITY "security.capability"
#define CAPABILITY_MAX 256 /* struct vfs_ns_cap_data has 24 */

int edit_open_without_links(const struct root *root, const char *path)
{
	_cleanup_text_list_ struct text_list parts = {0};
	_cleanup_close_ int fd = root_open_file(root, "/", O_PATH | O_DIRECTORY, 0);

	if (fd < 0)
		return TAKE_FD(fd);
	text_list_split(&parts, path, "/");
	for (size_t i = 0; i < parts.count; i++) {
		struct stat status;
		int next;

		if (strcmp(parts.items[i], "..") == 0)
			return -EINVAL;
		next = openat(fd, parts.items[i], O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0)
			return -errno;
		(void)close(fd); /* O_PATH: nothing to lose */
		fd = next;
		if (fstat(fd, &status) < 0)
			return -errno;
		if (S_ISLNK(status.st_mode))
			return -ELOOP;
	}
	return TAKE_FD(fd);
}

/* Opens what was found for reading: a regular file or a folder, and nothing that acts on being
 * opened. */
static int open_owned(const struct root *root, const char *path, struct stat *ret_status,
		      struct problem *why)
{
	_cleanup_close_ int fd = edit_open_without_links(root, path);
	_cleanup_free_ char *link = NULL;
	int opened;

	if (fd == -ELOOP)
		return problem_set(why, -ELOOP, path,
				   _("a symlink is on the way: what it leads to is left alone"));
	if (fd < 0 || fstat(fd, ret_status) < 0)
		return problem_set_errno(why, fd < 0 ? fd : -errno, path);
	if (!S_ISREG(ret_status->st_mode) && !S_ISDIR(ret_status->st_mode))
		return problem_set(why, -EINVAL, path, _("is neither a regular file nor a folder"));
	link = text_format("/proc/self/fd/%d", fd);
	opened = open(link, O_RDONLY | O_CLOEXEC);
	return opened < 0 ? problem_set_errno(why, -errno, path) : opened;
}

int edit_owner_look(const struct root *root, const char *path, struct edit_owner *ret,
		    unsigned *ret_flags, uint64_t *ret_links, struct problem *why)
{
	struct stat status = {0};
	_cleanup_close_ int fd = open_owned(root, path, &status, why);

	if (fd < 0)
		return fd;
	*ret = (struct edit_owner){
		.has_mode = true,
		.has_uid = true,
		.has_gid = true,
		.mode = status.st_mode & 07777,
		.uid = status.st_uid,
		.gid = status.st_gid,
	};
	*ret_flags = edit_flags_read(fd);
	*ret_links = S_ISDIR(status.st_mode) ? 1 : status.st_nlink;
	return 0;
}

/* A new owner takes the capabilities and the set-user-ID bits away: both are given again. */
static int give(int fd, const struct stat *status, const struct edit_owner *wanted)
{
	char capability[CAPABILITY_MAX];
	ssize_t length = fgetxattr(fd, CAPABILITY, capability, sizeof(capability));
	uid_t uid = wanted->has_uid ? wanted->uid : (uid_t)-1;
	gid_t gid = wanted->has_gid ? wanted->gid : (gid_t)-1;

	if ((wanted->has_uid || wanted->has_gid) && fchown(fd, uid, gid) < 0)
		return -errno;
	if (fchmod(fd, wanted->has_mode ? wanted->mode & 07777 : status->st_mode & 07777) < 0)
		return -errno;
	if (length > 0 && fsetxattr(fd, CAPABILITY, capability, (size_t)length, 0) < 0)
		return -errno;
	return fsync(fd) < 0 ? -errno : 0;
}

int edit_owner_check(const char *path, uint64_t links, unsigned flags, bool allows_links,
		     bool lifts_flags, struct problem *why)
{
	if (links > 1 && !allows_links) {
		(void)problem_set(why, -EMLINK, path,
				  _("it has %llu names (hard links), and the others would be "
				    "given away with it"),
				  (unsigned long long)links);
		problem_set_next(why, _("\"find / -xdev -samefile FILE\" lists them."));
		return -EMLINK;
	}
	if (flags & EDIT_FLAGS_LIFTED && !lifts_flags)
		return edit_refuse_flags(path, flags, false, why);
	return 0;
}

int edit_owner_set(const struct root *root, const char *path, const struct edit_owner *wanted,
		   bool allows_links, bool lifts_flags, struct problem *why)
{
	struct stat status = {0};
	_cleanup_close_ int fd = open_owned(root, path, &status, why);
	unsigned flags = fd < 0 ? 0 : edit_flags_read(fd) & EDIT_FLAGS_LIFTED;
	int r, flags_result;

	if (fd < 0)
		return fd;
	r = edit_owner_check(path, S_ISREG(status.st_mode) ? status.st_nlink : 1, flags,
			     allows_links, lifts_flags, why);
	if (r < 0)
		return r;
	r = edit_flags_set(fd, flags, 0);
	if (r == 0)
		r = give(fd, &status, wanted);
	flags_result = edit_flags_set(fd, flags, flags);
	if (r == -EROFS)
		return edit_refuse_read_only(path, why);
	if (r < 0 || flags_result < 0)
		return problem_set_errno(why, r < 0 ? r : flags_result, path);
	return 0;
}

int edit_owner_flags(const struct root *root, const char *path, unsigned flags, struct problem *why)
{
	struct stat status = {0};
	_cleanup_close_ int fd = open_owned(root, path, &status, why);
	int r = fd < 0 ? 0 : edit_flags_set(fd, EDIT_FLAGS_LIFTED, flags);

	if (fd < 0)
		return fd;
	return r < 0 ? problem_set_errno(why, r, path) : 0;
}
