/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that stands for a target, see fuzz_root.h. */
#include "fuzz_root.h"

#include <fcntl.h>
#include <ftw.h>
#include <string.h>

#include "base/file.h"

static struct root *root;
static char *folder;

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

static void leave(void)
{
	(void)nftw(folder, remove_entry, 16, FTW_PHYS | FTW_DEPTH); /* the process ends anyway */
	root = root_free(root);
	free(folder);
}

const struct root *fuzz_root(void)
{
	if (root)
		return root;
	folder = text_copy(
		"/dev/shm/refloat-fuzz-XXXXXX"); /* no disk behind it, where there is one */
	if (!mkdtemp(folder))
		text_set(&folder, "/tmp/refloat-fuzz-XXXXXX");
	if ((access(folder, F_OK) < 0 && !mkdtemp(folder)) || root_open(folder, &root, NULL) < 0)
		abort();
	(void)atexit(leave); /* or it stays behind */
	return root;
}

void fuzz_root_write(const char *path, const uint8_t *data, size_t size)
{
	_cleanup_free_ char *parent = text_copy(path);
	_cleanup_close_ int fd = -1;

	*strrchr(parent, '/') = '\0';
	fd = root_open_file(fuzz_root(), path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 && root_make_folders(fuzz_root(), parent, NULL, NULL) >= 0)
		fd = root_open_file(fuzz_root(), path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || file_write_all(fd, data, size) < 0)
		abort();
}
