/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking into the subvolumes of one btrfs filesystem: which are systems, which only snapshots. */
#include "system/look_into_subvolumes.h"

#include <fcntl.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/btrfs_profile.h"
#include "system/inspect.h"

#define LOOKED_INTO_MAX 256 /* subvolumes of one filesystem */
#define OFFERED_MAX 16	    /* snapshots, where there is nothing else */

void look_into_add_system(struct json_object *volume, struct system *system,
			  const struct subvolume *subvolume)
{
	text_set(&system->subvolume, subvolume ? subvolume->path : NULL);
	json_object_object_add(volume, "system", inspect_system_to_json(system));
}

struct json_object *look_into_add_volume(struct json_object *record, const struct root *root,
					 const struct subvolume *subvolume, bool is_snapshot)
{
	struct json_object *volume = json_object_new_object();

	json_add_bytes(volume, "subvolume", subvolume ? subvolume->path : NULL);
	json_add_u64(volume, "subvolume_id", subvolume ? subvolume->id : 0);
	json_add_bool(volume, "default", subvolume && subvolume->is_default);
	json_add_bool(volume, "snapshot", is_snapshot);
	json_add_u64(volume, "roles", inspect_roles(root));
	json_object_array_add(json_get_array(record, "volumes"), volume);
	return volume;
}

/*
 * The subvolumes of one filesystem. Not every one that looks like a system is one: most are
 * snapshots of a system, or containers in it.
 */
struct looking_into {
	struct json_object *record;
	const struct root *top;
	const struct subvolumes *subvolumes;
	struct text_list systems; /* paths of those that are systems */
};

/* snapper's and timeshift's places, and whatever is read-only. */
static bool is_snapshot(const struct subvolume *subvolume)
{
	return subvolume->is_read_only || strstr(subvolume->path, ".snapshots/") ||
	       strstr(subvolume->path, "/snapshot") ||
	       text_has_prefix(subvolume->path, "snapshots/") ||
	       text_has_prefix(subvolume->path, "timeshift-btrfs/") ||
	       text_has_prefix(subvolume->path, "@apt-snapshot-");
}

/* Whether PATH lies in a subvolume that is a system itself, or where containers and the like do. */
static bool is_inside_system(const struct looking_into *looking, const char *path)
{
	if (text_has_prefix(path, "var/lib/") || strstr(path, "/var/lib/"))
		return true;
	for (size_t i = 0; i < looking->systems.count; i++) {
		const char *rest = text_after_prefix(path, looking->systems.items[i]);

		if (rest && *rest == '/')
			return true;
	}
	return false;
}

static const struct subvolume *find_subvolume(const struct subvolumes *subvolumes, const char *path)
{
	for (size_t i = 0; i < subvolumes->count; i++) {
		if (text_is_equal(subvolumes->items[i].path, path))
			return &subvolumes->items[i];
	}
	return NULL;
}

/*
 * Whether SYSTEM, found in a subvolume that was made as a snapshot, is one still: its fstab names
 * the subvolume that it was taken of. One that was restored is what its fstab names.
 */
static bool is_copy_by_fstab(const struct looking_into *looking, const struct system *system,
			     const struct subvolume *subvolume)
{
	for (size_t i = 0; subvolume->has_parent && i < system->fstab.count; i++) {
		const struct fstab_entry *entry = &system->fstab.entries[i];
		_cleanup_free_ char *named = fstab_get_option(entry->options, "subvol");

		if (!text_is_equal(entry->mountpoint, "/") || !named)
			continue;
		return strcmp(named + (*named == '/'), subvolume->path) != 0 &&
		       find_subvolume(looking->subvolumes, named + (*named == '/'));
	}
	return false;
}

static struct root *open_subvolume(const struct looking_into *looking,
				   const struct subvolume *subvolume)
{
	int folder =
		root_open_file(looking->top, subvolume->path, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0);

	return folder < 0 ? NULL : root_new_from_fd(folder, subvolume->path);
}

