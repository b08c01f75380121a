/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a btrfs superblock says of the devices that the filesystem is made of. */
#ifndef REFLOAT_STORAGE_BTRFS_SUPER_H
#define REFLOAT_STORAGE_BTRFS_SUPER_H

#include "storage/device.h"

/*
 * FD open for reading; the filesystem starts at byte OFFSET. SUPER stays as it is where the
 * superblock cannot be read or makes no sense.
 */
void btrfs_super_read(int fd, uint64_t offset, struct btrfs_super *super);

#endif
