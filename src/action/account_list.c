/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accounts of a system, read in a worker: its disk may hang, and its files are hostile. */
#include <errno.h>
#include <string.h>

#include "action/account_parts.h"
#include "action/sshd_ask.h"
#include "action/target_look.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/log.h"

#define SSHD_DEADLINE_MS 12000 /* for what it says of all accounts */
#define TREE_DEADLINES 3       /* several filesystems are read: each may take its time */

unsigned account_deadline_ms(const struct session *session)
{
	unsigned deadline_ms = session->scan.deadline_ms;

	return (deadline_ms ? deadline_ms : SCAN_DEADLINE_MS) * TREE_DEADLINES;
}

/* How a target's accounts are judged; what is borrowed elsewhere. */
struct account_look {
	struct target_look *look;
	char *title;
	char *architecture;
	char *init;
	bool is_mounted;	/* then its own sshd can be asked, too */
	struct text_list names; /* for whom; empty: everybody */
};

/* A tree_look_fn; DATA is the look. */
static void read_accounts(void *data, const struct tree *tree, struct json_object *record)
{
	const struct account_look *look = data;
	const struct accounts_options options = {
		.now = clock_wall_seconds(),
		.architecture = look->architecture,
		.init = look->init,
		.wanted = &look->names,
	};
	_cleanup_accounts_ struct accounts accounts = {0};
	_cleanup_problem_ struct problem why = {0};

	accounts_read(tree->root, &options, &accounts);
	if (look->is_mounted &&
	    sshd_ask_apply(tree->root, &look->names, SSHD_DEADLINE_MS, &accounts, &why) < 0) {
		log_reopen();
		log_line("accounts: the settings of sshd are read without it: %s: %s", why.what,
			 why.why);
	}
	/* fails only without memory */
	(void)json_object_object_add(record, "accounts", accounts_to_json(&accounts));
}

int account_look_start(struct session *session, const struct account_target *target,
		       struct account_look **ret_look, struct problem *why)
{
	struct account_look *look = alloc_zero(1, sizeof(*look));
	int r;

	look->title = text_copy(target->title);
	look->architecture = text_copy(target->architecture);
	look->init = text_copy(target->init);
	look->is_mounted = target->root != NULL;
	r = target_look_start(session, target, read_accounts, look, &look->look, why);
	if (r < 0) {
		(void)account_look_free(look);
		return r;
	}
	*ret_look = look;
	return 0;
}

int account_look_fd(const struct account_look *look)
{
	return target_look_fd(look->look);
}

int account_look_timeout_ms(const struct account_look *look)
{
	return target_look_timeout_ms(look->look);
}

bool account_look_dispatch(struct account_look *look)
{
	return target_look_dispatch(look->look);
}

static int take_accounts(struct json_object *record, const char *title,
			 struct accounts *ret_accounts, struct problem *why)
{
	struct json_object *accounts = json_get_object(record, "accounts");

	if (!accounts || accounts_from_json(accounts, ret_accounts) < 0)
		return problem_set(why, -EIO, title, _("its accounts cannot be read"));
	return 0;
}

int account_look_take(struct account_look *look, struct accounts *ret_accounts, struct problem *why)
{
	struct json_object *record;
	int r = target_look_take(look->look, &record, why);

	return r < 0 ? r : take_accounts(record, look->title, ret_accounts, why);
}

struct account_look *account_look_free(struct account_look *look)
{
	if (!look)
		return NULL;
	(void)target_look_free(look->look);
	free(look->title);
	free(look->architecture);
	free(look->init);
	free(look);
	return NULL;
}

int account_list_read(struct session *session, const struct account_target *target,
		      const struct text_list *names, struct accounts *ret_accounts,
		      struct problem *why)
{
	struct account_look look = {
		.architecture = target->architecture,
		.init = target->init,
		.is_mounted = target->root != NULL,
		.names = names ? *names : (struct text_list){0},
	};
	_cleanup_json_ struct json_object *record = NULL;
	int r = target_look_wait(session, target, read_accounts, &look, &record, why);

	return r < 0 ? r : take_accounts(record, target->title, ret_accounts, why);
}