static void look_into_subvolume(struct looking_into *looking, const struct subvolume *subvolume)
{
	_cleanup_root_ struct root *root = open_subvolume(looking, subvolume);
	bool is_apart = is_snapshot(subvolume);
	struct system *system = NULL;
	struct json_object *volume;

	if (!root)
		return;
	if (subvolume->is_default || (!is_apart && !is_inside_system(looking, subvolume->path)))
		system = inspect_system(root);
	if (system && !subvolume->is_default && is_copy_by_fstab(looking, system, subvolume)) {
		system = system_free(system);
		is_apart = true;
	}
	volume = look_into_add_volume(looking->record, root, subvolume, is_apart);
	if (system) {
		look_into_add_system(volume, system, subvolume);
		text_list_add(&looking->systems, subvolume->path);
	}
	(void)system_free(system);
}

/* The default one, then those that may be systems, the outer ones first, snapshots last. */
static int compare_subvolumes(const void *a, const void *b)
{
	const struct subvolume *left = a, *right = b;
	size_t left_length = strlen(left->path), right_length = strlen(right->path);

	if (left->is_default != right->is_default)
		return left->is_default ? -1 : 1;
	if (is_snapshot(left) != is_snapshot(right))
		return is_snapshot(right) ? -1 : 1;
	if (is_snapshot(left) && left->id != right->id)
		return left->id > right->id ? -1 : 1; /* the newest */
	if (left_length != right_length)
		return left_length < right_length ? -1 : 1;
	return strcmp(left->path, right->path);
}

/*
 * Where nothing but snapshots is left, as when the default of a system that runs from one was lost,
 * they are the systems: those that can be written, else the newest.
 */
static void offer_snapshots(struct looking_into *looking)
{
	struct json_object *volumes = json_get_array(looking->record, "volumes");
	bool is_any_writable = false;
	size_t offered = 0;

	for (size_t i = 0; i < looking->subvolumes->count; i++)
		is_any_writable |= !looking->subvolumes->items[i].is_read_only &&
				   is_snapshot(&looking->subvolumes->items[i]);
	for (size_t i = 0; i < json_object_array_length(volumes) && offered < OFFERED_MAX; i++) {
		struct json_object *volume = json_object_array_get_idx(volumes, i);
		_cleanup_free_ char *path = json_get_bytes(volume, "subvolume");
		const struct subvolume *subvolume = find_subvolume(looking->subvolumes, path);
		_cleanup_root_ struct root *root = NULL;
		struct system *system;

		if (!subvolume || !is_snapshot(subvolume) ||
		    (is_any_writable && subvolume->is_read_only))
			continue;
		root = open_subvolume(looking, subvolume);
		system = root ? inspect_system(root) : NULL;
		if (!system)
			continue;
		text_list_add(
			&system->notes,
			_("it is a snapshot: its filesystem holds no system besides snapshots, "
			  "and none that would be mounted by default"));
		look_into_add_system(volume, system, subvolume);
		(void)system_free(system);
		offered++;
	}
}

static bool has_system(struct json_object *record)
{
	struct json_object *volumes = json_get_array(record, "volumes");

	for (size_t i = 0; i < json_object_array_length(volumes); i++) {
		if (json_get_object(json_object_array_get_idx(volumes, i), "system"))
			return true;
	}
	return false;
}

/* How the filesystem spreads what it holds over its devices. */
static void add_profile(struct json_object *record, int fd)
{
	_cleanup_free_ char *profile = NULL;
	unsigned spare = 0;

	if (profile_read(fd, &profile, &spare) < 0)
		return;
	json_add_text(record, "profile", profile);
	json_add_u64(record, "spare", spare);
}

void look_into_subvolumes(struct json_object *record, const struct root *top)
{
	struct subvolumes subvolumes = {0};
	struct looking_into looking = {.record = record, .top = top, .subvolumes = &subvolumes};
	_cleanup_close_ int fd = root_open_file(top, "/", O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0 || subvolumes_read(fd, &subvolumes) < 0) {
		json_add_text(record, "note", _("its subvolumes could not be listed"));
		return;
	}
	if (subvolumes.count)
		qsort(subvolumes.items, subvolumes.count, sizeof(*subvolumes.items),
		      compare_subvolumes);
	add_profile(record, fd);
	for (size_t i = 0; i < subvolumes.count && i < LOOKED_INTO_MAX; i++)
		look_into_subvolume(&looking, &subvolumes.items[i]);
	if (!has_system(record))
		offer_snapshots(&looking);
	if (subvolumes.count > LOOKED_INTO_MAX)
		json_add_text(record, "note",
			      _("it has very many subvolumes; not all were looked "
				"into"));
	text_list_done(&looking.systems);
	subvolumes_done(&subvolumes);
}
