/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Installed systems as JSON. */
#include "cli/system_json.h"

#include "base/i18n.h"

static struct json_object *format_entry(const struct resolved_entry *entry)
{
	struct json_object *object = json_object_new_object();

	if (entry->entry)
		json_add_u64(object, "line", entry->entry->line);
	else
		json_add_text(object, "line", NULL);
	json_add_text(object, "source", entry->entry ? entry->entry->source : entry->source);
	json_add_text(object, "device", entry->device);
	json_add_text(object, "mountpoint", entry->mountpoint);
	json_add_text(object, "fstype", entry->type);
	json_add_text(object, "options", entry->options);
	json_add_list(object, "dropped", &entry->dropped);
	json_add_text(object, "action", resolved_action_name(entry->action));
	json_add_text(object, "reason", entry->reason);
	json_add_bool(object, "guess", entry->is_guess);
	json_add_bool(object, "degraded", entry->is_degraded);
	json_add_list(object, "candidates", &entry->candidates);
	json_add_list(object, "locked", &entry->locked);
	return object;
}

static struct json_object *format_bad_line(const struct fstab_bad_line *bad)
{
	struct json_object *object = json_object_new_object();

	json_add_u64(object, "line", bad->line);
	json_add_text(object, "text", bad->text);
	json_add_text(object, "reason", bad->reason);
	return object;
}

static void add_fstab(struct json_object *object, const struct system *system,
		      const struct resolution *resolution)
{
	struct json_object *entries = json_object_new_array(), *bad = json_object_new_array();

	for (size_t i = 0; resolution && i < resolution->count; i++)
		(void)json_object_array_add(entries, format_entry(&resolution->entries[i]));
	for (size_t i = 0; i < system->fstab.bad_count; i++)
		(void)json_object_array_add(bad, format_bad_line(&system->fstab.bad_lines[i]));
	(void)json_object_object_add(object, "fstab", entries);
	(void)json_object_object_add(object, "bad_lines", bad);
}

struct json_object *system_json_new(const struct system *system,
				    const struct resolution *resolution, const struct problem *why)
{
	struct json_object *object = json_object_new_object();
	_cleanup_text_list_ struct text_list notes = {0};

	json_add_text(object, "id", system->id);
	json_add_text(object, "kind", system_kind_name(system->kind));
	json_add_text(object, "root", system->device);
	json_add_text(object, "subvolume", system->subvolume);
	json_add_text(object, "name", system->name);
	json_add_text(object, "version", system->version);
	json_add_text(object, "hostname", system->hostname);
	json_add_text(object, "arch", system->architecture);
	json_add_text(object, "init", system->init);
	json_add_text(object, "flavour", system->flavour);
	json_add_text(object, "machine_id", system->machine_id);
	json_add_list(object, "kernels", &system->kernels);
	if (system->last_used)
		json_add_u64(object, "last_used", (uint64_t)system->last_used);
	else
		json_add_text(object, "last_used", NULL);
	json_add_bool(object, "has_fstab", system->has_fstab);
	add_fstab(object, system, resolution);
	text_list_copy(&notes, &system->notes);
	text_list_copy(&notes, &system->fstab.notes);
	if (resolution)
		text_list_copy(&notes, &resolution->notes);
	else if (why->error)
		text_list_take(&notes, problem_text(why));
	json_add_list(object, "notes", &notes);
	return object;
}

struct json_object *subvolumes_json_new(const struct survey *survey)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < survey->volume_count; i++) {
		const struct volume *volume = &survey->volumes[i];
		struct json_object *object;

		if (!volume->subvolume)
			continue;
		object = json_object_new_object();
		json_add_text(object, "device", volume->device);
		json_add_text(object, "subvolume", volume->subvolume);
		json_add_u64(object, "id", volume->subvolume_id);
		json_add_bool(object, "default", volume->is_default);
		json_add_bool(object, "snapshot", volume->is_snapshot);
		(void)json_object_array_add(list, object);
	}
	return list;
}

struct json_object *mounted_system_to_json(const struct mounted_system *mounted)
{
	struct json_object *object;

	if (!mounted->id)
		return NULL;
	object = json_object_new_object();
	json_add_text(object, "id", mounted->id);
	json_add_text(object, "summary", mounted->summary);
	json_add_text(object, "target", mounted->target);
	json_add_bool(object, "ro", mounted->is_read_only);
	json_add_u64(object, "operation", mounted->operation);
	return object;
}
