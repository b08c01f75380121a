/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New passwords: typed twice, from standard input, or made up; only their hash goes on to the
 * planner. */
#ifndef REFLOAT_CLI_PASSWORD_H
#define REFLOAT_CLI_PASSWORD_H

#include "base/secret.h"
#include "cli/command.h"

/* A password on its way; zeroed is none. */
struct password {
	struct secret
		secret; /* where it must be known later: generated, or read before its system was */
	bool is_read;	/* from standard input */
	bool is_generated;
	char *hashed; /* how it was hashed, a sentence; NULL: it is not said */
};
void password_done(struct password *password);
#define _cleanup_password_ _cleanup_(password_done)

/*
 * Gets the password that ACTION wants, where it wants one, and adds its hash to ANSWERS as "hash".
 * Where there is nobody to ask it says which options there are. -ENOTCONN as planners have it: once
 * the system is mounted it can be called again, and asks for nothing twice.
 */
int password_get(struct cli *cli, const struct action *action, struct answers *answers,
		 struct password *password, struct problem *why);

/* Shows a password that was made up, once: on standard output, or in OBJECT where there is one. */
void password_show(const struct password *password, const struct answers *answers,
		   struct json_object *object);

#endif
