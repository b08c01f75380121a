/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plain kernel names in an fstab: /dev/hda3, /dev/sdb1, /dev/nvme0n1p2.
 *
 * Such a name says nothing of the disk that it meant when it was written: controllers, drivers and
 * the order of probing change. So it is believed only as far as something else speaks for it: what
 * is on the partition, and where the root, which we have found by its contents, stands in fstab.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/resolver.h"

#define OLD_DISKS_MAX 64

/* Families of names: prefix, and whether letters or numbers count the disks. */
static const struct {
	const char *prefix;
	const char *unit; /* NULL: letters; else what stands behind the disk's number: "n1" */
} families[] = {
	{"sd", NULL},  {"hd", NULL},      {"vd", NULL},        {"xvd", NULL},
	{"ubd", NULL}, {"nvme", "n"},     {"mmcblk", ""},      {"nbd", ""},
};

static const char *const controllers[] = {"cciss/c", "rd/c", "ida/c", "i2o/hd"};

static unsigned read_digits(const char **text)
{
	unsigned value = 0;

	for (; **text >= '0' && **text <= '9' && value < 100000; (*text)++)
		value = value * 10 + (unsigned)(**text - '0');
	return value;
}

/* The partition number at AT: digits to the end, behind a "p" where the disk ends in a digit. */
static bool read_number(const char *at, bool has_p, unsigned *ret_number)
{
	*ret_number = 0;
	if (!*at)
		return true;
	if (has_p && *at++ != 'p')
		return false;
	if (*at < '1' || *at > '9')
		return false;
	*ret_number = read_digits(&at);
	return !*at;
}

/* "sdb3": letters count the disks, a = 0, z = 25, aa = 26. */
static bool split_lettered(const char *name, const char *rest, char **ret_disk,
			   unsigned *ret_place, unsigned *ret_number)
{
	unsigned place = 0;
	const char *at = rest;

	for (; *at >= 'a' && *at <= 'z' && at - rest < 4; at++)
		place = place * 26 + (unsigned)(*at - 'a') + 1;
	if (at == rest || !read_number(at, false, ret_number))
		return false;
	*ret_place = place - 1;
	*ret_disk = alloc_copy(name, (size_t)(at - name));
	return true;
}

/* "nvme0n1p3", "mmcblk0p1": numbers count the disks. */
static bool split_numbered(const char *name, const char *rest, const char *unit, char **ret_disk,
			   unsigned *ret_place, unsigned *ret_number)
{
	const char *at = rest;

	if (*at < '0' || *at > '9')
		return false;
	*ret_place = read_digits(&at);
	if (*unit) {
		if (strncmp(at, unit, strlen(unit)) != 0)
			return false;
		at += strlen(unit);
		(void)read_digits(&at); /* the namespace is part of the disk's name */
	}
	if (!read_number(at, true, ret_number))
		return false;
	*ret_disk = alloc_copy(name, (size_t)(at - name));
	return true;
}

/* "cciss/c0d1p2": controller and drive. */
static bool split_controller(const char *name, const char *rest, char **ret_disk,
			     unsigned *ret_place, unsigned *ret_number)
{
	const char *at = rest;
	unsigned controller = read_digits(&at);

	if (*at++ != 'd' || *at < '0' || *at > '9')
		return false;
	*ret_place = controller * 16 + read_digits(&at);
	if (!read_number(at, true, ret_number))
		return false;
	*ret_disk = alloc_copy(name, (size_t)(at - name));
	return true;
}

bool source_split_plain(const char *name, char **ret_disk, unsigned *ret_place,
			unsigned *ret_number)
{
	const char *bare = text_after_prefix(name, "/dev/"), *rest;

	if (!bare)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(controllers); i++) {
		rest = text_after_prefix(bare, controllers[i]);
		if (rest)
			return split_controller(bare, rest, ret_disk, ret_place, ret_number);
	}
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		rest = text_after_prefix(bare, families[i].prefix);
		if (!rest)
			continue;
		if (families[i].unit ? split_numbered(bare, rest, families[i].unit, ret_disk,
						      ret_place, ret_number)
				     : split_lettered(bare, rest, ret_disk, ret_place, ret_number))
			return true;
	}
	return false;
}

