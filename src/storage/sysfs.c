/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph of block devices from sysfs. */
#include "storage/sysfs.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"
#include "base/i18n.h"

#define DEVICES_MAX 100000
#define SYSFS_SECTOR 512 /* sysfs counts in these, whatever the disk's sectors */

/* Attribute ATTRIBUTE of block device KERNEL_NAME; the caller frees; NULL where missing or empty. */
static char *read_text(const struct root *root, const char *kernel_name, const char *attribute)
{
	_cleanup_free_ char *path = text_format("sys/class/block/%s/%s", kernel_name, attribute);
	_cleanup_free_ char *line = NULL;

	if (root_read_line(root, path, &line) < 0 || !*line)
		return NULL;
	return TAKE_PTR(line);
}

static uint64_t read_number(const struct root *root, const char *kernel_name,
			    const char *attribute, uint64_t fallback)
{
	_cleanup_free_ char *text = read_text(root, kernel_name, attribute);
	uint64_t value;

	return text && text_parse_u64(text, &value) == 0 ? value : fallback;
}

static const struct {
	const char *prefix;
	enum device_kind kind;
} kinds_by_name[] = {
	{"md", DEVICE_MD}, {"loop", DEVICE_LOOP}, {"zram", DEVICE_ZRAM}, {"sr", DEVICE_ROM},
	{"dm-", DEVICE_DM},
};

static const struct {
	const char *prefix;
	enum device_kind kind;
} kinds_by_dm_uuid[] = {
	{"LVM-", DEVICE_LVM}, {"CRYPT-", DEVICE_CRYPT}, {"mpath-", DEVICE_MULTIPATH},
	{"part", DEVICE_PARTITION},
};

static enum device_kind kind_of(const char *kernel_name, const char *dm_uuid)
{
	for (size_t i = 0; dm_uuid && i < ARRAY_SIZE(kinds_by_dm_uuid); i++) {
		if (text_has_prefix(dm_uuid, kinds_by_dm_uuid[i].prefix))
			return kinds_by_dm_uuid[i].kind;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds_by_name); i++) {
		const char *rest = text_after_prefix(kernel_name, kinds_by_name[i].prefix);

		if (rest && *rest >= '0' && *rest <= '9')
			return kinds_by_name[i].kind;
		if (rest && kinds_by_name[i].kind == DEVICE_MD && *rest == '_')
			return DEVICE_MD;
	}
	return DEVICE_DISK;
}

/* CD drives are called sr0 only with SCSI; the old IDE ones say so in their media type. */
static bool is_rom(const struct root *root, const char *kernel_name)
{
	_cleanup_free_ char *media = read_text(root, kernel_name, "device/media");

	return text_is_equal(media, "cdrom");
}

static const struct {
	const char *part; /* of the device's path in /sys/devices */
	const char *transport;
} transports[] = {
	{"/usb", "usb"},         {"/virtio", "virtio"},    {"/nvme", "nvme"},
	{"/mmc_host/", "mmc"},   {"/session", "iscsi"},    {"/rport-", "fc"},
	{"/end_device-", "sas"}, {"/ata", "sata"},         {"/ide", "ata"},
	{"/vmbus_", "vmbus"},    {"/vbd-", "xen"},         {"/fw", "ieee1394"},
};

static const char *transport_of(const char *device_path)
{
	for (size_t i = 0; i < ARRAY_SIZE(transports); i++) {
		if (strstr(device_path, transports[i].part))
			return transports[i].transport;
	}
	return NULL;
}

/* "cciss!c0d0" is /dev/cciss/c0d0. */
static char *shown_name(const char *kernel_name)
{
	char *name = text_copy(kernel_name);

	for (char *at = name; *at; at++) {
		if (*at == '!')
			*at = '/';
	}
	return name;
}

static void read_number_of(const struct root *root, struct device *device)
{
	_cleanup_free_ char *text = read_text(root, device->kernel_name, "dev");
	unsigned major_number, minor_number;

	if (text && sscanf(text, "%u:%u", &major_number, &minor_number) == 2)
		device->number = makedev(major_number, minor_number);
}

static void read_hardware(const struct root *root, struct device *device, const char *device_path)
{
	const char *name = device->kernel_name;

	device->model = read_text(root, name, "device/model");
	device->vendor = read_text(root, name, "device/vendor");
	text_set(&device->transport, transport_of(device_path));
	/* virtio's serial number would be asked of the device, which may not answer: see the probe */
	if (!text_is_equal(device->transport, "virtio"))
		device->serial = read_text(root, name, "device/serial");
	device->wwn = read_text(root, name, "wwid");
	if (!device->wwn)
		device->wwn = read_text(root, name, "device/wwid");
	/* virtio has a PCI number where others have a vendor's name */
	if (text_has_prefix(device->vendor, "0x"))
		text_set(&device->vendor, NULL);
}

