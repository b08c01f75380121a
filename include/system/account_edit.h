/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changes of one account that keep passwd and shadow, group and gshadow in step, as shadow-utils
 * would make them.
 *
 * They work on the parsed files and write nothing to disk. Lines that are not of the account stay
 * byte for byte; of its own only the fields named here change, and a carriage return at their end,
 * which would keep the account shut, goes. A failure leaves the files as they were.
 */
#ifndef REFLOAT_SYSTEM_ACCOUNT_EDIT_H
#define REFLOAT_SYSTEM_ACCOUNT_EDIT_H

#include "system/account_file.h"

struct account_pair {
	struct account_file *passwd;
	struct account_file *shadow; /* NULL: the target has none, and passwd has the hashes */
};

/*
 * Gives HASH, the whole password field, to NAME; the last change becomes day TODAY (0 or less:
 * unknown, the field is emptied). With a shadow the hash goes there, a line is added where it has
 * none, and passwd gets "x". -ENOENT where passwd has no such account, -EINVAL for a hash that
 * cannot stand in a field.
 */
int account_edit_hash(const struct account_pair *files, const char *name, const char *hash,
		      int64_t today, struct problem *why);

/* Takes the lock off NAME's hash. 0; 1 where there is none on it; -ENODATA where nothing is behind
 * the lock, so that a new password is needed; -ENOENT. */
int account_edit_unlock(const struct account_pair *files, const char *name, struct problem *why);

/*
 * Ends what the dates of NAME's shadow entry mean on day TODAY: a date of expiry that is past is
 * emptied, a password too old, to be changed, or changed in the future counts as changed TODAY.
 * Returns what was mended (enum shadow_state bits, 0: nothing), or -ENOENT where there is no entry.
 */
int account_edit_unexpire(const struct account_pair *files, const char *name, int64_t today,
			  struct problem *why);

/* Makes SHELL the login shell of NAME. 0, -ENOENT, or -EINVAL. */
int account_edit_shell(const struct account_pair *files, const char *name, const char *shell,
		       struct problem *why);

/* Adds USER to the members of NAME in GROUP, and in GSHADOW (may be NULL) where that has the group.
 * 0; 1 where it is one already; -ENOENT where there is no such group. */
int account_edit_add_member(struct account_file *group, struct account_file *gshadow,
			    const char *name, const char *user, struct problem *why);

#endif
