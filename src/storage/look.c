/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mounting a filesystem only to look into it. */
#include "storage/look.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <linux/major.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "storage/btrfs_kernel.h"
#include "storage/filesystem.h"
#include "storage/look_parts.h"
#include "storage/mount.h"

#define FDINFO_MAX 4096
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

/*
 * What to try where the kernel does not take the table's words: those of older kernels, those that
 * read what is damaged as far as it goes, and then none at all. The loop device cannot be written,
 * so that these are about seeing more, not about safety.
 */
static const struct {
	const char *type;
	const char *options;
} other_options[] = {
	{"btrfs", "nologreplay"},
	{"btrfs", "rescue=nologreplay,degraded"},
	{"btrfs", "nologreplay,degraded"},
	{"btrfs", "rescue=all,rescue=usebackuproot,degraded"},
	{"f2fs", "disable_roll_forward"},
	{"ufs", "ufstype=44bsd"},
	{"ufs", "ufstype=old"},
	{"ext2", ""},
	{"jfs", ""},
};

/* The driver of another name that reads the same filesystem. */
static const struct {
	const char *type;
	const char *driver;
} other_drivers[] = {
	{"ntfs", "ntfs3"},
	{"ext2", "ext4"},
	{"ext3", "ext4"},
};

static int try_mount(const char *loop, const char *folder, const char *type, const char *options,
		     const char *look_options)
{
	_cleanup_free_ char *all = filesystem_join_options(options, look_options);

	return mount(loop, folder, type, LOOK_FLAGS, all) < 0 ? -errno : 0;
}

/* Whether another attempt could end otherwise: a member that is missing gives the odd ones. */
static bool is_worth_another_try(int error)
{
	return error == -EINVAL || error == -ENOENT || error == -EIO || error == -ENXIO ||
	       error == -EUCLEAN;
}

int look_mount_loop(const char *loop, const char *folder, const char *type, const char *options)
{
	const struct filesystem *filesystem = filesystem_find(type);
	const char *look_options = filesystem ? filesystem->look_options : "";
	int r = try_mount(loop, folder, type, options, look_options);

	for (size_t i = 0; is_worth_another_try(r) && i < ARRAY_SIZE(other_options); i++) {
		if (text_is_equal(other_options[i].type, type))
			r = try_mount(loop, folder, type, options, other_options[i].options);
	}
	for (size_t i = 0; r == -ENODEV && i < ARRAY_SIZE(other_drivers); i++) {
		if (text_is_equal(other_drivers[i].type, type))
			r = try_mount(loop, folder, other_drivers[i].driver, options, look_options);
	}
	if (r < 0 && text_is_equal(type, "ntfs") && look_ntfs_mount(loop, folder) == 0)
		return 0;
	return r;
}

static int report(int error, const struct device *device, struct problem *why)
{
	const char *type = device->content.type;

	switch (error) {
	case -ENODEV:
		(void)problem_set(why, error, device->name, _("this kernel has no driver for %s"),
				  type);
		break;
	case -EROFS:
		(void)problem_set(why, error, device->name,
				  _("this kernel reads %s only after it has written to it"), type);
		break;
	case -EINVAL:
	case -EUCLEAN:
		(void)problem_set(why, error, device->name,
				  _("the kernel does not take it for %s: it may be damaged"), type);
		break;
	case -EEXIST:
		(void)problem_set(why, error, device->name,
				  _("the kernel has a copy of this filesystem mounted, and can have "
				    "only one"));
		break;
	default:
		(void)problem_set(why, error, device->name, "%s", strerror(-error));
	}
	return error;
}

