/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one disk says of itself: its signatures, its partition table, its partitions' signatures.
 *
 * The probe runs in a child process (libblkid and libfdisk read crafted bytes there)
 * and sends one record as JSON; the parent parses it, trusting nothing. The same form is kept in
 * a recorded machine as refloat/probes.json.
 */
#ifndef REFLOAT_STORAGE_PROBE_H
#define REFLOAT_STORAGE_PROBE_H

#include <stdint.h>

#include "base/problem.h"
#include "storage/device.h"

#define PROBE_PARTITION_MAX 1024 /* partitions taken from one table; more are noted, not read */

struct probe_partition {
	struct table_entry entry;
	uint64_t start; /* bytes */
	uint64_t size;  /* bytes */
	struct content content;
	char *failure; /* why what is on it cannot be read; NULL: it can */
};

struct probe_record {
	uint64_t size;          /* of the disk as the child saw it, bytes */
	unsigned sector_size;   /* bytes */
	char *serial;           /* where only an answer of the disk tells; NULL otherwise */
	char *failure;          /* why nothing of it can be read; NULL: something can */
	struct content content; /* on the whole disk */
	struct table table;
	struct probe_partition *partitions;
	size_t partition_count;
};

void probe_record_done(struct probe_record *record);
#define _cleanup_probe_record_ _cleanup_(probe_record_done)

/*
 * In the child: reads DISK (a device or an image file) and its partitions; those that the kernel
 * shows through their own nodes. Opens read-only, writes nothing. What cannot be read keeps nothing
 * else from being read; where it is all, the record's failure says so.
 */
void probe_read(const struct device *disk, struct probe_record *record);

/* The same, and sends the record to FD of a worker (base/worker.h). Returns its exit status. */
int probe_send(const struct device *disk, int fd);

char *probe_record_format(const struct probe_record *record); /* one line of JSON; caller frees */
int probe_record_parse(const char *text, size_t length, struct probe_record *record,
		       struct problem *why);

/*
 * Puts RECORD into the graph: fills DISK and the partitions the kernel shows, and adds those it
 * does not show as virtual ones to MACHINE.
 */
struct machine;
void probe_record_apply(const struct probe_record *record, struct machine *machine,
			struct device *disk);

#endif
