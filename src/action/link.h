/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that make, replace or remove a symlink of the target, such as enable and mask its units.
 *
 * One is done only while the link is what the planner saw, and undone only while it is what it
 * became.
 */
#ifndef REFLOAT_ACTION_LINK_H
#define REFLOAT_ACTION_LINK_H

#include "base/edit_link.h"
#include "plan/plan.h"

struct link_wish {
	const char *root;   /* where the target is mounted */
	const char *path;   /* in-root; its folder is resolved here, its last part never is */
	const char *target; /* what it leads to, as text; NULL: it is removed */
	const char *what;   /* NULL: "Make the symlink ..." */
	enum step_policy policy;
};

/*
 * Adds the step to PLAN, and those before it that make missing folders (root's, 0755); nothing
 * where it leads there already, or is not there and is not wanted. Flags (chattr +i) of its folder
 * are lifted and put back. -EEXIST where something is there that is no symlink, -EROFS.
 */
int link_plan_add(struct plan *plan, const struct link_wish *wish, struct problem *why);

#endif
