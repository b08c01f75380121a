/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Roots that OSTree made: the filesystem's own root is nearly empty, the system lies deeper. */
#include "system/inspect_parts.h"

#define FOLDERS_MAX 100

/* The newest deployment of operating system NAME; *NEWEST and *PATH change where it is newer. */
static void look_through(const struct root *root, const char *name, int64_t *newest, char **path)
{
	_cleanup_free_ char *folder = text_format("ostree/deploy/%s/deploy", name);
	_cleanup_text_list_ struct text_list names = {0};

	(void)root_list(root, folder, FOLDERS_MAX, &names); /* none: no deployment */
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *deployment = text_format("%s/%s", folder, names.items[i]);
		_cleanup_free_ char *origin = text_format("%s.origin", deployment);
		_cleanup_free_ char *usr = text_format("%s/usr", deployment);
		struct stat status;

		/* the times of a deployment's own files are all alike; its origin's is that of its
		 * making */
		if (!root_has_folder(root, usr) || root_stat(root, origin, false, &status) < 0 ||
		    (*path && status.st_mtim.tv_sec <= *newest))
			continue;
		*newest = status.st_mtim.tv_sec;
		text_set(path, deployment);
	}
}

char *inspect_find_deployment(const struct root *root)
{
	_cleanup_text_list_ struct text_list names = {0};
	int64_t newest = 0;
	char *path = NULL;

	if (!root_has_folder(root, "ostree/repo"))
		return NULL;
	(void)root_list(root, "ostree/deploy", FOLDERS_MAX, &names); /* none: no deployment */
	for (size_t i = 0; i < names.count; i++)
		look_through(root, names.items[i], &newest, &path);
	return path;
}
