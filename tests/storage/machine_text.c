/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A machine as text, for comparing one with another or with what is expected. */
#include "machine_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/printable.h"
#include "base/process.h"
#include "storage/scan.h"

static void add(struct text_buffer *buffer, const char *name, const char *value)
{
	_cleanup_free_ char *shown = printable_text(value);

	if (value)
		text_buffer_format(buffer, " %s=%s", name, shown);
}

static void add_list(struct text_buffer *buffer, const char *name, const struct text_list *list)
{
	_cleanup_free_ char *joined = text_list_join(list, ",");

	if (list->count)
		add(buffer, name, joined);
}

static void add_flag(struct text_buffer *buffer, const char *name, bool is_set)
{
	if (is_set)
		text_buffer_format(buffer, " %s", name);
}

static void add_parents(struct text_buffer *buffer, const struct device *device)
{
	_cleanup_text_list_ struct text_list names = {0};

	for (size_t i = 0; i < device->parent_count; i++)
		text_list_add(&names, device->parents[i]->name);
	add_list(buffer, "on", &names);
}

static void add_hardware(struct text_buffer *buffer, const struct device *device)
{
	add(buffer, "model", device->model);
	add(buffer, "vendor", device->vendor);
	add(buffer, "serial", device->serial);
	add(buffer, "wwn", device->wwn);
	add(buffer, "tran", device->transport);
	add_flag(buffer, "rotational", device->is_rotational == 1);
	add_flag(buffer, "read-only", device->is_read_only);
	add_flag(buffer, "removable", device->is_removable);
	add_flag(buffer, "virtual", device->is_virtual);
	add_flag(buffer, "rescue", device->is_rescue);
}

static void add_content(struct text_buffer *buffer, const struct device *device)
{
	static const char *const journals[] = {NULL, "clean", "dirty"};

	add(buffer, "table", device->table.type);
	add(buffer, "tableuuid", device->table.uuid);
	add(buffer, "entry", device->entry.type);
	add(buffer, "partlabel", device->entry.label);
	add(buffer, "partuuid", device->entry.uuid);
	add_flag(buffer, "boot", device->entry.is_bootable);
	add_flag(buffer, "logical", device->entry.is_logical);
	add_flag(buffer, "extended", device->entry.is_extended);
	add(buffer, "usage", device->content.usage);
	add(buffer, "type", device->content.type);
	add(buffer, "version", device->content.version);
	add(buffer, "label", device->content.label);
	add(buffer, "uuid", device->content.uuid);
	add(buffer, "sub", device->content.uuid_sub);
	add(buffer, "journal", journals[device->content.journal]);
	add(buffer, "note", device->content.note);
	if (device->content.raid)
		text_buffer_format(buffer, " member=%s/%u@%lu", device->content.raid->slots,
				   device->content.raid->role + 0u,
				   (unsigned long)device->content.raid->events);
}

static void add_array(struct text_buffer *buffer, const struct device *device)
{
	add(buffer, "array", device->array_name);
	add(buffer, "level", device->array_level);
	add(buffer, "arrayuuid", device->array_uuid);
	add(buffer, "arraystate", device->array_state);
	add(buffer, "dmuuid", device->dm_uuid);
	add(buffer, "dmname", device->dm_name);
	add(buffer, "file", device->backing_file);
	add(buffer, "group", device->group_name);
	add(buffer, "volume", device->volume_name);
	add_flag(buffer, "dormant", device->is_dormant);
	add_flag(buffer, "degraded", device->is_degraded);
	add(buffer, "obstacle", device->obstacle);
	add_list(buffer, "odd", &device->notes);
}

char *machine_device_text(const struct device *device)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	text_buffer_format(&buffer, "%s %s %s %lu", device->name, device_type_name(device),
			   device_state_name(device->state), (unsigned long)device->size);
	add(&buffer, "kernel", device->kernel_name);
	add(&buffer, "path", device->path);
	if (device->number)
		text_buffer_format(&buffer, " number=%u:%u", major(device->number),
				   minor(device->number));
	if (device->entry.number)
		text_buffer_format(&buffer, " part=%u start=%lu", device->entry.number,
				   (unsigned long)device->start);
	add(&buffer, "reason", device->reason);
	add_parents(&buffer, device);
	add_hardware(&buffer, device);
	add_content(&buffer, device);
	add_array(&buffer, device);
	add_list(&buffer, "aliases", &device->aliases);
	add_list(&buffer, "mounted", &device->mountpoints);
	text_buffer_add_text(&buffer, "\n");
	return text_buffer_take(&buffer);
}

char *machine_text(const struct machine *machine)
{
	_cleanup_text_buffer_ struct text_buffer buffer = {0};

	for (size_t i = 0; i < machine->count; i++) {
		_cleanup_free_ char *line = machine_device_text(machine->devices[i]);

		text_buffer_add_text(&buffer, line);
	}
	return text_buffer_take(&buffer);
}

void machine_make(const char *name, const char *folder)
{
	const char *source = getenv("top_srcdir");
	_cleanup_free_ char *script =
		text_format("%s/tests/machines/make-machine.sh", source ? source : ".");
	_cleanup_problem_ struct problem why = {0};
	const char *const arguments[] = {"bash", script, name, folder, "40", NULL};

	if (process_run_checked(arguments, 60000, NULL, &why) < 0)
		fail_msg("%s: %s", why.what, why.why);
}

struct machine *machine_scan(const char *folder)
{
	struct scan_options options = {.sysroot = folder};
	_cleanup_problem_ struct problem why = {0};
	struct machine *machine = NULL;

	if (scan_machine(&options, NULL, NULL, NULL, &machine, &why) < 0)
		fail_msg("%s: %s", why.what, why.why);
	return machine;
}
