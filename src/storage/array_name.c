/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an array will be called once it runs.
 *
 * A name comes from a disk and becomes a file's below /dev/md: only one that mdadm and a shell take
 * as it stands is used so.
 */
#include "storage/array_name.h"

#include <string.h>

#include "base/alloc.h"

#define NUMBER_MAX 1048575 /* the kernel's bound for the numbers of nodes of one driver */
#define FIRST_FREE 127	   /* mdadm, too, counts down from here where nothing else is said */

static bool is_plain(const char *name)
{
	return *name && *name != '-' && *name != '.' && strlen(name) <= 64 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") ==
		       strlen(name);
}

/* NAME as a node's number: as the kernel writes one, so without zeroes in front. */
static bool is_number(const char *name, unsigned *ret_number)
{
	uint64_t number;

	if (text_parse_u64(name, &number) < 0 || number > NUMBER_MAX || (*name == '0' && name[1]))
		return false;
	*ret_number = (unsigned)number;
	return true;
}

const char *array_name_own(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static bool is_taken(const struct machine *machine, const struct device *by, const char *path)
{
	const struct device *other = machine_find(machine, path);

	return other && other != by;
}

static bool take_number(const struct machine *machine, unsigned number, struct device *device)
{
	_cleanup_free_ char *path = text_format("/dev/md%u", number);
	_cleanup_free_ char *link = text_format("/dev/md/%u", number);

	if (is_taken(machine, device, path) || is_taken(machine, device, link))
		return false;
	text_set(&device->name, text_after_prefix(path, "/dev/"));
	text_set(&device->path, path);
	return true;
}

static bool take_name(const struct machine *machine, const char *name, struct device *device)
{
	_cleanup_free_ char *path = text_format("/dev/md/%s", name);

	if (!is_plain(name) || is_taken(machine, device, path))
		return false;
	text_set(&device->name, text_after_prefix(path, "/dev/"));
	text_set(&device->path, path);
	return true;
}

static void take_free_number(const struct machine *machine, struct device *device)
{
	for (unsigned number = FIRST_FREE; number > 0; number--) {
		if (take_number(machine, number, device))
			return;
	}
	for (unsigned number = FIRST_FREE + 1; number < NUMBER_MAX; number++) {
		if (take_number(machine, number, device))
			return;
	}
}

/* As mdadm calls a container: "imsm0". */
static bool take_container(const struct machine *machine, const char *format, struct device *device)
{
	for (unsigned number = 0; number <= FIRST_FREE; number++) {
		_cleanup_free_ char *name = text_format("%s%u", format, number);

		if (take_name(machine, name, device))
			return true;
	}
	return false;
}

static void add_alias(const struct machine *machine, struct device *device, const char *name)
{
	_cleanup_free_ char *path = text_format("/dev/%s", name);

	if (!text_is_equal(device->path, path) && !text_list_contains(&device->aliases, path) &&
	    !is_taken(machine, device, path))
		text_list_add(&device->aliases, path);
}

/* /dev/md/0 is nobody's where /dev/md0 is another array. */
static void add_number_aliases(const struct machine *machine, struct device *device,
			       unsigned number)
{
	_cleanup_free_ char *path = text_format("/dev/md%u", number);
	_cleanup_free_ char *link = text_format("md/%u", number);

	if (is_taken(machine, device, path))
		return;
	add_alias(machine, device, text_after_prefix(path, "/dev/"));
	add_alias(machine, device, link);
}

void array_name_aliases(const struct machine *machine, const struct raid_member *raid,
			struct device *device)
{
	const char *own = array_name_own(raid->name);
	_cleanup_free_ char *link = text_format("md/%s", own);
	_cleanup_free_ char *full = text_format("md/%s", raid->name);
	unsigned number = raid->minor;

	if (text_is_equal(raid->version, "0.90") || is_number(own, &number))
		add_number_aliases(machine, device, number);
	else if (is_plain(own))
		add_alias(machine, device, link);
	/* with the host before it: what udev calls an array of another host */
	if (own != raid->name && is_plain(own) && !strchr(raid->name, '/'))
		add_alias(machine, device, full);
}

void array_name_device(const struct machine *machine, const struct raid_member *raid,
		       struct device *device)
{
	const char *own = array_name_own(raid->name);
	unsigned number = raid->minor;
	bool has_number = text_is_equal(raid->version, "0.90") ? number <= NUMBER_MAX
							       : is_number(own, &number);

	if (text_is_equal(raid->level, "container") &&
	    take_container(machine, raid->version, device))
		return;
	if (!(has_number && take_number(machine, number, device)) &&
	    !(!has_number && take_name(machine, own, device)))
		take_free_number(machine, device);
	array_name_aliases(machine, raid, device);
}
