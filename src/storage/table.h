/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading partition tables: libfdisk's labels, and what only libblkid knows (Mac and others). */
#ifndef REFLOAT_STORAGE_TABLE_H
#define REFLOAT_STORAGE_TABLE_H

#include <stdbool.h>

#include "storage/probe.h"

/*
 * Fills table and partitions of RECORD from FD, open for reading at PATH; size and sector_size are
 * set already. 0 also where there is no table. Nothing is written.
 */
int table_read(int fd, const char *path, struct probe_record *record);

/* The next partition of RECORD, zeroed, or NULL once there are PROBE_PARTITION_MAX. */
struct probe_partition *table_add_partition(struct probe_record *record);

/* The same with libfdisk (dos, gpt, bsd, sun, sgi) and libblkid. 1: a table was found. */
int table_read_fdisk(int fd, const char *path, struct probe_record *record);
int table_read_blkid(int fd, struct probe_record *record);

/* What is odd about a GPT, a sentence part; the caller frees; NULL where all is well. */
char *table_check_gpt(int fd, uint64_t size, unsigned sector_size);

#endif
