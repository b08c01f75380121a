/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The installed systems as found: keeping and naming them. */
#include "system/system.h"

#include <string.h>

#include "base/alloc.h"

struct system *system_new(void)
{
	return alloc_zero(1, sizeof(struct system));
}

struct system *system_free(struct system *system)
{
	if (!system)
		return NULL;
	free(system->id);
	free(system->device);
	free(system->subvolume);
	free(system->name);
	free(system->os_id);
	free(system->version);
	free(system->hostname);
	free(system->architecture);
	free(system->init);
	free(system->flavour);
	free(system->machine_id);
	text_list_done(&system->kernels);
	fstab_done(&system->fstab);
	crypttab_done(&system->crypttab);
	mdadm_conf_done(&system->mdadm_conf);
	for (size_t i = 0; i < system->place_count; i++) {
		free(system->places[i].mountpoint);
		free(system->places[i].resolved);
	}
	free(system->places);
	text_list_done(&system->notes);
	free(system);
	return NULL;
}

static void volume_done(struct volume *volume)
{
	free(volume->device);
	free(volume->subvolume);
	free(volume->profile);
	free(volume->problem);
	free(volume->note);
}

struct survey *survey_free(struct survey *survey)
{
	if (!survey)
		return NULL;
	for (size_t i = 0; i < survey->system_count; i++)
		(void)system_free(survey->systems[i]);
	free(survey->systems);
	for (size_t i = 0; i < survey->volume_count; i++)
		volume_done(&survey->volumes[i]);
	free(survey->volumes);
	free(survey);
	return NULL;
}

const char *system_kind_name(enum system_kind kind)
{
	static const char *const names[] = {
		[SYSTEM_LINUX] = "linux",
		[SYSTEM_WINDOWS] = "windows",
		[SYSTEM_BSD] = "bsd",
	};

	return names[kind];
}

bool system_is_snapshot(const struct system *system, const struct machine *machine)
{
	const struct device *device = machine_find(machine, system->device);

	return device && device->is_snapshot;
}

static bool is_named(const struct system *system, const struct machine *machine, const char *text)
{
	const struct device *device = machine_find(machine, system->device);
	const char *uuid = text_after_prefix(text, "UUID=");

	if (text_is_equal(system->id, text) || text_is_equal(system->device, text) ||
	    text_is_equal(system->hostname, text))
		return true;
	if (!device)
		return false;
	return machine_find(machine, text) == device ||
	       text_is_equal_ignoring_case(device->content.uuid, uuid ? uuid : text);
}

const struct system *survey_find(const struct survey *survey, const struct machine *machine,
				 const char *text, bool *ret_ambiguous)
{
	const struct system *found = NULL, *snapshot = NULL;
	size_t count = 0, snapshot_count = 0;

	if (ret_ambiguous)
		*ret_ambiguous = false;
	for (size_t i = 0; i < survey->system_count; i++) {
		const struct system *system = survey->systems[i];

		if (text_is_equal(system->id, text))
			return system; /* an id is never ambiguous */
		if (!is_named(system, machine, text))
			continue;
		if (system_is_snapshot(system, machine)) {
			snapshot = system;
			snapshot_count++;
		} else {
			found = system;
			count++;
		}
	}
	if (!count) {
		found = snapshot;
		count = snapshot_count;
	}
	if (ret_ambiguous)
		*ret_ambiguous = count > 1;
	return count == 1 ? found : NULL;
}

const struct place *system_find_place(const struct system *system, const char *mountpoint)
{
	for (size_t i = 0; i < system->place_count; i++) {
		if (text_is_equal(system->places[i].mountpoint, mountpoint))
			return &system->places[i];
	}
	return NULL;
}
