/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether an account may run a program: the modes of it, its loader and all folders above them. */
#ifndef REFLOAT_SYSTEM_PROGRAM_WAY_H
#define REFLOAT_SYSTEM_PROGRAM_WAY_H

#include "base/root.h"
#include "system/account_file.h"

/* Who runs it. */
struct program_user {
	uint32_t uid;
	uint32_t gid;
	const struct text_list *groups;	  /* by name */
	const struct account_file *group; /* the target's; their numbers */
};

/* A place that is shut. */
struct program_place {
	char *path; /* in-root, symlinks resolved */
	uint32_t mode;
};

struct program_way {
	struct program_place *items; /* the uppermost first */
	size_t count;
	size_t capacity;
};

/* The places that keep USER from running what is at PATH, which is there; none for root. */
void program_way_find_shut(const struct root *root, const char *path,
			   const struct program_user *user, struct program_way *ret_way);
void program_way_done(struct program_way *way);
#define _cleanup_program_way_ _cleanup_(program_way_done)

#endif
