/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A system as JSON, for its way from the worker that looked to the parent. */
#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "system/inspect.h"

#define ENTRIES_MAX FSTAB_ENTRY_MAX

/* A text member of a struct and its name in JSON. */
struct text_member {
	const char *name;
	size_t offset;
};

#define MEMBER(type, member) {#member, offsetof(type, member)}

static const struct text_member system_members[] = {
	MEMBER(struct system, id),           MEMBER(struct system, device),
	MEMBER(struct system, subvolume),    MEMBER(struct system, name),
	MEMBER(struct system, os_id),        MEMBER(struct system, version),
	MEMBER(struct system, hostname),     MEMBER(struct system, architecture),
	MEMBER(struct system, init),         MEMBER(struct system, flavour),
	MEMBER(struct system, machine_id),
};

static const struct text_member fstab_members[] = {
	MEMBER(struct fstab_entry, source),     MEMBER(struct fstab_entry, tag),
	MEMBER(struct fstab_entry, tag_value),  MEMBER(struct fstab_entry, mountpoint),
	MEMBER(struct fstab_entry, type),       MEMBER(struct fstab_entry, options),
};

static const struct text_member bad_line_members[] = {
	MEMBER(struct fstab_bad_line, text),
	MEMBER(struct fstab_bad_line, reason),
};

static const struct text_member crypttab_members[] = {
	MEMBER(struct crypttab_entry, name),
	MEMBER(struct crypttab_entry, source),
	MEMBER(struct crypttab_entry, key),
	MEMBER(struct crypttab_entry, options),
};

static const struct text_member array_members[] = {
	MEMBER(struct mdadm_array, device),
	MEMBER(struct mdadm_array, uuid),
	MEMBER(struct mdadm_array, name),
};

static struct json_object *members_to_json(const void *from, const struct text_member *members,
					   size_t count)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < count; i++)
		json_add_bytes(object, members[i].name,
			       *(char *const *)((const char *)from + members[i].offset));
	return object;
}

static void members_from_json(struct json_object *object, void *to,
			      const struct text_member *members, size_t count)
{
	for (size_t i = 0; i < count; i++)
		*(char **)((char *)to + members[i].offset) = json_get_bytes(object, members[i].name);
}

static void texts_to_json(struct json_object *object, const char *name,
			  const struct text_list *list)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->count; i++) {
		struct json_object *item = json_object_new_object();

		json_add_bytes(item, "text", list->items[i]);
		json_object_array_add(array, item);
	}
	json_object_object_add(object, name, array);
}

/* Element I of member array NAME, NULL behind the last or the limit. */
static struct json_object *element(struct json_object *object, const char *name, size_t i)
{
	struct json_object *array = json_get_array(object, name);

	if (!array || i >= json_object_array_length(array) || i >= ENTRIES_MAX)
		return NULL;
	return json_object_array_get_idx(array, i);
}

static void texts_from_json(struct json_object *object, const char *name, struct text_list *list)
{
	struct json_object *item;

	for (size_t i = 0; (item = element(object, name, i)) != NULL; i++) {
		char *text = json_get_bytes(item, "text");

		if (text)
			text_list_take(list, text);
	}
}

static struct json_object *fstab_to_json(const struct fstab *fstab)
{
	struct json_object *object = json_object_new_object();
	struct json_object *entries = json_object_new_array(), *bad = json_object_new_array();

	for (size_t i = 0; i < fstab->count; i++) {
		const struct fstab_entry *entry = &fstab->entries[i];
		struct json_object *item =
			members_to_json(entry, fstab_members, ARRAY_SIZE(fstab_members));

		json_add_u64(item, "line", entry->line);
		json_add_u64(item, "frequency", (uint64_t)entry->frequency);
		json_add_u64(item, "pass", (uint64_t)entry->pass);
		json_object_array_add(entries, item);
	}
	for (size_t i = 0; i < fstab->bad_count; i++) {
		struct json_object *item = members_to_json(&fstab->bad_lines[i], bad_line_members,
							   ARRAY_SIZE(bad_line_members));

		json_add_u64(item, "line", fstab->bad_lines[i].line);
		json_object_array_add(bad, item);
	}
	json_object_object_add(object, "entries", entries);
	json_object_object_add(object, "bad_lines", bad);
	texts_to_json(object, "notes", &fstab->notes);
	return object;
}

