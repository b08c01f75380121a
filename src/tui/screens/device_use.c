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

/* What SYSTEM's ENTRY has to do with DEVICE, in words; NULL: nothing. */
static char *format_use(const struct resolved_entry *entry, const struct device *device)
{
	bool is_near = text_list_contains(&entry->candidates, device->name);
	_cleanup_free_ char *place = printable_text(entry->mountpoint);

	if (text_is_equal(entry->device, device->name)) {
		if (entry->kind == RESOLVED_SWAP)
			return text_copy(_("its swap"));
		return entry->is_guess ? text_format(_("perhaps its %s: %s"), place, entry->reason)
				       : text_format(_("its %s"), place);
	}
	if (is_near && entry->action == RESOLVED_AMBIGUOUS)
		return text_format(_("one of several that fit its %s"), place);
	if (is_near && entry->action == RESOLVED_MISSING)
		return text_format(_("near to its %s, which is missing"), place);
	return NULL;
}

static void add_fstab(struct pairs *pairs, const struct session *session,
		      const struct system *system, const struct device *device, size_t *uses)
{
	const struct resolve_options options = {0};
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_free_ char *name = format_system(system);

	if (resolve_system(session->machine, session->survey, system, &options, &resolution, NULL) <
	    0)
		return; /* the system's own screen says why */
	for (size_t i = 0; i < resolution->count; i++) {
		const struct resolved_entry *entry = &resolution->entries[i];
		char *use = format_use(entry, device);

		if (use)
			(*uses)++;
		pairs_take(pairs, entry->is_guess ? ROLE_WARNING : ROLE_NORMAL, name, use);
	}
}

/* Why a filesystem or subvolume of DEVICE was not looked into. */
static void add_unseen(struct pairs *pairs, const struct survey *survey,
		       const struct device *device)
{
	for (size_t i = 0; i < survey->volume_count; i++) {
		const struct volume *volume = &survey->volumes[i];

		if (!text_is_equal(volume->device, device->name))
			continue;
		pairs_add(pairs, ROLE_WARNING, _("Not looked into"), volume->problem);
		pairs_add(pairs, ROLE_NORMAL, _("Note"), volume->note);
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
		add_fstab(pairs, session, survey->systems[i], device, &uses);
	add_unseen(pairs, survey, device);
	if (uses == 0 && device->mountpoints.count == 0 && holds_filesystem(device))
		pairs_add_paragraph(pairs, ROLE_NORMAL, _("No system that was found uses it."));
}
