/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The subcommands: the listings of this room, and every action. */
#ifndef REFLOAT_CLI_COMMAND_H
#define REFLOAT_CLI_COMMAND_H

#include "action/action.h"
#include "cli/options.h"
#include "cli/output.h"

/* What a command works with. */
struct cli {
	const struct invocation *invocation;
	struct session session;
	int64_t started_ms;	     /* when the program began; for the line about waiting disks */
	struct text_list told_about; /* disks whose waiting was mentioned */
};

/* A command that only looks. It is described as an action is, so that options, help, completion
 * and manual come from one kind of table. */
struct listing {
	struct action description;				    /* plan is NULL */
	int (*run)(struct cli *cli, const struct answers *answers); /* returns the exit status */
};

extern const struct listing listing_disks;
extern const struct listing listing_systems;
extern const struct listing listing_filesystems;
extern const struct listing listing_accounts;
extern const struct listing listing_status;
extern const struct listing listing_jobs;
extern const struct listing listing_record;

/* All of them, NULL-terminated, in the order of the help. */
extern const struct listing *const listings[];

/* Descriptions of all listings, then of all actions; NULL-terminated, the caller frees the array.
 */
const struct action **command_list(void);

/* The listing that DESCRIPTION belongs to; NULL for an action. */
const struct listing *command_get_listing(const struct action *description);

/* Shows ACTION's plan, asks, runs it. Returns the exit status. */
int command_run_action(struct cli *cli, const struct action *action, struct answers *answers);

/* The same for one that another needs: never as a job, and with --json it prints nothing. */
int command_run_before(struct cli *cli, const struct action *action, struct answers *answers);

/* Says WHY on standard error and returns the exit status that goes with it. */
int command_fail(const struct problem *why);

/* Whether a common option was given. */
bool cli_has(const struct cli *cli, enum common_option option);

#endif
