/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the mount points of a system's fstab really lead, seen in a tree mounted only to look. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/clock.h"
#include "base/worker.h"
#include "storage/look.h"
#include "storage/scan.h"
#include "system/look_into.h"
#include "system/place_look.h"
#include "system/resolve.h"

#define TREE_DEADLINES 3 /* the whole tree is looked at: each filesystem may take its time */

struct place_look {
	const struct machine *machine;
	struct system *system;
	struct resolution *resolution;
	struct worker *worker;
	unsigned deadline_ms;
	bool is_answered;
	size_t opened; /* containers, by key files */
};

static bool is_empty(const struct root *root, const char *path)
{
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(root, path, 2, &names) < 0)
		return true;
	/* what mkfs leaves does not count */
	for (size_t i = 0; i < names.count; i++) {
		if (!text_is_equal(names.items[i], "lost+found"))
			return false;
	}
	return true;
}

/* Adds the place of one entry; returns its resolved path, the caller's, or NULL. */
static char *add_place(struct json_object *places, const struct root *root,
		       const struct resolved_entry *entry)
{
	struct json_object *place = json_object_new_object();
	_cleanup_free_ char *resolved = NULL;
	bool exists = false, is_folder;

	json_add_bytes(place, "mountpoint", entry->mountpoint);
	json_object_array_add(places, place);
	if (root_resolve(root, entry->mountpoint, true, &resolved, &exists) < 0)
		return NULL;
	is_folder = exists && root_has_folder(root, resolved);
	json_add_bytes(place, "resolved", resolved);
	json_add_bool(place, "exists", exists);
	json_add_bool(place, "is_folder", is_folder);
	json_add_bool(place, "hides_files", is_folder && !is_empty(root, resolved));
	return is_folder ? TAKE_PTR(resolved) : NULL;
}

static bool has_place(const struct resolved_entry *entry)
{
	return entry->mountpoint && *entry->mountpoint == '/' && entry->mountpoint[1];
}

static const struct device *device_of(const struct place_look *request,
				      const struct resolved_entry *entry)
{
	if (entry->action != RESOLVED_MOUNT || entry->kind != RESOLVED_DEVICE)
		return NULL;
	return machine_find(request->machine, entry->device);
}

/* The options that decide the contents; NULL: none. */
static const char *contents_options(const struct resolved_entry *entry)
{
	return text_is_empty(entry->needed_options) ? NULL : entry->needed_options;
}

static int look_at_root(const struct place_look *request, const char *folder,
			struct problem *why)
{
	const struct device *device = machine_find(request->machine, request->system->device);
	_cleanup_free_ char *options = NULL;

	if (!device)
		return -ENODEV;
	if (request->system->subvolume)
		options = text_format("subvol=%s", request->system->subvolume);
	else if (text_is_equal(device->content.type, "btrfs"))
		options = text_copy("subvolid=5"); /* the top, whatever the default is */
	return look_mount(device, options, folder, why);
}

/* Two folders in FOLDER: for the tree, and for what is mounted beside it. */
static int make_folders(const char *folder, char **ret_tree, char **ret_beside)
{
	*ret_tree = text_format("%s/tree", folder);
	*ret_beside = text_format("%s/beside", folder);
	return mkdir(*ret_tree, 0700) < 0 || mkdir(*ret_beside, 0700) < 0 ? -errno : 0;
}

/* Those mounted go to MOUNTED: device, target, ... */
static void look_at_places(const struct place_look *request, const struct root *root,
			   const char *tree, struct json_object *places, struct text_list *mounted)
{
	for (size_t i = 0; i < request->resolution->count; i++) {
		const struct resolved_entry *entry = &request->resolution->entries[i];
		const struct device *device = device_of(request, entry);
		_cleanup_free_ char *resolved = NULL, *target = NULL;

		if (!has_place(entry))
			continue;
		resolved = add_place(places, root, entry);
		if (!resolved || !device)
			continue;
		target = text_format("%s%s", tree, resolved);
		/* what cannot be mounted is found out again, and said, when it is mounted for real */
		if (look_mount(device, contents_options(entry), target, NULL) < 0)
			continue;
		text_list_add(mounted, device->name);
		text_list_add(mounted, target);
	}
}

static int look(const struct place_look *request, struct json_object *record)
{
	struct json_object *places = json_object_new_array();
	_cleanup_free_ char *folder = NULL, *tree = NULL, *beside = NULL;
	const struct device *device = machine_find(request->machine, request->system->device);
	_cleanup_text_list_ struct text_list mounted = {0};
	_cleanup_root_ struct root *root = NULL;
	int r = look_enter(&folder, NULL);

	(void)json_object_object_add(record, "places", places); /* fails only without memory */
	if (r == 0)
		r = make_folders(folder, &tree, &beside);
	if (r == 0)
		r = look_at_root(request, tree, NULL);
	if (r == 0)
		r = root_open(tree, &root, NULL);
	if (r < 0)
		return r;
	look_at_places(request, root, tree, places, &mounted);
	json_add_u64(record, "opened",
		     key_files_try(request->machine, request->system, root, beside,
				   request->deadline_ms));
	root = root_free(root);
	for (size_t i = mounted.count; i >= 2; i -= 2)
		look_unmount(machine_find(request->machine, mounted.items[i - 2]),
			     mounted.items[i - 1]);
	look_unmount(device, tree);
	return 0;
}

