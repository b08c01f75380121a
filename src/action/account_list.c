/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accounts of a system, read in a worker of its own, since its disk may hang and its files are
 * hostile. */
#include <errno.h>
#include <string.h>

#include "action/account_parts.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/worker.h"

#define TREE_DEADLINES 3 /* several filesystems are read: each may take its time */

unsigned account_deadline_ms(const struct session *session)
{
	unsigned deadline_ms = session->scan.deadline_ms;

	return (deadline_ms ? deadline_ms : SCAN_DEADLINE_MS) * TREE_DEADLINES;
}

static int read_in_child(void *data, int fd)
{
	const struct account_target *target = data;
	const struct accounts_options options = {
		.now = clock_wall_seconds(),
		.architecture = target->architecture,
		.init = target->init,
	};
	_cleanup_accounts_ struct accounts accounts = {0};
	_cleanup_json_ struct json_object *record = NULL;
	_cleanup_root_ struct root *root = NULL;
	_cleanup_free_ char *text = NULL;

	if (root_open(target->root, &root, NULL) < 0)
		return 1;
	accounts_read(root, &options, &accounts);
	record = accounts_to_json(&accounts);
	text = json_format_line(record);
	return worker_send(fd, text, strlen(text)) < 0;
}

int account_list_read(struct session *session, const struct account_target *target,
		      struct accounts *ret_accounts, struct problem *why)
{
	_cleanup_json_ struct json_object *record = NULL;
	_cleanup_free_ char *message = NULL;
	size_t length = 0;
	int r;

	if (!target->root)
		return account_target_check_writable(target, why);
	r = worker_call(read_in_child, (void *)target, account_deadline_ms(session), &message,
			&length, NULL, NULL);
	if (r == -ETIMEDOUT)
		return problem_set(why, r, target->title, _("its disk does not answer"));
	if (r < 0 || !message || json_parse(message, length, &record, NULL) < 0 ||
	    accounts_from_json(record, ret_accounts) < 0)
		return problem_set(why, -EIO, target->title, _("its accounts cannot be read"));
	return 0;
}
