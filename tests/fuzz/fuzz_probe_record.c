/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: what a probe's child may send, put into a machine. */
#include "fuzz.h"

#include "storage/machine.h"
#include "storage/probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_probe_record_ struct probe_record record = {0};
	_cleanup_machine_ struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *disk = device_new(DEVICE_DISK, "sda");

	machine_add(machine, disk);
	if (probe_record_parse((const char *)data, size, &record, NULL) == 0) {
		_cleanup_free_ char *again = probe_record_format(&record);

		probe_record_apply(&record, machine, disk);
		machine_sort(machine);
	}
	return 0;
}
