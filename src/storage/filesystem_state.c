/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a filesystem is, and where a lost one has another superblock: which reader knows it. */
#include "storage/filesystem_state.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/text.h"
#include "storage/filesystem_format.h"

/* In the order in which lost ones are looked for: what is left of an older filesystem on the same
 * device is likelier with those whose backups are many. */
static const struct filesystem_family *const families[] = {
	&family_ext,   &family_xfs,  &family_btrfs, &family_f2fs, &family_jfs,
	&family_exfat, &family_ntfs, &family_fat,   &family_swap,
};

static const struct filesystem_family *find_family(const char *type)
{
	for (size_t i = 0; type && i < ARRAY_SIZE(families); i++) {
		for (const char *const *name = families[i]->types; *name; name++) {
			if (text_is_equal(*name, type))
				return families[i];
		}
	}
	return NULL;
}

struct filesystem_state *filesystem_state_free(struct filesystem_state *state)
{
	if (!state)
		return NULL;
	free(state->last_mountpoint);
	free(state->remark);
	free(state);
	return NULL;
}

struct filesystem_state *filesystem_state_copy(const struct filesystem_state *state)
{
	struct filesystem_state *copy;

	if (!state)
		return NULL;
	copy = alloc_zero(1, sizeof(*copy));
	*copy = *state;
	copy->last_mountpoint = text_copy(state->last_mountpoint);
	copy->remark = text_copy(state->remark);
	return copy;
}

struct lost_filesystem *lost_filesystem_free(struct lost_filesystem *lost)
{
	if (!lost)
		return NULL;
	free(lost->type);
	free(lost->uuid);
	free(lost->label);
	free(lost->damage);
	free(lost);
	return NULL;
}

struct lost_filesystem *lost_filesystem_copy(const struct lost_filesystem *lost)
{
	struct lost_filesystem *copy;

	if (!lost)
		return NULL;
	copy = alloc_zero(1, sizeof(*copy));
	*copy = *lost;
	copy->type = text_copy(lost->type);
	copy->uuid = text_copy(lost->uuid);
	copy->label = text_copy(lost->label);
	copy->damage = text_copy(lost->damage);
	return copy;
}

bool filesystem_state_is_known(const char *type)
{
	return find_family(type) != NULL;
}

struct filesystem_state *filesystem_state_read(int fd, uint64_t offset, uint64_t size,
					       const char *type)
{
	unsigned failures = 0;
	const struct filesystem_place place = {fd, offset, size, &failures};
	const struct filesystem_family *family = find_family(type);
	struct filesystem_state *state;

	if (!family)
		return NULL;
	state = alloc_zero(1, sizeof(*state));
	if (family->read(&place, type, state))
		return state;
	return filesystem_state_free(state);
}

struct lost_filesystem *lost_filesystem_read(int fd, uint64_t offset, uint64_t size,
					     const char *type)
{
	unsigned failures = 0;
	const struct filesystem_place place = {fd, offset, size, &failures};
	const struct filesystem_family *family = find_family(type);
	struct lost_filesystem *lost = alloc_zero(1, sizeof(*lost));

	if (type) {
		if (family && family->finds_damage && family->find_lost(&place, lost))
			return lost;
		return lost_filesystem_free(lost);
	}
	for (size_t i = 0; i < ARRAY_SIZE(families) && failures < PLACE_FAILURES_MAX; i++) {
		if (families[i]->find_lost && families[i]->find_lost(&place, lost))
			return lost;
	}
	return lost_filesystem_free(lost);
}

char *lost_filesystem_describe(const struct lost_filesystem *lost)
{
	_cleanup_free_ char *type = printable_text(lost->type);
	_cleanup_free_ char *damage = printable_sentence(lost->damage);
	_cleanup_free_ char *label = printable_text(lost->label);
	_cleanup_free_ char *uuid = printable_text(lost->uuid);
	_cleanup_text_list_ struct text_list parts = {0}, names = {0};
	_cleanup_free_ char *named = NULL, *rest = NULL;

	text_list_format(&parts, _("a damaged %s filesystem: %s"), type, damage);
	if (!lost->backup)
		text_list_add(&parts, _("no other one was found"));
	else if (lost->block)
		text_list_format(&parts, _("the one at block %lu is good"),
				 (unsigned long)lost->block);
	else
		text_list_format(&parts, _("the one at byte %lu is good"),
				 (unsigned long)lost->backup);
	if (lost->label)
		text_list_format(&names, _("label %s"), label);
	if (lost->uuid)
		text_list_format(&names, "UUID %s", uuid);
	named = text_list_join(&names, ", ");
	if (names.count)
		text_list_add(&parts, named);
	rest = text_list_join(&parts, "; ");
	return TAKE_PTR(rest);
}

static const char *const condition_names[] = {
	[CONDITION_UNKNOWN] = "unknown", [CONDITION_CLEAN] = "clean",
	[CONDITION_REPLAY] = "replay",	 [CONDITION_NOT_CLEAN] = "not-clean",
	[CONDITION_ERRORS] = "errors",
};

const char *filesystem_condition_name(enum filesystem_condition condition)
{
	return condition_names[condition];
}
