/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lvm reports of the volume groups on some devices, as tables of device-mapper. */
#ifndef REFLOAT_STORAGE_LVM_REPORT_H
#define REFLOAT_STORAGE_LVM_REPORT_H

#include "base/json.h"
#include "storage/dm.h"

/* A part of a logical volume. */
struct lvm_segment {
	char *volume;       /* name without brackets */
	char *type;         /* "linear", "striped", "raid1", "thin", ... */
	uint64_t start;     /* bytes */
	uint64_t size;      /* bytes */
	uint64_t stripe;    /* bytes; 0: none */
	struct text_list devices; /* "/dev/loop3(5)", "root_rimage_0(0)" */
};

struct lvm_volume {
	char *name;
	char *uuid;
	uint64_t size;   /* bytes */
	bool is_public;  /* for people, and not a part of another one */
	bool is_snapshot; /* with a store of its own for what differs, and not in a thin pool */
	bool is_earlier;  /* a snapshot of either kind */
};

struct lvm_physical {
	char *node;
	char *uuid;
	uint64_t start; /* bytes before the first extent */
};

struct lvm_group {
	char *name;
	char *uuid;
	uint64_t extent; /* bytes */
	uint64_t missing; /* physical volumes that are not here */
	struct lvm_physical *physicals;
	size_t physical_count;
	struct lvm_volume *volumes;
	size_t volume_count;
	struct lvm_segment *segments;
	size_t segment_count;
};

struct lvm_report {
	struct lvm_group *groups;
	size_t count;
};

/* Takes what "lvm fullreport" has printed; -EBADMSG. */
int lvm_report_parse(const char *text, size_t length, struct lvm_report *report);
void lvm_report_done(struct lvm_report *report);
#define _cleanup_lvm_report_ _cleanup_(lvm_report_done)

/*
 * The table that shows VOLUME of GROUP without lvm: of linear and striped segments, of mirrors and
 * RAID1 through one half. 0; -ENXIO: a physical volume that it needs is missing; -EOPNOTSUPP: only
 * lvm can bring it up; -EBADMSG. *RET_IS_DEGRADED: a half is missing.
 */
int lvm_volume_table(const struct lvm_group *group, const char *volume, struct dm_table *table,
		     bool *ret_is_degraded);

/* Whether VOLUME is nothing but parts of physical volumes, so that bringing it up read-only writes
 * nothing. */
bool lvm_volume_is_plain(const struct lvm_group *group, const char *volume);

/* Names of the physical volumes that VOLUME lies on, as GROUP has their nodes; all of them where
 * a report does not say: the log of a mirror and the metadata of a pool may be on any. */
void lvm_volume_nodes(const struct lvm_group *group, const char *volume, struct text_list *nodes);

#endif
