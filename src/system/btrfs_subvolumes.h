/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The subvolumes of a mounted btrfs filesystem. */
#ifndef REFLOAT_SYSTEM_BTRFS_SUBVOLUMES_H
#define REFLOAT_SYSTEM_BTRFS_SUBVOLUMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct subvolume {
	uint64_t id;
	char *path;        /* from the top of the filesystem, no leading slash */
	bool is_default;   /* mounted where no subvol= is given */
	bool is_read_only; /* as snapshots mostly are */
	bool has_parent;   /* it was made as a snapshot, be it one that is used as a system now */
};

struct subvolumes {
	struct subvolume *items;
	size_t count;
	size_t capacity;
	uint64_t default_id; /* 5: the top itself */
};

/* Lists those of the filesystem whose top (subvolid=5) is open at FD, at most 4096. 0 or -errno. */
int subvolumes_read(int fd, struct subvolumes *subvolumes);
void subvolumes_done(struct subvolumes *subvolumes);

#endif
