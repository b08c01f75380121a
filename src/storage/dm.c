/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Device-mapper devices for looking, through the kernel's own interface. */
#include "storage/dm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/i18n.h"
#include "storage/module.h"

#define CONTROL "/dev/mapper/control"
/*
 * What udev's rules are told of our devices, by libdevmapper's numbers: no rules of device-mapper, of
 * its subsystems, for disks, and no others; nobody needs to make nodes in udev's place.
 */
#define QUIET_FLAGS (0x0001u | 0x0002u | 0x0004u | 0x0008u | 0x0020u)
#define FLAGS_SHIFT 16

void dm_table_add(struct dm_table *table, uint64_t start, uint64_t length, const char *type,
		  char *parameters)
{
	table->targets = alloc_grow(table->targets, table->count, &table->capacity,
				    sizeof(*table->targets));
	table->targets[table->count++] = (struct dm_target){start, length, type, parameters};
}

void dm_table_done(struct dm_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->targets[i].parameters);
	free(table->targets);
	*table = (struct dm_table){0};
}

static int open_control(void)
{
	int fd = open(CONTROL, O_RDWR | O_CLOEXEC);

	if (fd < 0 && (errno == ENOENT || errno == ENODEV)) {
		module_load("dm_mod");
		fd = open(CONTROL, O_RDWR | O_CLOEXEC);
	}
	return fd < 0 ? -errno : fd;
}

static int request(int control, unsigned long command, struct dm_ioctl *header)
{
	return ioctl(control, command, header) < 0 ? -errno : 0;
}

/* A request about device NAME with SIZE bytes behind its header; the caller frees. */
static struct dm_ioctl *new_request(const char *name, size_t size)
{
	struct dm_ioctl *header = alloc_zero(1, sizeof(*header) + size);

	header->version[0] = DM_VERSION_MAJOR;
	header->data_size = (uint32_t)(sizeof(*header) + size);
	header->data_start = sizeof(*header);
	(void)strncpy(header->name, name, DM_NAME_LEN - 1); /* ours, or checked by the caller */
	return header;
}

static size_t target_size(const struct dm_target *target)
{
	size_t size = sizeof(struct dm_target_spec) + strlen(target->parameters) + 1;

	return (size + 7) & ~(size_t)7;
}

static int load(int control, const char *name, const struct dm_table *table, bool is_read_only)
{
	_cleanup_free_ struct dm_ioctl *header = NULL;
	size_t size = 0;
	char *at;

	for (size_t i = 0; i < table->count; i++)
		size += target_size(&table->targets[i]);
	header = new_request(name, size);
	header->target_count = (uint32_t)table->count;
	header->flags = is_read_only ? DM_READONLY_FLAG : 0;
	at = (char *)header + sizeof(*header);
	for (size_t i = 0; i < table->count; i++) {
		const struct dm_target *target = &table->targets[i];
		struct dm_target_spec *spec = (struct dm_target_spec *)(void *)at;

		spec->sector_start = target->start;
		spec->length = target->length;
		spec->next = (uint32_t)target_size(target);
		(void)strncpy(spec->target_type, target->type, DM_MAX_TYPE_NAME - 1);
		memcpy(at + sizeof(*spec), target->parameters, strlen(target->parameters) + 1);
		at += target_size(target);
	}
	return request(control, DM_TABLE_LOAD, header);
}

static int resume(int control, const char *name)
{
	_cleanup_free_ struct dm_ioctl *header = new_request(name, 0);

	header->event_nr = QUIET_FLAGS << FLAGS_SHIFT;
	return request(control, DM_DEV_SUSPEND, header); /* without its flag it resumes */
}

static int remove_device(int control, const char *name)
{
	_cleanup_free_ struct dm_ioctl *header = new_request(name, 0);

	header->event_nr = QUIET_FLAGS << FLAGS_SHIFT;
	return request(control, DM_DEV_REMOVE, header);
}

/* The kernel makes the node; where /dev is none of its own we do. */
static char *node_of(uint64_t number)
{
	unsigned major_number = (unsigned)((number >> 8) & 0xfff);
	unsigned minor_number = (unsigned)((number & 0xff) | ((number >> 12) & 0xfff00));
	char *path = text_format("/dev/dm-%u", minor_number);

	if (access(path, F_OK) < 0)
		(void)mknod(path, S_IFBLK | 0600, makedev(major_number, minor_number));
	return path;
}

int dm_create(const char *name, const struct dm_table *table, bool is_read_only, char **ret_path,
	      struct problem *why)
{
	_cleanup_free_ struct dm_ioctl *header = new_request(name, 0);
	_cleanup_close_ int control = open_control();
	int r = control;

	if (r >= 0)
		r = request(control, DM_DEV_CREATE, header);
	if (r < 0)
		return problem_set(why, r, name, _("no device-mapper device: %s"), strerror(-r));
	for (size_t i = 0; i < table->count; i++) {
		_cleanup_free_ char *module = text_format("dm-%s", table->targets[i].type);

		if (!text_is_equal(table->targets[i].type, "linear") &&
		    !text_is_equal(table->targets[i].type, "striped"))
			module_load(module);
	}
	r = load(control, name, table, is_read_only);
	if (r == 0)
		r = resume(control, name);
	if (r < 0) {
		(void)remove_device(control, name); /* the first error tells */
		return problem_set(why, r, name, _("no device-mapper device: %s"), strerror(-r));
	}
	*ret_path = node_of(header->dev);
	return 0;
}

/* libdevmapper's nodes and lvm's links stay where no udev removes them. */
static void remove_node(const char *name)
{
	_cleanup_free_ char *path = text_format("/dev/mapper/%s", name);
	struct stat status;

	if (lstat(path, &status) == 0 && S_ISBLK(status.st_mode))
		(void)unlink(path); /* harmless where it stays: it leads nowhere */
}

int dm_remove(const char *name)
{
	_cleanup_close_ int control = open_control();
	int r = control < 0 ? control : remove_device(control, name);

	if (r == 0)
		remove_node(name);
	return r;
}