/* Whether the loop device NODE shows the very bytes that DEVICE has: an image mounted before. */
static bool is_loop_over(const char *node, const struct device *device)
{
	_cleanup_close_ int fd = open(node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct loop_info64 info;
	struct stat status;
	const char *path = NULL;
	uint64_t offset = 0, size = 0;

	if (fd < 0 || ioctl(fd, LOOP_GET_STATUS64, &info) < 0 ||
	    device_get_look_extent(device, &path, &offset, &size) < 0 || stat(path, &status) < 0)
		return false;
	if (S_ISBLK(status.st_mode))
		return info.lo_rdevice == status.st_rdev && info.lo_offset == offset;
	return info.lo_device == status.st_dev && info.lo_inode == status.st_ino &&
	       info.lo_offset == offset;
}

static bool is_source(const char *source, dev_t number, const struct device *device)
{
	if (device->number && number == device->number)
		return true;
	return major(number) == LOOP_MAJOR && is_loop_over(source, device);
}

static bool is_mount_of(const struct mount_entry *entry, const struct device *device)
{
	const struct device *first = device_get_filesystem(device);
	struct stat status;

	if (device->number && entry->number == device->number)
		return true;
	/* btrfs: the number is the filesystem's own; its source names one of its devices */
	if (!text_has_prefix(entry->source, "/dev/") || stat(entry->source, &status) < 0 ||
	    !S_ISBLK(status.st_mode))
		return false;
	for (size_t i = 0; i < first->member_count; i++) {
		if (is_source(entry->source, status.st_rdev, first->members[i]))
			return true;
	}
	return is_source(entry->source, status.st_rdev, device);
}

/* Whether PATH leads into mount ID: another one may have been mounted over it. */
static bool is_on_top(const char *path, int id)
{
	_cleanup_close_ int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_free_ char *info_path = text_format("/proc/self/fdinfo/%d", fd);
	_cleanup_free_ char *info = NULL;
	const char *at;

	if (fd < 0 || file_read(info_path, FDINFO_MAX, &info, NULL, NULL) < 0)
		return false;
	at = strstr(info, "mnt_id:");
	return at && strtol(at + strlen("mnt_id:"), NULL, 10) == id;
}

/* A mount of DEVICE that can be reached; one of its whole filesystem before others. */
static const struct mount_entry *find_mount(const struct mount_table *table,
					    const struct device *device)
{
	const struct mount_entry *found = NULL;

	for (size_t i = 0; i < table->count; i++) {
		const struct mount_entry *entry = &table->entries[i];
		bool is_whole = text_is_equal(entry->root, "/");

		if (!entry->id || !is_mount_of(entry, device) || (found && !is_whole))
			continue;
		if (!is_on_top(entry->target, entry->id))
			continue;
		found = entry;
		if (is_whole)
			break;
	}
	return found;
}

/* Whether a bind of ENTRY shows what a mount with OPTIONS would show. */
static bool shows_all(const struct mount_entry *entry, const char *options)
{
	bool is_top = text_is_empty(options) || text_is_equal(options, "subvolid=5");

	return is_top && text_is_equal(entry->root, "/");
}

/*
 * Looks through a mount that is there. Where that shows only a part, the filesystem is mounted once
 * more while the first mount is held open, so that the kernel takes the one it has: no journal is
 * replayed and nothing is opened anew.
 */
static int look_through(const struct mount_entry *entry, const struct device *device,
			const char *options, const char *folder, struct problem *why)
{
	_cleanup_close_ int held = open(entry->target, O_PATH | O_DIRECTORY | O_CLOEXEC);
	unsigned long flags =
		entry->is_read_only ? LOOK_FLAGS : LOOK_FLAGS & ~(unsigned long)MS_RDONLY;
	int r;

	if (held < 0)
		return problem_set_errno(why, -errno, device->name);
	r = shows_all(entry, options) ? mount(entry->target, folder, NULL, MS_BIND, NULL)
				      : mount(entry->source, folder, entry->type, flags, options);
	if (r < 0)
		return problem_set(why, -errno, device->name,
				   _("it is mounted at %s, and cannot be seen as a whole: %s"),
				   entry->target, strerror(errno));
	if (mount(NULL, folder, NULL, MS_BIND | MS_REMOUNT | LOOK_FLAGS, NULL) < 0)
		return problem_set_errno(why, -errno, device->name);
	return 0;
}

int look_mount(const struct device *device, const char *options, const char *folder,
	       struct problem *why)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	_cleanup_look_loops_ struct look_loops loops = {0};
	const struct mount_entry *mounted;
	int r;

	if (!device->content.type)
		return problem_set(why, -EINVAL, device->name, _("has no known filesystem"));
	mounted = mount_table_read(NULL, &table, NULL) == 0 ? find_mount(&table, device) : NULL;
	if (mounted)
		return look_through(mounted, device, options, folder, why);
	r = look_loops_attach(&loops, device, why);
	if (r < 0)
		return r;
	r = look_is_btrfs(device) ? look_btrfs_mount(&loops, device, options, folder)
			     : look_mount_loop(loops.nodes.items[0], folder, device->content.type, options);
	return r < 0 ? report(r, device, why) : 0;
}

/* The source of what is mounted at FOLDER above the workplace; the caller frees; NULL: none. */
static char *mounted_source(const char *folder)
{
	_cleanup_mount_table_ struct mount_table table = {0};
	const struct mount_entry *entry;

	if (mount_table_read(NULL, &table, NULL) < 0)
		return NULL;
	entry = mount_table_find(&table, folder);
	return entry && !text_is_equal(entry->type, "tmpfs") ? text_copy(entry->source) : NULL;
}

void look_unmount(const struct device *device, const char *folder)
{
	_cleanup_free_ char *source = mounted_source(folder);
	_cleanup_text_list_ struct text_list nodes = {0};

	if (source && look_is_btrfs(device))
		btrfs_kernel_list(folder, &nodes);
	/* what fails goes with the worker's namespace anyway */
	if (source && umount2(folder, UMOUNT_NOFOLLOW) == 0 && look_is_btrfs(device) &&
	    text_has_prefix(source, "/dev/loop"))
		look_btrfs_forget(&nodes, device);
}
