/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accounts of a Windows system, read in a worker with bounds: its registry is hostile. */
#include <errno.h>
#include <sys/resource.h>

#include "action/target_look.h"
#include "action/windows_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"

#define MEMORY_MAX (2ull << 30) /* several copies of the largest hive */

void windows_bound_memory(struct rlimit *ret_was)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_AS, ret_was) < 0)
		*ret_was = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
#ifndef __SANITIZE_ADDRESS__ /* which wants terabytes of addresses */
	limit = *ret_was;
	if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > MEMORY_MAX)
		limit.rlim_cur = MEMORY_MAX;
	(void)setrlimit(RLIMIT_AS, &limit); /* lowering is always allowed */
#else
	(void)limit;
#endif
}

/* A tree_look_fn, in the worker. */
static void read_accounts(void *data, const struct tree *tree, struct json_object *record)
{
	_cleanup_windows_accounts_ struct windows_accounts accounts = {0};
	_cleanup_problem_ struct problem why = {0};
	struct rlimit was;

	(void)data;
	windows_bound_memory(&was);
	if (windows_accounts_read(tree->root, &accounts, &why) == 0)
		(void)json_object_object_add(record, "windows",
					     windows_accounts_to_json(&accounts));
	json_add_problem(record, "windows_problem", &why);
	(void)setrlimit(RLIMIT_AS,
			&was); /* what comes after it is ours; the hard limit is as it was */
}

static int take_accounts(struct json_object *record, const char *title,
			 struct windows_accounts *ret_accounts, struct problem *why)
{
	struct json_object *accounts = json_get_object(record, "windows");
	_cleanup_problem_ struct problem problem = {0};

	if (accounts && windows_accounts_from_json(accounts, ret_accounts) == 0)
		return 0;
	if (json_get_problem(record, "windows_problem", &problem)) {
		int error = problem.error;

		problem_move(why, &problem);
		return error;
	}
	return problem_set(why, -EIO, title, _("its accounts cannot be read"));
}

int windows_list_read(struct session *session, const struct account_target *target,
		      struct windows_accounts *ret_accounts, struct problem *why)
{
	_cleanup_json_ struct json_object *record = NULL;
	int r = target_look_wait(session, target, read_accounts, NULL, &record, why);

	return r < 0 ? r : take_accounts(record, target->title, ret_accounts, why);
}

struct windows_look {
	struct target_look *look;
	char *title;
};

int windows_look_start(struct session *session, const struct account_target *target,
		       struct windows_look **ret_look, struct problem *why)
{
	_cleanup_windows_look_ struct windows_look *look = alloc_zero(1, sizeof(*look));
	int r = target_look_start(session, target, read_accounts, NULL, &look->look, why);

	if (r < 0)
		return r;
	look->title = text_copy(target->title);
	*ret_look = TAKE_PTR(look);
	return 0;
}

int windows_look_fd(const struct windows_look *look)
{
	return target_look_fd(look->look);
}

int windows_look_timeout_ms(const struct windows_look *look)
{
	return target_look_timeout_ms(look->look);
}

bool windows_look_dispatch(struct windows_look *look)
{
	return target_look_dispatch(look->look);
}

int windows_look_take(struct windows_look *look, struct windows_accounts *ret_accounts,
		      struct problem *why)
{
	struct json_object *record;
	int r = target_look_take(look->look, &record, why);

	return r < 0 ? r : take_accounts(record, look->title, ret_accounts, why);
}

struct windows_look *windows_look_free(struct windows_look *look)
{
	if (!look)
		return NULL;
	(void)target_look_free(look->look);
	free(look->title);
	free(look);
	return NULL;
}
