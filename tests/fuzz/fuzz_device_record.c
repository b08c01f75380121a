/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: dormant devices, as a process that looks may send them or a recording may hold them.
 */
#include "fuzz.h"

#include "storage/array.h"
#include "storage/device_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"sda", "sdb", "sdc"};
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	_cleanup_machine_ struct machine *copy = NULL;
	_cleanup_json_ struct json_object *object = NULL;
	struct json_object *devices;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		machine_add(machine, device_new(DEVICE_DISK, names[i]));
	if (json_parse((const char *)data, size, &object, NULL) < 0)
		return 0;
	devices = json_get_array(object, "devices");
	for (size_t i = 0; devices && i < json_object_array_length(devices); i++) {
		const struct device *device =
			device_from_json(json_object_array_get_idx(devices, i), machine);
		_cleanup_json_ struct json_object *again = device ? device_to_json(device) : NULL;

		(void)again; /* made only to see that it can be */
	}
	array_add_dormant(machine);
	machine_sort(machine);
	copy = machine_copy(machine);
	return 0;
}
