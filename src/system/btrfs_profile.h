/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a mounted btrfs filesystem spreads its data over its devices. */
#ifndef REFLOAT_SYSTEM_BTRFS_PROFILE_H
#define REFLOAT_SYSTEM_BTRFS_PROFILE_H

/*
 * Asks the filesystem that is open at FD: *RET_PROFILE is "data raid1, metadata raid1", the
 * caller's; *RET_SPARE how many devices it can lose and still be written. 0 or -errno.
 */
int profile_read(int fd, char **ret_profile, unsigned *ret_spare);

#endif
