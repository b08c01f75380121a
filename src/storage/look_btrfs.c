/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop devices of a look, and what looking into a btrfs filesystem takes besides. */
#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/alloc.h"
#include "storage/btrfs_kernel.h"
#include "storage/look_parts.h"
#include "storage/loop.h"

#define COPIES_MAX 64
#define DEVICE_OPTIONS_MAX 64 /* in one mount; a kernel takes 4096 bytes of options */

void look_loops_done(struct look_loops *loops)
{
	for (size_t i = 0; i < loops->count; i++)
		(void)close(loops->fds[i]); /* only read from; what is mounted holds them itself */
	free(loops->fds);
	text_list_done(&loops->nodes);
	*loops = (struct look_loops){0};
}

static int attach(struct look_loops *loops, const struct device *device, struct problem *why)
{
	_cleanup_free_ char *node = NULL;
	const char *path = NULL;
	uint64_t offset = 0, size = 0;
	int fd = -1, r = device_get_look_extent(device, &path, &offset, &size);

	if (r < 0)
		return problem_set_errno(why, r, device->name);
	r = loop_attach_read_only(path, offset, size, &fd, &node, why);
	if (r < 0)
		return r;
	loops->fds = alloc_grow(loops->fds, loops->count, &loops->capacity, sizeof(*loops->fds));
	loops->fds[loops->count++] = fd;
	text_list_take(&loops->nodes, TAKE_PTR(node));
	return 0;
}

/* A btrfs filesystem's other devices as well; one that cannot be attached is a missing one. */
int look_loops_attach(struct look_loops *loops, const struct device *device, struct problem *why)
{
	const struct device *first = device_get_filesystem(device);
	int r = attach(loops, device, why);

	for (size_t i = 0; r == 0 && i < first->member_count; i++) {
		if (first->members[i] != device)
			(void)attach(loops, first->members[i], NULL);
	}
	return r;
}

bool look_is_btrfs(const struct device *device)
{
	return text_is_equal(device->content.type, "btrfs");
}

/* OPTIONS and those that name all devices but the first; the caller frees. */
static char *add_devices(const struct look_loops *loops, const char *options)
{
	_cleanup_text_list_ struct text_list all = {0};

	for (size_t i = 1; i < loops->nodes.count; i++) {
		if (i < DEVICE_OPTIONS_MAX)
			text_list_format(&all, "device=%s", loops->nodes.items[i]);
		else
			btrfs_kernel_scan(loops->nodes.items[i]);
	}
	if (!text_is_empty(options))
		text_list_add(&all, options);
	return text_list_join(&all, ",");
}

/* Whether what is mounted at FOLDER is read from LOOPS only; the kernel forgets what else it is. */
static bool is_own(const struct look_loops *loops, const char *folder)
{
	_cleanup_text_list_ struct text_list nodes = {0}, others = {0};

	btrfs_kernel_list(folder, &nodes);
	for (size_t i = 0; i < nodes.count; i++) {
		if (!text_list_contains(&loops->nodes, nodes.items[i]))
			text_list_add(&others, nodes.items[i]);
	}
	if (!others.count)
		return true;
	(void)umount2(folder, UMOUNT_NOFOLLOW); /* nobody else can have it open */
	for (size_t i = 0; i < others.count; i++)
		btrfs_kernel_forget(others.items[i]);
	return false;
}

/*
 * Mounts a btrfs filesystem. What the kernel remembers of it from elsewhere must not get in
 * between: a copy, or a device that is missing here and known there.
 */
static int mount_btrfs(const struct look_loops *loops, const struct device *device,
		       const char *folder, const char *options)
{
	_cleanup_free_ char *all = add_devices(loops, options);
	const struct device *copy = device->copy_of;
	int r;

	for (int i = 0; copy && copy != device && i < COPIES_MAX; i++, copy = copy->copy_of) {
		if (copy->number && copy->path)
			btrfs_kernel_forget(copy->path);
	}
	r = look_mount_loop(loops->nodes.items[0], folder, device->content.type, all);
	if (r == 0 && !is_own(loops, folder)) {
		r = look_mount_loop(loops->nodes.items[0], folder, device->content.type, all);
		if (r == 0 && !is_own(loops, folder))
			r = -EEXIST;
	}
	return r;
}

/*
 * After a look the kernel remembers the devices themselves again, not the loop devices; of copies
 * none, since it could remember the wrong one.
 */
void look_btrfs_forget(const struct text_list *nodes, const struct device *device)
{
	const struct device *first = device_get_filesystem(device);

	for (size_t i = 0; i < nodes->count; i++) {
		if (text_has_prefix(nodes->items[i], "/dev/loop"))
			btrfs_kernel_forget(nodes->items[i]);
	}
	if (device->copy_of)
		return;
	for (size_t i = 0; i < first->member_count; i++) {
		if (first->members[i]->number && first->members[i]->path)
			btrfs_kernel_scan(first->members[i]->path);
	}
	if (!first->member_count && device->number && device->path)
		btrfs_kernel_scan(device->path);
}

/*
 * The loop devices of a btrfs filesystem stay open and locked, and it stays ours, until this
 * process ends: udev would show them to the kernel again while they are being forgotten.
 */
int look_btrfs_mount(struct look_loops *loops, const struct device *device, const char *options,
		     const char *folder)
{
	int lock = device->content.uuid ? btrfs_kernel_lock(device->content.uuid) : -1;
	int r = mount_btrfs(loops, device, folder, options);

	if (r == 0) {
		loops->count = 0; /* to be closed: none */
		return 0;
	}
	look_btrfs_forget(&loops->nodes, device);
	if (lock >= 0)
		(void)close(lock); /* only locked */
	return r;
}
