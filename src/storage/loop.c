/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Read-only loop devices, for looking. */
#include "storage/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/cleanup.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/module.h"

#define CONTROL "/dev/loop-control"
#define TRIES 64

#ifndef LOOP_CONFIGURE
#define LOOP_CONFIGURE 0x4C0A
struct loop_config {
	__u32 fd;
	__u32 block_size;
	struct loop_info64 info;
	__u64 __reserved[8];
};
#endif

/* One ioctl since Linux 5.8, two before it. */
static int configure(int loop, int backing, const struct loop_info64 *info)
{
	struct loop_config config = {.fd = (__u32)backing, .info = *info};

	if (ioctl(loop, LOOP_CONFIGURE, &config) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOTTY && errno != ENOSYS)
		return -errno;
	if (ioctl(loop, LOOP_SET_FD, backing) < 0)
		return -errno;
	if (ioctl(loop, LOOP_SET_STATUS64, info) < 0) {
		int error = -errno;

		(void)ioctl(loop, LOOP_CLR_FD, 0); /* the first error tells */
		return error;
	}
	return 0;
}

/* Opens /dev/loopNUMBER, made where a rescue system without udev has no node. */
static int open_node(int number, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? -errno : fd;
	if (mknod(path, S_IFBLK | 0600, makedev(7, (unsigned)number)) < 0)
		return -errno;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* Whether another process took that device, or it was just being removed. */
static bool is_worth_another_try(int error)
{
	return error == -EBUSY || error == -ENXIO || error == -ENODEV || error == -EAGAIN;
}

static int attach(int control, int backing, const struct loop_info64 *info, int *ret_fd,
		  char **ret_path)
{
	int r = -EBUSY;

	for (int i = 0; i < TRIES && is_worth_another_try(r); i++) {
		int number = ioctl(control, LOOP_CTL_GET_FREE);
		_cleanup_free_ char *path = NULL;
		_cleanup_close_ int fd = -1;

		if (number < 0)
			return -errno;
		path = text_format("/dev/loop%d", number);
		fd = open_node(number, path);
		r = fd < 0 ? fd : configure(fd, backing, info);
		if (r == 0) {
			*ret_fd = TAKE_FD(fd);
			*ret_path = TAKE_PTR(path);
		}
	}
	return r;
}

/* A rescue system has the driver, but often nobody has loaded it yet. */
static int open_control(void)
{
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC);

	if (fd < 0 && (errno == ENOENT || errno == ENODEV)) {
		module_load("loop");
		fd = open(CONTROL, O_RDWR | O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}

int loop_attach_read_only(const char *path, uint64_t offset, uint64_t size, int *ret_fd,
			  char **ret_path, struct problem *why)
{
	_cleanup_close_ int backing = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int control = -1;
	struct loop_info64 info = {
		.lo_offset = offset,
		.lo_sizelimit = size,
		.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};
	int r;

	if (backing < 0)
		return problem_set_errno(why, -errno, path);
	(void)strncpy((char *)info.lo_file_name, path, LO_NAME_SIZE - 1); /* for losetup's list */
	control = open_control();
	if (control < 0) {
		(void)problem_set(why, control, path, _("no loop device: %s"), strerror(-control));
		problem_set_next(why, _("Load the kernel module: modprobe loop"));
		return control;
	}
	r = attach(control, backing, &info, ret_fd, ret_path);
	if (r < 0)
		return problem_set(why, r, path, _("no loop device: %s"), strerror(-r));
	return 0;
}
