/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a target's PAM modules are, and whether one that a rule names is there. */
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "system/pam_parts.h"

/* Adds PARENT's folders of one architecture's libraries, as Debian has them. */
static void add_architectures(const struct root *root, const char *parent,
			      struct text_list *folders)
{
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(root, parent, 10000, &names) < 0)
		return;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *path = text_format("%s/%s/security", parent, names.items[i]);

		if (strstr(names.items[i], "-linux-") && root_has_folder(root, path))
			text_list_add(folders, path);
	}
}

void pam_module_folders(const struct root *root, struct text_list *folders)
{
	static const char *const paths[] = {
		"/usr/lib64/security",
		"/lib64/security",
		"/usr/lib/security",
		"/lib/security",
	};

	add_architectures(root, "/usr/lib", folders);
	add_architectures(root, "/lib", folders);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		if (root_has_folder(root, paths[i]))
			text_list_add(folders, paths[i]);
	}
}

/* A disk that was full, or a power cut, leaves empty files, which are no modules. */
static bool is_module(const struct root *root, const char *path)
{
	struct stat status;

	return root_stat(root, path, true, &status) == 0 && S_ISREG(status.st_mode) &&
	       status.st_size > 0;
}

char *pam_module_find(const struct root *root, const struct text_list *folders, const char *module)
{
	const char *slash = strrchr(module, '/');

	/* "/lib/security/$ISA/pam_unix.so": libpam puts the way to its own folder there */
	if (*module == '/' && !strstr(module, "/$ISA/"))
		return is_module(root, module) ? text_copy(module) : NULL;
	if (*module == '/')
		module = slash + 1;
	for (size_t i = 0; i < folders->count; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folders->items[i], module);

		if (is_module(root, path))
			return TAKE_PTR(path);
	}
	return NULL;
}
