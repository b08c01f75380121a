/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of fstab that contradict each other: one mount point twice, one device by two names. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/resolver.h"

static int compare_by_mountpoint(const void *a, const void *b)
{
	const struct resolved_entry *left = *(struct resolved_entry *const *)a;
	const struct resolved_entry *right = *(struct resolved_entry *const *)b;
	int order = strcmp(left->mountpoint, right->mountpoint);

	if (order)
		return order;
	return left < right ? -1 : left > right;
}

/* Of several lines for one mount point the last to be mounted stays; the root's own before all. */
static void skip_all_but_one(struct resolved_entry **group, size_t count, struct text_list *notes)
{
	const struct resolved_entry *kept = NULL;

	for (size_t i = 0; i < count; i++) {
		if (group[i]->action == RESOLVED_MOUNT && (!kept || !kept->is_required))
			kept = group[i];
	}
	if (!kept)
		return;
	text_list_format(notes, _("fstab has %s more than once"), kept->mountpoint);
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *reason = NULL;

		if (group[i] == kept || group[i]->action == RESOLVED_SKIP)
			continue;
		reason = kept->entry ? text_format(_("line %u is for the same mount point"),
						   kept->entry->line)
				     : text_copy(_("the root is mounted there"));
		entry_decide(group[i], RESOLVED_SKIP, false, reason);
	}
}

void duplicates_skip(struct resolution *resolution)
{
	_cleanup_free_ struct resolved_entry **sorted =
		alloc_zero(resolution->count, sizeof(*sorted));
	size_t count = 0, start = 0;

	for (size_t i = 0; i < resolution->count; i++) {
		if (resolution->entries[i].kind != RESOLVED_SWAP)
			sorted[count++] = &resolution->entries[i];
	}
	qsort(sorted, count, sizeof(*sorted), compare_by_mountpoint);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && text_is_equal(sorted[i]->mountpoint, sorted[start]->mountpoint))
			continue;
		if (i - start > 1)
			skip_all_but_one(sorted + start, i - start, &resolution->notes);
		start = i;
	}
}

static int compare_by_device(const void *a, const void *b)
{
	const struct resolved_entry *left = *(struct resolved_entry *const *)a;
	const struct resolved_entry *right = *(struct resolved_entry *const *)b;
	int order = strcmp(left->device, right->device);

	return order ? order : strcmp(left->source, right->source);
}

static void doubt(struct resolved_entry *entry, const struct resolved_entry *other)
{
	_cleanup_free_ char *reason = text_format(_("%s would fit, but for %s as well"),
						  entry->device, other->mountpoint);

	entry_decide(entry, RESOLVED_MISSING, false, reason);
}

/* COUNT guesses for one device, by source: lines that name the same thing do not contradict. */
static void doubt_group(struct resolved_entry **group, size_t count)
{
	const struct resolved_entry *first = group[0], *last = group[count - 1];

	if (text_is_equal(first->source, last->source))
		return;
	for (size_t i = 0; i < count; i++)
		doubt(group[i], text_is_equal(group[i]->source, first->source) ? last : first);
}

void shared_guesses_doubt(struct resolution *resolution)
{
	_cleanup_free_ struct resolved_entry **guesses =
		alloc_zero(resolution->count, sizeof(*guesses));
	size_t count = 0, start = 0;

	for (size_t i = 0; i < resolution->count; i++) {
		if (resolution->entries[i].is_guess && resolution->entries[i].device)
			guesses[count++] = &resolution->entries[i];
	}
	qsort(guesses, count, sizeof(*guesses), compare_by_device);
	for (size_t i = 1; i <= count; i++) {
		if (i < count && text_is_equal(guesses[i]->device, guesses[start]->device))
			continue;
		doubt_group(guesses + start, i - start);
		start = i;
	}
	for (size_t i = 0; i < resolution->count; i++) {
		if (resolution->entries[i].action == RESOLVED_MISSING)
			text_set(&resolution->entries[i].device, NULL);
	}
}
