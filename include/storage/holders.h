/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What keeps a mount busy: processes by their working folders, roots, open files and maps; swap
 * files and loop devices whose file lies there.
 */
#ifndef REFLOAT_STORAGE_HOLDERS_H
#define REFLOAT_STORAGE_HOLDERS_H

#include <stddef.h>
#include <sys/types.h>

#include "base/text.h"

struct holder {
	pid_t pid;  /* 0 where the kernel itself holds it: swap, a loop device */
	char *name; /* printable command name, or "loop0" */
	char *how;  /* "works in /mnt/var", "has /mnt/var/log/syslog open", ... */
};

struct holders {
	struct holder *items;
	size_t count;
	size_t capacity;
};

/* Fills HOLDERS with those of the mount at TARGET and of every mount below it. 0 or -errno. */
int holders_find(const char *target, struct holders *holders);
void holders_done(struct holders *holders);
#define _cleanup_holders_ _cleanup_(holders_done)

/* "bash (1234) works in /mnt/var, ..." at most three, then "and N more"; the caller frees. */
char *holders_describe(const struct holders *holders);

#endif
