/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The planner of checks, in parts: which filesystems, whether they can be checked, and by which steps. */
#ifndef REFLOAT_ACTION_CHECK_PARTS_H
#define REFLOAT_ACTION_CHECK_PARTS_H

#include "action/action.h"
#include "action/bring_up.h"
#include "action/check.h"
#include "action/check_mounts.h"

/* clang-format off */
/* What the making of one plan needs. */
struct checking {
	struct session *session;
	const struct answers *answers;
	const struct machine *machine;
	struct plan *plan;
	struct bring_up *up;          /* read-only where nothing is written */
	struct check_mounts mounts;
	enum check_strength strength; /* that was asked for */
	bool writes_below;            /* a look writes to what a filesystem lies on, which cannot be up otherwise */
	enum step_policy policy;      /* of several one that fails does not stop the others */
	struct text_list explained;   /* programs whose work has been explained */
	struct text_list taken;       /* devices that have a step already */
	struct text_list asked;       /* disks whose health has been asked */
};

/* A filesystem that is to be checked. */
struct check_subject {
	const struct device *device;
	const char *mountpoint;            /* in the system; NULL unknown */
	const char *type;
	const struct checker *checker;
	const struct lost_filesystem *lost; /* its first superblock is damaged; NULL: it is not */
	enum check_strength strength;      /* what it comes to, at most what was asked for */
	enum check_strength mend;          /* lost: the first that puts that right */
	struct text_list places;           /* where it is mounted */
	bool is_scrub;                     /* it is checked where it is mounted */
	bool is_cut;                       /* larger than its device */
};
void check_subject_done(struct check_subject *subject);
#define _cleanup_check_subject_ _cleanup_(check_subject_done)
/* clang-format on */

/* Fills SUBJECT but for device and mountpoint, or says why that cannot be checked. */
int check_subject_choose(const struct checking *checking, struct check_subject *subject,
			 struct problem *why);

/* Asks the disks under SUBJECT how they are: notes where an image should come first, and -EIO where one is
 * failing and would be written to without that being agreed to. */
int check_health(struct checking *checking, const struct check_subject *subject, struct problem *why);

/* Adds the steps that check SUBJECT, and what goes before. */
int check_subject_add(struct checking *checking, const struct check_subject *subject,
		      struct problem *why);

/* "sda2 (ext4, /var)"; the caller frees. */
char *check_subject_title(const struct check_subject *subject);

/* TEXT with NAME in place of its %s; the caller frees. */
char *check_put_in(const char *text, const char *name);

#endif