bool source_is_plain(const struct fstab_entry *entry)
{
	_cleanup_free_ char *disk = NULL;
	unsigned place, number;

	return !entry->tag && source_split_plain(entry->source, &disk, &place, &number);
}

static bool is_disk(const struct device *device)
{
	return (device->kind == DEVICE_DISK || device->kind == DEVICE_IMAGE ||
		device->kind == DEVICE_MULTIPATH || device->kind == DEVICE_LOOP) &&
	       !device->is_rescue && device->size;
}

/* Loop devices stand in for disks only where there are no others (images attached by hand). */
static const struct device *disk_at(const struct machine *machine, unsigned place)
{
	bool has_real = false;

	for (size_t i = 0; i < machine->count; i++)
		has_real |= is_disk(machine->devices[i]) && machine->devices[i]->kind != DEVICE_LOOP;
	for (size_t i = 0; i < machine->count; i++) {
		const struct device *device = machine->devices[i];

		if (is_disk(device) && (!has_real || device->kind != DEVICE_LOOP) && !place--)
			return device;
	}
	return NULL;
}

/*
 * Whether another line's device stands in ENTRY's way. Lines for subvolumes of one btrfs filesystem
 * name it as often as there are subvolumes.
 */
static bool is_taken(const struct resolver *resolver, const struct fstab_entry *entry,
		     const struct device *device)
{
	if (fstab_has_option(entry->options, "subvol") ||
	    fstab_has_option(entry->options, "subvolid"))
		return false;
	return resolver_is_claimed(resolver, device_get_filesystem(device));
}

/* Whether DEVICE could be what ENTRY means: type, not spoken for, not ours. */
static bool is_fit(const struct resolver *resolver, const struct fstab_entry *entry,
		   const struct device *device)
{
	return device && !device->is_rescue && device->state == DEVICE_OK &&
	       (device->member_of || !device_is_member(device)) &&
	       !is_taken(resolver, entry, device) && type_agrees(entry->type, device);
}

/* How many devices fit by number and type, wherever they are. */
static size_t count_fits(const struct resolver *resolver, const struct fstab_entry *entry,
			 unsigned number)
{
	size_t count = 0;

	for (size_t i = 0; i < resolver->machine->count; i++) {
		const struct device *device = resolver->machine->devices[i];

		if (device->entry.number == number && is_fit(resolver, entry, device))
			count++;
	}
	return count;
}

/* The place of the old disk among those that fstab names: hdc may be the second disk of two. */
static unsigned rank_of(const struct resolver *resolver, unsigned place)
{
	unsigned rank = 0;

	for (size_t i = 0; i < resolver->old_disks.count; i++) {
		_cleanup_free_ char *name = text_format("/dev/%s", resolver->old_disks.items[i]);
		_cleanup_free_ char *disk = NULL;
		unsigned other_place = 0, number;

		if (source_split_plain(name, &disk, &other_place, &number))
			rank += other_place < place;
	}
	return rank;
}

void source_list_old_disks(const struct fstab *fstab, struct text_list *disks)
{
	for (size_t i = 0; i < fstab->count && disks->count < OLD_DISKS_MAX; i++) {
		_cleanup_free_ char *disk = NULL;
		unsigned place, number;

		if (source_split_plain(fstab->entries[i].source, &disk, &place, &number) &&
		    !text_list_contains(disks, disk))
			text_list_add(disks, disk);
	}
}

/*
 * The disk that has the old one's letter in a family of today, if what ENTRY means fits there: hdb
 * became sdb when the kernel changed its drivers, however many NVMe disks stand before it.
 */
