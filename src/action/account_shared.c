/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several accounts have in their way by one and the same line of a file. */
#include <stdlib.h>
#include <string.h>

#include "action/account_parts.h"
#include "base/alloc.h"

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* 0 where both say the same by the same line. */
static int compare(const struct account_obstacle *a, const struct account_obstacle *b)
{
	int order = compare_numbers(a->kind, b->kind);

	if (!order)
		order = compare_texts(a->file, b->file);
	if (!order)
		order = compare_numbers(a->line, b->line);
	if (!order)
		order = compare_texts(a->subject, b->subject);
	return order ? order : compare_numbers(a->weight, b->weight);
}

static int compare_pointers(const void *a, const void *b)
{
	return compare(*(const struct account_obstacle *const *)a,
		       *(const struct account_obstacle *const *)b);
}

/* All that may be shared: what stands in the way, and has a place that is not the account's own. */
static const struct account_obstacle **collect(const struct accounts *accounts, size_t *ret_count)
{
	const struct account_obstacle **list = NULL;
	size_t count = 0, capacity = 0;

	for (size_t i = 0; i < accounts->count; i++) {
		const struct account_state *account = &accounts->items[i];

		for (size_t j = 0; account->could_log_in && j < account->obstacles.count; j++) {
			const struct account_obstacle *obstacle = &account->obstacles.items[j];

			if (obstacle->weight == OBSTACLE_NOTE || !obstacle->file || !obstacle->line)
				continue;
			list = alloc_grow(list, count, &capacity,
					  sizeof(const struct account_obstacle *));
			list[count++] = obstacle;
		}
	}
	*ret_count = count;
	return list;
}

static void add(struct shared_obstacles *shared, const struct account_obstacle *obstacle)
{
	shared->items = alloc_grow(shared->items, shared->count, &shared->capacity,
				   sizeof(const struct account_obstacle *));
	shared->items[shared->count++] = obstacle;
}

void shared_obstacles_find(const struct accounts *accounts, struct shared_obstacles *ret_shared)
{
	size_t count = 0, length;
	_cleanup_free_ const struct account_obstacle **list = collect(accounts, &count);

	*ret_shared = (struct shared_obstacles){0};
	if (count)
		qsort(list, count, sizeof(const struct account_obstacle *), compare_pointers);
	for (size_t i = 0; i < count; i += length) {
		for (length = 1; i + length < count && compare(list[i], list[i + length]) == 0;)
			length++;
		if (length >= SHARED_LEAST)
			add(ret_shared, list[i]);
	}
}

void shared_obstacles_done(struct shared_obstacles *shared)
{
	free(shared->items);
	*shared = (struct shared_obstacles){0};
}

bool shared_obstacles_have(const struct shared_obstacles *shared,
			   const struct account_obstacle *obstacle)
{
	for (size_t i = 0; i < shared->count; i++) {
		if (compare(shared->items[i], obstacle) == 0)
			return true;
	}
	return false;
}

char *describe_shared_command(const struct account_obstacle *obstacle,
			      const struct answers *answers)
{
	switch (obstacle->mend) {
	case MEND_SSHD:
	case MEND_CONSOLE:
	case MEND_NOLOGIN:
		return describe_mend_command(obstacle->mend, NULL, answers);
	default:
		return describe_mend_command(obstacle->mend, "USER", answers);
	}
}
