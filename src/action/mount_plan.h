/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan that mounts a system, for the action mount and for chroot, which may need it first. */
#ifndef REFLOAT_ACTION_MOUNT_PLAN_H
#define REFLOAT_ACTION_MOUNT_PLAN_H

#include "action/action.h"

/* Fields that both share. */
#define FIELD_READ_ONLY                                                                            \
	{                                                                                          \
		.name = "read-only", .kind = FIELD_FLAG,                                           \
		.help = N_("change nothing on the disks, not even their journals")                \
	}

/* Adds the steps that mount what ANSWERS ask for to PLAN, with its notes and summary. */
int mount_plan_add(struct session *session, const struct answers *answers, struct plan *plan,
		   struct problem *why);

#endif
