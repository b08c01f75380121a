/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one disk says of itself, read in a child process: signatures through libblkid. */
#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/root.h"
#include "base/worker.h"
#include "storage/array.h"
#include "storage/btrfs_super.h"
#include "storage/journal_state.h"
#include "storage/probe.h"
#include "storage/table.h"

#define FIRST_BYTES 4096
#define SMALL_BYTES (4 * 1024 * 1024) /* what is smaller is soon read whole */
#define SECTOR_BYTES 512
#define LUKS_MAGIC "LUKS\xba\xbe"

static void probe_free(blkid_probe *probe)
{
	blkid_free_probe(*probe);
}

/* The value of NAME in what PROBE found; the caller frees; NULL where there is none. */
static char *value_of(blkid_probe probe, const char *name)
{
	const char *data = NULL;
	size_t length = 0;

	if (blkid_probe_lookup_value(probe, name, &data, &length) < 0 || !length)
		return NULL;
	return alloc_copy(data, strnlen(data, length));
}

static void take_content(blkid_probe probe, struct content *content)
{
	content->usage = value_of(probe, "USAGE");
	content->type = value_of(probe, "TYPE");
	content->version = value_of(probe, "VERSION");
	content->label = value_of(probe, "LABEL");
	content->uuid = value_of(probe, "UUID");
	content->uuid_sub = value_of(probe, "UUID_SUB");
}

/* Every signature on the device, for the sentence that says which contradict each other. */
static void name_all(blkid_probe probe, struct content *content)
{
	_cleanup_text_list_ struct text_list types = {0};
	_cleanup_free_ char *joined = NULL;

	blkid_reset_probe(probe);
	while (types.count < 16 && blkid_do_probe(probe) == 0) {
		_cleanup_free_ char *type = value_of(probe, "TYPE");

		if (type && !text_list_contains(&types, type))
			text_list_add(&types, type);
	}
	joined = text_list_join(&types, ", ");
	content->is_ambiguous = true;
	content->note = text_format(_("signatures of several things at once: %s"), joined);
}

static uint64_t size_of(int fd)
{
	struct stat status;
	uint64_t size = 0;

	if (fstat(fd, &status) < 0)
		return 0;
	if (S_ISREG(status.st_mode))
		return (uint64_t)status.st_size;
	return ioctl(fd, BLKGETSIZE64, &size) < 0 ? 0 : size;
}

/*
 * Where signatures stand: in sectors from the start, or before the end where that is negative. Some are
 * apart by little: what lies between costs less than asking twice. The far ones at the end are
 * Promise's; md and other RAID controllers are content with the last 64 KiB.
 */
static const struct place {
	int start;
	unsigned count;
} places[] = {
	{0, 72}, {120, 16}, {-128, 8}, {-64, 8}, {-16, 16}, {-264, 16},
	{-399, 1}, {-591, 1}, {-735, 61}, {-991, 81}, {-3087, 1},
};

/*
 * Asks for all of them at once: libblkid reads one after the other, and would wait for each. A
 * hint only: what is read is up to libblkid.
 */
static void ask_ahead(int fd, uint64_t offset, uint64_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(places) && size >= SMALL_BYTES; i++) {
		int64_t start = (int64_t)places[i].start * SECTOR_BYTES;
		uint64_t at = start < 0 ? offset + size - (uint64_t)-start : offset + (uint64_t)start;

		(void)posix_fadvise(fd, (off_t)at, (off_t)places[i].count * SECTOR_BYTES,
				    POSIX_FADV_WILLNEED);
	}
}

/*
 * What libblkid finds only by searching, so that it is looked for where nothing else is found: an
 * external XFS log, for which it reads 256 KiB, and a LUKS container whose first header is gone, for
 * which it reads ten places where the second could be.
 */
static int probe_twice(blkid_probe probe, int fd, uint64_t offset)
{
	char log_name[] = "xfs_external_log", luks_name[] = "crypto_LUKS";
	char *names[] = {log_name, luks_name, NULL};
	char magic[sizeof(LUKS_MAGIC)] = "";
	int r;

	if (pread(fd, magic, strlen(LUKS_MAGIC), (off_t)offset) > 0 &&
	    strcmp(magic, LUKS_MAGIC) == 0)
		names[1] = NULL;
	/* the filters fail only without memory; everything is probed then */
	(void)blkid_probe_filter_superblocks_type(probe, BLKID_FLTR_NOTIN, names);
	r = blkid_do_safeprobe(probe);
	if (r != 1)
		return r;
	(void)blkid_probe_filter_superblocks_type(probe, BLKID_FLTR_ONLYIN, names);
	return blkid_do_safeprobe(probe);
}

