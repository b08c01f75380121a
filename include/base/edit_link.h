/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making, replacing and removing one symlink inside a root that may be hostile, in one act.
 *
 * The folder is resolved in-root once, when it is looked at; after that no part of the path may be
 * a symlink, and what the link leads to is never touched.
 */
#ifndef REFLOAT_BASE_EDIT_LINK_H
#define REFLOAT_BASE_EDIT_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/problem.h"
#include "base/root.h"

/* What is at a place. */
struct edit_link {
	char *path; /* in-root: its folder resolved, and its name */
	bool exists;
	char *target; /* its text; NULL where there is none */
	uid_t uid;
	gid_t gid;
	struct timespec modified;
	char *label;	 /* security.selinux; NULL */
	bool has_folder; /* the folder is there */
	unsigned folder_flags;
	bool is_read_only; /* the filesystem is mounted so */
};

/* A missing link is no failure, nor is a missing folder. -EEXIST, with words: something else is
 * there. */
int edit_link_look(const struct root *root, const char *path, struct edit_link *ret,
		   struct problem *why);
void edit_link_done(struct edit_link *link);
#define _cleanup_edit_link_ _cleanup_(edit_link_done)

/* Whether LINK, which was looked at, could be changed: -EROFS, -EPERM (a flag of its folder). */
int edit_link_check(const struct edit_link *link, bool lifts_flags, const char *path,
		    struct problem *why);

struct edit_link_change {
	const char *path;   /* as edit_link_look gave it */
	const char *was;    /* the target that it must have; NULL: there must be none */
	const char *target; /* NULL: it is removed */
	uid_t uid;
	gid_t gid;
	const struct timespec *modified; /* NULL: now */
	const char *label;		 /* NULL: what its filesystem gives it */
	bool lifts_flags;		 /* of the folder, and puts them back */
	const char *temporary;		 /* its name until it is in its place */
};

/* Does it. On failure nothing is changed. -ESTALE: it is not what it was. */
int edit_link_apply(const struct root *root, const struct edit_link_change *change,
		    struct problem *why);

/* Removes symlink TEMPORARY beside PATH, which a killed edit_link_apply has left, and gives the
 * folder its FLAGS back. */
int edit_link_clear(const struct root *root, const char *path, const char *temporary,
		    unsigned folder_flags);
bool edit_link_has_left(const struct root *root, const char *path, const char *temporary,
			unsigned folder_flags);

#endif
