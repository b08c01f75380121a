/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Listings of accounts, for each kind of system. */
#ifndef REFLOAT_CLI_ACCOUNTS_LIST_H
#define REFLOAT_CLI_ACCOUNTS_LIST_H

#include "action/accounts.h"
#include "cli/command.h"

/* What is listed. */
struct accounts_view {
	const struct account_target *target;
	const struct accounts *accounts;
	const struct answers *answers; /* which of them */
};

/* The accounts of VIEW as refloat-json(5) says; the caller puts. */
struct json_object *accounts_json_new(const struct accounts_view *view);

/* Whether ACCOUNT is asked for: by its name, or as one that could log in, or with --all. */
bool accounts_is_wanted(const struct accounts_view *view, const struct account_state *account);

/* Refuses NAME, which none of the KNOWN accounts has: -ENOENT, with the one that was probably meant. */
int accounts_refuse_name(const struct text_list *known, const char *name, struct problem *why);

/* Which system it is and where: the first lines of a listing. */
void accounts_print_title(const struct account_target *target);

/* The listing of TARGET, a Windows system; its exit status. */
int windows_accounts_list(struct cli *cli, const struct account_target *target,
			  const struct answers *answers);

#endif
