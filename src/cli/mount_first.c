/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mounting the system that an action works in, before that is planned. */
#include "cli/mount_first.h"

#include <errno.h>

#include "action/accounts.h"
#include "action/unlock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "cli/system_json.h"

static bool has_mounted(struct cli *cli)
{
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};

	return session_get_mounted(&cli->session, &mounted, NULL) == 0 && mounted.id;
}

bool mount_first_may_be_needed(const struct answers *answers)
{
	for (size_t i = 0; i < answers->count; i++) {
		if (text_is_equal(answers->items[i].field->name, "root"))
			return !answers_has(answers, "root");
	}
	return false;
}

void mount_first_pass_on(const struct answers *answers, struct answers *mount)
{
	for (size_t i = 0; i < mount->count; i++)
		text_list_copy(&mount->items[i].values,
			       answers_list(answers, mount->items[i].field->name));
}

/* It is the system that is not there, not an account or a file of keys. */
static bool is_unseen(struct cli *cli, const struct answers *answers)
{
	_cleanup_account_target_ struct account_target target = {0};

	return account_target_find(&cli->session, answers, &target, NULL) == -ENOENT;
}

bool mount_first_helps(struct cli *cli, const struct answers *answers, const struct problem *why)
{
	if (!mount_first_may_be_needed(answers) || cli_has(cli, COMMON_PLAN) ||
	    cli->session.scan.sysroot ||
	    (!cli_has(cli, COMMON_YES) && (!output_can_ask() || cli_has(cli, COMMON_JSON))))
		return false;
	/* one that is in a container which nobody has opened is found by mounting, which asks */
	return why->error == -ENOTCONN ||
	       (why->error == -ENOENT && !has_mounted(cli) && is_unseen(cli, answers));
}

/* Why a plan comes that nobody has asked for in so many words. */
static char *explain(const struct cli *cli, const struct problem *why)
{
	_cleanup_text_list_ struct text_list locked = {0};
	_cleanup_free_ char *joined = NULL, *names = NULL;

	if (why->error == -ENOTCONN)
		return text_format(_("%s is not mounted: that comes first."), why->what);
	if (cli->session.machine)
		unlock_list_all(cli->session.machine, &locked);
	if (!locked.count)
		return NULL;
	joined = text_list_join(&locked, ", ");
	names = printable_text(joined);
	return text_format(_("The system is not seen, and may be in what is locked (%s): to mount "
			     "it comes first."),
			   names);
}

int mount_first(struct cli *cli, const struct answers *answers, const struct problem *why)
{
	const struct action *mount = action_find("mount");
	_cleanup_answers_ struct answers own = {0};
	_cleanup_free_ char *line = explain(cli, why);
	int status;

	if (line && !cli_has(cli, COMMON_JSON))
		output_paragraph(stdout, line, 0);
	answers_init(&own, mount);
	mount_first_pass_on(answers, &own);
	status = command_run_before(cli, mount, &own);
	/* what is missing of its tree does not keep its accounts from being there */
	return status == EXIT_PARTIAL ? EXIT_DONE : status;
}

void mount_first_tell(struct cli *cli, bool is_changed)
{
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};
	_cleanup_free_ char *line = NULL, *title = NULL, *target = NULL;

	if (session_get_mounted(&cli->session, &mounted, NULL) < 0 || !mounted.id)
		return;
	title = printable_text(mounted.summary ? mounted.summary : mounted.id);
	target = printable_text(mounted.target);
	line = is_changed
		       ? text_format(
				 _("%s stays mounted at %s: \"refloat umount\" takes it down and "
				   "leaves what was changed, \"refloat undo %u\" takes back all."),
				 title, target, mounted.operation)
		       : text_format(_("%s stays mounted at %s: \"refloat umount\" takes it down."),
				     title, target);
	output_paragraph(is_changed && !cli_has(cli, COMMON_JSON) ? stdout : stderr, line, 0);
}

void mount_first_add_json(struct cli *cli, struct json_object *object)
{
	_cleanup_(mounted_system_done) struct mounted_system mounted = {0};

	if (session_get_mounted(&cli->session, &mounted, NULL) == 0)
		(void)json_object_object_add(object, "mounted", mounted_system_to_json(&mounted));
}
