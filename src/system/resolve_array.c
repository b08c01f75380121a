/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which array an fstab line means by /dev/md0, /dev/md/0, /dev/md/root, and which partition of it.
 *
 * The system's own mdadm.conf tells by UUID. Where it does not, the name in the superblock does; of
 * arrays with the same name, the one made on the host that the system runs as.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/resolver.h"

#define ARRAYS_MAX 16

/* The part of an array's node or link that names it: "0" of "/dev/md0"; NULL: it is none. */
static const char *name_in(const char *source)
{
	const char *name = text_after_prefix(source, "/dev/md/");

	if (!name)
		name = text_after_prefix(source, "/dev/md");
	return text_is_empty(name) ? NULL : name;
}

static const struct device *find_uuid(const struct machine *machine, const char *uuid)
{
	_cleanup_free_ char *wanted = uuid_bare(uuid);

	for (size_t i = 0; i < machine->count; i++) {
		_cleanup_free_ char *have = uuid_bare(machine->devices[i]->array_uuid);

		if (machine->devices[i]->kind == DEVICE_MD && *have && strcmp(have, wanted) == 0)
			return machine->devices[i];
	}
	return NULL;
}

/* Whether the superblock's name of DEVICE is NAME, with its host or without. */
static bool is_called(const struct device *device, const char *name)
{
	const char *colon = device->array_name ? strrchr(device->array_name, ':') : NULL;

	return device->kind == DEVICE_MD && (text_is_equal(device->array_name, name) ||
					     (colon && text_is_equal(colon + 1, name)));
}

static bool is_made_on(const struct device *device, const char *host)
{
	const char *rest = host ? text_after_prefix(device->array_name, host) : NULL;

	return rest && *rest == ':';
}

struct namesakes {
	const struct device *items[ARRAYS_MAX];
	size_t count;
};

static void list_called(const struct resolver *resolver, const char *name, const char *host,
			struct namesakes *found)
{
	const struct machine *machine = resolver->machine;

	found->count = 0;
	for (size_t i = 0; i < machine->count && found->count < ARRAYS_MAX; i++) {
		if (is_called(machine->devices[i], name) &&
		    (!host || is_made_on(machine->devices[i], host)))
			found->items[found->count++] = machine->devices[i];
	}
}

static void take_name(const struct resolver *resolver, const char *name, struct match *match)
{
	struct namesakes found;

	list_called(resolver, name, NULL, &found);
	if (found.count > 1 && resolver->system->hostname) {
		struct namesakes own;

		list_called(resolver, name, resolver->system->hostname, &own);
		if (own.count == 1)
			found = own;
	}
	if (found.count == 1) {
		match->device = found.items[0];
		match->reason = text_format(_("array %s is %s here"), name, match->device->name);
	} else if (found.count) {
		match->is_many = true;
		for (size_t i = 0; i < found.count; i++)
			text_list_add(&match->candidates, found.items[i]->name);
		match->reason = text_format(_("%zu arrays are called %s"), found.count, name);
	}
}

/* Whether the name of dormant array DEVICE is no more than a free one: its superblock has none. */
static bool is_name_made_up(const struct device *device)
{
	for (size_t i = 0; i < device->parent_count; i++) {
		const struct raid_member *raid = device->parents[i]->content.raid;

		if (raid && text_is_equal(raid->version, "0.90"))
			return false;
	}
	return device->kind == DEVICE_MD && device->is_dormant && !device->number;
}

static void take_node(const struct resolver *resolver, const char *source, struct match *match)
{
	const struct device *device = machine_find(resolver->machine, source);

	if (!device || device->is_rescue)
		return;
	match->device = device;
	match->is_guess = is_name_made_up(device);
	match->reason =
		match->is_guess
			? text_format(_("%s would be called so here, but its superblock has "
					"another name or none"),
				      device->name)
			: text_format(_("%s is here"), source);
}

/* The line of mdadm.conf that is about NAME; NULL: none. */
static const struct mdadm_array *find_line(const struct resolver *resolver, const char *name)
{
	const struct mdadm_conf *conf = &resolver->system->mdadm_conf;

	for (size_t i = 0; i < conf->count; i++) {
		const struct mdadm_array *array = &conf->arrays[i];

		if (array->device && text_is_equal(name_in(array->device), name) &&
		    (array->uuid || array->name))
			return array;
	}
	return NULL;
}

/* What mdadm.conf means by NAME. */
static void take_line(const struct resolver *resolver, const struct mdadm_array *line,
		      struct match *match)
{
	if (line->uuid) {
		match->device = find_uuid(resolver->machine, line->uuid);
		if (match->device)
			match->reason = text_format(_("mdadm.conf means the array that is %s here"),
						    match->device->name);
	} else {
		take_name(resolver, line->name, match);
	}
}

/* The array called NAME in SOURCE. */
static void find_array(const struct resolver *resolver, const char *source, const char *name,
		       struct match *match)
{
	const struct mdadm_array *line = find_line(resolver, name);

	if (line)
		take_line(resolver, line, match);
	if (match->device || match->is_many)
		return;
	take_name(resolver, name, match);
	if (!match->device && !match->is_many)
		take_node(resolver, source, match);
	if (match->device && line && line->uuid) {
		_cleanup_free_ char *reason = TAKE_PTR(match->reason);

		match->is_guess = true;
		match->reason =
			text_format(_("%s, but mdadm.conf means another array, which is not "
				      "here"),
				    reason);
	}
}

/*
 * The number of the partition that NAME ends in, as the kernel and udev write it ("0p1", "root1",
 * "d0p2"), 0 where there is none; *RET_LENGTH is how long the array's own name is.
 */
static unsigned split_partition(const char *name, size_t *ret_length)
{
	size_t length = strlen(name), end = length;
	uint64_t number;

	while (end && name[end - 1] >= '0' && name[end - 1] <= '9')
		end--;
	if (end == length || !end || text_parse_u64(name + end, &number) < 0 || !number ||
	    number > 65536)
		return 0;
	if (end > 1 && name[end - 1] == 'p' && name[end - 2] >= '0' && name[end - 2] <= '9')
		end--;
	*ret_length = end;
	return (unsigned)number;
}

static void find_partition(const struct resolver *resolver, const char *source, const char *name,
			   struct match *match)
{
	size_t length = 0, head = strlen(source) - strlen(name);
	unsigned number = split_partition(name, &length);
	_cleanup_free_ char *own = number ? alloc_copy(name, length) : NULL;
	_cleanup_free_ char *array = number ? alloc_copy(source, head + length) : NULL;
	const struct device *disk;

	if (!number)
		return;
	find_array(resolver, array, own, match);
	disk = match->device;
	if (!disk || match->is_many)
		return;
	match->device = partition_find(disk, number);
	if (!match->device) {
		free(match->reason);
		match->reason = text_format(_("array %s is %s here, and has no partition %u"), own,
					    disk->name, number);
	}
}

bool source_find_array(const struct resolver *resolver, const char *source, struct match *match)
{
	const char *name = name_in(source);

	if (!name)
		return false;
	find_array(resolver, source, name, match);
	if (!match->device && !match->is_many)
		find_partition(resolver, source, name, match);
	if (!match->reason)
		match->reason = find_line(resolver, name)
					? text_format(_("the array that mdadm.conf means by %s is "
							"not here: no member of it was found"),
						      source)
					: text_format(_("the array %s is not running"), source);
	return true;
}
