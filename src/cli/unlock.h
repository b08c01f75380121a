/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passphrases of encrypted containers: asked for at the start, never echoed, or from a file. */
#ifndef REFLOAT_CLI_UNLOCK_H
#define REFLOAT_CLI_UNLOCK_H

#include "cli/command.h"
#include "system/resolve.h"

/* Fields of listings that look into containers, for unlock_for_listing. */
#define FIELD_UNLOCK                                                                               \
	{                                                                                          \
		.name = "unlock", .kind = FIELD_FLAG,                                              \
		.help = N_("ask for the passphrases of encrypted containers and look into them")   \
	}
#define FIELD_UNLOCK_FILE                                                                          \
	{                                                                                          \
		.name = "passphrase-file", .kind = FIELD_TEXT, .metavar = N_("FILE"),              \
		.help = N_("open encrypted containers with the passphrase or key in this file "    \
			   "(-: standard input)")                                                  \
	}

/* What is to be opened, and how. */
struct unlock_request {
	const char *system;		       /* as the user named it; NULL: the only one */
	const struct resolve_options *options; /* what of it is wanted */
	const char *passphrase_file;	       /* NULL: none was given; "-": standard input */
	bool wants_all;			       /* every container, whatever it is for */
	bool may_ask;			       /* a person may be asked on the terminal */
};

/*
 * Opens containers until nothing more is wanted or can be opened; the session looks again after
 * that. What stays locked is left to the plan to say. Negative, with why, where the file's key
 * fits none or nothing can be looked into.
 */
int unlock_ask(struct cli *cli, const struct unlock_request *request, struct problem *why);

/*
 * For a listing: every container, by its --passphrase-file and --unlock. -EINVAL where nobody can be
 * asked: better an error than a list without what was wanted.
 */
int unlock_for_listing(struct cli *cli, const struct answers *answers, struct problem *why);

#endif
