/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading files whole, and replacing a file in one act. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/text.h"

#define XATTR_NAMES_MAX 65536

int file_read_fd(int fd, size_t limit, char **ret_text, size_t *ret_length)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0, capacity = limit < 4096 ? limit + 1 : 4096;
	bool is_longer = false;

	text = alloc_resize(NULL, capacity + 1, 1);
	for (;;) {
		ssize_t got;

		if (length == capacity) {
			capacity = capacity > limit / 2 ? limit + 1 : capacity * 2;
			text = alloc_resize(text, capacity + 1, 1);
		}
		got = read(fd, text + length, capacity - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		length += (size_t)got;
		if (length > limit) {
			is_longer = true;
			length = limit;
			break;
		}
		if (!got)
			break;
	}
	text[length] = '\0';
	*ret_text = TAKE_PTR(text);
	if (ret_length)
		*ret_length = length;
	return is_longer;
}

int file_read(const char *path, size_t limit, char **ret_text, size_t *ret_length,
	      struct problem *why)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	_cleanup_free_ char *text = NULL;
	int r;

	if (fd < 0)
		return problem_set_errno(why, -errno, path);
	r = file_read_fd(fd, limit, &text, ret_length);
	if (r > 0)
		return problem_set(why, -EFBIG, path, _("is longer than %zu bytes"), limit);
	if (r < 0)
		return problem_set_errno(why, r, path);
	*ret_text = TAKE_PTR(text);
	return 0;
}

int file_write_all(int fd, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length) {
		ssize_t written = write(fd, at, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

int file_write_attribute(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* Copies every extended attribute; ACLs and SELinux's label are among them. */
static int copy_attributes(int from, int to)
{
	_cleanup_free_ char *names = alloc_zero(XATTR_NAMES_MAX, 1);
	_cleanup_free_ char *value = alloc_zero(XATTR_SIZE_MAX, 1);
	ssize_t length = flistxattr(from, names, XATTR_NAMES_MAX);

	if (length < 0)
		return errno == ENOTSUP ? 0 : -errno;
	for (const char *name = names; name < names + length; name += strlen(name) + 1) {
		ssize_t size = fgetxattr(from, name, value, XATTR_SIZE_MAX);

		if (size < 0)
			return -errno;
		if (fsetxattr(to, name, value, (size_t)size, 0) < 0)
			return -errno;
	}
	return 0;
}

/* Takes away the ACL that a new file has got from its folder. */
static int remove_inherited_acl(int fd)
{
	if (fremovexattr(fd, "system.posix_acl_access") == 0 || errno == ENODATA ||
	    errno == ENOTSUP)
		return 0;
	return -errno;
}

/* Gives the file at TO what makes the one at FROM more than its bytes. */
static int copy_properties(int from, int to)
{
	struct stat status;
	int r;

	if (fstat(from, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	if (fchown(to, status.st_uid, status.st_gid) < 0)
		return -errno;
	r = remove_inherited_acl(to);
	if (r < 0)
		return r;
	/* after fchown, which clears the set-user-ID bits */
	if (fchmod(to, status.st_mode & 07777) < 0)
		return -errno;
	return copy_attributes(from, to);
}

static int sync_folder(int folder)
{
	return fsync(folder) < 0 ? -errno : 0;
}

/* A name beside NAME that nothing else has; the caller frees. */
static char *temporary_name(const char *name)
{
	uint64_t random = 0;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		random = (uint64_t)getpid(); /* O_EXCL still holds; only the name is guessable */
	return text_format(".%.200s.refloat-%016lx", name, (unsigned long)random);
}

/* Fills temporary file FD, which is to become NAME in FOLDER. */
static int fill_temporary(int folder, const char *name, int fd, const void *bytes, size_t length,
			  mode_t mode)
{
	_cleanup_close_ int old =
		openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r;

	if (old < 0 && errno != ENOENT)
		return -errno;
	r = file_write_all(fd, bytes, length);
	if (r < 0)
		return r;
	if (old >= 0)
		r = copy_properties(old, fd);
	else if (fchmod(fd, mode) < 0)
		r = -errno;
	if (r < 0)
		return r;
	return fsync(fd) < 0 ? -errno : 0;
}

static int replace_in_folder(int folder, const char *name, const void *bytes, size_t length,
			     mode_t mode)
{
	_cleanup_free_ char *temporary = temporary_name(name);
	_cleanup_close_ int fd = openat(folder, temporary,
					O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int r;

	if (fd < 0)
		return -errno;
	r = fill_temporary(folder, name, fd, bytes, length, mode);
	if (r == 0 && renameat(folder, temporary, folder, name) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlinkat(folder, temporary, 0); /* the first error is the one that tells */
		return r;
	}
	return sync_folder(folder);
}

int file_replace(const struct root *root, const char *path, const void *bytes, size_t length,
		 mode_t mode, struct problem *why)
{
	_cleanup_free_ char *resolved = NULL;
	_cleanup_close_ int folder = -1;
	struct stat status;
	char *slash;
	int r = root_resolve(root, path, true, &resolved, NULL);

	if (r == 0 && root_stat(root, resolved, false, &status) == 0 && !S_ISREG(status.st_mode))
		return problem_set(why, -EINVAL, path, _("is not a regular file"));
	if (r < 0)
		return problem_set_errno(why, r, path);
	slash = strrchr(resolved, '/');
	*slash = '\0';
	folder = root_open_file(root, *resolved ? resolved : "/", O_RDONLY | O_DIRECTORY, 0);
	if (folder < 0)
		return problem_set_errno(why, folder, path);
	r = replace_in_folder(folder, slash + 1, bytes, length, mode);
	if (r < 0)
		return problem_set_errno(why, r, path);
	return 0;
}

int file_make_folders(const char *path, mode_t mode, struct problem *why)
{
	_cleanup_free_ char *part = text_copy(path);
	struct stat status;

	for (char *end = part; *end; ) {
		char saved;

		end = strchrnul(end + 1, '/');
		saved = *end;
		*end = '\0';
		if (mkdir(part, mode) < 0 && errno != EEXIST)
			return problem_set_errno(why, -errno, part);
		*end = saved;
	}
	if (stat(path, &status) < 0)
		return problem_set_errno(why, -errno, path);
	if (!S_ISDIR(status.st_mode))
		return problem_set(why, -ENOTDIR, path, _("is not a folder"));
	return 0;
}
