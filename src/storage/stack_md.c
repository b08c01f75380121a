/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking through md arrays: assembled read-only over read-only members. */
#include <errno.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/process.h"
#include "storage/array.h"
#include "storage/module.h"
#include "storage/stack_parts.h"

/* Numbers that arrays of a system do not have; the kernel takes no higher ones in a name. */
#define NUMBER_FIRST 500
#define NUMBER_LAST 511

/* A node that no array has, the caller's; NULL: all are taken. */
static char *free_node(void)
{
	for (int number = NUMBER_FIRST; number <= NUMBER_LAST; number++) {
		_cleanup_free_ char *folder = text_format("/sys/block/md%d", number);

		if (access(folder, F_OK) < 0)
			return text_format("/dev/md%d", number);
	}
	return NULL;
}

/*
 * The kernel makes an array read-only whose members cannot be written, so that --run starts a
 * degraded one without a mark on any of them.
 */
static int assemble(struct guard *guard, const struct array_view *view, char **ret_node,
		    struct problem *why)
{
	_cleanup_free_ char *node = free_node();
	_cleanup_free_ const char **arguments =
		alloc_zero(view->member_count + 8, sizeof(*arguments));
	size_t count = 0;

	if (!node)
		return problem_set(why, -EBUSY, "md", _("too many arrays are looked at"));
	arguments[count++] = "mdadm";
	arguments[count++] = "--assemble";
	arguments[count++] = "--readonly";
	arguments[count++] = "--run";
	arguments[count++] = "--config=none";
	arguments[count++] = node;
	for (size_t i = 0; i < view->member_count; i++) {
		const char *layer = guard_layer(guard, view->members[i], why);

		if (!layer)
			return -ENODEV;
		arguments[count++] = layer;
	}
	module_load("md_mod");
	if (process_run_checked(arguments, guard->deadline_ms, NULL, why) < 0)
		return -EIO;
	*ret_node = TAKE_PTR(node);
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

	if (array_view(guard->machine, device->array_uuid, &view) < 0 ||
	    !members_are_here(&view) || !guard_try(guard, device->name))
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
