/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays that do not run become dormant devices; of those that run it is said what is odd. */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "storage/array.h"
#include "storage/array_name.h"

#define ARRAYS_MAX 4096 /* more than this is no honest machine */

/* The UUID that the members of DEVICE say, which sysfs has in another form or not at all. */
static const struct raid_member *find_raid(const struct device *device)
{
	for (size_t i = 0; i < device->parent_count; i++) {
		const struct raid_member *raid = device->parents[i]->content.raid;

		if (raid && !text_is_empty(raid->array_uuid))
			return raid;
	}
	return NULL;
}

static bool is_container(const struct raid_member *raid)
{
	return text_is_equal(raid->level, "container");
}

/* "[UU_]" of an array that runs. */
static bool runs(const struct device *device)
{
	return device->kind == DEVICE_MD && !device->is_dormant &&
	       !text_is_equal(device->array_state, "inactive");
}

static struct device *find_array(const struct machine *machine, const char *uuid, bool is_running)
{
	for (size_t i = 0; i < machine->count; i++) {
		struct device *device = machine->devices[i];

		if (device->kind == DEVICE_MD && runs(device) == is_running &&
		    text_is_equal(device->array_uuid, uuid))
			return device;
	}
	return NULL;
}

/* UUID, which the kernel writes with dashes elsewhere, as mdadm prints it; the caller frees. */
static char *usual_uuid(const char *uuid)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};
	size_t digits = 0;

	for (; *uuid; uuid++) {
		if (*uuid == '-' || *uuid == ':')
			continue;
		text_buffer_format(&buffer, "%s%c", digits && digits % 8 == 0 ? ":" : "", *uuid);
		digits++;
	}
	return text_buffer_take(&buffer);
}

/* What an array that is in the kernel has from its members, or else from the kernel. */
static void name_known(struct machine *machine)
{
	for (size_t i = 0; i < machine->count; i++) {
		struct device *device = machine->devices[i];
		const struct raid_member *raid = find_raid(device);

		/* a volume of a container is not the container */
		if (device->kind != DEVICE_MD || device->is_dormant || (raid && is_container(raid)))
			continue;
		if (device->array_uuid || raid) {
			_cleanup_free_ char *uuid =
				usual_uuid(raid ? raid->array_uuid : device->array_uuid);

			/* zeroes are one that was only begun */
			text_set(&device->array_uuid,
				 strspn(uuid, "0:") < strlen(uuid) ? uuid : NULL);
		}
		if (raid && !device->array_name && *raid->name)
			device->array_name = text_copy(raid->name);
		if (raid && !device->array_level)
			device->array_level = text_copy(raid->level);
		if (runs(device) && device->array_state)
			device->is_degraded = strchr(device->array_state, '_') != NULL;
	}
}

/* The UUIDs of all arrays with members on MACHINE, in its order. */
static void list_uuids(const struct machine *machine, struct text_list *uuids)
{
	for (size_t i = 0; i < machine->count && uuids->count < ARRAYS_MAX; i++) {
		const struct raid_member *raid = machine->devices[i]->content.raid;

		if (raid && !text_is_empty(raid->array_uuid) &&
		    !text_list_contains(uuids, raid->array_uuid))
			text_list_add(uuids, raid->array_uuid);
	}
}

/* What array_view lends are devices of the machine that it was given, which is ours to change. */
static struct device *own_device(const struct device *borrowed)
{
	return (struct device *)borrowed;
}

static bool lies_on(const struct device *device, const struct device *parent)
{
	for (size_t i = 0; i < device->parent_count; i++) {
		if (device->parents[i] == parent)
			return true;
	}
	return false;
}

static void add_note(struct device *device, char *note)
{
	if (text_list_contains(&device->notes, note))
		free(note);
	else
		text_list_take(&device->notes, note);
}

/* A member that is here and not in the array, though that runs. */
static void note_absent(struct device *array, const struct device *member)
{
	struct device *own = own_device(member);

	if (lies_on(array, member) || member->is_rescue)
		return;
	array->is_degraded |= member->content.raid->role >= 0;
	add_note(array, text_format(_("runs without %s, which is here"), member->name));
	add_note(own, text_format(_("is a member of %s, which runs without it"), array->name));
}

static void note_running(struct device *array, const struct array_view *view)
{
	for (size_t i = 0; i < view->member_count; i++)
		note_absent(array, view->members[i]);
	for (size_t i = 0; i < view->stale_count; i++)
		note_absent(array, view->stale[i]);
}

static uint64_t size_of(const struct array_view *view)
{
	uint64_t size = 0;

	if (view->best->array_size || (!text_is_equal(view->best->level, "raid0") &&
				       !text_is_equal(view->best->level, "linear")))
		return view->best->array_size;
	for (size_t i = 0; i < view->member_count; i++) {
		const struct raid_member *raid = view->members[i]->content.raid;

		if (raid->role >= 0 && raid->data_size <= UINT64_MAX - size)
			size += raid->data_size;
	}
	return view->missing ? 0 : size; /* without all members nobody knows */
}

