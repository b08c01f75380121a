/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the stack below an entry's device means for it: locked, lacking members, not to be started.
 */
#include <string.h>

#include "base/i18n.h"
#include "storage/machine.h"
#include "system/resolver.h"

#define DEPTH_MAX 32 /* more than this is no honest graph */

/* The dormant device at or below DEVICE that FITS. */
static const struct device *find_below(const struct device *device,
				       bool (*fits)(const struct device *device), unsigned depth)
{
	const struct device *found = NULL;

	if (!device->is_dormant || depth >= DEPTH_MAX)
		return NULL;
	if (fits(device))
		return device;
	for (size_t i = 0; !found && i < device->parent_count; i++)
		found = find_below(device->parents[i], fits, depth + 1);
	return found;
}

/* The same for all devices of a filesystem. */
static const struct device *find(const struct device *device,
				 bool (*fits)(const struct device *device))
{
	const struct device *found = find_below(device, fits, 0);

	for (size_t i = 0; !found && i < device->member_count; i++)
		found = find_below(device->members[i], fits, 0);
	return found;
}

static bool has_obstacle(const struct device *device)
{
	return device->obstacle != NULL;
}

static bool lacks_members(const struct device *device)
{
	return device->is_degraded;
}

char *stack_find_hindrance(const struct device *device)
{
	const struct device *found = find(device, has_obstacle);

	return found ? text_format(_("%s cannot be started: %s"), found->name, found->obstacle)
		     : NULL;
}

char *stack_find_incompleteness(const struct device *device)
{
	const struct device *found = find(device, lacks_members);

	if (!found)
		return NULL;
	return found->array_state ? text_format(_("members of %s are missing: %s"), found->name,
						found->array_state)
				  : text_format(_("members of %s are missing"), found->name);
}

static bool is_locked(const struct device *device)
{
	return device_is_locked(device) && !device->is_rescue && !device_is_shadowed(device);
}

/* The locked containers that the system itself would open. */
static void list_own(const struct resolver *resolver, struct text_list *names)
{
	const struct crypttab *crypttab = &resolver->system->crypttab;

	for (size_t i = 0; i < crypttab->count; i++) {
		const struct device *container =
			crypttab_find_container(resolver->machine, &crypttab->entries[i]);

		if (container && is_locked(container) &&
		    !text_list_contains(names, container->name))
			text_list_add(names, container->name);
	}
}

static void list_all(const struct resolver *resolver, struct text_list *names)
{
	for (size_t i = 0; i < resolver->machine->count; i++) {
		if (is_locked(resolver->machine->devices[i]))
			text_list_add(names, resolver->machine->devices[i]->name);
	}
}

/* Those of NAMES that the entry's search has come upon. */
static void keep_candidates(const struct resolved_entry *entry, const struct text_list *names,
			    struct text_list *kept)
{
	for (size_t i = 0; i < entry->candidates.count; i++) {
		if (text_list_contains(names, entry->candidates.items[i]))
			text_list_add(kept, entry->candidates.items[i]);
	}
}

void locked_resolve(const struct resolver *resolver, struct resolution *resolution)
{
	_cleanup_text_list_ struct text_list all = {0}, own = {0};

	list_all(resolver, &all);
	if (!all.count)
		return;
	list_own(resolver, &own);
	for (size_t i = 0; i < resolution->count; i++) {
		struct resolved_entry *entry = &resolution->entries[i];

		if (entry->action != RESOLVED_MISSING || entry->kind != RESOLVED_DEVICE)
			continue;
		if (entry->is_degraded) {
			/* what is missing of a filesystem on several devices may be in there */
			if (text_is_equal(entry->type, "btrfs"))
				text_list_copy(&entry->locked, &own);
			continue;
		}
		keep_candidates(entry, &all, &entry->locked);
		if (!entry->locked.count)
			text_list_copy(&entry->locked, own.count ? &own : &all);
	}
}
