/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sources about accounts share. */
#ifndef REFLOAT_ACTION_ACCOUNT_PARTS_H
#define REFLOAT_ACTION_ACCOUNT_PARTS_H

#include "action/accounts.h"

/* How a new password is given: fields of every action that sets one. Front ends make "hash" of it. */
#define FIELD_PASSWORD_STDIN                                                                       \
	{                                                                                          \
		.name = "password-stdin", .kind = FIELD_FLAG, .is_for_scripts = true,              \
		.help = N_("read the password from standard input: its first line")                \
	}
#define FIELD_HASH_STDIN                                                                           \
	{                                                                                          \
		.name = "hash-stdin", .kind = FIELD_FLAG, .is_for_scripts = true,                  \
		.help = N_("read a hash as crypt(3) makes it from standard input")                 \
	}
#define FIELD_PASSWORD_GENERATE                                                                    \
	{                                                                                          \
		.name = "generate", .kind = FIELD_FLAG, .is_for_scripts = true,                    \
		.help = N_("make up a password and show it once, when it is set")                  \
	}
#define FIELD_PASSWORD_HASH(is_needed)                                                             \
	{                                                                                          \
		.name = "hash", .kind = FIELD_SECRET, .is_required = (is_needed)                   \
	}

/* "locked": OBSTACLE in a few words, for a line of several; the caller frees. */
char *describe_obstacle_briefly(const struct account_obstacle *obstacle);

/* How long a whole system may take to answer: several of its disks are read. */
unsigned account_deadline_ms(const struct session *session);

/* The schemes that this rescue system's libcrypt can make: bits 1 << enum hash_scheme. */
unsigned account_hash_makeable(void);

/* A fresh hash of SCHEME; ROUNDS 0 are the default. *RET_HASH is the caller's to wipe and free. */
int account_hash_make(const struct secret *password, enum hash_scheme scheme, unsigned long rounds,
		      char **ret_hash, struct problem *why);

/* The hash of PASSWORD with the salt and the rounds of SETTING, which may be a hash; -EOPNOTSUPP
 * where libcrypt does not take that. */
int account_hash_with(const char *password, const char *setting, char **ret_hash);

#endif