static void fill_hardware(struct device *device, const struct device *member)
{
	if (device->sector_size < member->sector_size)
		device->sector_size = member->sector_size;
	if (device->physical_sector_size < member->physical_sector_size)
		device->physical_sector_size = member->physical_sector_size;
	if (device->is_rotational < member->is_rotational)
		device->is_rotational = member->is_rotational;
	device->is_read_only |= member->is_read_only;
}

static void fill_facts(struct device *device, const struct array_view *view)
{
	const struct raid_member *best = view->best;

	device->is_dormant = true;
	device->state = DEVICE_OK;
	device->size = size_of(view);
	text_set(&device->array_uuid, best->array_uuid);
	text_set(&device->array_name, *best->name ? best->name : NULL);
	text_set(&device->array_level, best->level);
	text_set(&device->array_state, view->state);
	device->array_places = best->place_count;
	device->is_degraded = view->working < best->place_count;
	if (is_container(best)) /* its volumes have places, of which nothing is known */
		text_set(&device->array_state, NULL);
	text_set(&device->obstacle, view->obstacle);
	for (size_t i = 0; i < view->notes.count; i++)
		add_note(device, text_copy(view->notes.items[i]));
	for (size_t i = 0; i < view->member_count; i++) {
		struct device *member = own_device(view->members[i]);

		fill_hardware(device, member);
		device_link_sanely(member, device);
	}
	for (size_t i = 0; i < view->stale_count; i++) {
		struct device *member = own_device(view->stale[i]);

		add_note(member,
			 text_format(_("belongs to %s and is left out of it"), device->name));
	}
}

/*
 * An array that was begun, as udev does with each member that comes, and waits for the rest. It is
 * in the way of its members: whoever brings it up stops it first.
 */
static void make_dormant(struct machine *machine, struct device *device,
			 const struct array_view *view)
{
	fill_facts(device, view);
	array_name_aliases(machine, view->best, device);
	add_note(device, text_format(_("it was begun as %s and is not started"), device->name));
}

/* Whether the kernel has it, or volumes of it: these lie on its members. */
static bool is_container_up(const struct array_view *view)
{
	for (size_t i = 0; is_container(view->best) && i < view->member_count; i++) {
		const struct device *member = view->members[i];

		for (size_t j = 0; j < member->child_count; j++) {
			if (member->children[j]->kind == DEVICE_MD &&
			    !member->children[j]->is_dormant)
				return true;
		}
	}
	return false;
}

static void add_array(struct machine *machine, const char *uuid)
{
	_cleanup_array_view_ struct array_view view = {0};
	struct device *running = find_array(machine, uuid, true);
	struct device *other = find_array(machine, uuid, false);

	if (array_view(machine, uuid, &view) < 0 || is_container_up(&view))
		return;
	if (running) {
		note_running(running, &view);
		if (other && !other->is_dormant)
			add_note(other, text_format(_("it was begun with a member of %s, which "
						      "runs without that"),
						    running->name));
		return;
	}
	if (!other) {
		struct device *device = device_new(DEVICE_MD, "");

		array_name_device(machine, view.best, device);
		machine_add(machine, device);
		fill_facts(device, &view);
	} else if (!other->is_dormant) {
		make_dormant(machine, other, &view);
	}
}

/* "web01" of "web01:0"; the caller frees; NULL for none. */
static char *host_of(const struct device *array)
{
	const char *name = array->array_name;
	const char *own = name ? array_name_own(name) : NULL;

	return own && own > name + 1 ? alloc_copy(name, (size_t)(own - name) - 1) : NULL;
}

/* Arrays of several hosts: as where a disk of another server was put in. */
static void note_hosts(struct machine *machine)
{
	_cleanup_free_ char *first = NULL;
	bool is_mixed = false;

	for (size_t i = 0; i < machine->count; i++) {
		_cleanup_free_ char *host = host_of(machine->devices[i]);

		if (!first)
			first = TAKE_PTR(host);
		else if (host && strcmp(first, host) != 0)
			is_mixed = true;
	}
	for (size_t i = 0; is_mixed && i < machine->count; i++) {
		_cleanup_free_ char *host = host_of(machine->devices[i]);

		if (host)
			add_note(machine->devices[i],
				 text_format(_("made on the host %s, others here on another"),
					     host));
	}
}

void array_add_dormant(struct machine *machine)
{
	_cleanup_text_list_ struct text_list uuids = {0};

	name_known(machine);
	list_uuids(machine, &uuids);
	for (size_t i = 0; i < uuids.count; i++)
		add_array(machine, uuids.items[i]);
	note_hosts(machine);
}
