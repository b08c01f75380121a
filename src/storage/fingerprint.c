/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether block devices came, went or changed since a machine was scanned. */
#include <inttypes.h>
#include <sys/sysmacros.h>

#include "storage/machine.h"
#include "storage/scan.h"
#include "storage/sysfs.h"

/*
 * Whether DEVICE is a loop device over a device, as looking attaches them, or one that is being
 * attached or detached at this moment. /dev/shm is a place for files.
 */
static bool is_passing(const struct device *device)
{
	const char *file;

	if (device->kind == DEVICE_PARTITION && device->parent_count)
		device = device->parents[0];
	if (device->kind != DEVICE_LOOP)
		return false;
	file = device->backing_file;
	return !file || (text_has_prefix(file, "/dev/") && !text_has_prefix(file, "/dev/shm/"));
}

static void add_device(struct text_list *lines, const struct device *device)
{
	const char *file = device->backing_file, *state = device->array_state;

	/* what we made of an array that is not started is not the kernel's */
	if (device->is_dormant || text_is_equal(state, "inactive")) {
		text_list_format(lines, "%s %u:%u inactive", device->kernel_name,
				 major(device->number), minor(device->number));
		return;
	}
	text_list_format(lines, "%s %s %u:%u %" PRIu64 "+%" PRIu64 " %s %" PRIu64 " %s %s",
			 device->kernel_name, device->name, major(device->number),
			 minor(device->number), device->start, device->size,
			 device->is_read_only ? "ro" : "rw", device->medium, state ? state : "",
			 file ? file : "");
}

char *machine_fingerprint(const struct machine *machine)
{
	_cleanup_text_list_ struct text_list lines = {0};

	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (device->kernel_name && !is_passing(device))
			add_device(&lines, device);
	}
	text_list_sort(&lines); /* a machine's order is another than that of sysfs */
	return text_list_join(&lines, "\n");
}

int scan_fingerprint(char **ret_fingerprint, struct problem *why)
{
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	_cleanup_root_ struct root *root = NULL;
	int r = root_open("/", &root, why);

	if (r < 0)
		return r;
	root_trust(root);
	r = sysfs_read(root, machine, NULL, NULL, why);
	if (r < 0)
		return r;
	*ret_fingerprint = machine_fingerprint(machine);
	return 0;
}
