/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the readers of filesystems' superblocks have in common: bounded reading, words, and the table
 * of families.
 */
#ifndef REFLOAT_STORAGE_FILESYSTEM_FORMAT_H
#define REFLOAT_STORAGE_FILESYSTEM_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "storage/bytes.h"
#include "storage/filesystem_state.h"

#define PLACE_FAILURES_MAX 2u /* reads that failed; a dying disk is asked no further */

/* Where a filesystem is. */
struct filesystem_place {
	int fd;
	uint64_t offset;    /* bytes in fd */
	uint64_t size;	    /* bytes from there */
	unsigned *failures; /* counts reads that failed */
};

/* Reads LENGTH bytes at AT of PLACE; false where they are not there or cannot be read. */
bool place_read(const struct filesystem_place *place, uint64_t at, void *bytes, size_t length);

/* A kind of filesystem: adding one is a file with one of these, and a line in filesystem_state.c.
 */
struct filesystem_family {
	const char *const *types; /* libblkid's, NULL-terminated */
	/* Fills STATE, which is zeroed; false where its superblock is none. */
	bool (*read)(const struct filesystem_place *place, const char *type,
		     struct filesystem_state *state);
	/* Fills LOST, which is zeroed, where a backup of the superblock is there and the first is
	 * not good; reads a few dozen blocks at most. NULL: the format has none. */
	bool (*find_lost)(const struct filesystem_place *place, struct lost_filesystem *lost);
	/* It also finds damage that lets the first superblock be read, but not be trusted. */
	bool finds_damage;
};

extern const struct filesystem_family family_ext, family_xfs, family_btrfs, family_fat,
	family_exfat, family_ntfs, family_f2fs, family_jfs, family_swap;

/* Adds a remark, a sentence part, to what STATE has. */
void filesystem_state_remark(struct filesystem_state *state, const char *remark);
/* Notes its size, and remarks where the filesystem is larger than PLACE. */
void filesystem_state_set_size(struct filesystem_state *state, const struct filesystem_place *place,
			       uint64_t size);

/* "89abcdef-..." of sixteen bytes; NULL where they are all zeros; the caller frees. */
char *format_uuid(const unsigned char *bytes);
/* At most LENGTH bytes up to a NUL; NULL for none; the caller frees. */
char *format_label(const unsigned char *bytes, size_t length);

/*
 * What is wrong with the first superblock, of which FIRST are LENGTH bytes where IS_READ: it cannot
 * be read, is zeros, is overwritten, or, where it IS_PLAUSIBLE, its checksum is wrong. The caller
 * frees.
 */
char *describe_damage(bool is_read, bool is_plausible, const unsigned char *first, size_t length);

#endif