/*
 * libblkid gives up at the first block that cannot be read, which may be one where only something
 * rare would stand. So what is common is looked for by itself, where it stands alone: first what
 * makes a device a member of something, since what lies on such a member may look like a
 * filesystem.
 */
static int probe_damaged(blkid_probe probe, int error)
{
	static const char *const types[] = {
		"linux_raid_member", "LVM2_member", "ext4", "ext3", "ext2", "xfs", "btrfs", "vfat",
		"ntfs", "swap", "crypto_LUKS",
	};
	const size_t members = 2;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		_cleanup_free_ char *type = text_copy(types[i]);
		char *names[] = {type, NULL};
		int r;

		(void)blkid_probe_filter_superblocks_type(probe, BLKID_FLTR_ONLYIN, names);
		r = blkid_do_safeprobe(probe);
		if (r == 0)
			return 0;
		if (r < 0 && i < members)
			break;
	}
	return error;
}

/* What the superblock of an array's member says; where it cannot be had, why. */
static void read_raid(int fd, uint64_t offset, uint64_t size, struct content *content)
{
	int r;

	size = size ? size : size_of(fd);
	if (!text_is_equal(content->type, "linux_raid_member")) {
		/* what libblkid knows of a container is enough to keep off it */
		(void)raid_container_read(fd, offset, size, content->type, &content->raid);
		return;
	}
	r = raid_member_read(fd, offset, size, &content->raid);
	if (r == 0 || content->note)
		return;
	if (r == -EBADMSG || r == -ENOENT)
		content->note = text_copy(_("its RAID superblock is damaged"));
	else
		content->note = text_format(_("its RAID superblock cannot be read: %s"),
					    strerror(-r));
}

static void read_state(int fd, uint64_t offset, uint64_t size, struct content *content)
{
	content->journal = journal_state_read(fd, offset, content->type);
	if (text_is_equal(content->type, "btrfs"))
		btrfs_super_read(fd, offset, &content->btrfs);
	content->state = filesystem_state_read(fd, offset, size ? size : size_of(fd), content->type);
}

/*
 * A filesystem whose first superblock is gone, where nothing else is, or what seems to be there makes no
 * sense. Where part of it cannot be read, no more is asked of it than has to be.
 */
static void look_for_lost(int fd, uint64_t offset, uint64_t size, struct content *content)
{
	if (content->type && !filesystem_state_is_known(content->type))
		return;
	content->lost = lost_filesystem_read(fd, offset, size ? size : size_of(fd),
					     content->state ? content->type : NULL);
}

static int read_content(int fd, uint64_t offset, uint64_t size, struct content *content)
{
	_cleanup_(probe_free) blkid_probe probe = blkid_new_probe();
	int r, error;

	if (!probe)
		return -ENOMEM;
	if (blkid_probe_set_device(probe, fd, (blkid_loff_t)offset, (blkid_loff_t)size) < 0)
		return -EINVAL;
	(void)blkid_probe_enable_superblocks(probe, 1); /* these fail only without memory */
	(void)blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_USAGE | BLKID_SUBLKS_TYPE |
						BLKID_SUBLKS_VERSION | BLKID_SUBLKS_LABEL |
						BLKID_SUBLKS_UUID);
	errno = 0;
	r = probe_twice(probe, fd, offset);
	if (r == -2)
		name_all(probe, content);
	else if (r == 0)
		take_content(probe, content);
	else if (r < 0) {
		error = errno ? -errno : -EIO;
		r = probe_damaged(probe, error);
		if (r < 0)
			return r;
		take_content(probe, content);
		content->note = text_format(_("some of it cannot be read: %s"), strerror(-error));
	}
	if (r == 0)
		read_state(fd, offset, size, content);
	read_raid(fd, offset, size, content);
	return 0;
}

/*
 * A disk that is one filesystem, without the marks of an MBR or a GPT in its first block, needs no
 * reader of partition tables, of which there are many.
 */
static bool may_have_table(const struct probe_record *record, const unsigned char *first)
{
	bool has_mbr = first[510] == 0x55 && first[511] == 0xaa;

	return !text_is_equal(record->content.usage, "filesystem") || has_mbr ||
	       memcmp(first + 512, "EFI PART", 8) == 0 || memcmp(first, "ER", 2) == 0;
}

