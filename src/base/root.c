/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, reading and listing files inside a root that may be hostile. */
#include "base/root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/root_walk.h"

#define LINE_MAX_BYTES 65536
#define LIST_DEFAULT 100000
#define READ_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY)

struct root {
	int fd; /* O_PATH folder */
	char *name;
	bool is_walk_forced;
	bool is_trusted;
};

int root_open(const char *path, struct root **ret_root, struct problem *why)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return problem_set_errno(why, -errno, path);
	*ret_root = root_new_from_fd(fd, path);
	return 0;
}

struct root *root_new_from_fd(int fd, const char *name)
{
	struct root *root = alloc_zero(1, sizeof(*root));

	root->fd = fd;
	root->name = text_copy(name);
	return root;
}

int root_open_folder(const struct root *root, const char *path, struct root **ret_root)
{
	int fd = root_open_file(root, path, O_PATH | O_DIRECTORY, 0);

	if (fd < 0)
		return fd;
	*ret_root = root_new_from_fd(fd, path);
	(*ret_root)->is_trusted = root->is_trusted;
	(*ret_root)->is_walk_forced = root->is_walk_forced;
	return 0;
}

struct root *root_free(struct root *root)
{
	if (!root)
		return NULL;
	if (root->fd >= 0)
		(void)close(root->fd); /* O_PATH: nothing to lose */
	free(root->name);
	free(root);
	return NULL;
}

int root_fd(const struct root *root)
{
	return root->fd;
}

const char *root_name(const struct root *root)
{
	return root->name;
}

void root_force_walk(struct root *root, bool is_forced)
{
	root->is_walk_forced = is_forced;
}

void root_trust(struct root *root)
{
	root->is_trusted = true;
}

/* openat2 with RESOLVE_IN_ROOT; -ENOSYS on kernels before 5.6, or where a filter forbids it. */
static int open_in_root(const struct root *root, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags,
		.mode = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE ? mode : 0,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int tries = 8, fd;

	do {
		fd = (int)syscall(SYS_openat2, root->fd, *path ? path : ".", &how, sizeof(how));
		/* -EAGAIN: something was renamed while the kernel walked */
	} while (fd < 0 && errno == EAGAIN && --tries);
	if (fd < 0)
		return errno == EPERM ? -ENOSYS : -errno;
	return fd;
}

int root_open_file(const struct root *root, const char *path, int flags, mode_t mode)
{
	int fd = -ENOSYS;

	flags |= O_CLOEXEC;
	if (!root->is_walk_forced)
		fd = open_in_root(root, path, flags, mode);
	return fd == -ENOSYS ? root_walk_open(root->fd, path, flags, mode) : fd;
}

int root_resolve(const struct root *root, const char *path, bool may_miss, char **ret_path,
		 bool *ret_exists)
{
	return root_walk_resolve(root->fd, path, may_miss, ret_path, ret_exists);
}

int root_stat(const struct root *root, const char *path, bool follow, struct stat *ret_stat)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_PATH | (follow ? 0 : O_NOFOLLOW), 0);

	if (fd < 0)
		return fd;
	return fstat(fd, ret_stat) < 0 ? -errno : 0;
}

bool root_has(const struct root *root, const char *path)
{
	struct stat status;

	return root_stat(root, path, true, &status) == 0;
}

bool root_has_folder(const struct root *root, const char *path)
{
	struct stat status;

	return root_stat(root, path, true, &status) == 0 && S_ISDIR(status.st_mode);
}

bool root_has_file(const struct root *root, const char *path)
{
	struct stat status;

	return root_stat(root, path, true, &status) == 0 && S_ISREG(status.st_mode);
}

int root_read_link(const struct root *root, const char *path, char **ret_target)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_PATH | O_NOFOLLOW, 0);
	_cleanup_free_ char *target = NULL;
	ssize_t length;

	if (fd < 0)
		return fd;
	target = alloc_zero(PATH_MAX + 1, 1);
	length = readlinkat(fd, "", target, PATH_MAX);
	if (length < 0)
		return errno == ENOENT ? -EINVAL : -errno; /* the kernel's word for "no symlink" */
	*ret_target = TAKE_PTR(target);
	return 0;
}

