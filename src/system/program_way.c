/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an account may run a program: the modes of it, its loader and all folders above them. */
#include "system/program_way.h"

#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "system/elf.h"

static bool is_in_group(const struct program_user *user, uint32_t gid)
{
	_cleanup_free_ char *name = NULL;
	size_t line;

	if (user->gid == gid)
		return true;
	if (account_file_find_id(user->group, gid, &line) < 0)
		return false;
	name = account_file_get(user->group, line, GROUP_NAME);
	return name && text_list_contains(user->groups, name);
}

/* As the kernel looks: the first of owner, group and others that it is counts alone. */
static bool may_go(const struct stat *status, const struct program_user *user)
{
	if (status->st_uid == user->uid)
		return status->st_mode & S_IXUSR;
	if (is_in_group(user, status->st_gid))
		return status->st_mode & S_IXGRP;
	return status->st_mode & S_IXOTH;
}

static bool has(const struct program_way *way, const char *path)
{
	for (size_t i = 0; i < way->count; i++) {
		if (strcmp(way->items[i].path, path) == 0)
			return true;
	}
	return false;
}

static void look(const struct root *root, const char *path, const struct program_user *user,
		 struct program_way *way)
{
	struct stat status;

	if (has(way, path) || root_stat(root, path, false, &status) < 0 || may_go(&status, user))
		return;
	way->items = alloc_grow(way->items, way->count, &way->capacity, sizeof(*way->items));
	way->items[way->count++] = (struct program_place){
		.path = text_copy(path),
		.mode = status.st_mode & 07777,
	};
}

/* From the root down to PATH. */
static void walk(const struct root *root, const char *path, const struct program_user *user,
		 struct program_way *way)
{
	_cleanup_free_ char *at = NULL;
	bool exists = false;

	if (root_resolve(root, path, false, &at, &exists) < 0 || !exists)
		return;
	look(root, "/", user, way);
	for (char *slash = strchr(at + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		look(root, at, user, way);
		*slash = '/';
	}
	look(root, at, user, way);
}

void program_way_find_shut(const struct root *root, const char *path,
			   const struct program_user *user, struct program_way *ret_way)
{
	struct program_way way = {0};
	_cleanup_free_ char *loader = user->uid ? elf_read_interpreter(root, path) : NULL;

	if (user->uid)
		walk(root, path, user, &way);
	if (loader)
		walk(root, loader, user, &way);
	*ret_way = way;
}

void program_way_done(struct program_way *way)
{
	for (size_t i = 0; i < way->count; i++)
		free(way->items[i].path);
	free(way->items);
	*way = (struct program_way){0};
}
