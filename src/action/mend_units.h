/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Services and logins of the target made to start with it: units enabled and unmasked, links of run levels,
 * jobs. Each is the least change, and its step says what it is for.
 */
#ifndef REFLOAT_ACTION_MEND_UNITS_H
#define REFLOAT_ACTION_MEND_UNITS_H

#include "action/mending.h"
#include "system/service_state.h"

/* What a change is made in, and for. */
struct unit_mend {
	struct plan *plan;
	const struct root *root;
	const char *folder;  /* where the target is mounted */
	const char *purpose; /* "so that the SSH server is started", no full stop */
};

struct unit_mend unit_mend_of(struct mending *mending, const char *purpose);

/* Whether PLAN changes the file or link at in-root PATH already. */
bool unit_mend_has(const struct unit_mend *mend, const char *path);

/* Steps; WHAT is the first part of their sentence, with what it is for behind it. */
int unit_mend_link(const struct unit_mend *mend, const char *path, const char *target,
		   const char *what, struct problem *why);
int unit_mend_remove(const struct unit_mend *mend, const char *path, const char *what,
		     struct problem *why);
int unit_mend_write(const struct unit_mend *mend, const struct edit_file *seen, const char *bytes,
		    size_t length, const char *what, struct problem *why);
int unit_mend_let_execute(const struct unit_mend *mend, const char *path, struct problem *why);
void unit_mend_note(const struct unit_mend *mend, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* PATH as the rescue system has it, printable; the caller frees. */
char *unit_mend_shown(const struct unit_mend *mend, const char *path);

/* TEXT with "#" before each line whose first word (up to "=" or a blank) is WORD; the caller frees. */
char *unit_mend_comment_out(const char *text, const char *word);

/* systemd: what masks unit NAME, and what has it start a program that is missing. */
int unit_mend_unmask(const struct unit_mend *mend, const char *name, struct problem *why);
/* The links that "systemctl enable" makes, as its unit file says: WantedBy, RequiredBy, Alias. Where it
 * says nothing, that of TARGET. */
int unit_mend_enable(const struct unit_mend *mend, const char *name, const char *target,
		     struct problem *why);

/* Where the system starts into a target of rescue, or one that is missing, it starts into multi-user.target
 * again. One that the kernel's command line names is only said. */
int unit_mend_target(const struct unit_mend *mend, struct problem *why);

/* Other inits, mend_scripts.c: what starts service NAME, as its init has it. */
int unit_mend_start_script(const struct unit_mend *mend, const char *name, struct problem *why);
int unit_mend_start_job(const struct unit_mend *mend, const char *name, struct problem *why);
int unit_mend_add_to_runlevel(const struct unit_mend *mend, const char *name, struct problem *why);
int unit_mend_add_to_runit(const struct unit_mend *mend, const char *name, struct problem *why);

/* The SSH server is started with the system; a note where it is, or cannot be. */
int mend_sshd_start(struct mending *mending, struct problem *why);

/* Host keys for sshd, where there are none that it would use, mend_host_keys.c. */
int mend_sshd_host_keys(struct mending *mending, struct problem *why);

/* The account that sshd becomes before a login, and the folder that it goes into then,
 * mend_sshd_account.c. */
int mend_sshd_account(struct mending *mending, bool *ret_changed, struct problem *why);

#endif