/*
 * Opens regular file PATH for reading. It is looked at before it is opened for real, so that
 * opening never acts on a device node and never waits for a fifo's other end.
 */
static int open_regular(const struct root *root, const char *path)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_PATH, 0);
	char name[sizeof("/proc/self/fd/") + 12];
	struct stat before, after;
	int opened;

	if (fd < 0)
		return fd;
	if (fstat(fd, &before) < 0)
		return -errno;
	if (!S_ISREG(before.st_mode))
		return S_ISDIR(before.st_mode) ? -EISDIR : -EINVAL;
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd); /* an int always fits */
	opened = open(name, READ_FLAGS | O_CLOEXEC);
	if (opened < 0 && errno == ENOENT) /* no /proc: by name again, and compared */
		opened = root_open_file(root, path, READ_FLAGS, 0);
	else if (opened < 0)
		return -errno;
	if (opened < 0)
		return opened;
	if (fstat(opened, &after) < 0 || after.st_ino != before.st_ino ||
	    after.st_dev != before.st_dev) {
		(void)close(opened); /* only read from */
		return -EAGAIN;
	}
	return opened;
}

int root_read_file(const struct root *root, const char *path, size_t limit, char **ret_text,
		   size_t *ret_length)
{
	_cleanup_close_ int fd = root->is_trusted ? root_open_file(root, path, READ_FLAGS, 0)
						  : open_regular(root, path);

	if (fd < 0)
		return fd;
	return file_read_fd(fd, limit, ret_text, ret_length);
}

int root_read_line(const struct root *root, const char *path, char **ret_line)
{
	_cleanup_free_ char *text = NULL;
	int r = root_read_file(root, path, LINE_MAX_BYTES, &text, NULL);

	if (r < 0)
		return r;
	text[strcspn(text, "\n")] = '\0';
	*ret_line = text_copy(text_trim(text));
	return 0;
}

int root_read_u64(const struct root *root, const char *path, uint64_t *ret_value)
{
	_cleanup_free_ char *line = NULL;
	int r = root_read_line(root, path, &line);

	return r < 0 ? r : text_parse_u64(line, ret_value);
}

static void close_folder(DIR **folder)
{
	if (*folder)
		(void)closedir(*folder); /* only read from */
}

int root_list(const struct root *root, const char *path, size_t limit, struct text_list *names)
{
	_cleanup_close_ int fd = root_open_file(root, path, O_RDONLY | O_DIRECTORY, 0);
	_cleanup_(close_folder) DIR *folder = NULL;
	struct dirent *entry;

	if (fd < 0)
		return fd;
	folder = fdopendir(fd);
	if (!folder)
		return -errno;
	fd = -1; /* the stream has it now */
	if (!limit)
		limit = LIST_DEFAULT;
	while (limit && (entry = readdir(folder)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		text_list_add(names, entry->d_name);
		limit--;
	}
	text_list_sort(names);
	return 0;
}

/* Makes the last component of in-root path FOLDER, whose parent exists. */
static int make_folder(const struct root *root, const char *folder)
{
	_cleanup_free_ char *parent = text_copy(folder);
	char *slash = strrchr(parent, '/');
	_cleanup_close_ int fd = -1;

	*slash = '\0';
	fd = root_open_file(root, *parent ? parent : "/", O_PATH | O_DIRECTORY, 0);
	if (fd < 0)
		return fd;
	return mkdirat(fd, slash + 1, 0755) < 0 ? -errno : 0;
}

int root_make_folders(const struct root *root, const char *path, struct text_list *made,
		      struct problem *why)
{
	_cleanup_free_ char *resolved = NULL;
	bool exists = false;
	int r = root_resolve(root, path, true, &resolved, &exists);

	if (r < 0)
		return problem_set_errno(why, r, path);
	for (char *end = resolved; *end;) {
		char saved;

		end = strchrnul(end + 1, '/');
		saved = *end;
		*end = '\0';
		if (!root_has_folder(root, resolved)) {
			r = make_folder(root, resolved);
			if (r < 0)
				return problem_set(why, r, path, _("%s cannot be made: %s"),
						   resolved, strerror(-r));
			if (made)
				text_list_add(made, resolved);
		}
		*end = saved;
	}
	return 0;
}
