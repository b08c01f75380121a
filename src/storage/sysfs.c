/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The graph of block devices from sysfs. */
#include "storage/sysfs.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "storage/raid_format.h"
#include "storage/stack_parts.h"

#define DEVICES_MAX 100000
#define SERIAL_PAGE_MAX 1024
#define SERIAL_HEADER 4
#define SYSFS_SECTOR 512 /* sysfs counts in these, whatever the disk's sectors */

/* One device's folder in sysfs. */
struct block {
	const struct root *root; /* of the machine */
	const char *name;        /* the kernel's */
	struct root *folder;     /* sys/class/block/NAME: most attributes lie in it */
};

/* Attribute ATTRIBUTE of BLOCK; the caller frees; NULL where missing or empty. */
static char *read_text(const struct block *block, const char *attribute)
{
	_cleanup_free_ char *path = NULL, *line = NULL;
	int r;

	if (text_has_prefix(attribute, "device/")) { /* a link out of the folder */
		path = text_format("sys/class/block/%s/%s", block->name, attribute);
		r = root_read_line(block->root, path, &line);
	} else {
		r = root_read_line(block->folder, attribute, &line);
	}
	return r < 0 || !*line ? NULL : TAKE_PTR(line);
}

static uint64_t read_number(const struct block *block, const char *attribute, uint64_t fallback)
{
	_cleanup_free_ char *text = read_text(block, attribute);
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
static bool is_rom(const struct block *block)
{
	_cleanup_free_ char *media = read_text(block, "device/media");

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

static void read_number_of(const struct block *block, struct device *device)
{
	_cleanup_free_ char *text = read_text(block, "dev");
	unsigned major_number, minor_number;

	if (text && sscanf(text, "%u:%u", &major_number, &minor_number) == 2)
		device->number = makedev(major_number, minor_number);
}

/*
 * The serial number of a SCSI or SATA disk, which the kernel keeps as the disk once sent it: page
 * 80h of its vital product data, a header of four bytes with the length and then the text (SPC-4,
 * 7.8.15). The caller frees; NULL where there is none.
 */
static char *read_scsi_serial(const struct block *block)
{
	_cleanup_free_ char *path = text_format("sys/class/block/%s/device/vpd_pg80", block->name);
	_cleanup_free_ char *page = NULL, *serial = NULL;
	size_t length = 0, count;
	const char *trimmed;

	if (root_read_file(block->root, path, SERIAL_PAGE_MAX, &page, &length) < 0 ||
	    length <= SERIAL_HEADER)
		return NULL;
	count = (size_t)(unsigned char)page[2] << 8 | (unsigned char)page[3];
	if (count > length - SERIAL_HEADER)
		count = length - SERIAL_HEADER;
	serial = alloc_copy(page + SERIAL_HEADER, count);
	trimmed = text_trim(serial);
	return *trimmed ? text_copy(trimmed) : NULL;
}

static void read_hardware(const struct block *block, struct device *device,
			  const char *device_path)
{
	device->model = read_text(block, "device/model");
	device->vendor = read_text(block, "device/vendor");
	text_set(&device->transport, transport_of(device_path));
	/* virtio's serial number would be asked of the device, which may not answer: see the probe */
	if (!text_is_equal(device->transport, "virtio"))
		device->serial = read_text(block, "device/serial");
	if (!device->serial)
		device->serial = read_scsi_serial(block);
	device->wwn = read_text(block, "wwid");
	if (!device->wwn)
		device->wwn = read_text(block, "device/wwid");
	/* virtio has a PCI number where others have a vendor's name */
	if (text_has_prefix(device->vendor, "0x"))
		text_set(&device->vendor, NULL);
}

static void read_queue(const struct block *block, struct device *device)
{
	device->is_rotational = (int)read_number(block, "queue/rotational", 0);
	device->sector_size = (unsigned)read_number(block, "queue/logical_block_size", 512);
	device->physical_sector_size =
		(unsigned)read_number(block, "queue/physical_block_size", 512);
	device->is_removable = read_number(block, "removable", 0) == 1;
	if (device->is_removable)
		device->medium = read_number(block, "diskseq", 0);
}

/* "[UU_]": one letter a slot, as /proc/mdstat has it. */
static void read_array_members(const struct block *block, struct device *device)
{
	_cleanup_text_list_ struct text_list names = {0};
	_cleanup_free_ char *letters = NULL, *state = NULL;
	uint64_t disks = read_number(block, "md/raid_disks", 0);

	state = read_text(block, "md/array_state");
	if (text_is_equal(state, "inactive") || text_is_equal(state, "clear") || !disks ||
	    disks > 1024) {
		device->array_state = text_copy("inactive");
		return;
	}
	letters = alloc_zero(disks + 1, 1);
	memset(letters, '_', disks);
	(void)root_list(block->folder, "md", 4096, &names); /* none listed: all slots stay empty */
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_free_ char *slot_file = NULL, *state_file = NULL, *in = NULL;
		uint64_t slot;

		if (!text_has_prefix(names.items[i], "dev-"))
			continue;
		slot_file = text_format("md/%s/slot", names.items[i]);
		state_file = text_format("md/%s/state", names.items[i]);
		slot = read_number(block, slot_file, UINT64_MAX);
		in = read_text(block, state_file);
		if (slot < disks && in && strstr(in, "in_sync"))
			letters[slot] = 'U';
	}
	device->array_state = text_format("[%s]", letters);
}

static void read_array(const struct block *block, struct device *device)
{
	_cleanup_free_ char *uuid = read_text(block, "md/uuid");
	_cleanup_free_ char *version = read_text(block, "md/metadata_version");

	device->array_level = read_text(block, "md/level");
	device->array_uuid = raid_uuid_from_kernel(uuid, version);
	read_array_members(block, device);
}

static void read_kind_details(const struct block *block, struct device *device)
{
	if (device->kind == DEVICE_MD)
		read_array(block, device);
	if (device->kind == DEVICE_LOOP)
		device->backing_file = read_text(block, "loop/backing_file");
	if (device->dm_name) {
		text_list_format(&device->aliases, "/dev/%s", device->kernel_name);
		text_set(&device->name, device->dm_name);
		free(device->path);
		device->path = text_format("/dev/mapper/%s", device->dm_name);
	}
}

static struct device *make_disk(const struct block *block, const char *device_path)
{
	const char *kernel_name = block->name;
	bool is_mapped = text_has_prefix(kernel_name, "dm-");
	_cleanup_free_ char *dm_uuid = is_mapped ? read_text(block, "dm/uuid") : NULL;
	_cleanup_free_ char *name = shown_name(kernel_name);
	struct device *device = device_new(kind_of(kernel_name, dm_uuid), name);

	device->kernel_name = text_copy(kernel_name);
	device->path = text_format("/dev/%s", name);
	device->dm_uuid = TAKE_PTR(dm_uuid);
	if (is_mapped)
		device->dm_name = read_text(block, "dm/name");
	if (device->kind == DEVICE_DISK && is_rom(block))
		device->kind = DEVICE_ROM;
	if (device->kind == DEVICE_DISK || device->kind == DEVICE_ROM)
		read_hardware(block, device, device_path);
	read_queue(block, device);
	read_kind_details(block, device);
	/* a partition of a multipath or other mapping: its number stands in "part3-mpath-..." */
	if (device->kind == DEVICE_PARTITION && device->dm_uuid)
		device->entry.number = (unsigned)strtoul(device->dm_uuid + 4, NULL, 10);
	return device;
}

static struct device *make_partition(const struct block *block)
{
	_cleanup_free_ char *name = shown_name(block->name);
	struct device *device = device_new(DEVICE_PARTITION, name);

	device->kernel_name = text_copy(block->name);
	device->path = text_format("/dev/%s", name);
	device->entry.number = (unsigned)read_number(block, "partition", 0);
	device->start = read_number(block, "start", 0) * SYSFS_SECTOR;
	return device;
}

/* Devices that hold nothing: unused loop devices, RAM disks, empty drives. */
static bool is_uninteresting(const struct block *block, uint64_t size)
{
	const char *name = block->name;

	if (text_has_prefix(name, "ram") || text_has_prefix(name, "fd"))
		return true;
	if (kind_of(name, NULL) == DEVICE_DISK && read_number(block, "hidden", 0) == 1)
		return true;
	return !size && !text_has_prefix(name, "sr") && !text_has_prefix(name, "sd") &&
	       !text_has_prefix(name, "hd") && !text_has_prefix(name, "md");
}

/*
 * The name of the disk that BLOCK is a partition of; the caller frees; NULL where it is none.
 * Its folder lies in the disk's. The place alone does not tell: an NVMe disk lies in its
 * controller's folder, an eMMC's boot area in its disk's.
 */
static char *parent_of(const struct block *block, const char *link)
{
	_cleanup_free_ char *path = text_copy(link);
	char *last = strrchr(path, '/'), *parent;

	if (!last)
		return NULL;
	*last = '\0';
	parent = strrchr(path, '/');
	/* ".../block/sda" needs no look */
	if (!parent || strcmp(parent, "/block") == 0 || !read_number(block, "partition", 0))
		return NULL;
	return text_copy(parent + 1);
}

/* A device and what it must still be linked to, once all are there. */
struct pending {
	struct device *device;
	char *parent; /* kernel name of the disk it is a partition of; NULL: none */
};

struct reading {
	const struct root *root;
	struct machine *machine;
	sysfs_on_disk_fn on_disk; /* NULL: nobody wants to know */
	void *data;
	struct device *disk; /* the last that is no partition; its partitions come right behind it */
	struct pending *items; /* in natural order of kernel names, as the folder was listed */
	size_t count;
	size_t capacity;
};

static int compare_pending(const void *key, const void *item)
{
	return text_compare_natural(key, ((const struct pending *)item)->device->kernel_name);
}

static struct device *find_by_kernel_name(const struct reading *reading, const char *name)
{
	/* before the first of them there is no array to search in */
	struct pending *found = reading->count ? bsearch(name, reading->items, reading->count,
							 sizeof(*reading->items), compare_pending)
					       : NULL;

	return found ? found->device : NULL;
}

static void link_partition(const struct reading *reading, struct device *partition,
			   const char *parent)
{
	struct device *disk = find_by_kernel_name(reading, parent);

	if (!disk)
		return;
	device_link_sanely(disk, partition);
	partition->is_rotational = disk->is_rotational;
	partition->sector_size = disk->sector_size;
	partition->physical_sector_size = disk->physical_sector_size;
	partition->is_removable = disk->is_removable;
}

static void finish_disk(struct reading *reading)
{
	if (reading->disk && reading->on_disk)
		reading->on_disk(reading->data, reading->disk);
	reading->disk = NULL;
}

static struct device *read_device(const struct block *block, const char *class_path,
				  char **ret_parent)
{
	uint64_t size = read_number(block, "size", 0) * SYSFS_SECTOR;
	_cleanup_free_ char *link = NULL, *parent = NULL;
	struct device *device;

	if (is_uninteresting(block, size))
		return NULL;
	/* some recordings hold folders in place of links */
	if (root_read_link(block->root, class_path, &link) < 0)
		link = text_copy("");
	parent = parent_of(block, link);
	device = parent ? make_partition(block) : make_disk(block, link);
	device->size = size;
	device->is_read_only = read_number(block, "ro", 0) == 1;
	read_number_of(block, device);
	*ret_parent = TAKE_PTR(parent);
	return device;
}

/* Asked of few: a loop device over a file, which most are, costs nothing more. */
static bool is_part_of_look(const struct root *root, const struct device *device)
{
	if (device->kind == DEVICE_LOOP && !text_has_prefix(device->backing_file, "/dev/"))
		return false;
	return stack_is_part(root, device->kernel_name);
}

static void add_device(struct reading *reading, const char *name)
{
	_cleanup_free_ char *class_path = text_format("sys/class/block/%s", name);
	_cleanup_free_ char *parent = NULL;
	_cleanup_root_ struct root *folder = NULL;
	struct block block = {.root = reading->root, .name = name};
	struct device *device;

	if (root_open_folder(reading->root, class_path, &folder) < 0)
		return; /* it has gone meanwhile */
	block.folder = folder;
	device = read_device(&block, class_path, &parent);
	if (!device)
		return;
	if (reading->machine->source == MACHINE_LIVE && is_part_of_look(reading->root, device)) {
		(void)device_free(device);
		return;
	}
	machine_add(reading->machine, device);
	if (parent) {
		link_partition(reading, device, parent);
	} else {
		finish_disk(reading);
		reading->disk = device;
	}
	reading->items = alloc_grow(reading->items, reading->count, &reading->capacity,
				    sizeof(*reading->items));
	reading->items[reading->count++] = (struct pending){device, TAKE_PTR(parent)};
}

static void link_pending(const struct reading *reading, const struct pending *item)
{
	_cleanup_text_list_ struct text_list slaves = {0};
	_cleanup_free_ char *folder = NULL;
	struct device *device = item->device;

	if (item->parent) {
		link_partition(reading, device, item->parent);
		return;
	}
	if (device->kind == DEVICE_LOOP || device->kind == DEVICE_ZRAM)
		return; /* these lie on no other device */
	folder = text_format("sys/class/block/%s/slaves", device->kernel_name);
	(void)root_list(reading->root, folder, 4096, &slaves); /* none: a disk */
	for (size_t i = 0; i < slaves.count; i++) {
		struct device *parent = find_by_kernel_name(reading, slaves.items[i]);

		if (parent)
			device_link_sanely(parent, device);
	}
}

int sysfs_read(const struct root *root, struct machine *machine, sysfs_on_disk_fn on_disk,
	       void *data, struct problem *why)
{
	_cleanup_text_list_ struct text_list names = {0};
	struct reading reading = {
		.root = root,
		.machine = machine,
		.on_disk = on_disk,
		.data = data,
	};
	int r = root_list(root, "sys/class/block", DEVICES_MAX, &names);

	if (r < 0)
		return problem_set(why, r, root_name(root), _("no sys/class/block in it: %s"),
				   strerror(-r));
	for (size_t i = 0; i < names.count; i++)
		add_device(&reading, names.items[i]);
	finish_disk(&reading);
	for (size_t i = 0; i < reading.count; i++) {
		link_pending(&reading, &reading.items[i]);
		free(reading.items[i].parent);
	}
	free(reading.items);
	return 0;
}
