/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of subcommands. */
#include "cli/command.h"

#include "base/alloc.h"

const struct listing *const listings[] = {
	&listing_disks,
	&listing_systems,
	&listing_filesystems,
	&listing_accounts,
	&listing_status,
	&listing_jobs,
	&listing_record,
	NULL,
};

const struct action **command_list(void)
{
	const struct action **list = NULL;
	size_t count = 0, capacity = 0;

	for (size_t i = 0; listings[i]; i++) {
		list = alloc_grow(list, count, &capacity, sizeof(const struct action *));
		list[count++] = &listings[i]->description;
	}
	for (size_t i = 0; actions[i]; i++) {
		list = alloc_grow(list, count, &capacity, sizeof(const struct action *));
		list[count++] = actions[i];
	}
	list = alloc_grow(list, count, &capacity, sizeof(const struct action *));
	list[count] = NULL;
	return list;
}

const struct listing *command_get_listing(const struct action *description)
{
	for (size_t i = 0; listings[i]; i++)
		if (&listings[i]->description == description)
			return listings[i];
	return NULL;
}

int command_fail(const struct problem *why)
{
	output_problem(why);
	return exit_status_of(why->error);
}

bool cli_has(const struct cli *cli, enum common_option option)
{
	return cli->invocation->flags[option];
}
