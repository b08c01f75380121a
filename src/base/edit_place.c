/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a file that is to be changed, looking at it, and the flags that keep it from that. */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>

#include "base/alloc.h"
#include "base/digest.h"
#include "base/edit_parts.h"
#include "base/file.h"
#include "base/i18n.h"

unsigned edit_flags_read(int fd)
{
	unsigned flags = 0;

	return ioctl(fd, FS_IOC_GETFLAGS, &flags) < 0 ? 0 : flags;
}

int edit_flags_set(int fd, unsigned mask, unsigned wanted)
{
	unsigned flags = edit_flags_read(fd);

	if ((flags & mask) == (wanted & mask))
		return 0;
	flags = (flags & ~mask) | (wanted & mask);
	return ioctl(fd, FS_IOC_SETFLAGS, &flags) < 0 ? -errno : 0;
}

const char *edit_flags_words(unsigned flags)
{
	switch (flags & EDIT_FLAGS_LIFTED) {
	case FS_IMMUTABLE_FL:
		return "chattr +i";
	case FS_APPEND_FL:
		return "chattr +a";
	default:
		return "chattr +ia";
	}
}

void edit_place_done(struct edit_place *place)
{
	if (place->folder >= 0)
		(void)close(place->folder); /* synced where something was changed */
	if (place->fd >= 0)
		(void)close(place->fd); /* only read from */
	free(place->path);
	*place = (struct edit_place)EDIT_PLACE_EMPTY;
}

/*
 * Opens regular file NAME in FOLDER for reading. Looked at first, so that a fifo or a device node
 * is never opened; and, through /proc, it is what was looked at that is opened.
 */
static int open_regular(int folder, const char *name, struct stat *ret_status)
{
	_cleanup_close_ int fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	_cleanup_free_ char *link = NULL;
	struct stat after;
	int opened;

	if (fd < 0)
		return -errno;
	if (fstat(fd, ret_status) < 0)
		return -errno;
	if (!S_ISREG(ret_status->st_mode))
		return S_ISDIR(ret_status->st_mode) ? -EISDIR : -EINVAL;
	link = text_format("/proc/self/fd/%d", fd);
	opened = open(link, O_RDONLY | O_NOATIME | O_CLOEXEC);
	if (opened < 0 && errno == EPERM) /* somebody else's file, and we are not root */
		opened = open(link, O_RDONLY | O_CLOEXEC);
	if (opened < 0 && errno == ENOENT) /* no /proc */
		opened = openat(folder, name,
				O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (opened < 0)
		return -errno;
	if (fstat(opened, &after) < 0 || after.st_ino != ret_status->st_ino ||
	    after.st_dev != ret_status->st_dev) {
		(void)close(opened); /* only read from */
		return -EAGAIN;
	}
	return opened;
}

static int refuse_kind(const char *path, int error, struct problem *why)
{
	if (error == -EISDIR || error == -EINVAL)
		return problem_set(why, error, path, _("is not a regular file"));
	return problem_set_errno(why, error, path);
}

int edit_place_open(const struct root *root, const char *path, struct edit_place *place,
		    struct problem *why)
{
	_cleanup_free_ char *parent = NULL;
	char *slash;
	int r = root_resolve(root, path, true, &place->path, NULL);

	if (r < 0)
		return problem_set_errno(why, r, path);
	slash = strrchr(place->path, '/');
	if (!slash[1])
		return refuse_kind(path, -EISDIR, why);
	place->name = slash + 1;
	parent = alloc_copy(place->path, (size_t)(slash - place->path));
	place->folder = root_open_file(root, *parent ? parent : "/", O_RDONLY | O_DIRECTORY, 0);
	if (place->folder < 0) {
		r = TAKE_FD(place->folder);
		return problem_set_errno(why, r, path);
	}
	r = open_regular(place->folder, place->name, &place->status);
	if (r < 0 && r != -ENOENT)
		return refuse_kind(path, r, why);
	place->fd = r < 0 ? -1 : r;
	return 0;
}

void edit_file_done(struct edit_file *file)
{
	if (file->bytes)
		explicit_bzero(file->bytes, file->length);
	free(file->bytes);
	free(file->path);
	free(file->checksum);
	edit_attributes_done(&file->attributes);
	*file = (struct edit_file){0};
}

/* The bytes of FD, in memory of their size from the beginning: none stay in what was too small. */
static int read_whole(int fd, size_t size, char **ret_bytes, size_t *ret_length)
{
	_cleanup_free_ char *bytes = NULL;
	size_t length = 0;

	if (size > EDIT_BYTES_MAX)
		return -EFBIG;
	bytes = alloc_zero(size + 1, 1);
	while (length < size) {
		ssize_t got = pread(fd, bytes + length, size - length, (off_t)length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		length += (size_t)got;
	}
	*ret_bytes = TAKE_PTR(bytes);
	*ret_length = length;
	return 0;
}

static int read_file(const struct edit_place *place, struct edit_file *file)
{
	int r = edit_attributes_read(place->fd, &file->attributes);

	if (r == 0)
		r = read_whole(place->fd, (size_t)place->status.st_size, &file->bytes,
			       &file->length);
	if (r < 0)
		return r;
	file->exists = true;
	file->links = place->status.st_nlink;
	file->checksum = digest_sha256(file->bytes, file->length);
	return 0;
}

int edit_place_look(const struct edit_place *place, struct edit_file *ret, struct problem *why)
{
	_cleanup_edit_file_ struct edit_file file = {.path = text_copy(place->path)};
	struct statvfs filesystem;
	int r = place->fd >= 0 ? read_file(place, &file) : 0;

	if (r < 0)
		return problem_set_errno(why, r, place->path);
	if (place->fd < 0)
		file.checksum = text_copy(EDIT_MISSING);
	file.folder_flags = edit_flags_read(place->folder);
	file.is_read_only =
		fstatvfs(place->folder, &filesystem) == 0 && (filesystem.f_flag & ST_RDONLY);
	edit_file_done(ret);
	*ret = file;
	file = (struct edit_file){0};
	return 0;
}

int edit_look(const struct root *root, const char *path, struct edit_file *ret, struct problem *why)
{
	_cleanup_edit_place_ struct edit_place place = EDIT_PLACE_EMPTY;
	int r = edit_place_open(root, path, &place, why);

	return r < 0 ? r : edit_place_look(&place, ret, why);
}

int edit_restore_flags(const struct root *root, const char *path, unsigned flags,
		       unsigned folder_flags)
{
	_cleanup_edit_place_ struct edit_place place = EDIT_PLACE_EMPTY;
	int r = edit_place_open(root, path, &place, NULL), folder_result;

	if (r < 0)
		return r;
	if (place.fd >= 0)
		r = edit_flags_set(place.fd, EDIT_FLAGS_LIFTED, flags);
	folder_result = edit_flags_set(place.folder, EDIT_FLAGS_LIFTED, folder_flags);
	return r < 0 ? r : folder_result;
}
