/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a device is mounted, and which installed system would use it, as what. */
#include "action/describe.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "tui/screens/device_text.h"

#define SWAP_MOUNTPOINT "[SWAP]" /* as storage has it */

/* "Debian GNU/Linux 12 (bookworm) of web01" */
static char *format_system(const struct system *system)
{
	_cleanup_free_ char *name = printable_text(system->name);
	_cleanup_free_ char *host = printable_text(system->hostname);

	return *host ? text_format(_("%s of %s"), name, host) : text_copy(name);
}

static void add_mounts(struct pairs *pairs, const struct device *device)
{
	for (size_t i = 0; i < device->mountpoints.count; i++) {
		const char *place = device->mountpoints.items[i];
		_cleanup_free_ char *shown = printable_text(place);

		if (text_is_equal(place, SWAP_MOUNTPOINT))
			pairs_add(pairs, ROLE_NORMAL, _("Now"), _("swap of this rescue system"));
		else
			pairs_take(pairs, ROLE_NORMAL, _("Now"),
				   text_format(_("mounted at %s"), shown));
	}
}

/* What ENTRY of a system called NAME has to do with DEVICE, in words; NULL: nothing. */
static char *format_use(const struct resolved_entry *entry, const char *name,
			const struct device *device)
{
	bool is_near = text_list_contains(&entry->candidates, device->name);

	if (text_is_equal(entry->device, device->name)) {
		_cleanup_free_ char *reason = describe_entry(entry);
		_cleanup_free_ char *subvolume = fstab_get_option(entry->options, "subvol");
		_cleanup_free_ char *shown = printable_text(subvolume);

		if (entry->is_guess)
			return text_format(_("perhaps in %s: %s"), name, reason);
		return *shown ? text_format(_("in %s (subvolume %s)"), name, shown)
			      : text_format(_("in %s"), name);
	}
	if (is_near && entry->action == RESOLVED_AMBIGUOUS)
		return text_format(_("perhaps in %s, where several devices fit"), name);
	if (is_near && entry->action == RESOLVED_MISSING)
		return text_format(_("perhaps in %s, where its device is missing"), name);
	return NULL;
}

/* Returns how many uses there are. */
static size_t add_fstab(struct pairs *pairs, const struct resolution *resolution, const char *name,
			const struct device *device)
{
	size_t uses = 0;

	for (size_t i = 0; i < resolution->count; i++) {
		const struct resolved_entry *entry = &resolution->entries[i];
		_cleanup_free_ char *place = printable_text(entry->mountpoint);
		char *use = format_use(entry, name, device);

		uses += use != NULL;
		pairs_take(pairs, entry->is_guess ? ROLE_WARNING : ROLE_NORMAL,
			   entry->kind == RESOLVED_SWAP ? _("swap") : place, use);
	}
	return uses;
}

static size_t add_system(struct pairs *pairs, const struct session *session,
			 const struct system *system, const struct device *device)
{
	const struct resolve_options options = {0};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_free_ char *name = format_system(system);
	size_t uses = 0;

	if (resolve_system(session->machine, session->survey, system, &options, &resolution,
			   NULL) == 0)
		uses = add_fstab(pairs, resolution, name, device);
	if (uses > 0 || !text_is_equal(system->device, device->name))
		return uses;
	pairs_take(pairs, ROLE_NORMAL, _("root"), text_format(_("of %s"), name));
	return 1;
}

/* Why a filesystem or subvolume of DEVICE was not looked into. */
static void add_unseen(struct pairs *pairs, const struct survey *survey,
		       const struct device *device)
{
	for (size_t i = 0; i < survey->volume_count; i++) {
		const struct volume *volume = &survey->volumes[i];

		if (text_is_equal(volume->device, device->name))
			pairs_add(pairs, ROLE_WARNING, _("Not looked into"), volume->problem);
	}
}

static bool holds_filesystem(const struct device *device)
{
	return text_is_equal(device->content.usage, "filesystem") && !device_is_member(device);
}

void device_use_add(struct pairs *pairs, const struct session *session, const struct device *device)
{
	const struct survey *survey = session->survey;
	size_t uses = 0;

	pairs_add_heading(pairs, _("Where it is used"));
	add_mounts(pairs, device);
	if (!survey) {
		pairs_add_paragraph(pairs, ROLE_DIM, _("Still looking for installed systems ..."));
		return;
	}
	for (size_t i = 0; i < survey->system_count; i++)
		uses += add_system(pairs, session, survey->systems[i], device);
	add_unseen(pairs, survey, device);
	if (uses == 0 && device->mountpoints.count == 0 && holds_filesystem(device))
		pairs_add_paragraph(pairs, ROLE_NORMAL, _("No system that was found uses it."));
}
