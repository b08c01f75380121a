/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may become root, and by which group one may come to it. */
#include <string.h>

#include "system/accounts_parts.h"

/* Groups made for this, the commonest first. */
static const char *const usual[] = {"sudo", "wheel", "admin", "sudoers"};

static bool exists(const struct judge *judge, const char *group)
{
	size_t line;

	return account_file_find(&judge->group, group, &line) == 0;
}

static void add_group(struct accounts *accounts, const char *group)
{
	if (!text_list_contains(&accounts->admin_groups, group))
		text_list_add(&accounts->admin_groups, group);
}

/* Those that are there first. */
void judge_read_admins(struct judge *judge)
{
	const struct text_list *groups = &judge->sudoers.groups;
	struct accounts *accounts = judge->accounts;

	sudoers_read(judge->root, &judge->sudoers);
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++) {
		if (text_list_contains(groups, usual[i]) && exists(judge, usual[i]))
			add_group(accounts, usual[i]);
	}
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < groups->count; i++) {
			if (exists(judge, groups->items[i]) == (pass == 0))
				add_group(accounts, groups->items[i]);
		}
	}
}

void judge_admin(const struct judge *judge, const struct judged *judged)
{
	const struct text_list *groups = &judge->accounts->admin_groups;
	struct account_state *state = judged->state;
	bool has_group = groups->count && exists(judge, groups->items[0]);
	const struct obstacle_found found = {
		.kind = OBSTACLE_NOT_ADMIN,
		.weight = OBSTACLE_NOTE,
		.ways = LOGIN_ALL,
		.subject = has_group ? groups->items[0] : NULL,
		.is_beyond_mend = !has_group,
	};
	bool has_program = judge->sudoers.has_program || !judge->has_programs;

	state->is_admin = judged->account->uid == 0 ||
			  (has_program &&
			   sudoers_trusts(&judge->sudoers, judged->account->name, &state->groups));
	if (state->kind == ACCOUNT_PERSON && has_program && !state->is_admin && groups->count)
		obstacle_add(&state->obstacles, &found);
}
