/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What udev has noted of a device in run/udev/data, if there is a udev. */
#include <string.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"
#include "storage/sysfs.h"

#define DATA_MAX (256u * 1024)

static void fill(char **text, const char *value)
{
	if (!*text && *value)
		*text = text_copy(value);
}

static void take_hardware(struct device *device, const char *name, const char *value)
{
	if (strcmp(name, "ID_SERIAL_SHORT") == 0)
		fill(&device->serial, value);
	else if (strcmp(name, "ID_WWN") == 0)
		fill(&device->wwn, value);
	else if (strcmp(name, "ID_BUS") == 0)
		fill(&device->transport, value);
	else if (strcmp(name, "ID_MODEL") == 0)
		fill(&device->model, value);
	else if (strcmp(name, "MD_NAME") == 0)
		fill(&device->array_name, value);
	else if (strcmp(name, "MD_UUID") == 0)
		fill(&device->array_uuid, value);
	else if (strcmp(name, "MD_LEVEL") == 0)
		fill(&device->array_level, value);
	else if (strcmp(name, "MD_DEVNAME") == 0 && *value)
		text_list_format(&device->aliases, "/dev/md/%s", value);
}

static void take_content(struct device *device, const char *name, const char *value)
{
	const struct {
		const char *name;
		char **text;
		bool is_encoded;
	} texts[] = {
		{"ID_FS_TYPE", &device->content.type, false},
		{"ID_FS_USAGE", &device->content.usage, false},
		{"ID_FS_VERSION", &device->content.version, false},
		{"ID_FS_UUID", &device->content.uuid, false},
		{"ID_FS_UUID_SUB", &device->content.uuid_sub, false},
		{"ID_FS_LABEL_ENC", &device->content.label, true},
		{"ID_PART_TABLE_TYPE", &device->table.type, false},
		{"ID_PART_TABLE_UUID", &device->table.uuid, false},
		{"ID_PART_ENTRY_TYPE", &device->entry.type, false},
		{"ID_PART_ENTRY_UUID", &device->entry.uuid, false},
		{"ID_PART_ENTRY_SCHEME", &device->entry.disk_type, false},
		{"ID_PART_ENTRY_NAME", &device->entry.label, true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (strcmp(texts[i].name, name) == 0) {
			_cleanup_free_ char *plain = texts[i].is_encoded ? text_decode_hex(value)
									 : text_copy(value);

			fill(texts[i].text, plain);
			return;
		}
	}
	if (strcmp(name, "ID_PART_ENTRY_FLAGS") == 0 && strcmp(value, "0x80") == 0)
		device->entry.is_bootable = true;
}

/* udev notes a partition's own entry and its disk's table type on the partition as well. */
static void tidy(struct device *device)
{
	if (device->kind == DEVICE_PARTITION)
		table_done(&device->table);
	else
		table_entry_done(&device->entry);
	device->entry.is_extended = text_is_equal(device->entry.disk_type, "dos") &&
				    (text_is_equal(device->entry.type, "0x5") ||
				     text_is_equal(device->entry.type, "0xf") ||
				     text_is_equal(device->entry.type, "0x85"));
	device->entry.is_logical = text_is_equal(device->entry.disk_type, "dos") &&
				   device->entry.number > 4;
}

void udev_data_read(const struct root *root, struct device *device, bool with_content)
{
	_cleanup_free_ char *path = text_format("run/udev/data/b%u:%u", major(device->number),
						minor(device->number));
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *text = NULL;

	if (!device->number || root_read_file(root, path, DATA_MAX, &text, NULL) < 0)
		return;
	text_list_split(&lines, text, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		char *line = lines.items[i], *value;

		if (text_has_prefix(line, "S:"))
			text_list_format(&device->aliases, "/dev/%s", line + 2);
		value = text_has_prefix(line, "E:") ? strchr(line, '=') : NULL;
		if (!value)
			continue;
		*value++ = '\0';
		take_hardware(device, line + 2, value);
		if (with_content)
			take_content(device, line + 2, value);
	}
	if (with_content)
		tidy(device);
}
