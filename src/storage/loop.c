/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loop devices for looking: read-only ones, and layers of memory. */
#include "storage/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/i18n.h"
#include "base/text.h"
#include "storage/look_lock.h"
#include "storage/module.h"
#include "storage/stack_parts.h"

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
static int open_node(int number, const char *path, int access)
{
	int fd = open(path, access | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT)
		return fd < 0 ? -errno : fd;
	if (mknod(path, S_IFBLK | 0600, makedev(7, (unsigned)number)) < 0)
		return -errno;
	fd = open(path, access | O_CLOEXEC);
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
	/* what it was opened for when it was set up is what it can ever do */
	int access = info->lo_flags & LO_FLAGS_READ_ONLY ? O_RDONLY : O_RDWR;
	int r = -EBUSY;

	for (int i = 0; i < TRIES && is_worth_another_try(r); i++) {
		int number = ioctl(control, LOOP_CTL_GET_FREE);
		_cleanup_free_ char *path = NULL;
		_cleanup_close_ int fd = -1;

		if (number < 0)
			return -errno;
		path = text_format("/dev/loop%d", number);
		fd = open_node(number, path, access);
		/* udev passes over a locked device: nothing is to be made of what is only looked at */
		if (fd >= 0)
			(void)flock(fd, LOCK_EX | LOCK_NB);
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

/* SUBJECT is what the person knows it by. */
static int attach_backing(int backing, const struct loop_info64 *info, const char *subject,
			  int *ret_fd, char **ret_path, struct problem *why)
{
	_cleanup_close_ int control = open_control();
	int r;

	if (control < 0) {
		(void)problem_set(why, control, subject, _("no loop device: %s"),
				  strerror(-control));
		problem_set_next(why, _("Load the kernel module: modprobe loop"));
		return control;
	}
	r = attach(control, backing, info, ret_fd, ret_path);
	if (r < 0)
		return problem_set(why, r, subject, _("no loop device: %s"), strerror(-r));
	return 0;
}

int loop_attach_layer(const char *path, uint64_t offset, uint64_t size, const char *mark,
		      int *ret_fd, char **ret_path, struct problem *why)
{
	_cleanup_close_ int backing = open(path, O_RDONLY | O_CLOEXEC);
	struct loop_info64 info = {
		.lo_offset = offset,
		.lo_sizelimit = size,
		.lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR,
	};

	if (backing < 0)
		return problem_set_errno(why, -errno, path);
	look_lock_share(backing); /* the loop device keeps it */
	(void)strncpy((char *)info.lo_file_name, mark, LO_NAME_SIZE - 1);
	return attach_backing(backing, &info, path, ret_fd, ret_path, why);
}

int loop_attach_read_only(const char *path, uint64_t offset, uint64_t size, int *ret_fd,
			  char **ret_path, struct problem *why)
{
	_cleanup_free_ char *mark = stack_mark(getpid());

	return loop_attach_layer(path, offset, size, mark, ret_fd, ret_path, why);
}

int loop_attach_memory(uint64_t size, const char *mark, int *ret_fd, char **ret_path,
		       struct problem *why)
{
	_cleanup_close_ int backing = memfd_create(mark, MFD_CLOEXEC);
	struct loop_info64 info = {.lo_flags = LO_FLAGS_AUTOCLEAR};

	if (backing < 0 || ftruncate(backing, (off_t)size) < 0)
		return problem_set_errno(why, -errno, mark);
	(void)strncpy((char *)info.lo_file_name, mark, LO_NAME_SIZE - 1);
	return attach_backing(backing, &info, mark, ret_fd, ret_path, why);
}

char *loop_read_mark(const char *node)
{
	_cleanup_close_ int fd = open(node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct loop_info64 info;

	if (fd < 0 || ioctl(fd, LOOP_GET_STATUS64, &info) < 0)
		return NULL;
	return alloc_copy((const char *)info.lo_file_name,
			  strnlen((const char *)info.lo_file_name, LO_NAME_SIZE));
}

void loop_detach(const char *node)
{
	_cleanup_close_ int fd = open(node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		(void)ioctl(fd, LOOP_CLR_FD, 0); /* in use: it goes with the last user */
}
