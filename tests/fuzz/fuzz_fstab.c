/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: an fstab, and its resolution on a small machine. */
#include "fuzz.h"

#include "base/alloc.h"
#include "system/resolve.h"

static struct machine *make_machine(void)
{
	struct machine *machine = machine_new(MACHINE_LIVE);
	struct device *disk = device_new(DEVICE_DISK, "sda");

	disk->size = 1u << 30;
	machine_add(machine, disk);
	for (unsigned i = 1; i <= 3; i++) {
		_cleanup_free_ char *name = text_format("sda%u", i);
		struct device *device = device_new(DEVICE_PARTITION, name);

		device->state = DEVICE_OK;
		device->entry.number = i;
		device->content.type = text_copy(i == 2 ? "swap" : "ext4");
		device->content.usage = text_copy("filesystem");
		device->content.uuid = text_format("0000000%u", i);
		device->content.label = text_format("label%u", i);
		device_link(disk, device);
		machine_add(machine, device);
	}
	machine_sort(machine);
	return machine;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_machine_ struct machine *machine = make_machine();
	_cleanup_resolution_ struct resolution *resolution = NULL;
	_cleanup_free_ char *text = alloc_copy(data, size);
	const struct resolve_options options = {.accept_guesses = size % 2};
	struct survey survey = {0};
	struct system *system = system_new();

	system->device = text_copy("sda1");
	system->id = text_copy("sda1");
	fstab_parse(text, size, &system->fstab);
	(void)resolve_system(machine, &survey, system, &options, &resolution, NULL);
	(void)system_free(system);
	return 0;
}
