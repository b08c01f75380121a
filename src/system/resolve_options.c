/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of an fstab line's options a rescue keeps. */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "storage/filesystem.h"
#include "system/resolver.h"

/* Splits at commas outside of double quotes. */
static void split_options(const char *options, struct text_list *list)
{
	while (*options) {
		const char *start = options;
		bool is_quoted = false;

		for (; *options && (is_quoted || *options != ','); options++) {
			if (*options == '"')
				is_quoted = !is_quoted;
		}
		if (options > start)
			text_list_take(list, alloc_copy(start, (size_t)(options - start)));
		options += *options == ',';
	}
}

/* Whether DEVICE lies on OTHER, as an array on its members. */
static bool lies_on(const struct device *device, const struct device *other, int depth)
{
	for (size_t i = 0; depth && i < device->parent_count; i++) {
		if (device->parents[i] == other || lies_on(device->parents[i], other, depth - 1))
			return true;
	}
	return false;
}

/* A second filesystem with this one's UUID is on the machine. */
static bool has_twin(const struct machine *machine, const struct device *device)
{
	for (size_t i = 0; device->content.uuid && i < machine->count; i++) {
		const struct device *other = machine->devices[i];

		if (other != device && !lies_on(device, other, 16) && text_is_equal(other->content.type, device->content.type) &&
		    text_is_equal(other->content.uuid, device->content.uuid))
			return true;
	}
	return false;
}

void options_resolve(const struct resolver *resolver, const struct device *device,
		     struct resolved_entry *resolved, struct text_list *notes)
{
	_cleanup_text_list_ struct text_list options = {0}, kept = {0}, needed = {0};

	if (resolved->entry)
		split_options(resolved->entry->options, &options);
	if (device && text_is_equal(device->content.type, "btrfs"))
		btrfs_options_settle(resolver, device, resolved, &options, notes);
	for (size_t i = 0; i < options.count; i++) {
		const char *option = options.items[i];
		enum option_role role = filesystem_option_role(resolved->type, option);

		if (role != OPTION_HINDERING)
			text_list_add(&kept, option);
		if (role == OPTION_NEEDED)
			text_list_add(&needed, option);
		if (role == OPTION_HINDERING && strcmp(option, "defaults") != 0 &&
		    strcmp(option, "rw") != 0)
			text_list_add(&resolved->dropped, option);
	}
	if (device && text_is_equal(device->content.type, "xfs") && has_twin(resolver->machine, device) &&
	    !text_list_contains(&kept, "nouuid")) {
		text_list_add(&kept, "nouuid");
		text_list_add(&needed, "nouuid");
	}
	free(resolved->options);
	free(resolved->needed_options);
	resolved->options = text_list_join(&kept, ",");
	resolved->needed_options = text_list_join(&needed, ",");
}
