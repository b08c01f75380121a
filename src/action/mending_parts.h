/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files behind action/mending.h have in common. */
#ifndef REFLOAT_ACTION_MENDING_PARTS_H
#define REFLOAT_ACTION_MENDING_PARTS_H

#include "action/mending.h"

int mending_finish_texts(struct mending *mending, struct problem *why);
void mending_texts_done(struct mending *mending);

/* The in-root path and its name for people, below the target's root; the caller frees. */
char *mending_show_path(const struct mending *mending, const char *path);

/* The command by which a person does MEND to the account, where it is; the caller frees. */
char *mending_command(const struct mending *mending, enum account_mend mend);

bool mending_has_changed_texts(const struct mending *mending);
/* pam_time's file at in-root PATH. */
int mending_open_time(struct mending *mending, const char *path, struct problem *why);

/* PLAN gives the file or folder at in-root PATH that owner or mode already. */
bool mending_plans_owner(const struct plan *plan, const char *path,
			 const struct edit_owner *wanted);

#define OBSTACLE_BIT(kind) (UINT64_C(1) << (kind))
_Static_assert(ACCOUNT_OBSTACLES <= 64, "a bit for each kind");
/* What a plan leaves in the way. */
struct mending_rest {
	unsigned ways;	/* LOGIN_BIT()s that are of interest; LOGIN_ALL */
	unsigned mends; /* bits 1 << enum account_mend that the plan has done */
	uint64_t kinds; /* OBSTACLE_BIT()s that are mended whatever their mend is */
};
/* Adds notes on what still blocks the account, or everybody. */
void mending_note_rest(struct mending *mending, const struct mending_rest *rest);

/* Rules of PAM whose module is missing, for everybody. */
int mending_pass_over_modules(struct mending *mending, struct problem *why);

/* There is something of a line of mending->user, or of a backup of it, or it is root's. */
bool mending_has_remains(const struct mending *mending);

/*
 * Whether SHELL starts in the target: a regular file that may be executed, of the target's machine,
 * whose loader or interpreter is there. *RET_FAULT is why not, a part of a sentence, the caller's
 * to free.
 */
bool mending_shell_works(const struct mending *mending, const char *shell, char **ret_fault);
/* Lets the account go through what keeps it from running its shell. */
int mending_open_shell(struct mending *mending, struct problem *why);
/* The best shell of the target that works; the caller frees; NULL: none does. */
char *mending_choose_shell(const struct mending *mending);
/* Adds SHELL to /etc/shells, where PAM of the target asks that file for it. */
int mending_list_shell(struct mending *mending, const char *shell, struct problem *why);

/* The first group that sudo or doas trust and that exists; *RET_GROUP is NULL where there is none;
 * borrowed. */
int mending_find_admin_group(struct mending *mending, const char **ret_group, struct problem *why);
void mending_note_no_admin_group(struct mending *mending);
/* Makes USER a member of NAME in group and gshadow. */
int mending_join_group(struct mending *mending, const char *name, const char *user,
		       struct problem *why);

/* The owner and place of a home that is made. */
struct mending_home {
	const char *path; /* in-root */
	uint32_t uid;
	uint32_t gid;
};
/* Adds the steps that make it, with what the target's skeleton has. */
int mending_make_home(struct mending *mending, const struct mending_home *home,
		      struct problem *why);

#endif