static int look_in_child(void *data, int fd)
{
	const struct place_look *request = data;
	_cleanup_json_ struct json_object *record = json_object_new_object();
	_cleanup_free_ char *text = NULL;

	if (look(request, record) < 0)
		return 1;
	text = json_format_line(record);
	return worker_send(fd, text, strlen(text)) < 0;
}

static void apply(struct system *system, struct json_object *places)
{
	size_t count = places ? json_object_array_length(places) : 0;

	for (size_t i = 0; i < count && i < FSTAB_ENTRY_MAX; i++) {
		struct json_object *object = json_object_array_get_idx(places, i);
		char *mountpoint = json_get_bytes(object, "mountpoint");
		struct place *place;

		if (!mountpoint)
			continue;
		system->places = alloc_grow(system->places, system->place_count,
					    &system->place_capacity, sizeof(*system->places));
		place = &system->places[system->place_count++];
		place->mountpoint = mountpoint;
		place->resolved = json_get_bytes(object, "resolved");
		place->exists = json_get_bool(object, "exists", false);
		place->is_folder = json_get_bool(object, "is_folder", false);
		place->hides_files = json_get_bool(object, "hides_files", false);
	}
}

/* A recorded machine: inside the root's own folder only. */
static void look_in_folder(const struct machine *machine, struct system *system,
			   const struct resolution *resolution)
{
	_cleanup_json_ struct json_object *places = json_object_new_array();
	_cleanup_free_ char *name = text_copy(system->id), *path = NULL;
	_cleanup_root_ struct root *root = NULL;

	for (char *at = name; *at; at++) {
		if (*at == '/')
			*at = '!';
	}
	path = text_format("%s/refloat/roots/%s", machine->sysroot, name);
	if (root_open(path, &root, NULL) < 0)
		return;
	for (size_t i = 0; i < resolution->count; i++) {
		if (has_place(&resolution->entries[i]))
			free(add_place(places, root, &resolution->entries[i]));
	}
	apply(system, places);
	/* a recording keeps settings, not folders: what it does not have says nothing */
	for (size_t i = 0; i < system->place_count; i++) {
		struct place *place = &system->places[i];

		place->exists = place->is_folder = true;
		place->hides_files = false;
	}
}

static void on_record(void *data, const char *bytes, size_t length)
{
	struct place_look *request = data;
	_cleanup_json_ struct json_object *record = NULL;

	if (request->is_answered || json_parse(bytes, length, &record, NULL) < 0)
		return;
	request->is_answered = true;
	apply(request->system, json_get_array(record, "places"));
	request->opened = (size_t)json_get_u64(record, "opened", 0);
}

int place_look_start(const struct machine *machine, const struct survey *survey,
		     struct system *system, unsigned deadline_ms, struct place_look **ret_look,
		     struct problem *why)
{
	_cleanup_place_look_ struct place_look *request = alloc_zero(1, sizeof(*request));
	const struct resolve_options options = {.is_read_only = true, .accept_guesses = true};
	int r;

	request->machine = machine;
	request->system = system;
	request->deadline_ms = deadline_ms ? deadline_ms : SCAN_DEADLINE_MS;
	r = resolve_system(machine, survey, system, &options, &request->resolution, why);
	if (r < 0)
		return r;
	if (machine->source == MACHINE_RECORDED)
		look_in_folder(machine, system, request->resolution);
	else if (worker_start(look_in_child, request, request->deadline_ms * TREE_DEADLINES,
			      &request->worker, why) < 0)
		return -EAGAIN;
	*ret_look = TAKE_PTR(request);
	return 0;
}

int place_look_fd(const struct place_look *look)
{
	return look->worker ? worker_fd(look->worker) : -1;
}

int place_look_timeout_ms(const struct place_look *look)
{
	return look->worker ? clock_left_ms(worker_deadline_ms(look->worker)) : 0;
}

bool place_look_dispatch(struct place_look *look)
{
	if (!look->worker)
		return false;
	if (worker_dispatch(look->worker, on_record, look) == WORKER_RUNNING)
		return true;
	if (!look->is_answered)
		text_list_add(&look->system->notes,
			      _("where its mount points lead could not be seen beforehand"));
	look->worker = worker_free(look->worker);
	return false;
}

size_t place_look_count_opened(const struct place_look *look)
{
	return look->opened;
}

struct place_look *place_look_free(struct place_look *look)
{
	if (!look)
		return NULL;
	(void)worker_free(look->worker);
	(void)resolution_free(look->resolution);
	free(look);
	return NULL;
}

int survey_places(const struct machine *machine, const struct survey *survey,
		  struct system *system, unsigned deadline_ms, struct problem *why)
{
	_cleanup_place_look_ struct place_look *request = NULL;
	int r;

	if (system->place_count)
		return 0;
	r = place_look_start(machine, survey, system, deadline_ms, &request, why);
	if (r == -EAGAIN) { /* the plan can do without */
		problem_done(why);
		return 0;
	}
	if (r < 0)
		return r;
	while (place_look_dispatch(request)) {
		struct pollfd fd = {.fd = place_look_fd(request), .events = POLLIN};

		(void)poll(&fd, 1, place_look_timeout_ms(request)); /* dispatch finds out */
	}
	return 0;
}
