/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan that mounts a system, for the action mount and for chroot, which may need it first. */
#ifndef REFLOAT_ACTION_MOUNT_PLAN_H
#define REFLOAT_ACTION_MOUNT_PLAN_H

#include "action/action.h"

/* Fields that both share. */
#define FIELD_READ_ONLY                                                                            \
	{                                                                                          \
		.name = "read-only", .kind = FIELD_FLAG, .label = N_("Read-only"),                 \
		.help = N_("change nothing on the disks, not even their journals")                 \
	}

#define FIELD_SKIP                                                                                 \
	{                                                                                          \
		.name = "skip", .kind = FIELD_LIST, .metavar = N_("MOUNTPOINT"),                   \
		.help = N_("leave this entry of fstab out (may be repeated)")                      \
	}

#define FIELD_WITH                                                                                 \
	{                                                                                          \
		.name = "with", .kind = FIELD_LIST, .metavar = N_("MOUNTPOINT"),                   \
		.help = N_("mount this entry too, which is left out otherwise (may be repeated)")  \
	}

#define FIELD_ACCEPT_GUESSES                                                                       \
	{                                                                                          \
		.name = "accept-guesses", .kind = FIELD_FLAG,                                      \
		.help = N_("mount what was found by guessing, too")                                \
	}

#define FIELD_DEGRADED                                                                             \
	{                                                                                          \
		.name = "degraded", .kind = FIELD_FLAG, .label = N_("With members missing"),       \
		.help = N_("start arrays and filesystems with members missing, too")               \
	}

#define FIELD_PASSPHRASE_FILE                                                                      \
	{                                                                                          \
		.name = "passphrase-file", .kind = FIELD_TEXT, .metavar = N_("FILE"),              \
		.help = N_("open encrypted containers with the passphrase or key in this file "     \
			   "(-: standard input)")                                                  \
	}

/* "Debian GNU/Linux 12 (bookworm) of web01", printable; the caller frees. */
char *mount_system_title(const struct system *system);

/* Adds the steps that mount what ANSWERS ask for to PLAN, with its notes and summary. */
int mount_plan_add(struct session *session, const struct answers *answers, struct plan *plan,
		   struct problem *why);

#endif
