/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The devices of btrfs filesystems that the kernel keeps in mind. */
#include "storage/btrfs_kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#define CONTROL "/dev/btrfs-control"
#define DEVICES_MAX 65536 /* ids that are asked for */
#define LOCK_TRIES 100
#define LOCK_PAUSE_NS 50000000

static void tell(unsigned long request, const char *node)
{
	_cleanup_close_ int control = open(CONTROL, O_RDWR | O_CLOEXEC);
	struct btrfs_ioctl_vol_args args = {0};

	if (control < 0)
		return; /* no btrfs in this kernel: it remembers nothing */
	(void)strncpy(args.name, node, BTRFS_PATH_NAME_MAX);
	(void)ioctl(control, request, &args); /* in use, or no such device: no harm */
}

void btrfs_kernel_scan(const char *node)
{
	tell(BTRFS_IOC_SCAN_DEV, node);
}

void btrfs_kernel_forget(const char *node)
{
#ifdef BTRFS_IOC_FORGET_DEV
	tell(BTRFS_IOC_FORGET_DEV, node);
#else
	(void)node;
#endif
}

void btrfs_kernel_list(const char *folder, struct text_list *nodes)
{
	_cleanup_close_ int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct btrfs_ioctl_fs_info_args info = {0};

	if (fd < 0 || ioctl(fd, BTRFS_IOC_FS_INFO, &info) < 0)
		return;
	for (uint64_t id = 1; id <= info.max_id && id <= DEVICES_MAX; id++) {
		struct btrfs_ioctl_dev_info_args device = {.devid = id};
		const char *path = (const char *)device.path;

		if (ioctl(fd, BTRFS_IOC_DEV_INFO, &device) == 0 && *path == '/')
			text_list_take(nodes, text_format("%.*s", (int)sizeof(device.path), path));
	}
}

/* A place in the file for each filesystem, so that different ones do not wait for each other. */
static off_t place_of(const char *uuid)
{
	uint64_t place = 14695981039346656037u; /* FNV-1a */

	for (; *uuid; uuid++)
		place = (place ^ (unsigned char)*uuid) * 1099511628211u;
	return (off_t)(place >> 2);
}

int btrfs_kernel_lock(const char *uuid)
{
	_cleanup_close_ int control = open(CONTROL, O_RDWR | O_CLOEXEC);
	struct flock lock = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = place_of(uuid),
		.l_len = 1,
	};
	const struct timespec pause = {.tv_nsec = LOCK_PAUSE_NS};

	for (int i = 0; control >= 0 && i < LOCK_TRIES; i++) {
		if (fcntl(control, F_OFD_SETLK, &lock) == 0)
			return TAKE_FD(control);
		if (errno != EAGAIN && errno != EACCES)
			return -1;
		(void)nanosleep(&pause, NULL); /* a signal only shortens it */
	}
	return -1;
}
