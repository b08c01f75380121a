/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes the plan that mounts a system: one entry of its fstab after the other. */
#ifndef REFLOAT_ACTION_MOUNT_PARTS_H
#define REFLOAT_ACTION_MOUNT_PARTS_H

#include "action/action.h"
#include "action/bring_up.h"
#include "system/resolve.h"

/* What the making of one plan needs. */
struct mount_planning {
	struct session *session;
	const struct machine *machine;
	const struct survey *survey;
	const struct system *system;
	const char *title; /* "Debian GNU/Linux 12 (bookworm) of web01" */
	struct plan *plan;
	bool is_read_only;
	bool is_salvage; /* with the options that read the most from what is damaged */
	struct bring_up *up; /* what must be brought up first */
	struct text_list noted; /* filesystems of which has been said what is missing */
};

/* A step that makes the folder PATH below ROOT. */
void mount_add_folder(struct mount_planning *planning, const char *root, const char *path,
		      enum step_policy policy);

/* The steps for ENTRY, or the note why there are none. Negative only where the plan makes no sense
 * without it. */
int mount_add_entry(struct mount_planning *planning, struct resolved_entry *entry,
		    struct problem *why);

/* What it means to mount the filesystem on DEVICE as it is; nothing where it is as it should be. */
void mount_note_journal(struct mount_planning *planning, const struct device *device);
void mount_note_damage(struct mount_planning *planning, const struct device *device);
void mount_note_missing(struct mount_planning *planning, const struct resolved_entry *entry,
			const struct device *device);
void mount_note_members(struct mount_planning *planning, const struct device *device);

void mount_note_guess(struct mount_planning *planning, const struct resolved_entry *entry);

/* What is not mounted, with the reason and the nearest candidates. */
void mount_note_left_out(struct mount_planning *planning, const struct resolved_entry *entry);

/* ENTRY was to be mounted and cannot be, for REASON. */
void mount_leave_out(struct mount_planning *planning, const struct resolved_entry *entry,
		     const char *reason);

#endif
