/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the words of the command line mean. */
#ifndef REFLOAT_CLI_OPTIONS_H
#define REFLOAT_CLI_OPTIONS_H

#include "action/action.h"
#include "base/problem.h"

#define OPTIONS_WAIT_MAX 86400u /* seconds that --wait takes at most: a day */

/* Options that every command takes. */
enum common_option {
	COMMON_IMAGE,
	COMMON_SYSROOT,
	COMMON_TARGET,
	COMMON_WAIT,
	COMMON_JSON,
	COMMON_PLAN,
	COMMON_YES,
	COMMON_JOB,
	COMMON_VERBOSE,
	COMMON_LOG,
	COMMON_HELP,
	COMMON_VERSION,
	COMMON_ASCII, /* this and the next: of the menu, not of a command */
	COMMON_KEYS,
	COMMON_WORDS, /* for the completion script; not shown */
	COMMON_COUNT
};

extern const struct field common_fields[COMMON_COUNT]; /* by enum common_option */

/* One command line, understood. Texts it has not copied belong to the argument vector. */
struct invocation {
	const struct action *command; /* NULL: none was given */
	struct answers answers;	      /* for the command */
	struct text_list images;
	const char *sysroot; /* NULL: not given, as with the ones below */
	const char *target;
	const char *log;
	const char *keys;
	unsigned wait_ms;	  /* 0: not given */
	bool flags[COMMON_COUNT]; /* whether that common option was given */
};

/*
 * Reads ARGUMENTS (NULL-terminated, without the program's name). COMMANDS is NULL-terminated.
 * -EINVAL with what is wrong and what was probably meant. RET_INVOCATION is filled as far as it
 * was understood also then, and the caller's to give to invocation_done.
 */
int invocation_parse(const struct action *const *commands, const char *const *arguments,
		     struct invocation *ret_invocation, struct problem *why);
void invocation_done(struct invocation *invocation);
#define _cleanup_invocation_ _cleanup_(invocation_done)

bool field_is_option(const struct field *field);     /* stands behind two dashes */
bool field_is_positional(const struct field *field); /* a word that stands alone */
bool field_is_shown(const struct field *field);      /* in help and completion */

/* "--skip MOUNTPOINT", "--read-only", "SYSTEM", "-- COMMAND..."; the caller frees. */
char *field_format(const struct field *field);

#endif