static void read_queue(const struct root *root, struct device *device)
{
	const char *name = device->kernel_name;

	device->is_rotational = (int)read_number(root, name, "queue/rotational", 0);
	device->sector_size = (unsigned)read_number(root, name, "queue/logical_block_size", 512);
	device->physical_sector_size =
		(unsigned)read_number(root, name, "queue/physical_block_size", 512);
	device->is_removable = read_number(root, name, "removable", 0) == 1;
}

/* "[UU_]": one letter a slot, as /proc/mdstat has it. */
static void read_array_members(const struct root *root, struct device *device)
{
	_cleanup_free_ char *folder = text_format("sys/class/block/%s/md", device->kernel_name);
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *letters = NULL, *state = NULL;
	uint64_t disks = read_number(root, device->kernel_name, "md/raid_disks", 0);

	state = read_text(root, device->kernel_name, "md/array_state");
	if (text_is_equal(state, "inactive") || text_is_equal(state, "clear") || !disks ||
	    disks > 1024) {
		device->array_state = text_copy(state ? state : "inactive");
		return;
	}
	letters = alloc_zero(disks + 1, 1);
	memset(letters, '_', disks);
	(void)root_list(root, folder, 4096, &names); /* none listed: all slots stay empty */
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *slot_file = NULL, *state_file = NULL, *in = NULL;
		uint64_t slot;

		if (!text_has_prefix(names.items[i], "dev-"))
			continue;
		slot_file = text_format("md/%s/slot", names.items[i]);
		state_file = text_format("md/%s/state", names.items[i]);
		slot = read_number(root, device->kernel_name, slot_file, UINT64_MAX);
		in = read_text(root, device->kernel_name, state_file);
		if (slot < disks && in && strstr(in, "in_sync"))
			letters[slot] = 'U';
	}
	device->array_state = text_format("[%s]", letters);
}

static void read_array(const struct root *root, struct device *device)
{
	device->array_level = read_text(root, device->kernel_name, "md/level");
	device->array_uuid = read_text(root, device->kernel_name, "md/uuid");
	read_array_members(root, device);
}

static void read_kind_details(const struct root *root, struct device *device)
{
	if (device->kind == DEVICE_MD)
		read_array(root, device);
	if (device->kind == DEVICE_LOOP)
		device->backing_file = read_text(root, device->kernel_name, "loop/backing_file");
	if (device->dm_name) {
		text_list_format(&device->aliases, "/dev/%s", device->kernel_name);
		text_set(&device->name, device->dm_name);
		free(device->path);
		device->path = text_format("/dev/mapper/%s", device->dm_name);
	}
}

static struct device *make_disk(const struct root *root, const char *kernel_name,
				const char *device_path)
{
	_cleanup_free_ char *dm_uuid = read_text(root, kernel_name, "dm/uuid");
	_cleanup_free_ char *name = shown_name(kernel_name);
	struct device *device = device_new(kind_of(kernel_name, dm_uuid), name);

	device->kernel_name = text_copy(kernel_name);
	device->path = text_format("/dev/%s", name);
	device->dm_uuid = TAKE_PTR(dm_uuid);
	if (text_has_prefix(kernel_name, "dm-"))
		device->dm_name = read_text(root, kernel_name, "dm/name");
	if (device->kind == DEVICE_DISK && is_rom(root, kernel_name))
		device->kind = DEVICE_ROM;
	if (device->kind == DEVICE_DISK || device->kind == DEVICE_ROM)
		read_hardware(root, device, device_path);
	read_queue(root, device);
	read_kind_details(root, device);
	/* a partition of a multipath or other mapping: its number stands in "part3-mpath-..." */
	if (device->kind == DEVICE_PARTITION && device->dm_uuid)
		device->entry.number = (unsigned)strtoul(device->dm_uuid + 4, NULL, 10);
	return device;
}

static struct device *make_partition(const struct root *root, const char *kernel_name)
{
	_cleanup_free_ char *name = shown_name(kernel_name);
	struct device *device = device_new(DEVICE_PARTITION, name);

	device->kernel_name = text_copy(kernel_name);
	device->path = text_format("/dev/%s", name);
	device->entry.number = (unsigned)read_number(root, kernel_name, "partition", 0);
	device->start = read_number(root, kernel_name, "start", 0) * SYSFS_SECTOR;
	return device;
}

/* Devices that hold nothing: unused loop devices, RAM disks, empty drives. */
static bool is_uninteresting(const struct root *root, const char *name, uint64_t size)
{
	if (text_has_prefix(name, "ram") || text_has_prefix(name, "fd"))
		return true;
	if (read_number(root, name, "hidden", 0) == 1)
		return true;
	return !size && !text_has_prefix(name, "sr") && !text_has_prefix(name, "sd") &&
	       !text_has_prefix(name, "hd") && !text_has_prefix(name, "md");
}

