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

static bool has_prefix_in(const struct text_list *list, const char *prefix)
{
	for (size_t i = 0; i < list->count; i++) {
		if (text_has_prefix(list->items[i], prefix))
			return true;
	}
	return false;
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

/* The subvolume that the system was found in, where the line does not name it. */
static void add_subvolume(const struct resolver *resolver, const struct device *device,
			  const struct resolved_entry *resolved, struct text_list *options,
			  struct text_list *notes)
{
	const char *subvolume = resolver->system->subvolume;
	_cleanup_free_ char *named = NULL;

	if (device != resolver->root || !text_is_equal(resolved->mountpoint, "/") || !subvolume)
		return;
	for (size_t i = 0; i < options->count; i++) {
		const char *value = text_after_prefix(options->items[i], "subvol=");

		if (value)
			text_set(&named, value + (*value == '/'));
	}
	if (named && text_is_equal(named, subvolume))
		return;
	if (named)
		text_list_format(notes, _("fstab mounts subvolume %s at /, but the system was found in "
					  "%s, which is mounted"), named, subvolume);
	for (size_t i = 0; i < options->count; i++) {
		if (text_has_prefix(options->items[i], "subvol")) {
			free(options->items[i]);
			memmove(&options->items[i], &options->items[i + 1],
				(options->count - i) * sizeof(*options->items));
			options->count--;
			i--;
		}
	}
	text_list_format(options, "subvol=%s", subvolume);
}

/* subvol= and subvolid= may contradict each other after a rollback: the name is what people mean. */
static bool is_overruled(const struct text_list *options, const char *option)
{
	return text_has_prefix(option, "subvolid=") && has_prefix_in(options, "subvol=");
}

void options_resolve(const struct resolver *resolver, const struct device *device,
		     struct resolved_entry *resolved, struct text_list *notes)
{
	_cleanup_text_list_ struct text_list options = {0}, kept = {0}, needed = {0};

	if (resolved->entry)
		split_options(resolved->entry->options, &options);
	if (device)
		add_subvolume(resolver, device, resolved, &options, notes);
	for (size_t i = 0; i < options.count; i++) {
		const char *option = options.items[i];
		enum option_role role = filesystem_option_role(resolved->type, option);

		if (is_overruled(&options, option))
			role = OPTION_HINDERING;
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
