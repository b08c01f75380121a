/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mounting the system that an action works in, before that is planned. */
#include "cli/mount_first.h"

#include <errno.h>

#include "base/i18n.h"

#define SYSTEM_FIELD "system"

static bool has_mounted(struct cli *cli)
{
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};

	return session_get_mounted(&cli->session, &mounted, NULL) == 0 && mounted.id;
}

/* Whether ANSWERS are of an action that works in a mounted system. */
static bool has_target(const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		if (text_is_equal(answers->items[i].field->name, "root"))
			return !answers_has(answers, "root");
	}
	return false;
}

bool mount_first_helps(struct cli *cli, const struct answers *answers, const struct problem *why)
{
	if (!has_target(answers) || cli_has(cli, COMMON_PLAN) || cli->session.scan.sysroot ||
	    (!cli_has(cli, COMMON_YES) && (!output_can_ask() || cli_has(cli, COMMON_JSON))))
		return false;
	/* one that is in a container which nobody has opened is found by mounting, which asks */
	return why->error == -ENOTCONN || (why->error == -ENOENT && !has_mounted(cli));
}

int mount_first(struct cli *cli, const struct answers *answers, const struct problem *why)
{
	const struct action *mount = action_find("mount");
	_cleanup_answers_ struct answers own = {0};
	_cleanup_free_ char *line = NULL;
	int status;

	if (why->error == -ENOTCONN) {
		line = text_format(_("%s is not mounted: that comes first."), why->what);
		if (!cli_has(cli, COMMON_JSON))
			output_paragraph(stdout, line, 0);
	}
	answers_init(&own, mount);
	if (answers_has(answers, SYSTEM_FIELD))
		(void)answers_add(&own, SYSTEM_FIELD, answers_get(answers, SYSTEM_FIELD));
	status = command_run_before(cli, mount, &own);
	/* what is missing of its tree does not keep its accounts from being there */
	return status == EXIT_PARTIAL ? EXIT_DONE : status;
}