/*
 * The name of the disk that KERNEL_NAME is a partition of; the caller frees; NULL where it is none.
 * Its folder lies in the disk's. The place alone does not tell: an NVMe disk lies in its
 * controller's folder, an eMMC's boot area in its disk's.
 */
static char *parent_of(const struct root *root, const char *kernel_name, const char *link)
{
	_cleanup_free_ char *path = text_copy(link);
	char *last = strrchr(path, '/'), *parent;

	if (!last || !read_number(root, kernel_name, "partition", 0))
		return NULL;
	*last = '\0';
	parent = strrchr(path, '/');
	return parent ? text_copy(parent + 1) : NULL;
}

/* A device and what it must still be linked to, once all are there. */
struct pending {
	struct device *device;
	char *parent; /* kernel name of the disk it is a partition of; NULL: none */
};

struct reading {
	const struct root *root;
	struct machine *machine;
	struct pending *items; /* in natural order of kernel names, as the folder was listed */
	size_t count;
	size_t capacity;
};

static void add_device(struct reading *reading, const char *name)
{
	const struct root *root = reading->root;
	_cleanup_free_ char *class_path = text_format("sys/class/block/%s", name);
	_cleanup_free_ char *link = NULL, *parent = NULL;
	uint64_t size = read_number(root, name, "size", 0) * SYSFS_SECTOR;
	struct device *device;

	if (is_uninteresting(root, name, size))
		return;
	/* some recordings hold folders in place of links */
	if (root_read_link(root, class_path, &link) < 0)
		link = text_copy("");
	parent = parent_of(root, name, link);
	device = parent ? make_partition(root, name) : make_disk(root, name, link);
	device->size = size;
	device->is_read_only = read_number(root, name, "ro", 0) == 1;
	read_number_of(root, device);
	machine_add(reading->machine, device);
	reading->items = alloc_grow(reading->items, reading->count, &reading->capacity,
				    sizeof(*reading->items));
	reading->items[reading->count++] = (struct pending){device, TAKE_PTR(parent)};
}

static int compare_pending(const void *key, const void *item)
{
	return text_compare_natural(key, ((const struct pending *)item)->device->kernel_name);
}

static struct device *find_by_kernel_name(const struct reading *reading, const char *name)
{
	struct pending *found = bsearch(name, reading->items, reading->count,
					sizeof(*reading->items), compare_pending);

	return found ? found->device : NULL;
}

static bool is_linked(const struct device *parent, const struct device *child)
{
	for (size_t i = 0; i < child->parent_count; i++) {
		if (child->parents[i] == parent)
			return true;
	}
	return false;
}

/* Whether CHILD is PARENT or below it already: a recording could make a circle. */
static bool would_circle(const struct device *parent, const struct device *child, int depth)
{
	if (parent == child || !depth)
		return true;
	for (size_t i = 0; i < parent->parent_count; i++) {
		if (would_circle(parent->parents[i], child, depth - 1))
			return true;
	}
	return false;
}

static void link_if_sane(struct device *parent, struct device *child)
{
	if (parent && !is_linked(parent, child) && !would_circle(parent, child, 32))
		device_link(parent, child);
}

static void link_pending(const struct reading *reading, const struct pending *item)
{
	_cleanup_text_list_ struct text_list slaves = {0};
	_cleanup_free_ char *folder = NULL;
	struct device *device = item->device;

	if (item->parent) {
		struct device *disk = find_by_kernel_name(reading, item->parent);

		link_if_sane(disk, device);
		if (disk) {
			device->is_rotational = disk->is_rotational;
			device->sector_size = disk->sector_size;
			device->physical_sector_size = disk->physical_sector_size;
			device->is_removable = disk->is_removable;
		}
		return;
	}
	if (device->kind == DEVICE_LOOP || device->kind == DEVICE_ZRAM)
		return; /* these lie on no other device */
	folder = text_format("sys/class/block/%s/slaves", device->kernel_name);
	(void)root_list(reading->root, folder, 4096, &slaves); /* none: a disk */
	for (size_t i = 0; i < slaves.count; i++)
		link_if_sane(find_by_kernel_name(reading, slaves.items[i]), device);
}

int sysfs_read(const struct root *root, struct machine *machine, struct problem *why)
{
	_cleanup_text_list_ struct text_list names = {0};
	struct reading reading = {.root = root, .machine = machine};
	int r = root_list(root, "sys/class/block", DEVICES_MAX, &names);

	if (r < 0)
		return problem_set(why, r, root_name(root), _("no sys/class/block in it: %s"),
				   strerror(-r));
	for (size_t i = 0; i < names.count; i++)
		add_device(&reading, names.items[i]);
	for (size_t i = 0; i < reading.count; i++) {
		link_pending(&reading, &reading.items[i]);
		free(reading.items[i].parent);
	}
	free(reading.items);
	return 0;
}
