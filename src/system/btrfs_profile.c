/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a mounted btrfs filesystem spreads its data over its devices. */
#include "system/btrfs_profile.h"

#include <errno.h>
#include <limits.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <sys/ioctl.h>

#include "base/alloc.h"
#include "base/text.h"

#define SPACES_MAX 64 /* kinds of chunks; there are a dozen */

static const struct {
	uint64_t flag;
	const char *name;
	unsigned spare; /* devices that it can lose: kernel, btrfs_raid_array */
} profiles[] = {
	{BTRFS_BLOCK_GROUP_RAID0, "raid0", 0},
	{BTRFS_BLOCK_GROUP_RAID1, "raid1", 1},
	{BTRFS_BLOCK_GROUP_DUP, "dup", 0},
	{BTRFS_BLOCK_GROUP_RAID10, "raid10", 1},
	{BTRFS_BLOCK_GROUP_RAID5, "raid5", 1},
	{BTRFS_BLOCK_GROUP_RAID6, "raid6", 2},
	{BTRFS_BLOCK_GROUP_RAID1C3, "raid1c3", 2},
	{BTRFS_BLOCK_GROUP_RAID1C4, "raid1c4", 3},
	{0, "single", 0},
};

static const struct {
	uint64_t flag;
	const char *name;
} kinds[] = {
	{BTRFS_BLOCK_GROUP_DATA, "data"},
	{BTRFS_BLOCK_GROUP_METADATA, "metadata"},
};

static size_t find_profile(uint64_t flags)
{
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(profiles) && !(flags & profiles[i].flag))
		i++;
	return i;
}

/* Every chunk kind with something in it; what is empty, as mkfs leaves it, can be lost. */
static void take_spaces(const struct btrfs_ioctl_space_args *spaces, struct text_list *words,
			unsigned *spare)
{
	for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		for (uint64_t i = 0; i < spaces->total_spaces && i < SPACES_MAX; i++) {
			const struct btrfs_ioctl_space_info *space = &spaces->spaces[i];
			size_t profile = find_profile(space->flags);
			_cleanup_free_ char *word = NULL;

			/* the kernel's own reserve is no chunk */
			if (!(space->flags & kinds[kind].flag) || !space->used_bytes ||
			    space->flags & BTRFS_SPACE_INFO_GLOBAL_RSV)
				continue;
			word = text_format("%s %s", kinds[kind].name, profiles[profile].name);
			if (!text_list_contains(words, word))
				text_list_add(words, word);
			if (profiles[profile].spare < *spare)
				*spare = profiles[profile].spare;
		}
	}
}

int profile_read(int fd, char **ret_profile, unsigned *ret_spare)
{
	size_t size = sizeof(struct btrfs_ioctl_space_args) +
		      SPACES_MAX * sizeof(struct btrfs_ioctl_space_info);
	_cleanup_free_ struct btrfs_ioctl_space_args *spaces = alloc_zero(1, size);
	_cleanup_text_list_ struct text_list words = {0};
	unsigned spare = UINT_MAX;

	spaces->space_slots = SPACES_MAX;
	if (ioctl(fd, BTRFS_IOC_SPACE_INFO, spaces) < 0)
		return -errno;
	take_spaces(spaces, &words, &spare);
	if (!words.count)
		return -ENODATA;
	*ret_profile = text_list_join(&words, ", ");
	*ret_spare = spare;
	return 0;
}
