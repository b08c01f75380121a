/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into one filesystem, with all its subvolumes where it has some. */
#include "system/look_into.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/worker.h"
#include "storage/look.h"
#include "system/inspect.h"
#include "system/look_into_subvolumes.h"

#define SPARE_MAX 16 /* devices that any way of spreading can lose */

/* What one root folder says, with its system, added to the record. */
static void add_root(struct json_object *record, const struct root *root,
		     const struct subvolume *subvolume, bool is_snapshot)
{
	struct json_object *volume = look_into_add_volume(record, root, subvolume, is_snapshot);
	struct system *system = is_snapshot ? NULL : inspect_system(root);

	if (system)
		look_into_add_system(volume, system, subvolume);
	(void)system_free(system);
}

static struct json_object *new_record(void)
{
	struct json_object *record = json_object_new_object();

	json_object_object_add(record, "volumes", json_object_new_array());
	return record;
}

static int look(const struct device *device, struct json_object *record, struct problem *why)
{
	bool is_btrfs = text_is_equal(device->content.type, "btrfs");
	_cleanup_free_ char *folder = NULL;
	_cleanup_root_ struct root *root = NULL;
	int r = look_enter(&folder, why);

	if (r == 0)
		r = look_mount(device, is_btrfs ? "subvolid=5" : NULL, folder, why);
	if (r == 0)
		r = root_open(folder, &root, why);
	if (r < 0)
		return r;
	add_root(record, root, NULL, false);
	if (is_btrfs)
		look_into_subvolumes(record, root);
	root = root_free(root);
	look_unmount(device, folder);
	return 0;
}

int look_into_device(const struct device *device, int fd)
{
	_cleanup_json_ struct json_object *record = new_record();
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;

	if (look(device, record, &why) < 0)
		json_add_text(record, "problem", why.why);
	text = json_format_line(record);
	return worker_send(fd, text, strlen(text)) < 0;
}

/* The name of a device's folder in a recorded machine: slashes become "!". */
static char *folder_name(const char *name)
{
	char *folder = text_copy(name);

	for (char *at = folder; *at; at++) {
		if (*at == '/')
			*at = '!';
	}
	return folder;
}

static void add_folder(struct json_object *record, const struct root *roots, const char *name,
		       const struct subvolume *subvolume)
{
	int fd = root_open_file(roots, name, O_PATH | O_DIRECTORY, 0);
	_cleanup_root_ struct root *root = NULL;

	if (fd < 0)
		return;
	root = root_new_from_fd(fd, name);
	/* a recording has the roots of systems only */
	add_root(record, root, subvolume, false);
}

struct json_object *look_into_folders(const struct root *roots, const struct device *device)
{
	_cleanup_free_ char *name = folder_name(device->name);
	_cleanup_free_ char *prefix = text_format("%s:", name);
	_cleanup_text_list_ struct text_list names = {0};
	struct json_object *record = new_record();

	add_folder(record, roots, name, NULL);
	(void)root_list(roots, "/", 0, &names); /* none: nothing was recorded */
	for (size_t i = 0; i < names.count; i++) {
		const char *path = text_after_prefix(names.items[i], prefix);
		struct subvolume subvolume = {0}; /* a recording has no ids */

		if (!path)
			continue;
		subvolume.path = text_copy(path);
		for (char *at = subvolume.path; *at; at++) {
			if (*at == '!')
				*at = '/';
		}
		add_folder(record, roots, names.items[i], &subvolume);
		free(subvolume.path);
	}
	return record;
}

struct volume *survey_add_volume(struct survey *survey, const char *device)
{
	struct volume *volume;

	survey->volumes = alloc_grow(survey->volumes, survey->volume_count,
				     &survey->volume_capacity, sizeof(*survey->volumes));
	volume = &survey->volumes[survey->volume_count++];
	volume->spare_devices = -1;
	volume->device = text_copy(device);
	return volume;
}

static void apply_system(struct survey *survey, const struct device *device,
			 struct json_object *object)
{
	struct system *system = inspect_system_from_json(object);

	if (!system)
		return;
	text_set(&system->device, device->name);
	free(system->id);
	system->id = system->subvolume ? text_format("%s:%s", device->name, system->subvolume)
				       : text_copy(device->name);
	if (device->content.journal == JOURNAL_DIRTY)
		text_list_format(&system->notes,
				 _("the journal of %s has not been replayed: what is shown here may "
				   "be older than what will be mounted"), device->name);
	survey->systems = alloc_grow(survey->systems, survey->system_count,
				     &survey->system_capacity, sizeof(struct system *));
	survey->systems[survey->system_count++] = system;
}

static void apply_profile(struct volume *volume, struct json_object *record)
{
	uint64_t spare = json_get_u64(record, "spare", UINT64_MAX);

	volume->profile = json_get_bytes(record, "profile");
	if (spare <= SPARE_MAX)
		volume->spare_devices = (int)spare;
}

void look_into_apply(struct survey *survey, const struct device *device,
		     struct json_object *record)
{
	struct json_object *volumes = json_get_array(record, "volumes");
	const char *problem = json_get_text(record, "problem");

	if (problem)
		text_set(&survey_add_volume(survey, device->name)->problem, problem);
	for (size_t i = 0; volumes && i < json_object_array_length(volumes); i++) {
		struct json_object *object = json_object_array_get_idx(volumes, i);
		struct volume *volume = survey_add_volume(survey, device->name);

		volume->subvolume = json_get_bytes(object, "subvolume");
		volume->subvolume_id = json_get_u64(object, "subvolume_id", 0);
		volume->is_default = json_get_bool(object, "default", false);
		volume->is_snapshot = json_get_bool(object, "snapshot", false);
		volume->roles = (unsigned)json_get_u64(object, "roles", 0);
		if (!i)
			apply_profile(volume, record);
		if (device->content.journal == JOURNAL_DIRTY)
			volume->note = text_copy(_("its journal has not been replayed"));
		else if (!i)
			text_set(&volume->note, json_get_text(record, "note"));
		if (json_get_object(object, "system"))
			apply_system(survey, device, json_get_object(object, "system"));
	}
}
