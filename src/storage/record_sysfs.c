/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a recording that says which block devices there are: sysfs, udev's notes, links. */
#include <errno.h>
#include <string.h>

#include "base/i18n.h"
#include "storage/record_parts.h"

#define DEVICES_MAX 100000
#define LINKS_MAX 100000

/* What a scan reads of a device, and what a person at a distance may ask next. */
static const char *const attributes[] = {
	"dev",
	"size",
	"ro",
	"removable",
	"hidden",
	"partition",
	"start",
	"wwid",
	"diskseq",
	"queue/rotational",
	"queue/logical_block_size",
	"queue/physical_block_size",
	"dm/name",
	"dm/uuid",
	"md/level",
	"md/uuid",
	"md/raid_disks",
	"md/array_state",
	"md/metadata_version",
	"md/degraded",
	"md/sync_action",
	"loop/backing_file",
	"loop/offset",
	"loop/sizelimit",
};

/* Of the hardware below it. */
static const char *const hardware_attributes[] = {
	"model", "vendor", "rev", "serial", "vpd_pg80", "wwid", "media", "state", "firmware_rev",
};

static int copy_attributes(const struct recording *recording, const char *folder,
			   const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folder, names[i]);
		int r = recording_copy(recording, path);

		if (r < 0)
			return r;
	}
	return 0;
}

/* The device of a disk is a link to its hardware; what stands there goes to where that is. */
static int record_hardware(const struct recording *recording, const char *folder)
{
	_cleanup_free_ char *link = text_format("%s/device", folder);
	_cleanup_free_ char *hardware = NULL;
	int r = root_resolve(recording->from, link, false, &hardware, NULL);

	if (r < 0)
		return 0; /* a virtual device or a partition */
	if (strcmp(hardware, link) != 0) {
		r = recording_copy_link(recording, link);
		if (r == 0)
			r = root_make_folders(recording->to, hardware, NULL, recording->why);
	}
	if (r < 0)
		return r;
	return copy_attributes(recording, hardware, hardware_attributes,
			       ARRAY_SIZE(hardware_attributes));
}

static int record_members(const struct recording *recording, const char *folder)
{
	static const char *const member_attributes[] = {"slot", "state"};
	_cleanup_free_ char *array = text_format("%s/md", folder);
	_cleanup_text_list_ struct text_list names = {0};

	if (root_list(recording->from, array, 4096, &names) < 0)
		return 0; /* no array */
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *member = text_format("%s/%s", array, names.items[i]);
		int r;

		if (!text_has_prefix(names.items[i], "dev-"))
			continue;
		r = copy_attributes(recording, member, member_attributes,
				    ARRAY_SIZE(member_attributes));
		if (r < 0)
			return r;
	}
	return 0;
}

/* The links below FOLDER, which is made even where there are none. */
static int record_links(const struct recording *recording, const char *folder)
{
	_cleanup_text_list_ struct text_list names = {0};
	int r;

	if (root_list(recording->from, folder, LINKS_MAX, &names) < 0)
		return 0;
	r = root_make_folders(recording->to, folder, NULL, recording->why);
	for (size_t i = 0; r == 0 && i < names.count; i++) {
		_cleanup_free_ char *path = text_format("%s/%s", folder, names.items[i]);

		r = recording_copy_link(recording, path);
	}
	return r;
}

static int record_udev(const struct recording *recording, const char *folder)
{
	_cleanup_free_ char *file = text_format("%s/dev", folder);
	_cleanup_free_ char *number = NULL, *path = NULL;

	if (root_read_line(recording->from, file, &number) < 0 || strchr(number, '/'))
		return 0;
	path = text_format("run/udev/data/b%s", number);
	return recording_copy(recording, path);
}

static int record_device(const struct recording *recording, const char *name)
{
	static const char *const link_folders[] = {"slaves", "holders"};
	_cleanup_free_ char *link = text_format("/sys/class/block/%s", name);
	_cleanup_free_ char *folder = NULL;
	int r = root_resolve(recording->from, link, false, &folder, NULL);

	if (r < 0)
		return 0; /* has gone since it was listed */
	r = recording_copy_link(recording, link);
	if (r == 0)
		r = root_make_folders(recording->to, folder, NULL, recording->why);
	if (r == 0)
		r = copy_attributes(recording, folder, attributes, ARRAY_SIZE(attributes));
	if (r == 0)
		r = record_hardware(recording, folder);
	if (r == 0)
		r = record_members(recording, folder);
	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(link_folders); i++) {
		_cleanup_free_ char *below = text_format("%s/%s", folder, link_folders[i]);

		r = record_links(recording, below);
	}
	return r < 0 ? r : record_udev(recording, folder);
}

/* Only links: a node of the recording could be opened by accident. */
static int record_dev(const struct recording *recording)
{
	static const char *const folders[] = {
		"/dev/disk/by-id",	 "/dev/disk/by-label", "/dev/disk/by-partlabel",
		"/dev/disk/by-partuuid", "/dev/disk/by-path",  "/dev/disk/by-uuid",
		"/dev/disk/by-diskseq",	 "/dev/mapper",	       "/dev/md",
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		int r = record_links(recording, folders[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

int record_sysfs(const struct recording *recording)
{
	_cleanup_text_list_ struct text_list names = {0};
	int r = root_list(recording->from, "/sys/class/block", DEVICES_MAX, &names);

	if (r < 0)
		return problem_set(recording->why, r, root_name(recording->from),
				   _("no sys/class/block in it: %s"), strerror(-r));
	r = root_make_folders(recording->to, "/sys/class/block", NULL, recording->why);
	for (size_t i = 0; r == 0 && i < names.count; i++)
		r = record_device(recording, names.items[i]);
	return r < 0 ? r : record_dev(recording);
}
