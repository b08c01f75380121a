/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking through md arrays: assembled read-only over read-only members. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/worker.h"
#include "storage/array.h"
#include "storage/module.h"
#include "storage/stack_parts.h"

/* Numbers that arrays of a system do not have; the kernel takes no higher ones in a name. */
#define NUMBER_FIRST 500
#define NUMBER_LAST 511
#define NEW_ARRAY "/sys/module/md_mod/parameters/new_array"

/* A name that no array has, the caller's; NULL: all are taken. */
static char *free_name(void)
{
	for (int number = NUMBER_FIRST; number <= NUMBER_LAST; number++) {
		_cleanup_free_ char *folder = text_format("/sys/block/md%d", number);

		if (access(folder, F_OK) < 0)
			return text_format("md%d", number);
	}
	return NULL;
}

/* An array that is to be looked at. */
struct assembly {
	const char *name; /* "md500" */
	const char *version;
	const char **layers;
	size_t layer_count;
};

static int set_attribute(const struct assembly *assembly, const char *attribute, const char *text)
{
	_cleanup_free_ char *path = text_format("/sys/block/%s/md/%s", assembly->name, attribute);

	return file_write_attribute(path, text);
}

static int add_layer(const struct assembly *assembly, const char *layer)
{
	_cleanup_free_ char *number = NULL;
	struct stat status;

	if (stat(layer, &status) < 0)
		return -errno;
	number = text_format("%u:%u", major(status.st_rdev), minor(status.st_rdev));
	return set_attribute(assembly, "new_dev", number);
}

/*
 * By the kernel's own means, since mdadm would rather complete an array of the same UUID that the
 * rescue system has begun, with the members themselves (Linux, Documentation/admin-guide/md.rst).
 * An array whose members cannot be written is read-only, and starts degraded without a mark on any
 * of them.
 */
static int assemble_in_child(void *data, int fd)
{
	const struct assembly *assembly = data;
	int r = file_write_attribute(NEW_ARRAY, assembly->name);

	if (r == 0)
		r = set_attribute(assembly, "metadata_version", assembly->version);
	for (size_t i = 0; r == 0 && i < assembly->layer_count; i++)
		r = add_layer(assembly, assembly->layers[i]);
	if (r == 0)
		r = set_attribute(assembly, "array_state", "readonly");
	if (r < 0) {
		(void)set_attribute(assembly, "array_state", "clear"); /* nothing is left of it */
		(void)worker_send(fd, strerror(-r), strlen(strerror(-r))); /* or nobody listens */
	}
	return r < 0;
}

/* Where no udev and no devtmpfs makes it. */
static void make_node(const char *name, const char *node)
{
	_cleanup_free_ char *file = text_format("/sys/block/%s/dev", name), *text = NULL;
	unsigned major_number, minor_number;

	if (access(node, F_OK) == 0 || file_read(file, 64, &text, NULL, NULL) < 0 ||
	    sscanf(text, "%u:%u", &major_number, &minor_number) != 2)
		return;
	(void)mknod(node, S_IFBLK | 0600,
		    makedev(major_number, minor_number)); /* opening says why */
}

static int assemble(struct guard *guard, const struct array_view *view, char **ret_node,
		    struct problem *why)
{
	_cleanup_free_ char *name = free_name(), *answer = NULL;
	_cleanup_free_ const char **layers = alloc_zero(view->member_count, sizeof(*layers));
	struct assembly assembly = {
		.name = name,
		.version = view->best->version,
		.layers = layers,
		.layer_count = view->member_count,
	};
	size_t length = 0;
	int r;

	for (size_t i = 0; i < view->member_count; i++) {
		layers[i] = guard_layer(guard, view->members[i], why);
		if (!layers[i])
			return -ENODEV;
	}
	module_load("md_mod");
	if (access(NEW_ARRAY, F_OK) < 0)
		return problem_set(why, -ENODEV, "md", _("the kernel has no md driver"));
	if (!name)
		return problem_set(why, -EBUSY, "md", _("too many arrays are looked at"));
	r = worker_call(assemble_in_child, &assembly, guard->deadline_ms, &answer, &length, NULL,
			why);
	if (r == -ECANCELED && answer) {
		_cleanup_free_ char *reason = alloc_copy(answer, length);

		problem_done(why);
		return problem_set(why, r, name, _("the kernel does not start it: %s"), reason);
	}
	if (r < 0)
		return r;
	*ret_node = text_format("/dev/%s", name);
	make_node(name, *ret_node);
	return 0;
}

/* Whether every member can be read by now; one may lie in what is not up yet. */
static bool members_are_here(const struct array_view *view)
{
	for (size_t i = 0; i < view->member_count; i++) {
		const char *path;
		uint64_t offset, size;

		if (device_get_look_extent(view->members[i], &path, &offset, &size) < 0)
			return false;
	}
	return view->member_count > 0;
}

static bool bring_up(struct guard *guard, struct device *device)
{
	_cleanup_array_view_ struct array_view view = {0};
	_cleanup_problem_ struct problem why = {0};
	_cleanup_free_ char *node = NULL;

	if (array_view(guard->machine, device->array_uuid, &view) < 0 || !members_are_here(&view) ||
	    !guard_try(guard, device->name))
		return false;
	if (view.obstacle)
		return false; /* the device says so already */
	if (assemble(guard, &view, &node, &why) < 0) {
		guard_failed(guard, device, why.why);
		return false;
	}
	guard_found(guard, device, node);
	return true;
}

bool stack_bring_up_arrays(struct guard *guard)
{
	bool is_new = false;

	array_add_dormant(guard->machine); /* members may have appeared */
	for (size_t i = 0; i < guard->machine->count && !guard_is_stopped(); i++) {
		struct device *device = guard->machine->devices[i];

		if (device->kind == DEVICE_MD && device->is_dormant && !device->look_path &&
		    !device->obstacle && device->array_uuid)
			is_new = bring_up(guard, device) || is_new;
	}
	return is_new;
}
