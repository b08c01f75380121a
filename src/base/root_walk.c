/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Resolving a path inside a root component by component.
 *
 * Every component is opened with O_PATH | O_NOFOLLOW relative to a descriptor of its folder, never
 * by a longer path, so that a rename under our feet cannot lead outside. The folders passed are
 * kept on a stack, by name and descriptor; ".." pops one and stays at the root.
 */
#include "base/root_walk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/text.h"

#define LINKS_MAX 40
#define DEPTH_MAX 512 /* folders open at once */

struct level {
	char *name; /* of the component; NULL for the root */
	int fd;     /* O_PATH */
};

struct walk {
	struct level *levels;
	size_t count;
	size_t capacity;
	struct text_list rest; /* components to come, the next one last */
	unsigned links;        /* symlinks followed so far */
};

static void walk_done(struct walk *walk)
{
	for (size_t i = 0; i < walk->count; i++) {
		free(walk->levels[i].name);
		if (walk->levels[i].fd >= 0)
			(void)close(walk->levels[i].fd); /* O_PATH: nothing to lose */
	}
	free(walk->levels);
	text_list_done(&walk->rest);
}

static void push_level(struct walk *walk, const char *name, int fd)
{
	walk->levels = alloc_grow(walk->levels, walk->count, &walk->capacity,
				  sizeof(*walk->levels));
	walk->levels[walk->count++] = (struct level){.name = text_copy(name), .fd = fd};
}

static void pop_level(struct walk *walk)
{
	struct level *top;

	if (walk->count == 1)
		return; /* ".." at the root is the root */
	top = &walk->levels[--walk->count];
	free(top->name);
	(void)close(top->fd); /* O_PATH: nothing to lose */
}

/* Puts the components of PATH before those still to come; an absolute path starts at the root. */
static void push_path(struct walk *walk, const char *path)
{
	_cleanup_text_list_ struct text_list parts = {0};
	size_t length = strlen(path);

	if (*path == '/') {
		while (walk->count > 1)
			pop_level(walk);
	}
	text_list_split(&parts, path, "/");
	if (length && path[length - 1] == '/' && parts.count)
		text_list_add(&parts, "."); /* "file/" is an error, "link/" is followed */
	for (size_t i = parts.count; i > 0; i--)
		text_list_add(&walk->rest, parts.items[i - 1]);
}

static char *pop_component(struct walk *walk)
{
	char *name = walk->rest.items[--walk->rest.count];

	walk->rest.items[walk->rest.count] = NULL;
	return name;
}

static int follow_link(struct walk *walk, int link_fd)
{
	_cleanup_free_ char *target = alloc_zero(PATH_MAX + 1, 1);
	ssize_t length = readlinkat(link_fd, "", target, PATH_MAX);

	if (length < 0)
		return -errno;
	if (!length)
		return -ENOENT;
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	push_path(walk, target);
	return 0;
}

/* Takes one component; the last one is not followed where KEEP_LAST_LINK. */
static int step_into(struct walk *walk, const char *name, bool keep_last_link)
{
	_cleanup_close_ int fd = -1;
	struct stat status;
	int folder = walk->levels[walk->count - 1].fd;

	if (walk->count > DEPTH_MAX)
		return -ENAMETOOLONG;
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		if (fstat(folder, &status) < 0)
			return -errno;
		if (!S_ISDIR(status.st_mode))
			return -ENOTDIR;
		if (name[1] == '.')
			pop_level(walk);
		return 0;
	}
	fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &status) < 0)
		return -errno;
	if (S_ISLNK(status.st_mode) && !(keep_last_link && !walk->rest.count))
		return follow_link(walk, fd);
	push_level(walk, name, TAKE_FD(fd));
	return 0;
}

static int walk_start(struct walk *walk, int root_fd, const char *path)
{
	int fd = fcntl(root_fd, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return -errno;
	push_level(walk, NULL, fd);
	push_path(walk, path);
	return 0;
}

/* Walks until all components are taken or one is missing, whose name goes to *RET_MISSING. */
static int walk_all(struct walk *walk, bool keep_last_link, char **ret_missing)
{
	while (walk->rest.count) {
		_cleanup_free_ char *name = pop_component(walk);
		int r = step_into(walk, name, keep_last_link);

		if (r == -ENOENT && ret_missing && strcmp(name, "..") != 0) {
			*ret_missing = TAKE_PTR(name);
			return r;
		}
		if (r < 0)
			return r;
	}
	return 0;
}

/* Opens what the walk has arrived at with the caller's flags. */
static int open_arrived(const struct walk *walk, int flags)
{
	const struct level *top = &walk->levels[walk->count - 1];
	struct stat status;
	int fd;

	assert(walk->count > 0); /* the root's own level is never left */
	if (flags & O_EXCL && flags & O_CREAT)
		return -EEXIST;
	flags &= ~(O_CREAT | O_EXCL);
	if (walk->count == 1) {
		fd = openat(top->fd, ".", flags | O_NOFOLLOW);
		return fd < 0 ? -errno : fd;
	}
	if (fstat(top->fd, &status) < 0)
		return -errno;
	if (S_ISLNK(status.st_mode) && !(flags & O_PATH))
		return -ELOOP;
	/* the name may have become a symlink meanwhile: never followed */
	fd = openat(walk->levels[walk->count - 2].fd, top->name, flags | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

int root_walk_open(int root_fd, const char *path, int flags, mode_t mode)
{
	_cleanup_(walk_done) struct walk walk = {0};
	_cleanup_free_ char *missing = NULL;
	bool keep_last_link = flags & O_NOFOLLOW || (flags & O_CREAT && flags & O_EXCL);
	int r = walk_start(&walk, root_fd, path);

	if (r < 0)
		return r;
	r = walk_all(&walk, keep_last_link, &missing);
	if (r == 0)
		return open_arrived(&walk, flags);
	if (r != -ENOENT || !missing || walk.rest.count || !(flags & O_CREAT))
		return r;
	r = openat(walk.levels[walk.count - 1].fd, missing, flags | O_NOFOLLOW, mode);
	return r < 0 ? -errno : r;
}

/* The path of the levels passed, with the names still missing behind. */
static char *walk_path(struct walk *walk, const char *missing)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (size_t i = 1; i < walk->count; i++)
		text_buffer_format(&buffer, "/%s", walk->levels[i].name);
	if (missing && strcmp(missing, ".") != 0)
		text_buffer_format(&buffer, "/%s", missing);
	while (walk->rest.count) {
		_cleanup_free_ char *name = pop_component(walk);

		if (strcmp(name, ".") != 0)
			text_buffer_format(&buffer, "/%s", name);
	}
	if (!buffer.length)
		text_buffer_add_text(&buffer, "/");
	return text_buffer_take(&buffer);
}

int root_walk_resolve(int root_fd, const char *path, bool may_miss, char **ret_path,
		      bool *ret_exists)
{
	_cleanup_(walk_done) struct walk walk = {0};
	_cleanup_free_ char *missing = NULL;
	int r = walk_start(&walk, root_fd, path);

	if (r < 0)
		return r;
	r = walk_all(&walk, false, &missing);
	if (r < 0 && (r != -ENOENT || !missing || !may_miss))
		return r;
	/* behind a missing folder ".." has no meaning that a later mkdir would share */
	if (missing && text_list_contains(&walk.rest, ".."))
		return -ENOENT;
	*ret_path = walk_path(&walk, missing);
	if (ret_exists)
		*ret_exists = !missing;
	return 0;
}
