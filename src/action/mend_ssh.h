/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the planners for logins over SSH share. */
#ifndef REFLOAT_ACTION_MEND_SSH_H
#define REFLOAT_ACTION_MEND_SSH_H

#include "action/mending_parts.h"
#include "system/authorized_keys.h"
#include "system/public_key.h"
#include "system/sshd_edit.h"

/* The login of mending->account, as sshd will see it once the plan has run. Borrows from MENDING.
 */
int mending_get_login(struct mending *mending, struct sshd_login *ret_login, struct problem *why);

/* Debian or its kin, by os-release: their sshd lets a group write that nobody else is in. */
bool mending_is_debian(const struct mending *mending);

/*
 * Changes sshd's settings so that mending->account (NULL: nobody, only what keeps sshd from
 * starting) gets in by password, by key or both. What cannot be changed is noted. True in
 * *RET_CHANGED where something is changed.
 */
int mending_open_sshd(struct mending *mending, bool by_password, bool by_key, bool *ret_changed,
		      struct problem *why);

/* The same without an account: passwords and keys, where they are off for several. */
int mending_open_sshd_for_all(struct mending *mending, bool *ret_changed, struct problem *why);

/* Files of keys that sshd reads for LOGIN, with what it objects to; "none" counts as the default
 * file. */
void mending_find_key_files(const struct mending *mending, const struct sshd_login *login,
			    struct key_files *ret_files);

/* As mend_modes, without a note where there is nothing to mend. */
int mend_modes_quietly(struct mending *mending, struct problem *why);

/* The parsed keys are added, as mend_add_keys does. *RET_FILE, the caller's, is where, for people.
 */
int mending_add_keys(struct mending *mending, const struct public_keys *keys, char **ret_file,
		     size_t *ret_added, struct problem *why);

#endif