/* The node that the kernel has for partition NUMBER of DISK; NULL: none. */
static const char *node_of(const struct device *disk, unsigned number)
{
	for (size_t i = 0; i < disk->child_count; i++) {
		const struct device *child = disk->children[i];

		if (child->kind == DEVICE_PARTITION && !child->is_virtual &&
		    child->entry.number == number)
			return child->path;
	}
	return NULL;
}

static void read_partition(const struct device *disk, int disk_fd,
			   struct probe_partition *partition, uint64_t disk_size)
{
	const char *node = node_of(disk, partition->entry.number);
	_cleanup_close_ int own = -1;
	int r;

	if (partition->entry.is_extended || !partition->size)
		return;
	if (node)
		own = open(node, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (!node && partition->start >= disk_size) {
		partition->content.note = text_copy(_("lies beyond the end of the disk"));
		return;
	}
	ask_ahead(own >= 0 ? own : disk_fd, own >= 0 ? 0 : partition->start, partition->size);
	r = own >= 0 ? read_content(own, 0, 0, &partition->content)
		     : read_content(disk_fd, partition->start, partition->size,
				    &partition->content);
	if (own >= 0)
		look_for_lost(own, 0, 0, &partition->content);
	else
		look_for_lost(disk_fd, partition->start, partition->size, &partition->content);
	if (r < 0)
		partition->failure = text_format(_("cannot be read: %s"), strerror(-r));
	else if (partition->start + partition->size > disk_size && !partition->content.note)
		partition->content.note = text_copy(_("reaches beyond the end of the disk"));
}

/* virtio's serial number is asked of the device itself, so the child does it. */
static char *read_serial(const struct device *disk)
{
	_cleanup_free_ char *file = NULL, *line = NULL;
	_cleanup_root_ struct root *root = NULL;

	if (disk->serial || !disk->kernel_name || !text_is_equal(disk->transport, "virtio") ||
	    root_open("/", &root, NULL) < 0)
		return NULL;
	file = text_format("sys/class/block/%s/serial", disk->kernel_name);
	if (root_read_line(root, file, &line) < 0 || !*line)
		return NULL;
	return TAKE_PTR(line);
}

/* The partition table and what is on the partitions. */
static int read_table(const struct device *disk, int fd, struct probe_record *record)
{
	int r = table_read(fd, disk->path, record);

	for (size_t i = 0; r >= 0 && i < record->partition_count; i++)
		read_partition(disk, fd, &record->partitions[i], record->size);
	return r;
}

void probe_read(const struct device *disk, struct probe_record *record)
{
	_cleanup_close_ int fd = -1;
	unsigned char first[FIRST_BYTES] = {0};
	int content, table;

	record->serial = read_serial(disk);
	fd = open(disk->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		record->failure = text_format(_("cannot be opened: %s"), strerror(errno));
		return;
	}
	/* signatures stand all over a disk, a few bytes each: what lies between is not wanted */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	record->size = size_of(fd);
	ask_ahead(fd, 0, record->size);
	record->sector_size = disk->sector_size ? disk->sector_size : 512;
	/* without a first block there is nothing to say but why */
	if (pread(fd, first, FIRST_BYTES, 0) < 0) {
		record->failure =
			text_format(_("the first block cannot be read: %s"), strerror(errno));
		return;
	}
	content = read_content(fd, 0, 0, &record->content);
	/* a member of an array has its table, if any, on the array */
	if (text_is_equal(record->content.usage, "raid"))
		return;
	table = may_have_table(record, first) ? read_table(disk, fd, record) : 0;
	if (!record->table.type)
		look_for_lost(fd, 0, 0, &record->content);
	if (table < 0)
		record->failure =
			text_format(_("the partition table cannot be read: %s"), strerror(-table));
	else if (content < 0 && record->table.type)
		record->content.note =
			text_format(_("some of it cannot be read: %s"), strerror(-content));
	else if (content < 0)
		record->failure = text_format(_("cannot be read: %s"), strerror(-content));
}

int probe_send(const struct device *disk, int fd)
{
	_cleanup_probe_record_ struct probe_record record = {0};
	_cleanup_free_ char *text = NULL;

	probe_read(disk, &record);
	text = probe_record_format(&record);
	return worker_send(fd, text, strlen(text)) < 0;
}
