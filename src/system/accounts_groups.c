/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in which group, made once for all accounts. */
#include <string.h>

#include "base/alloc.h"
#include "system/account_line.h"
#include "system/accounts_parts.h"

#define GROUPS_MAX 1000	    /* of one account */
#define MEMBERS_MAX 1000000 /* of all groups together */

static void add_member(struct group_index *index, const char *user, uint32_t gid, size_t line)
{
	if (index->count >= MEMBERS_MAX)
		return;
	index->members =
		alloc_grow(index->members, index->count, &index->capacity, sizeof(*index->members));
	index->members[index->count++] = (struct group_member){
		.user = text_copy(user),
		.gid = gid,
		.line = line,
	};
}

static void add_line(struct group_index *index, const struct account_file *group, size_t line)
{
	_cleanup_free_ char *id = account_file_get(group, line, GROUP_GID);
	_cleanup_free_ char *members = account_file_get(group, line, GROUP_MEMBERS);
	_cleanup_text_list_ struct text_list list = {0};
	uint32_t gid;

	if (!id || account_line_parse_id(id, &gid) < 0)
		return;
	add_member(index, NULL, gid, line);
	text_list_split(&list, members ? members : "", ", \t");
	for (size_t i = 0; i < list.count; i++)
		add_member(index, list.items[i], gid, line);
}

static int compare_members(const void *a, const void *b)
{
	const struct group_member *first = a, *second = b;
	int order;

	if (!first->user != !second->user)
		return first->user ? 1 : -1;
	order = first->user ? strcmp(first->user, second->user)
			    : (first->gid > second->gid) - (first->gid < second->gid);
	return order ? order : (first->line > second->line) - (first->line < second->line);
}

void group_index_make(const struct account_file *group, struct group_index *ret_index)
{
	struct group_index index = {0};

	for (size_t i = 0; i < group->count; i++) {
		if (group->lines[i].kind == ACCOUNT_LINE_ENTRY)
			add_line(&index, group, i);
	}
	if (index.count)
		qsort(index.members, index.count, sizeof(*index.members), compare_members);
	while (index.by_number < index.count && !index.members[index.by_number].user)
		index.by_number++;
	*ret_index = index;
}

void group_index_done(struct group_index *index)
{
	for (size_t i = 0; i < index->count; i++)
		free(index->members[i].user);
	free(index->members);
	*index = (struct group_index){0};
}

/* The first member that is not before WANTED. */
static size_t search(const struct group_index *index, const struct group_member *wanted)
{
	size_t low = 0, high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_members(&index->members[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_names(const struct account_file *group, size_t line, struct text_list *names)
{
	_cleanup_free_ char *members = account_file_get(group, line, GROUP_MEMBERS);

	text_list_split(names, members ? members : "", ", \t");
}

size_t group_index_members(const struct group_index *index, const struct account_file *group,
			   uint32_t gid, struct text_list *ret_names)
{
	struct group_member wanted = {.gid = gid};
	size_t start = search(index, &wanted), at = start;

	for (; at < index->by_number && index->members[at].gid == gid; at++)
		add_names(group, index->members[at].line, ret_names);
	return at - start;
}

static int compare_gids(const void *a, const void *b)
{
	uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

	return (first > second) - (first < second);
}

void judge_read_gids(struct judge *judge)
{
	judge->gids = alloc_zero(judge->passwd.count + 1, sizeof(*judge->gids));
	for (size_t i = 0; i < judge->passwd.count; i++) {
		_cleanup_account_ struct account account = {0};

		if (account_file_get_account(&judge->passwd, i, &account) == 0)
			judge->gids[judge->gid_count++] = account.gid;
	}
	qsort(judge->gids, judge->gid_count, sizeof(*judge->gids), compare_gids);
}

size_t judge_count_gid(const struct judge *judge, uint32_t gid)
{
	const uint32_t *found =
		bsearch(&gid, judge->gids, judge->gid_count, sizeof(gid), compare_gids);
	const uint32_t *end = judge->gids + judge->gid_count;
	size_t count = 0;

	for (const uint32_t *at = found; at && at < end && *at == gid; at++)
		count++;
	for (const uint32_t *at = found; at && at > judge->gids && at[-1] == gid; at--)
		count++;
	return count;
}

static void add_group(const struct account_file *group, size_t line, struct text_list *groups)
{
	_cleanup_free_ char *name = account_file_get(group, line, GROUP_NAME);

	if (name && groups->count < GROUPS_MAX && !text_list_contains(groups, name))
		text_list_take(groups, TAKE_PTR(name));
}

void group_index_list(const struct group_index *index, const struct account_file *group,
		      const struct account *account, struct text_list *ret_groups)
{
	struct group_member own = {.gid = account->gid}, named = {.user = account->name};

	for (size_t i = search(index, &own); i < index->by_number; i++) {
		if (index->members[i].gid != account->gid)
			break;
		add_group(group, index->members[i].line, ret_groups);
	}
	for (size_t i = search(index, &named); i < index->count; i++) {
		if (strcmp(index->members[i].user, account->name) != 0)
			break;
		add_group(group, index->members[i].line, ret_groups);
	}
}
