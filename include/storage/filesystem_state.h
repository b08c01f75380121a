/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a filesystem is, as its own superblock says: clean or not, when it was checked, how full it is.
 *
 * Read in the probing child, from bytes that nobody can trust; nothing is mounted. Of a mounted
 * filesystem this is what was on disk, and the kernel knows better (statvfs).
 */
#ifndef REFLOAT_STORAGE_FILESYSTEM_STATE_H
#define REFLOAT_STORAGE_FILESYSTEM_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/json.h"

enum filesystem_condition {
	CONDITION_UNKNOWN,   /* its format does not say, or could not be read */
	CONDITION_CLEAN,     /* unmounted as it should be, no error noted */
	CONDITION_REPLAY,    /* not unmounted: its journal (or log) must be replayed */
	CONDITION_NOT_CLEAN, /* not unmounted, and it has no journal: it must be checked */
	CONDITION_ERRORS,    /* the kernel or a check has noted that it is damaged */
};

struct filesystem_state {
	enum filesystem_condition condition;
	int64_t made;            /* when; seconds since 1970; all times: 0 unknown */
	int64_t mounted;         /* last */
	int64_t written;         /* last */
	int64_t checked;         /* last */
	unsigned mounts;         /* since it was checked */
	unsigned mounts_limit;   /* after which a check is due at boot; 0: none */
	int64_t check_interval;  /* seconds after which a check is due at boot; 0: none */
	bool has_mounts;         /* this format counts them */
	bool has_space;          /* size and free are known */
	uint64_t size;           /* bytes, as the filesystem has it: may differ from the device's */
	uint64_t free;           /* bytes, also those for root alone */
	bool has_inodes;         /* this format has a fixed number of them */
	uint64_t inodes;
	uint64_t inodes_free;
	uint64_t metadata;       /* bytes of its journal, and of inodes where their number is not fixed,
	                          * as far as its superblock tells; 0: not known */
	unsigned errors;         /* that the kernel has noted since it was last checked */
	int64_t first_error;
	int64_t last_error;
	char *last_mountpoint;   /* bytes as on disk; NULL unknown */
	char *remark;            /* what is odd, sentence parts: "it is larger than its device" */
};

/* A filesystem whose primary superblock is gone or damaged, and where it has another one. */
struct lost_filesystem {
	char *type;          /* "ext4", "xfs", "btrfs", "vfat", "exfat", "ntfs", "f2fs", "jfs"; bytes */
	char *uuid;          /* as libblkid writes it; NULL unknown, as is label */
	char *label;
	uint64_t backup;     /* byte of a good backup superblock on the device; 0: none was found, and
	                        the rest is what the damaged one still says */
	uint64_t block;      /* ext: its number in blocks, as e2fsck -b wants it */
	unsigned block_size; /* ext: bytes, as e2fsck -B wants it */
	char *damage;        /* a sentence part: "its first superblock is all zeros" */
};

struct filesystem_state *filesystem_state_free(struct filesystem_state *state);
struct filesystem_state *filesystem_state_copy(const struct filesystem_state *state);
struct lost_filesystem *lost_filesystem_free(struct lost_filesystem *lost);
struct lost_filesystem *lost_filesystem_copy(const struct lost_filesystem *lost);

/* Whether filesystems of TYPE (libblkid's word) say how they are. */
bool filesystem_state_is_known(const char *type);

/* Reads the state of the filesystem of TYPE at OFFSET of FD, which has SIZE bytes there. NULL: this type is
 * not known to say anything, or its superblock cannot be read or makes no sense. */
struct filesystem_state *filesystem_state_read(int fd, uint64_t offset, uint64_t size,
					       const char *type);

/*
 * Looks for a filesystem where libblkid has found none (TYPE NULL), or, where one of TYPE is there, for
 * damage that makes a backup of its superblock the better one. NULL: none. Reads a few dozen blocks, and
 * gives up at the second that cannot be read.
 */
struct lost_filesystem *lost_filesystem_read(int fd, uint64_t offset, uint64_t size,
					     const char *type);

/* "a damaged ext4 filesystem: its first superblock is all zeros; the one at block 32768 is good; label srv,
 * UUID ...": a sentence part, printable; the caller frees. */
char *lost_filesystem_describe(const struct lost_filesystem *lost);

/* For probe records and recorded machines; FROM never trusts what it reads. */
struct json_object *filesystem_state_to_json(const struct filesystem_state *state);
struct filesystem_state *filesystem_state_from_json(struct json_object *object);
struct json_object *lost_filesystem_to_json(const struct lost_filesystem *lost);
struct lost_filesystem *lost_filesystem_from_json(struct json_object *object);

const char *filesystem_condition_name(enum filesystem_condition condition); /* "clean", ... */

#endif