static void fstab_from_json(struct json_object *object, struct fstab *fstab)
{
	struct json_object *item;

	for (size_t i = 0; (item = element(object, "entries", i)) != NULL; i++) {
		struct fstab_entry entry = {.line = (unsigned)json_get_u64(item, "line", 0)};

		members_from_json(item, &entry, fstab_members, ARRAY_SIZE(fstab_members));
		entry.frequency = (int)(json_get_u64(item, "frequency", 0) % 1000);
		entry.pass = (int)(json_get_u64(item, "pass", 0) % 1000);
		fstab->entries = alloc_grow(fstab->entries, fstab->count, &fstab->capacity,
					    sizeof(*fstab->entries));
		fstab->entries[fstab->count++] = entry;
		/* the rest of the program counts on these four */
		if (!entry.source || !entry.mountpoint || !entry.type || !entry.options) {
			fstab->count--;
			free(entry.source);
			free(entry.tag);
			free(entry.tag_value);
			free(entry.mountpoint);
			free(entry.type);
			free(entry.options);
		}
	}
	for (size_t i = 0; (item = element(object, "bad_lines", i)) != NULL; i++) {
		fstab->bad_lines = alloc_grow(fstab->bad_lines, fstab->bad_count,
					      &fstab->bad_capacity, sizeof(*fstab->bad_lines));
		members_from_json(item, &fstab->bad_lines[fstab->bad_count], bad_line_members,
				  ARRAY_SIZE(bad_line_members));
		fstab->bad_lines[fstab->bad_count++].line = (unsigned)json_get_u64(item, "line", 0);
	}
	texts_from_json(object, "notes", &fstab->notes);
}

static void names_to_json(struct json_object *object, const struct system *system)
{
	struct json_object *crypttab = json_object_new_array(), *arrays = json_object_new_array();

	for (size_t i = 0; i < system->crypttab.count; i++) {
		struct json_object *item = members_to_json(&system->crypttab.entries[i],
							   crypttab_members,
							   ARRAY_SIZE(crypttab_members));

		json_add_u64(item, "line", system->crypttab.entries[i].line);
		json_object_array_add(crypttab, item);
	}
	for (size_t i = 0; i < system->mdadm_conf.count; i++)
		json_object_array_add(arrays,
				      members_to_json(&system->mdadm_conf.arrays[i], array_members,
						      ARRAY_SIZE(array_members)));
	json_object_object_add(object, "crypttab", crypttab);
	json_object_object_add(object, "arrays", arrays);
}

static void names_from_json(struct json_object *object, struct system *system)
{
	struct crypttab *crypttab = &system->crypttab;
	struct mdadm_conf *conf = &system->mdadm_conf;
	struct json_object *item;

	for (size_t i = 0; (item = element(object, "crypttab", i)) != NULL; i++) {
		crypttab->entries = alloc_grow(crypttab->entries, crypttab->count,
					       &crypttab->capacity, sizeof(*crypttab->entries));
		members_from_json(item, &crypttab->entries[crypttab->count], crypttab_members,
				  ARRAY_SIZE(crypttab_members));
		crypttab->entries[crypttab->count++].line = (unsigned)json_get_u64(item, "line", 0);
	}
	for (size_t i = 0; (item = element(object, "arrays", i)) != NULL; i++) {
		conf->arrays = alloc_grow(conf->arrays, conf->count, &conf->capacity,
					  sizeof(*conf->arrays));
		members_from_json(item, &conf->arrays[conf->count++], array_members,
				  ARRAY_SIZE(array_members));
	}
}

struct json_object *inspect_system_to_json(const struct system *system)
{
	struct json_object *object =
		members_to_json(system, system_members, ARRAY_SIZE(system_members));

	json_add_u64(object, "kind", system->kind);
	json_add_u64(object, "last_used", system->last_used > 0 ? (uint64_t)system->last_used : 0);
	json_add_bool(object, "has_fstab", system->has_fstab);
	json_add_bool(object, "has_separate_usr", system->has_separate_usr);
	json_add_bool(object, "hibernated", system->is_hibernated);
	texts_to_json(object, "kernels", &system->kernels);
	texts_to_json(object, "notes", &system->notes);
	json_object_object_add(object, "fstab", fstab_to_json(&system->fstab));
	names_to_json(object, system);
	return object;
}

struct system *inspect_system_from_json(struct json_object *object)
{
	struct system *system;
	uint64_t kind;

	if (!json_object_is_type(object, json_type_object))
		return NULL;
	system = system_new();
	members_from_json(object, system, system_members, ARRAY_SIZE(system_members));
	kind = json_get_u64(object, "kind", SYSTEM_LINUX);
	system->kind = kind <= SYSTEM_BSD ? (enum system_kind)kind : SYSTEM_LINUX;
	system->last_used = (int64_t)json_get_u64(object, "last_used", 0);
	system->has_fstab = json_get_bool(object, "has_fstab", false);
	system->has_separate_usr = json_get_bool(object, "has_separate_usr", false);
	system->is_hibernated = json_get_bool(object, "hibernated", false);
	texts_from_json(object, "kernels", &system->kernels);
	texts_from_json(object, "notes", &system->notes);
	fstab_from_json(json_get_object(object, "fstab"), &system->fstab);
	names_from_json(object, system);
	if (!system->name)
		system->name = text_copy("");
	return system;
}
