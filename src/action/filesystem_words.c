/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a filesystem is, in words. */
#include "action/filesystem_words.h"

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/size.h"

#define DATE_LENGTH 10u /* of "2026-03-02 14:05" */

/* What must be replayed is called differently by different filesystems. */
static const char *replay_words(const char *type)
{
	if (text_is_equal(type, "xfs") || text_is_equal(type, "btrfs"))
		return _("its log must be replayed");
	if (text_is_equal(type, "f2fs"))
		return _("not cleanly unmounted");
	return _("its journal must be replayed");
}

static char *describe_errors(const struct filesystem_row *row, enum journal_state journal)
{
	_cleanup_free_ char *errors =
		row->state->errors ? text_format(_("errors noted (%u)"), row->state->errors)
				   : text_copy(_("errors noted"));

	/* of one that is mounted its journal says nothing */
	if (journal != JOURNAL_DIRTY || row->mounted_at)
		return TAKE_PTR(errors);
	return text_format("%s, %s", errors, replay_words(row->type));
}

char *filesystem_row_condition(const struct filesystem_row *row, const struct device *device)
{
	if (device->state == DEVICE_SILENT)
		return text_copy(_("does not answer"));
	if (row->lost)
		return row->lost->damage ? printable_sentence(row->lost->damage)
					 : text_copy(_("its first superblock is damaged"));
	if (device->state == DEVICE_ERROR)
		return text_copy(_("cannot be read"));
	if (row->state && row->state->condition == CONDITION_ERRORS)
		return describe_errors(row, device->content.journal);
	if (row->mounted_at)
		return text_copy(_("in use"));
	if (device->is_dormant && device->obstacle)
		return text_copy(_("cannot be started"));
	switch (row->state ? row->state->condition : CONDITION_UNKNOWN) {
	case CONDITION_CLEAN:
		return text_copy(_("clean"));
	case CONDITION_REPLAY:
		return text_copy(replay_words(row->type));
	case CONDITION_NOT_CLEAN:
		return text_copy(_("not cleanly unmounted"));
	default:
		if (text_is_equal(row->type, "swap") || text_is_equal(row->type, "swsuspend"))
			return text_copy(row->is_used ? _("in use") : _("not in use"));
		return text_copy(_("not known"));
	}
}

/* The day of a time. */
static char *format_day(int64_t seconds)
{
	_cleanup_free_ char *time = time_format(seconds);

	return text_format("%.*s", (int)DATE_LENGTH, time);
}

static unsigned percent_of(uint64_t part, uint64_t whole)
{
	return whole ? (unsigned)((long double)part * 100 / (long double)whole + 0.5L) : 0;
}

static void add_checked(const struct filesystem_state *state, struct text_list *parts)
{
	_cleanup_free_ char *checked = format_day(state->checked);

	if (state->checked > 0 && state->checked != state->made)
		text_list_format(parts, _("last checked %s"), checked);
	else if (state->has_mounts)
		text_list_add(parts, _("never checked"));
	if (state->has_mounts && state->mounts_limit)
		text_list_format(
			parts,
			P_("%u of %u mount since", "%u of %u mounts since", state->mounts_limit),
			state->mounts, state->mounts_limit);
	else if (state->has_mounts)
		text_list_format(parts, P_("%u mount since", "%u mounts since", state->mounts),
				 state->mounts);
}

static void add_fill(const struct filesystem_state *state, struct text_list *parts)
{
	if (state->has_space && state->size)
		text_list_format(parts, _("%u%% full"),
				 percent_of(state->size - state->free, state->size));
	if (state->has_inodes && state->inodes)
		text_list_format(parts, _("inodes %u%%"),
				 percent_of(state->inodes - state->inodes_free, state->inodes));
}

static void add_errors(const struct filesystem_state *state, struct text_list *parts)
{
	_cleanup_free_ char *last = format_day(state->last_error);

	if (state->errors && state->last_error > 0)
		text_list_format(parts, _("last error %s"), last);
}

char *filesystem_row_details(const struct filesystem_row *row)
{
	_cleanup_text_list_ struct text_list parts = {0};
	const struct filesystem_state *state = row->state;

	if (row->lost && row->lost->block)
		text_list_format(&parts, _("the superblock at block %lu is good"),
				 (unsigned long)row->lost->block);
	else if (row->lost && row->lost->backup)
		text_list_format(&parts, _("the superblock at byte %lu is good"),
				 (unsigned long)row->lost->backup);
	else if (row->lost)
		text_list_add(&parts, _("no other superblock was found"));
	if (!state)
		return text_list_join(&parts, ", ");
	if (state->remark)
		text_list_take(&parts, printable_sentence(state->remark));
	add_errors(state, &parts);
	add_checked(state, &parts);
	add_fill(state, &parts);
	return text_list_join(&parts, ", ");
}
