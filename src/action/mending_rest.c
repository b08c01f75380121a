/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What still stands in the way of an account once a plan is done: its notes. */
#include "action/mending_parts.h"
#include "base/alloc.h"
#include "base/i18n.h"

#define FEW 2 /* each of so many has a note of its own */

/* What is left, of both lists. */
struct left {
	const struct account_obstacle **items;
	unsigned *ways;
	size_t count;
	size_t capacity;
	size_t ways_capacity;
};

char *mending_command(const struct mending *mending, enum account_mend mend)
{
	return describe_mend_command(mend, mending->user, mending->answers);
}

static void left_done(struct left *left)
{
	free(left->items);
	free(left->ways);
}

/* What blocks and is not mended. An account without a key is none that a key is missing of. */
static void collect(const struct mending *mending, const struct account_obstacles *obstacles,
		    const struct mending_rest *rest, struct left *left)
{
	for (size_t i = 0; i < obstacles->count; i++) {
		const struct account_obstacle *obstacle = &obstacles->items[i];
		unsigned ways = obstacles_join_ways(obstacles, i);

		if (obstacle->weight != OBSTACLE_BLOCKS || obstacle->mend == MEND_KEY ||
		    !(ways & rest->ways) || (rest->mends & (1u << obstacle->mend)) ||
		    (rest->kinds & OBSTACLE_BIT(obstacle->kind)) ||
		    (mending->account && !account_obstacle_concerns(obstacle, mending->account)))
			continue;
		left->items = alloc_grow(left->items, left->count, &left->capacity,
					 sizeof(const struct account_obstacle *));
		left->ways = alloc_grow(left->ways, left->count, &left->ways_capacity,
					sizeof(*left->ways));
		left->ways[left->count] = ways;
		left->items[left->count++] = obstacle;
	}
}

static void note_one(struct mending *mending, const struct account_obstacle *obstacle,
		     unsigned all_ways)
{
	_cleanup_free_ char *what = describe_obstacle(obstacle);
	_cleanup_free_ char *ways = describe_login_ways(all_ways);
	_cleanup_free_ char *command = mending_command(mending, obstacle->mend);

	if (command)
		text_list_format(&mending->plan->notes,
				 _("Still in the way (%s): %s. \"%s\" is for that."), ways, what,
				 command);
	else
		text_list_format(&mending->plan->notes, _("Still in the way (%s): %s."), ways,
				 what);
}

/* Whether any of those that are left is mended by MEND; with MENDS: by some option of mend-account.
 */
static bool has_mend(const struct left *left, enum account_mend mend)
{
	for (size_t i = 0; i < left->count; i++) {
		enum account_mend found = left->items[i]->mend;

		if (mend == MENDS ? account_mend_is_option(found) : found == mend)
			return true;
	}
	return false;
}

static void note_many(struct mending *mending, const struct left *left)
{
	_cleanup_text_list_ struct text_list words = {0};
	_cleanup_free_ char *joined = NULL, *password = NULL, *all = NULL;
	_cleanup_text_buffer_ struct text_buffer note = {0};

	for (size_t i = 0; i < left->count; i++) {
		_cleanup_free_ char *what = describe_obstacle(left->items[i]);

		if (!text_list_contains(&words, what))
			text_list_add(&words, what);
	}
	joined = text_list_join(&words, "; ");
	text_buffer_format(&note, _("Still in the way: %s."), joined);
	if (has_mend(left, MENDS)) {
		all = describe_mend_all_command(mending->user, mending->answers);
		text_buffer_format(&note, _(" \"%s\" mends what can be mended of it."), all);
	}
	password = has_mend(left, MEND_PASSWORD) ? mending_command(mending, MEND_PASSWORD) : NULL;
	if (password)
		text_buffer_format(&note, _(" \"%s\" sets a password."), password);
	text_list_take(&mending->plan->notes, text_buffer_take(&note));
}

void mending_note_rest(struct mending *mending, const struct mending_rest *rest)
{
	_cleanup_(left_done) struct left left = {0};

	if (mending->account)
		collect(mending, &mending->account->obstacles, rest, &left);
	collect(mending, &mending->accounts.system, rest, &left);
	if (left.count > FEW)
		note_many(mending, &left);
	for (size_t i = 0; left.count <= FEW && i < left.count; i++)
		note_one(mending, left.items[i], left.ways[i]);
}
