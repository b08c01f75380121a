/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a target's sysusers.d(5) says of an account: packages put there what they want it to be.
 *
 * Of the files only lines that make users are read; what has a specifier (%) in it is not known.
 */
#ifndef REFLOAT_SYSTEM_SYSUSERS_H
#define REFLOAT_SYSTEM_SYSUSERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/root.h"

struct sysuser {
	bool has_number;
	uint32_t number; /* of the user */
	char *group;	 /* its primary group, name or number; NULL: one of its own name */
	char *gecos;	 /* NULL where it is not said, and so below */
	char *home;
	char *shell;
};

/* The line for NAME: of /etc first, then of the packages. False where there is none. */
bool sysusers_find(const struct root *root, const char *name, struct sysuser *ret_user);

/* The same in LENGTH bytes of TEXT, a file of sysusers.d. */
bool sysusers_parse(const char *text, size_t length, const char *name, struct sysuser *ret_user);

void sysuser_done(struct sysuser *user);
#define _cleanup_sysuser_ _cleanup_(sysuser_done)

#endif
