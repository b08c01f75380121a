/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at the whole tree of a system, as its fstab would mount it. */
#include "system/tree_look.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "base/worker.h"
#include "storage/look.h"
#include "storage/scan.h"

#define TREE_DEADLINES 3 /* the whole tree is looked at: each filesystem may take its time */
#define RETRY_MS 100

struct tree_look {
	struct worker *worker;
	struct json_object *record; /* NULL: it has not answered */
	bool is_timed_out;
	char *title; /* of what is looked at */
};

/* --- in the worker */

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

static const struct device *device_of(const struct tree_look_request *request,
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

static int look_at_root(const struct tree_look_request *request, const char *folder,
			struct problem *why)
{
	const struct device *device = machine_find(request->machine, request->device);
	_cleanup_free_ char *options = NULL;

	if (!device)
		return problem_set(why, -ENODEV, request->device, _("is not here any more"));
	if (request->subvolume)
		options = text_format("subvol=%s", request->subvolume);
	else if (text_is_equal(device->content.type, "btrfs"))
		options = text_copy("subvolid=5"); /* the top, whatever the default is */
	return look_mount(device, options, folder, why);
}

/* Two folders in FOLDER: for the tree, and for what is mounted beside it. */
static int make_folders(const char *folder, char **ret_tree, char **ret_beside, struct problem *why)
{
	*ret_tree = text_format("%s/tree", folder);
	*ret_beside = text_format("%s/beside", folder);
	if (mkdir(*ret_tree, 0700) < 0 || mkdir(*ret_beside, 0700) < 0)
		return problem_set_errno(why, -errno, folder);
	return 0;
}

/*
 * What is refused is tried once more: on a loaded machine a mount was seen to fail that succeeds a moment
 * later, and without it the plan takes folders for missing.
 */
static int look_at_place(const struct device *device, const char *options, const char *target)
{
	int r = look_mount(device, options, target, NULL);

	if (r == 0 || r == -ENODEV)
		return r;
	(void)poll(NULL, 0, RETRY_MS);
	return look_mount(device, options, target, NULL);
}

/* Those mounted go to MOUNTED: device, target, ... */
static void look_at_places(const struct tree_look_request *request, const struct root *root,
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
		/* what cannot be mounted is found out again, and said, when it is mounted for real
		 */
		if (look_at_place(device, contents_options(entry), target) < 0)
			continue;
		text_list_add(mounted, device->name);
		text_list_add(mounted, target);
	}
}

static struct json_object *add_places(struct json_object *record)
{
	struct json_object *places = json_object_new_array();

	(void)json_object_object_add(record, "places", places); /* fails only without memory */
	return places;
}

static void run_function(const struct tree_look_request *request, const struct root *root,
			 const char *beside, struct json_object *record)
{
	const struct tree tree = {
		.machine = request->machine,
		.root = root,
		.beside = beside,
		.deadline_ms = request->deadline_ms ? request->deadline_ms : SCAN_DEADLINE_MS,
	};

	if (request->function)
		request->function(request->data, &tree, record);
}

static int look(const struct tree_look_request *request, struct json_object *record,
		struct problem *why)
{
	_cleanup_free_ char *folder = NULL, *tree = NULL, *beside = NULL;
	_cleanup_text_list_ struct text_list mounted = {0};
	_cleanup_root_ struct root *root = NULL;
	int r = look_enter(&folder, why);

	if (r == 0)
		r = make_folders(folder, &tree, &beside, why);
	if (r == 0)
		r = look_at_root(request, tree, why);
	if (r == 0)
		r = root_open(tree, &root, why);
	if (r < 0)
		return r;
	look_at_places(request, root, tree, add_places(record), &mounted);
	run_function(request, root, beside, record);
	root = root_free(root);
	for (size_t i = mounted.count; i >= 2; i -= 2)
		look_unmount(machine_find(request->machine, mounted.items[i - 2]),
			     mounted.items[i - 1]);
	look_unmount(machine_find(request->machine, request->device), tree);
	return 0;
}

