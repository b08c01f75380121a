/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A filesystem with one file "disk" that shows another file, but cannot read some places of it:
 * what a disk with bad sectors looks like from above a loop device. As a disk does, it takes what
 * is written to such a place, and can read it from then on.
 *
 *   bad_disk_fuse FOLDER FILE SECTOR...     sectors of 512 bytes; 4096 bytes from each are bad
 */
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BAD_BYTES 4096
#define BAD_MAX 64

static struct disk {
	int fd;
	off_t bad[BAD_MAX]; /* offsets; -1: written to since, and good again */
	size_t bad_count;
} disk;

static bool overlaps(off_t bad, size_t size, off_t offset)
{
	return bad >= 0 && bad < offset + (off_t)size && offset < bad + BAD_BYTES;
}

static int get_attributes(const char *path, struct stat *status, struct fuse_file_info *file)
{
	(void)file;
	if (strcmp(path, "/disk") == 0)
		return fstat(disk.fd, status) < 0 ? -errno : 0;
	if (strcmp(path, "/") != 0)
		return -ENOENT;
	*status = (struct stat){.st_mode = S_IFDIR | 0755, .st_nlink = 2};
	return 0;
}

static int open_file(const char *path, struct fuse_file_info *file)
{
	file->direct_io = 1; /* what was read once is no excuse */
	return strcmp(path, "/disk") == 0 ? 0 : -ENOENT;
}

static int read_file(const char *path, char *bytes, size_t size, off_t offset,
		     struct fuse_file_info *file)
{
	ssize_t got;

	(void)path;
	(void)file;
	for (size_t i = 0; i < disk.bad_count; i++) {
		if (overlaps(disk.bad[i], size, offset))
			return -EIO;
	}
	got = pread(disk.fd, bytes, size, offset);
	return got < 0 ? -errno : (int)got;
}

static int write_file(const char *path, const char *bytes, size_t size, off_t offset,
		      struct fuse_file_info *file)
{
	ssize_t written = pwrite(disk.fd, bytes, size, offset);

	(void)path;
	(void)file;
	for (size_t i = 0; written > 0 && i < disk.bad_count; i++) {
		if (overlaps(disk.bad[i], size, offset))
			disk.bad[i] = -1;
	}
	return written < 0 ? -errno : (int)written;
}

static const struct fuse_operations operations = {
	.getattr = get_attributes,
	.open = open_file,
	.read = read_file,
	.write = write_file,
};

int main(int argc, char **argv)
{
	static char foreground[] = "-f", alone[] = "-s";
	char *arguments[] = {argv[0], foreground, alone, argc > 1 ? argv[1] : NULL, NULL};

	if (argc < 3 || argc - 3 > BAD_MAX) {
		(void)fprintf(stderr, "Usage: bad_disk_fuse FOLDER FILE SECTOR...\n");
		return 2;
	}
	disk.fd = open(argv[2], O_RDWR | O_CLOEXEC);
	if (disk.fd < 0) {
		perror(argv[2]);
		return 1;
	}
	for (int i = 3; i < argc; i++)
		disk.bad[disk.bad_count++] = (off_t)strtoll(argv[i], NULL, 10) * 512;
	return fuse_main(4, arguments, &operations, NULL);
}
