/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mounting a filesystem only to look into it. */
#include "storage/look.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "storage/filesystem.h"
#include "storage/loop.h"
#include "storage/mount.h"

#define LOOK_FLAGS (MS_RDONLY | MS_NODEV | MS_NOSUID | MS_NOEXEC)

/* Folders that every system has, even a read-only one, and that a look need not see into. */
static const char *const workplaces[] = {"/sys", "/mnt", "/media", "/tmp"};

int look_enter(char **ret_folder, struct problem *why)
{
	if (unshare(CLONE_NEWNS) < 0)
		return problem_set_errno(why, -errno, _("make a private mount namespace"));
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return problem_set_errno(why, -errno, _("make a private mount namespace"));
	for (size_t i = 0; i < ARRAY_SIZE(workplaces); i++) {
		struct stat status;

		if (lstat(workplaces[i], &status) < 0 || !S_ISDIR(status.st_mode))
			continue;
		if (mount("tmpfs", workplaces[i], "tmpfs", MS_NODEV | MS_NOSUID | MS_NOEXEC,
			  "mode=0700,size=1m") == 0) {
			*ret_folder = text_copy(workplaces[i]);
			return 0;
		}
	}
	return problem_set(why, -ENOENT, _("make a private mount namespace"),
			   _("no folder to work in"));
}

/* The words for mount(2) in older kernels than the table's. */
static const struct {
	const char *type;
	const char *options;
} older_options[] = {
	{"btrfs", "nologreplay"},
	{"f2fs", "disable_roll_forward"},
	{"ufs", "ufstype=44bsd"},
	{"ufs", "ufstype=old"},
};

/* Joins two option lists, either of which may be empty; the caller frees. */
static char *join_options(const char *a, const char *b)
{
	if (text_is_empty(a) || text_is_empty(b))
		return text_copy(text_is_empty(a) ? (b ? b : "") : a);
	return text_format("%s,%s", a, b);
}

static int try_mount(const char *loop, const char *folder, const char *type, const char *options,
		     const char *look_options)
{
	_cleanup_free_ char *all = join_options(options, look_options);

	return mount(loop, folder, type, LOOK_FLAGS, all) < 0 ? -errno : 0;
}

static int mount_loop(const char *loop, const char *folder, const char *type, const char *options)
{
	const struct filesystem *filesystem = filesystem_find(type);
	int r = try_mount(loop, folder, type, options, filesystem ? filesystem->look_options : "");

	for (size_t i = 0; r == -EINVAL && i < ARRAY_SIZE(older_options); i++) {
		if (text_is_equal(older_options[i].type, type))
			r = try_mount(loop, folder, type, options, older_options[i].options);
	}
	if (r == -ENODEV && text_is_equal(type, "ntfs"))
		r = try_mount(loop, folder, "ntfs3", options, "");
	return r;
}

/*
 * The kernel remembers a btrfs device by the filesystem's UUID after it was unmounted; a loop
 * device that is gone would then stand in the way of the real one.
 */
static void forget_btrfs(const char *loop)
{
	struct btrfs_ioctl_vol_args args = {0};
	_cleanup_close_ int fd = open("/dev/btrfs-control", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)strncpy(args.name, loop, BTRFS_PATH_NAME_MAX);
#ifdef BTRFS_IOC_FORGET_DEV
	(void)ioctl(fd, BTRFS_IOC_FORGET_DEV, &args); /* still mounted: forgotten by the next */
#endif
}

static int report(int error, const struct device *device, struct problem *why)
{
	const char *type = device->content.type;

	switch (error) {
	case -ENODEV:
		(void)problem_set(why, error, device->name,
				  _("this kernel has no driver for %s"), type);
		break;
	case -EINVAL:
	case -EUCLEAN:
		(void)problem_set(why, error, device->name,
				  _("the kernel does not take it for %s: it may be damaged"), type);
		break;
	default:
		(void)problem_set(why, error, device->name, "%s", strerror(-error));
	}
	return error;
}

/* The mount of the whole of DEVICE's filesystem, if there is one. */
static const struct mount_entry *find_mount(const struct mount_table *table,
					    const struct device *device)
{
	for (size_t i = 0; device->number && i < table->count; i++) {
		const struct mount_entry *entry = &table->entries[i];
		struct stat status;

		if (!text_is_equal(entry->root, "/"))
			continue;
		if (entry->number == device->number)
			return entry;
		/* btrfs: the number is the filesystem's own; its source names the device */
		if (entry->source && *entry->source == '/' && stat(entry->source, &status) == 0 &&
		    S_ISBLK(status.st_mode) && status.st_rdev == device->number)
			return entry;
	}
	return NULL;
}

static int bind_existing(const struct mount_entry *entry, const char *folder,
			 const struct device *device, struct problem *why)
{
	if (mount(entry->target, folder, NULL, MS_BIND, NULL) < 0 ||
	    mount(NULL, folder, NULL, MS_BIND | MS_REMOUNT | LOOK_FLAGS, NULL) < 0)
		return problem_set_errno(why, -errno, device->name);
	return 0;
}

int look_mount(const struct device *device, const char *options, const char *folder,
	       struct problem *why)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	_cleanup_free_ char *loop = NULL;
	_cleanup_close_ int fd = -1;
	const struct mount_entry *mounted;
	const char *path = NULL;
	uint64_t offset = 0, size = 0;
	int r;

	if (!device->content.type)
		return problem_set(why, -EINVAL, device->name, _("has no known filesystem"));
	if (device->mountpoints.count && mount_table_read(NULL, &table, NULL) == 0) {
		mounted = find_mount(&table, device);
		if (mounted && text_is_empty(options))
			return bind_existing(mounted, folder, device, why);
	}
	r = device_get_extent(device, &path, &offset, &size);
	if (r < 0)
		return problem_set_errno(why, r, device->name);
	r = loop_attach_read_only(path, offset, size, &fd, &loop, why);
	if (r < 0)
		return r;
	r = mount_loop(loop, folder, device->content.type, options);
	if (text_is_equal(device->content.type, "btrfs") && r < 0)
		forget_btrfs(loop);
	return r < 0 ? report(r, device, why) : 0;
}

void look_unmount(const struct device *device, const char *folder)
{
	struct mount_table table = {0};
	_cleanup_free_ char *source = NULL;
	const struct mount_entry *entry;

	if (mount_table_read(NULL, &table, NULL) == 0) {
		entry = mount_table_find(&table, folder);
		source = entry ? text_copy(entry->source) : NULL;
	}
	mount_table_done(&table);
	(void)umount2(folder, UMOUNT_NOFOLLOW); /* the namespace goes with the worker anyway */
	if (source && text_is_equal(device->content.type, "btrfs"))
		forget_btrfs(source);
}