/* A recorded machine: inside the root's own folder only. */
static int look_in_folder(const struct tree_look_request *request, struct json_object *record,
			  struct problem *why)
{
	_cleanup_free_ char *name =
		request->subvolume ? text_format("%s:%s", request->device, request->subvolume)
				   : text_copy(request->device);
	_cleanup_free_ char *path = NULL;
	_cleanup_root_ struct root *recording = NULL, *root = NULL;
	struct json_object *places = add_places(record);
	int r = root_open(request->machine->sysroot, &recording, why);

	if (r < 0)
		return r;
	for (char *at = name; *at; at++) {
		if (*at == '/')
			*at = '!';
	}
	path = text_format("refloat/roots/%s", name);
	r = root_open_folder(recording, path, &root);
	if (r < 0)
		return problem_set(why, r, path, _("this is not in the recording"));
	for (size_t i = 0; i < request->resolution->count; i++) {
		if (has_place(&request->resolution->entries[i]))
			free(add_place(places, root, &request->resolution->entries[i]));
	}
	run_function(request, root, NULL, record);
	return 0;
}

static int look_in_child(void *data, int fd)
{
	const struct tree_look_request *request = data;
	_cleanup_json_ struct json_object *record = json_object_new_object();
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *text = NULL;
	int r = request->machine->source == MACHINE_RECORDED ? look_in_folder(request, record, &why)
							     : look(request, record, &why);

	if (r < 0)
		json_add_problem(record, "problem", &why);
	text = json_format_line(record);
	return worker_send(fd, text, strlen(text)) < 0;
}

/* --- in the parent */

static void on_record(void *data, const char *bytes, size_t length)
{
	struct tree_look *look = data;

	if (!look->record)
		(void)json_parse(bytes, length, &look->record, NULL); /* NULL: no answer */
}

int tree_look_start(const struct tree_look_request *request, struct tree_look **ret_look,
		    struct problem *why)
{
	_cleanup_tree_look_ struct tree_look *look = alloc_zero(1, sizeof(*look));
	unsigned deadline_ms = request->deadline_ms ? request->deadline_ms : SCAN_DEADLINE_MS;
	int r = worker_start(look_in_child, (void *)request, deadline_ms * TREE_DEADLINES,
			     &look->worker, why);

	if (r < 0)
		return r;
	look->title = printable_text(request->device);
	*ret_look = TAKE_PTR(look);
	return 0;
}

int tree_look_fd(const struct tree_look *look)
{
	return look->worker ? worker_fd(look->worker) : -1;
}

int tree_look_timeout_ms(const struct tree_look *look)
{
	return look->worker ? clock_left_ms(worker_deadline_ms(look->worker)) : 0;
}

bool tree_look_dispatch(struct tree_look *look)
{
	if (!look->worker)
		return false;
	if (worker_dispatch(look->worker, on_record, look) == WORKER_RUNNING)
		return true;
	look->is_timed_out = worker_get_state(look->worker) == WORKER_TIMED_OUT;
	look->worker = worker_free(look->worker);
	return false;
}

int tree_look_take(struct tree_look *look, struct json_object **ret_record, struct problem *why)
{
	struct problem found = {0};

	if (!look->record && look->is_timed_out)
		return problem_set(why, -ETIMEDOUT, look->title, _("its disk does not answer"));
	if (!look->record)
		return problem_set(why, -EIO, look->title, _("looking into it did not end well"));
	if (json_get_problem(look->record, "problem", &found)) {
		int error = found.error < 0 ? found.error : -EIO;

		problem_move(why, &found);
		return error;
	}
	*ret_record = look->record;
	return 0;
}

struct tree_look *tree_look_free(struct tree_look *look)
{
	if (!look)
		return NULL;
	(void)worker_free(look->worker);
	(void)json_object_put(look->record); /* takes NULL */
	free(look->title);
	free(look);
	return NULL;
}

static bool is_dormant(const struct device *device)
{
	return device && device->is_dormant && !device->look_path;
}

bool tree_look_needs_stack(const struct tree_look_request *request)
{
	if (request->machine->source == MACHINE_RECORDED)
		return false;
	if (is_dormant(machine_find(request->machine, request->device)))
		return true;
	for (size_t i = 0; i < request->resolution->count; i++) {
		if (is_dormant(device_of(request, &request->resolution->entries[i])))
			return true;
	}
	return false;
}
