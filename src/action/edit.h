/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that change files of the target: what planners ask for, and what the steps have in common.
 *
 * A planner looks at a file (edit_look of base/edit.h), makes the new bytes and asks for a step. It
 * is done only while the file is what the planner saw, and undone only while it is what it became.
 */
#ifndef REFLOAT_ACTION_EDIT_H
#define REFLOAT_ACTION_EDIT_H

#include "base/edit.h"
#include "plan/plan.h"

struct edit_wish {
	const char *root;	      /* where the target is mounted; "/" */
	/* The file, missing or not, as it was looked at. Of one in a folder that the plan makes before only path
	 * and checksum (EDIT_MISSING) are set. */
	const struct edit_file *seen;
	const char *what;	      /* the step's sentence; NULL: "Change /mnt/etc/shadow" */
	const void *bytes;	      /* what it becomes; NULL: it is removed */
	size_t length;
	mode_t mode; /* owner, mode and label of a new file, as in struct edit */
	uid_t uid;
	gid_t gid;
	const char *label;
	enum edit_links links;
	bool lifts_flags;     /* takes immutable and append-only flags off and puts them back */
	bool locks_accounts;  /* under the lock of base/account_lock.h */
	const char *backup;   /* "-": what it was stays beside it under its name and that */
	enum step_policy policy;
};

/*
 * Adds the step to PLAN, the one for the backup before it, and notes on what is worth knowing; nothing
 * where the file has these bytes already. Refuses with the words of edit_apply what would fail: a
 * read-only filesystem (-EROFS), flags (-EPERM), hard links (-EMLINK).
 */
int edit_plan_add(struct plan *plan, const struct edit_wish *wish, struct problem *why);

/*
 * The SELinux label for a new file or folder at in-root PATH (system/selinux.h): *RET_LABEL, which the caller
 * frees, or NULL. Where the system at ROOT uses SELinux and none can be found, PLAN gets a note and a step that
 * has it label all its files at its next start.
 */
int edit_plan_label(struct plan *plan, const char *root, const char *path, char **ret_label,
		    struct problem *why);

/*
 * A plan that is not run after all, or has come to its end: what was kept for steps that the journal has
 * nothing to undo of is wiped now, and not an hour later.
 */
void edit_plan_forget(const struct plan *plan);

/*
 * Adds a step that gives the file or folder at in-root PATH, of which no part is a symlink, what is WANTED of
 * owner and mode; nothing where it has that.
 */
struct edit_owner_wish {
	const char *root;
	const char *path;
	const char *what; /* NULL: "Set owner and mode of /mnt/root/.ssh" */
	struct edit_owner wanted;
	bool is_made_before; /* by a step of the plan: there is nothing to look at yet */
	bool allows_links;
	bool lifts_flags;
	enum step_policy policy;
};
int edit_plan_add_owner(struct plan *plan, const struct edit_owner_wish *wish,
			struct problem *why);

/*
 * Adds a step that makes the folder at PATH for good, owner, mode and label in one; where those above it are
 * missing, steps before it that make them (root's, 0755). Nothing where a folder is there, whoever's it is, or
 * PLAN makes it already; -ENOTDIR where something else is.
 */
struct edit_folder_wish {
	const char *root;
	const char *path; /* in-root; resolved here */
	const char *what; /* NULL: "Make the folder /mnt/root/.ssh" */
	mode_t mode;
	uid_t uid;
	gid_t gid;
	const char *label; /* NULL: edit_plan_label finds one */
	enum step_policy policy;
};
int edit_plan_add_folder(struct plan *plan, const struct edit_folder_wish *wish, struct problem *why);

/* For the steps: a name for the filesystem at ROOT by which it is known again after another mount; the
 * caller frees. */
char *edit_identify_root(const struct root *root);
/* Opens the root of STEP. -ENXIO where it has an argument "filesystem" and another one is there now. */
int edit_open_root(const struct step *step, struct root **ret_root, struct problem *why);
/* WHY, which names the place of STEP as the target does, names it as this system does. */
void edit_name_place(const struct step *step, struct problem *why);
/* Adds "chattr" with SIGN ('+' or '-') for FLAGS and PATH, where there are any. */
void edit_print_flags(struct text_list *lines, char sign, unsigned flags, const char *path);

#endif