static const struct device *disk_with_letter(const struct resolver *resolver,
					     const struct fstab_entry *entry, const char *disk,
					     unsigned place, unsigned number)
{
	static const char *const heirs[] = {"sd", "vd", "xvd"};
	size_t length = strcspn(disk, "0123456789/");

	if (disk[length] || !length)
		return NULL; /* its family counts in numbers */
	for (size_t i = 0; i < ARRAY_SIZE(heirs); i++) {
		for (size_t j = 0; j < resolver->machine->count; j++) {
			const struct device *device = resolver->machine->devices[j];
			const char *rest = text_after_prefix(device->name, heirs[i]);
			_cleanup_free_ char *name = NULL;
			unsigned own_place, own_number;

			if (rest && is_disk(device) &&
			    split_lettered(device->name, rest, &name, &own_place, &own_number) &&
			    own_place == place &&
			    is_fit(resolver, entry, partition_find(device, number)))
				return device;
		}
	}
	return NULL;
}

/* The disk that old disk DISK, of partition NUMBER, most likely is; *RET_HOW says why. */
static const struct device *disk_now(const struct resolver *resolver,
				     const struct fstab_entry *entry, const char *disk,
				     unsigned place, unsigned number, char **ret_how)
{
	const struct device *root_disk = resolver->root ? device_get_disk(resolver->root) : NULL;
	const struct device *found;

	if (root_disk && text_is_equal(resolver->old_root_disk, disk)) {
		*ret_how = text_format(_("the root stands in fstab on %s and was found on %s"), disk,
				       root_disk->name);
		return root_disk;
	}
	found = disk_with_letter(resolver, entry, disk, place, number);
	if (!found)
		found = disk_at(resolver->machine, place);
	if (!found || (found == root_disk && resolver->old_root_disk))
		found = disk_at(resolver->machine, rank_of(resolver, place));
	if (found == root_disk && resolver->old_root_disk)
		return NULL; /* that one is known to be another disk's heir */
	if (found)
		*ret_how = text_format(_("%s is in the same place as %s was"), found->name, disk);
	return found;
}

static bool is_calibrated(const struct resolver *resolver)
{
	const struct device *root_disk = resolver->root ? device_get_disk(resolver->root) : NULL;

	return root_disk && text_is_equal(resolver->old_root_disk, root_disk->name);
}

/* The name exists here and what is on it fits: believed, if nothing else could be meant. */
static bool take_existing(const struct resolver *resolver, const struct fstab_entry *entry,
			  const struct device *device, unsigned number, struct match *match)
{
	bool names_changed = resolver->old_root_disk && resolver->root && !is_calibrated(resolver);

	if (names_changed || !is_fit(resolver, entry, device))
		return false;
	match->device = device;
	if (is_calibrated(resolver)) {
		match->reason = text_format(_("%s is here, fits, and the root is where fstab has it "
					      "too"), device->name);
	} else if (count_fits(resolver, entry, number) == 1) {
		match->reason = text_format(_("%s is here, and nothing else fits"), device->name);
	} else {
		match->is_guess = true;
		match->reason = text_format(_("%s is here and fits, but so do others, and such names "
					      "change"), device->name);
	}
	return true;
}

void source_find_plain(const struct resolver *resolver, const struct fstab_entry *entry,
		       struct match *match)
{
	const struct device *device = machine_find(resolver->machine, entry->source), *disk;
	_cleanup_free_ char *old_disk = NULL, *how = NULL;
	unsigned place = 0, number = 0;

	if (!source_split_plain(entry->source, &old_disk, &place, &number))
		return;
	if (device && take_existing(resolver, entry, device, number, match)) {
		if (match->is_guess)
			candidates_find(resolver, entry, &match->candidates);
		return;
	}
	if (device && device->kind == DEVICE_ROM && !device->is_rescue) {
		match->device = device; /* what hinders it is said of any device */
		match->reason = text_format(_("%s is here"), entry->source);
		return;
	}
	disk = disk_now(resolver, entry, old_disk, place, number, &how);
	device = disk ? partition_find(disk, number) : NULL;
	candidates_find(resolver, entry, &match->candidates);
	if (is_fit(resolver, entry, device)) {
		match->device = device;
		match->is_guess = true;
		match->reason = text_format(_("%s is called %s here, it seems: %s, and number and "
					      "type fit"), entry->source, device->name, how);
		return;
	}
	match->reason = text_format(_("there is no %s that fits on this machine"), entry->source);
}
