/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NTFS looked at through ntfs-3g(8), where the kernel has no driver for it.
 *
 * The program serves the mount for as long as it lasts. It is a child of the look's worker and dies
 * with it, and with it goes the mount: nothing is left behind, whatever ends the look.
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "base/text.h"
#include "base/worker.h"
#include "storage/look_parts.h"

#define START_MS 10000 /* it reads the table of files first, from a disk that may be slow */

struct server {
	const char *program;
	const char *loop;
	const char *folder;
};

/* In the child, which becomes the program. A mount that is read-only replays no journal. */
static int serve(void *data, int fd)
{
	const struct server *server = data;
	const char *const arguments[] = {
		"ntfs-3g",    "-o",	      "ro,no_detach,nosuid,nodev,noexec",
		server->loop, server->folder, NULL};
	const char *const environment[] = {"LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};

	(void)fd;
	worker_be_orderly();
	(void)execve(server->program, (char *const *)arguments, (char *const *)environment);
	return errno;
}

static bool is_mounted(const char *folder, dev_t was)
{
	struct stat status;

	return stat(folder, &status) == 0 && status.st_dev != was;
}

int look_ntfs_mount(const char *loop, const char *folder)
{
	_cleanup_free_ char *program = process_find_program("ntfs-3g");
	struct server server = {program, loop, folder};
	int64_t until_ms = clock_monotonic_ms() + START_MS;
	struct worker *worker = NULL;
	struct stat status;
	int r;

	if (!program)
		return -ENODEV;
	if (stat(folder, &status) < 0)
		return -errno;
	r = worker_start(serve, &server, 0, &worker, NULL);
	if (r < 0)
		return r;
	/* each turn waits some milliseconds for it to end */
	while (worker_dispatch(worker, NULL, NULL) == WORKER_RUNNING &&
	       clock_left_ms(until_ms) > 0) {
		if (is_mounted(folder, status.st_dev)) {
			(void)worker_leave(worker);
			return 0;
		}
	}
	(void)worker_free(worker);
	return -EINVAL;
}
