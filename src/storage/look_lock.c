/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps looks and mounts out of each other's way, also those of other processes. */
#include "storage/look_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"

#define MOUNT_MS 3000 /* a look waits for a mount */
#define LOOK_MS 15000 /* a mount waits for looks: a disk is given 10 s */
#define PAUSE_MS 10

/* Whether it could be had within TIMEOUT_MS; a filesystem that knows no locks has nobody to wait
 * for. */
static bool lock(int fd, int how, unsigned timeout_ms)
{
	int64_t end_ms = clock_monotonic_ms() + timeout_ms;

	while (flock(fd, how | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		if (clock_left_ms(end_ms) == 0)
			return false;
		(void)poll(NULL, 0, PAUSE_MS);
	}
	return true;
}

void look_lock_share(int fd)
{
	(void)lock(fd, LOCK_SH, MOUNT_MS); /* without it a look works as well */
}

int look_lock_alone(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0 ||
	    !(S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)))
		return -1;
	if (!lock(fd, LOCK_EX, LOOK_MS)) {
		log_line("mount: %s: somebody looks into it, or has locked it", path);
		return -1;
	}
	return TAKE_FD(fd);
}
