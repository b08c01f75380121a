/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a filesystem is mounted, and the steps that unmount it for as long as a plan runs. */
#ifndef REFLOAT_ACTION_CHECK_MOUNTS_H
#define REFLOAT_ACTION_CHECK_MOUNTS_H

#include "action/session.h"
#include "plan/plan.h"
#include "storage/mount.h"

/* What a plan knows of mounts. Zeroed is empty. */
struct check_mounts {
	struct mount_table table;
	const struct operation **operations; /* that refloat can undo, newest first */
	size_t operation_count;
	struct text_list planned; /* places that the plan unmounts */
};

/* Of a recorded machine the devices know where they are mounted, and nothing is refloat's. */
int check_mounts_read(struct session *session, struct check_mounts *mounts, struct problem *why);
void check_mounts_done(struct check_mounts *mounts);
#define _cleanup_check_mounts_ _cleanup_(check_mounts_done)

/* Adds the places where something of DEVICE is mounted, also through a loop device. */
void check_mounts_list(const struct check_mounts *mounts, const struct machine *machine,
		       const struct device *device, struct text_list *places);

/* Whether the plan unmounts one of PLACES already, such as one that lies in a root to be checked. */
bool check_mounts_are_planned(const struct check_mounts *mounts, const struct text_list *places);

/* Whether refloat has mounted what is at PLACE, and all that is below it. -EBUSY with why: others
 * have. */
int check_mounts_may_unmount(const struct check_mounts *mounts, const char *place, const char *name,
			     struct problem *why);

/*
 * Adds the temporary steps that unmount all of PLACES and what is mounted below. -EBUSY where one
 * was not mounted by refloat: nothing is added then.
 */
int check_mounts_unmount(struct check_mounts *mounts, const struct text_list *places,
			 const char *name, struct plan *plan, struct problem *why);

#endif
