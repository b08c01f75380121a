/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a filesystem's journal must be replayed. */
#include "storage/journal_state.h"

#include <string.h>

#include "base/alloc.h"
#include "storage/bytes.h"

#define XFS_LOG_MAGIC 0xfeedbabe /* xlog_rec_header, fs/xfs/libxfs/xfs_log_format.h */
#define XFS_UNMOUNT_FLAG 0x20
#define XFS_BASIC_BLOCK 512
#define XFS_RECORD_MAX 520u /* blocks: 256 KiB and its headers */

static bool read_bytes(int fd, uint64_t offset, void *bytes, size_t length)
{
	return pread(fd, bytes, length, (off_t)offset) == (ssize_t)length;
}

/* ext2/3/4: the "needs recovery" feature (struct ext4_super_block, s_feature_incompat). */
static enum journal_state read_ext(int fd, uint64_t offset)
{
	unsigned char super[1024];
	uint32_t incompatible, compatible;

	if (!read_bytes(fd, offset + 1024, super, sizeof(super)))
		return JOURNAL_UNKNOWN;
	memcpy(&compatible, super + 0x5c, 4);
	memcpy(&incompatible, super + 0x60, 4);
	if (!(le32toh(compatible) & 0x4))
		return JOURNAL_CLEAN; /* it has no journal */
	return le32toh(incompatible) & 0x4 ? JOURNAL_DIRTY : JOURNAL_CLEAN;
}

/* btrfs: a log tree is there (struct btrfs_super_block, log_root). */
static enum journal_state read_btrfs(int fd, uint64_t offset)
{
	uint64_t log_root;

	if (!read_bytes(fd, offset + 65536 + 0x60, &log_root, sizeof(log_root)))
		return JOURNAL_UNKNOWN;
	return log_root ? JOURNAL_DIRTY : JOURNAL_CLEAN;
}

/* The log of an XFS filesystem as its superblock has it. */
struct xfs_log {
	int fd;
	uint64_t start;  /* byte in fd */
	uint32_t blocks; /* of 512 bytes */
};

static bool find_xfs_log(int fd, uint64_t offset, struct xfs_log *log)
{
	unsigned char super[XFS_BASIC_BLOCK];
	uint64_t log_start, group;
	uint32_t block_size, log_blocks, group_blocks;
	unsigned group_bits;

	if (!read_bytes(fd, offset, super, sizeof(super)) || memcmp(super, "XFSB", 4) != 0)
		return false;
	block_size = get_be32(super + 4);
	log_start = get_be64(super + 48);
	group_blocks = get_be32(super + 84);
	log_blocks = get_be32(super + 96);
	group_bits = super[124]; /* sb_agblklog */
	if (!log_start || block_size < 512 || block_size > 65536 || group_bits > 31 ||
	    log_blocks > (1u << 20) * 4)
		return false;
	group = log_start >> group_bits;
	log->fd = fd;
	log->start = offset + (group * group_blocks + (log_start & ((1ull << group_bits) - 1))) *
				      block_size;
	log->blocks = (uint32_t)((uint64_t)log_blocks * block_size / XFS_BASIC_BLOCK);
	return log->blocks > 0;
}

/* The cycle number of a log block: its first word, or the record header's second. */
static bool read_cycle(const struct xfs_log *log, uint32_t block, uint32_t *ret_cycle)
{
	unsigned char bytes[8];

	if (!read_bytes(log->fd, log->start + (uint64_t)block * XFS_BASIC_BLOCK, bytes,
			sizeof(bytes)))
		return false;
	*ret_cycle = get_be32(bytes) == XFS_LOG_MAGIC ? get_be32(bytes + 4) : get_be32(bytes);
	return true;
}

/* The first block that the current cycle has not yet written: the log is written in a circle. */
static bool find_xfs_head(const struct xfs_log *log, uint32_t *ret_head)
{
	uint32_t first, cycle, low = 0, high = log->blocks;

	if (!read_cycle(log, 0, &first))
		return false;
	while (low + 1 < high) {
		uint32_t middle = low + (high - low) / 2;

		if (!read_cycle(log, middle, &cycle))
			return false;
		if (cycle == first)
			low = middle;
		else
			high = middle;
	}
	*ret_head = high;
	return true;
}

/*
 * XFS: the log is clean when the last record before its head is one block with the unmount
 * operation (xlog_op_header: oh_flags is byte 9 of the record's data).
 */
static enum journal_state read_xfs(int fd, uint64_t offset)
{
	unsigned char header[XFS_BASIC_BLOCK], data[16];
	struct xfs_log log;
	uint32_t head;
	uint64_t at;

	if (!find_xfs_log(fd, offset, &log) || !find_xfs_head(&log, &head))
		return JOURNAL_UNKNOWN;
	for (uint32_t back = 1; back <= XFS_RECORD_MAX && back <= log.blocks; back++) {
		uint32_t block = head >= back ? head - back : head + log.blocks - back;

		at = log.start + (uint64_t)block * XFS_BASIC_BLOCK;
		if (!read_bytes(fd, at, header, sizeof(header)))
			return JOURNAL_UNKNOWN;
		if (get_be32(header) != XFS_LOG_MAGIC)
			continue;
		/* the log is a circle, also between a record's header and its data */
		at = log.start + (uint64_t)((block + 1) % log.blocks) * XFS_BASIC_BLOCK;
		if (!read_bytes(fd, at, data, sizeof(data)))
			return JOURNAL_UNKNOWN;
		return get_be32(header + 40) == 1 && data[9] & XFS_UNMOUNT_FLAG ? JOURNAL_CLEAN
										: JOURNAL_DIRTY;
	}
	return JOURNAL_UNKNOWN;
}

enum journal_state journal_state_read(int fd, uint64_t offset, const char *type)
{
	if (text_has_prefix(type, "ext"))
		return read_ext(fd, offset);
	if (text_is_equal(type, "btrfs"))
		return read_btrfs(fd, offset);
	if (text_is_equal(type, "xfs"))
		return read_xfs(fd, offset);
	return JOURNAL_UNKNOWN;
}
