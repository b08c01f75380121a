/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which devices are near to what an fstab line wants, for the person to choose from. */
#include <string.h>

#include "base/alloc.h"
#include "system/resolver.h"

#define CANDIDATES_MAX 3

struct scored {
	const struct device *device;
	int score;
};

static const struct {
	const char *mountpoint;
	unsigned role;
} expected_roles[] = {
	{"/usr", ROLE_USR},      {"/var", ROLE_VAR}, {"/boot", ROLE_BOOT},
	{"/boot/efi", ROLE_ESP}, {"/efi", ROLE_ESP}, {"/home", ROLE_HOME},
};

static unsigned role_wanted(const char *mountpoint)
{
	for (size_t i = 0; i < ARRAY_SIZE(expected_roles); i++) {
		if (text_is_equal(expected_roles[i].mountpoint, mountpoint))
			return expected_roles[i].role;
	}
	return 0;
}

static bool has_role(const struct survey *survey, const struct device *device, unsigned role)
{
	for (size_t i = 0; survey && role && i < survey->volume_count; i++) {
		if (survey->volumes[i].roles & role &&
		    text_is_equal(survey->volumes[i].device, device->name))
			return true;
	}
	return false;
}

/* 0: no candidate. */
static int score_of(const struct resolver *resolver, const struct fstab_entry *entry,
		    const struct device *device)
{
	const char *name = strrchr(entry->mountpoint, '/');
	_cleanup_free_ char *disk = NULL;
	unsigned place, number = 0;
	int score = 1;

	if (device->is_rescue || device->state != DEVICE_OK || device == resolver->root ||
	    device_is_member(device) || resolver_is_claimed(resolver, device) ||
	    !type_agrees(entry->type, device))
		return 0;
	if (has_role(resolver->survey, device, role_wanted(entry->mountpoint)))
		score += 4;
	if (name && name[1] && device->content.label &&
	    strstr(device->content.label, name + 1))
		score += 4;
	if (source_split_plain(entry->source, &disk, &place, &number) && number &&
	    device->entry.number == number)
		score += 2;
	if (resolver->root && device_get_disk(device) == device_get_disk(resolver->root))
		score += 1;
	return score;
}

static int compare_scores(const void *a, const void *b)
{
	const struct scored *left = a, *right = b;

	if (left->score != right->score)
		return left->score > right->score ? -1 : 1;
	return text_compare_natural(left->device->name, right->device->name);
}

void candidates_find(const struct resolver *resolver, const struct fstab_entry *entry,
		     struct text_list *candidates)
{
	const struct machine *machine = resolver->machine;
	_cleanup_free_ struct scored *scored = alloc_zero(machine->count, sizeof(*scored));
	size_t count = 0;

	for (size_t i = 0; i < machine->count; i++) {
		int score = score_of(resolver, entry, machine->devices[i]);

		if (score)
			scored[count++] = (struct scored){machine->devices[i], score};
	}
	qsort(scored, count, sizeof(*scored), compare_scores);
	for (size_t i = 0; i < count && i < CANDIDATES_MAX; i++)
		text_list_add(candidates, scored[i].device->name);
}
