/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which subvolume and which devices of a btrfs filesystem an fstab line means. */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/resolver.h"

#define TOP_ID 5
#define VOLUMES_SURE 250 /* with more of them, some may not have been looked into */

/* Takes option INDEX out of OPTIONS. */
static void remove_option(struct text_list *options, size_t index)
{
	free(options->items[index]);
	memmove(&options->items[index], &options->items[index + 1],
		(options->count - index) * sizeof(*options->items));
	options->count--;
}

/* Takes those out that start with PREFIX, noted in DROPPED unless that is NULL. */
static void remove_options(struct text_list *options, const char *prefix, struct text_list *dropped)
{
	for (size_t i = 0; i < options->count;) {
		if (!text_has_prefix(options->items[i], prefix)) {
			i++;
			continue;
		}
		if (dropped)
			text_list_add(dropped, options->items[i]);
		remove_option(options, i);
	}
}

/* The value of the last option that starts with PREFIX, as it is written; NULL: none. */
static const char *find_value(const struct text_list *options, const char *prefix)
{
	const char *value = NULL;

	for (size_t i = 0; i < options->count; i++) {
		const char *here = text_after_prefix(options->items[i], prefix);

		value = here ? here : value;
	}
	return value;
}

/* The path as the survey has it: no slash at its ends; the caller frees; NULL gives NULL. */
static char *bare_path(const char *path)
{
	size_t length;

	if (!path)
		return NULL;
	path += strspn(path, "/");
	length = strlen(path);
	while (length && path[length - 1] == '/')
		length--;
	return alloc_copy(path, length);
}

/* The subvolumes of one device that the survey has seen. */
struct seen {
	const struct survey *survey;
	const struct device *device;
	bool is_complete; /* what is not among them is not there */
	bool has_default; /* one of them is mounted where no option names any */
};

static bool is_on(const struct volume *volume, const struct device *device)
{
	return text_is_equal(volume->device, device->name);
}

static struct seen see(const struct resolver *resolver, const struct device *device)
{
	struct seen seen = {.survey = resolver->survey, .device = device};
	size_t count = 0;

	for (size_t i = 0; seen.survey && i < seen.survey->volume_count; i++) {
		const struct volume *volume = &seen.survey->volumes[i];

		if (!is_on(volume, device) || volume->problem)
			continue;
		count++;
		seen.has_default |= volume->subvolume && volume->is_default;
		seen.is_complete |= volume->subvolume_id != 0;
	}
	seen.is_complete &= count < VOLUMES_SURE;
	return seen;
}

static const struct volume *find_by_path(const struct seen *seen, const char *path)
{
	for (size_t i = 0; seen->survey && i < seen->survey->volume_count; i++) {
		const struct volume *volume = &seen->survey->volumes[i];

		if (is_on(volume, seen->device) && text_is_equal(volume->subvolume, path))
			return volume;
	}
	return NULL;
}

static const struct volume *find_by_id(const struct seen *seen, const char *text)
{
	uint64_t id = 0;

	if (!text || text_parse_u64(text, &id) < 0 || !id)
		return NULL;
	for (size_t i = 0; seen->survey && i < seen->survey->volume_count; i++) {
		const struct volume *volume = &seen->survey->volumes[i];

		if (is_on(volume, seen->device) && volume->subvolume_id == id)
			return volume;
	}
	return NULL;
}

/* The subvolume that the system was found in, where the line does not name it. */
static void settle_root(const struct resolver *resolver, const struct seen *seen,
			struct text_list *options, struct text_list *notes)
{
	const char *subvolume = resolver->system->subvolume;
	_cleanup_free_ char *named = bare_path(find_value(options, "subvol="));

	if (subvolume && named && text_is_equal(named, subvolume))
		return;
	if (!subvolume && !seen->has_default && !named)
		return; /* the top, as without any option */
	if (named && *named)
		text_list_format(notes,
				 subvolume ? _("fstab mounts subvolume %s at /, but the system was "
					       "found in %s, which is mounted")
					   : _("fstab mounts subvolume %s at /, but the system was "
					       "found outside of any, which is mounted"),
				 named, subvolume);
	remove_options(options, "subvol", NULL);
	if (subvolume)
		text_list_format(options, "subvol=%s", subvolume);
	else
		text_list_format(options, "subvolid=%d", TOP_ID);
}

/*
 * The name and the id of a subvolume are one only until something is rolled back or restored: the
 * name is what people mean, as long as there is one of that name.
 */
static void settle_both(const struct seen *seen, struct resolved_entry *resolved,
			struct text_list *options, struct text_list *notes)
{
	const char *written = find_value(options, "subvol=");
	const char *id = find_value(options, "subvolid=");
	_cleanup_free_ char *path = bare_path(written);
	const struct volume *by_path, *by_id;
	unsigned line = resolved->entry ? resolved->entry->line : 0;

	if (!written || !id)
		return;
	by_path = find_by_path(seen, path);
	by_id = find_by_id(seen, id);
	if (!by_path && by_id && seen->is_complete && *path) {
		text_list_format(
			notes,
			_("fstab line %u has subvol=%s and subvolid=%s: there is no %s any "
			  "more, so the id counts, which is %s now"),
			line, written, id, path, by_id->subvolume);
		remove_options(options, "subvol=", &resolved->dropped);
		return;
	}
	if (by_path && by_path != by_id && by_path->subvolume_id)
		text_list_format(notes,
				 _("fstab line %u has subvol=%s and subvolid=%s, which are not the "
				   "same any more: the name counts"),
				 line, written, id);
	remove_options(options, "subvolid=", &resolved->dropped);
}

static bool is_there(const struct seen *seen, const struct text_list *options)
{
	const char *written = find_value(options, "subvol=");
	const char *id = find_value(options, "subvolid=");
	_cleanup_free_ char *path = bare_path(written);
	uint64_t number = 0;

	if (!seen->is_complete)
		return true;
	if (written)
		return !*path || find_by_path(seen, path);
	if (!id || text_parse_u64(id, &number) < 0)
		return true; /* hexadecimal, or nonsense: the kernel will say */
	return !number || number == TOP_ID || find_by_id(seen, id);
}

static void lose(struct resolved_entry *resolved, const struct device *device,
		 const struct text_list *options)
{
	const char *written = find_value(options, "subvol=");
	_cleanup_free_ char *reason =
		written ? text_format(_("there is no subvolume %s on %s"), written, device->name)
			: text_format(_("there is no subvolume with the id %s on %s"),
				      find_value(options, "subvolid="), device->name);

	resolved->action = RESOLVED_MISSING;
	text_set(&resolved->reason, reason);
	text_set(&resolved->device, NULL);
}

void btrfs_options_settle(const struct resolver *resolver, const struct device *device,
			  struct resolved_entry *resolved, struct text_list *options,
			  struct text_list *notes)
{
	const struct seen seen = see(resolver, device);
	bool is_root = device == resolver->root && text_is_equal(resolved->mountpoint, "/");

	/* its devices and whether some are missing is seen here, under the names of today */
	remove_options(options, "device=", &resolved->dropped);
	remove_options(options, "degraded", &resolved->dropped);
	if (is_root)
		settle_root(resolver, &seen, options, notes);
	settle_both(&seen, resolved, options, notes);
	if (device_count_missing(device))
		text_list_add(options, "degraded");
	if (!is_root && !is_there(&seen, options) &&
	    (resolved->action == RESOLVED_MOUNT || resolved->action == RESOLVED_UNCONFIRMED))
		lose(resolved, device, options);
}
