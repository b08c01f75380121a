/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a recording that holds what a look found in arrays, volumes and containers. */
#include <string.h>

#include "base/json.h"
#include "storage/device_record.h"
#include "storage/record_parts.h"

#define STACKS_FILE "refloat/stacks.json"
#define STACKS_MAX (16u * 1024 * 1024)

int record_stacks(const struct recording *recording, const struct machine *machine)
{
	_cleanup_json_ struct json_object *object = json_object_new_object();
	struct json_object *devices = json_object_new_array();
	_cleanup_free_ char *text = NULL;

	(void)json_object_object_add(object, "devices", devices); /* fails only without memory */
	for (size_t i = 0; i < machine->count; i++) {
		if (machine->devices[i]->is_dormant)
			(void)json_object_array_add(devices, device_to_json(machine->devices[i]));
	}
	if (!json_object_array_length(devices))
		return 0;
	text = json_format(object);
	return recording_write(recording, "/" STACKS_FILE, text);
}

void record_read_stacks(const struct root *root, struct machine *machine)
{
	_cleanup_json_ struct json_object *object = NULL;
	_cleanup_free_ char *text = NULL;
	struct json_object *devices;
	size_t length = 0;

	if (root_read_file(root, STACKS_FILE, STACKS_MAX, &text, &length) < 0 ||
	    json_parse(text, length, &object, NULL) < 0)
		return;
	devices = json_get_array(object, "devices");
	for (size_t i = 0; devices && i < json_object_array_length(devices); i++)
		(void)device_from_json(json_object_array_get_idx(devices, i), machine);
}
