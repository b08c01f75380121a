/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A filesystem with one file "disk" of 64 MiB that never answers a read: what a dying disk looks
 * like from above a loop device. Ends when it is killed, or when it is unmounted.
 */
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fuse.h>
#include <string.h>
#include <unistd.h>

#define DISK_SIZE (64 * 1024 * 1024)

static int get_attributes(const char *path, struct stat *status, struct fuse_file_info *file)
{
	(void)file;
	memset(status, 0, sizeof(*status));
	if (strcmp(path, "/") == 0) {
		status->st_mode = S_IFDIR | 0755;
		status->st_nlink = 2;
		return 0;
	}
	if (strcmp(path, "/disk") != 0)
		return -ENOENT;
	status->st_mode = S_IFREG | 0600;
	status->st_nlink = 1;
	status->st_size = DISK_SIZE;
	return 0;
}

static int open_file(const char *path, struct fuse_file_info *file)
{
	(void)file;
	return strcmp(path, "/disk") == 0 ? 0 : -ENOENT;
}

static int never_read(const char *path, char *bytes, size_t size, off_t offset,
		      struct fuse_file_info *file)
{
	(void)path;
	(void)bytes;
	(void)size;
	(void)offset;
	(void)file;
	while (pause() < 0)
		continue;
	return -EIO;
}

static const struct fuse_operations operations = {
	.getattr = get_attributes,
	.open = open_file,
	.read = never_read,
};

int main(int argc, char **argv)
{
	static char foreground[] = "-f", here[] = ".";
	char *arguments[] = {argv[0], foreground, argc > 1 ? argv[1] : here, NULL};

	return fuse_main(3, arguments, &operations, NULL);
}
