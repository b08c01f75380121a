/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What still stands in the way of an account once a plan is done: its notes. */
#include "action/mending_parts.h"
#include "base/i18n.h"
#include "base/printable.h"

static void note_obstacle(struct mending *mending, const struct account_obstacle *obstacle,
			  unsigned all_ways)
{
	_cleanup_free_ char *what = describe_obstacle(obstacle);
	_cleanup_free_ char *ways = describe_login_ways(all_ways);
	_cleanup_free_ char *command =
		describe_mend_command(obstacle->mend, mending->user, mending->answers);

	if (command)
		text_list_format(&mending->plan->notes,
				 _("Still in the way (%s): %s. \"%s\" is for that."), ways, what,
				 command);
	else
		text_list_format(&mending->plan->notes, _("Still in the way (%s): %s."), ways,
				 what);
}

/* What blocks and is not mended. An account without a key is none that a key is missing of. */
static void note_all(struct mending *mending, const struct account_obstacles *obstacles,
		     const struct mending_rest *rest)
{
	for (size_t i = 0; i < obstacles->count; i++) {
		const struct account_obstacle *obstacle = &obstacles->items[i];
		unsigned ways = obstacles_join_ways(obstacles, i);

		if (obstacle->weight != OBSTACLE_BLOCKS || obstacle->mend == MEND_KEY ||
		    !(ways & rest->ways) || (rest->mends & (1u << obstacle->mend)) ||
		    (rest->kinds & OBSTACLE_BIT(obstacle->kind)) ||
		    (mending->account && !account_obstacle_concerns(obstacle, mending->account)))
			continue;
		note_obstacle(mending, obstacle, ways);
	}
}

void mending_note_rest(struct mending *mending, const struct mending_rest *rest)
{
	if (mending->account)
		note_all(mending, &mending->account->obstacles, rest);
	note_all(mending, &mending->accounts.system, rest);
}
