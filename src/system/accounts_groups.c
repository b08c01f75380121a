/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in which group, made once for all accounts. */
#include <string.h>

#include "base/alloc.h"
#include "system/account_line.h"
#include "system/accounts_parts.h"

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

static void add_group(const struct account_file *group, size_t line, struct text_list *groups)
{
	_cleanup_free_ char *name = account_file_get(group, line, GROUP_NAME);

	if (name && !text_list_contains(groups, name))
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
