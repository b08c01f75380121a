/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The filesystems of a system with their states, as the listing, the screen and the planner of checks
 * have them.
 */
#ifndef REFLOAT_ACTION_FILESYSTEMS_H
#define REFLOAT_ACTION_FILESYSTEMS_H

#include "action/session.h"
#include "storage/filesystem_state.h"

/* One of them; texts are printable. */
struct filesystem_row {
	char *name;          /* of the device: what "check-fs" takes; NULL: fstab's source was not found */
	char *mountpoint;    /* in fstab: "/", "/var"; NULL: not in fstab */
	char *type;          /* "ext4", "swap"; fstab's where there is no device */
	char *label;
	char *uuid;
	uint64_t device_size;
	int pass;            /* fstab's sixth field; 0: none */
	char *mounted_at;    /* where it is mounted now, the first place; NULL: it is not */
	bool is_by_refloat;  /* ... by refloat, which can unmount it and mount it again */
	bool is_used;        /* its device is up and in use otherwise: swap, held by a process */
	bool is_locked;      /* in a container that nobody has opened */
	struct filesystem_state *state; /* NULL: its type says nothing, or it could not be read */
	struct lost_filesystem *lost;   /* its first superblock is damaged */
	char *condition;     /* in words: "clean", "its journal must be replayed", "errors noted (3)" */
	char *why_not;       /* why it cannot be checked now, a sentence; NULL: it can (perhaps unmounted first) */
};

struct filesystem_list {
	struct filesystem_row *items; /* in the order of a check: root, then by pass, pass 0 last; then
	                                 what fstab does not name */
	size_t count;
	size_t capacity;
};
void filesystem_list_done(struct filesystem_list *list);
#define _cleanup_filesystem_list_ _cleanup_(filesystem_list_done)

enum filesystem_list_option {
	/* Every filesystem of the machine that is nobody's member: behind those of the system, or alone
	 * where none is found (-ENOENT otherwise), or several are (-ENOTUNIQ). */
	FILESYSTEM_LIST_ANY = 1 << 0,
	/* Waits for nothing: how full a mounted one is stays unknown, since the kernel may answer late. */
	FILESYSTEM_LIST_AT_ONCE = 1 << 1,
};

/* Those of the system called TEXT (NULL: the only one). OPTIONS: enum filesystem_list_option bits. */
int filesystem_list_read(struct session *session, const char *text, unsigned options,
			 struct filesystem_list *ret_list, struct problem *why);

/* How full a mounted filesystem is, as the kernel says it. */
struct filesystem_space {
	uint64_t size; /* bytes */
	uint64_t free;
	uint64_t inodes;
	uint64_t inodes_free;
};

/* Asks about what is mounted at PLACE; waits for a disk that does not answer. 0 or negative errno. */
int filesystem_space_read(const char *place, struct filesystem_space *ret_space);

/* Puts SPACE into STATE of the same filesystem. */
void filesystem_space_apply(const struct filesystem_space *space, struct filesystem_state *state);

/* What matters of a row beside name, type and mount point: "last checked 2026-03-02, 12 mounts since,
 * 62% full"; "" for nothing. The caller frees. */
char *filesystem_row_details(const struct filesystem_row *row);

/* What a check of STRENGTH ("look", "repair", "repair-all") does to the filesystem of ROW, a sentence part
 * without a full stop; NULL: nothing is known to do that. Not to be freed. */
const char *filesystem_row_effort(const struct filesystem_row *row, const char *strength);

#endif
