/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Disks that are copies of each other, by what lvm and LUKS tell them apart with. */
#include "storage/copies.h"

#include "base/i18n.h"

static bool has_own_uuid(const struct device *device)
{
	return (text_is_equal(device->content.type, "LVM2_member") ||
		text_is_equal(device->content.type, "crypto_LUKS")) &&
	       !text_is_empty(device->content.uuid) && !device_is_shadowed(device);
}

/* Whether one lies on the other, as what is seen twice does: an array's half and the array. */
static bool lies_on(const struct device *device, const struct device *other, int depth)
{
	for (size_t i = 0; depth < 16 && i < device->parent_count; i++) {
		if (device->parents[i] == other || lies_on(device->parents[i], other, depth + 1))
			return true;
	}
	return false;
}

const struct device *copies_find(const struct machine *machine, const struct device *device)
{
	for (size_t i = 0; has_own_uuid(device) && i < machine->count; i++) {
		const struct device *other = machine->devices[i];

		if (other != device && has_own_uuid(other) &&
		    text_is_equal(other->content.uuid, device->content.uuid) &&
		    text_is_equal(other->content.type, device->content.type) &&
		    !lies_on(device, other, 0) && !lies_on(other, device, 0))
			return other;
	}
	return NULL;
}

void copies_note(struct machine *machine)
{
	for (size_t i = 0; i < machine->count; i++) {
		struct device *device = machine->devices[i];
		const struct device *other = copies_find(machine, device);
		_cleanup_free_ char *note =
			other ? text_format(_("has the same UUID as %s: one is a copy of the other"),
					    other->name)
			      : NULL;

		if (note && !text_list_contains(&device->notes, note))
			text_list_add(&device->notes, note);
	}
}
