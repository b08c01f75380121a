/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changing one file inside a root that may be hostile, so that at every instant it is the whole
 * old or the whole new one.
 *
 * A path is resolved in-root; where it is a symlink, what it leads to is changed, at its real
 * place, and no symlink is followed there any more. The new file is made in the same folder, gets
 * what makes the old one more than its bytes (owner, group, mode, ACL, extended attributes,
 * SELinux's label among them, and flags), is synced and renamed over it, and the folder is synced.
 */
#ifndef REFLOAT_BASE_EDIT_H
#define REFLOAT_BASE_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/problem.h"
#include "base/root.h"

#define EDIT_BYTES_MAX ((size_t)16 << 20) /* of a file that is changed as a whole */

struct edit_extended {
	char *name; /* "security.selinux" */
	char *value;
	size_t length;
};

/* What a file is besides its bytes. */
struct edit_attributes {
	mode_t mode; /* the permission bits only: 07777 */
	uid_t uid;
	gid_t gid;
	struct timespec accessed;
	struct timespec modified;
	unsigned flags; /* FS_*_FL of <linux/fs.h>; 0 where the filesystem has none */
	struct edit_extended *extended;
	size_t count;
	size_t capacity;
};

/* Fills RET from open file FD. What is there of RET is freed. */
int edit_attributes_read(int fd, struct edit_attributes *ret);
/* Owner, mode and extended attributes are equal, but for what never goes to another file (IMA's and EVM's
 * checksums); times and flags are not looked at. */
bool edit_attributes_are_equal(const struct edit_attributes *a, const struct edit_attributes *b);
const struct edit_extended *edit_attributes_find(const struct edit_attributes *attributes,
						 const char *name);
void edit_attributes_set(struct edit_attributes *attributes, const char *name, const void *value,
			 size_t length);
/* RET, which is empty, gets what FROM has. */
void edit_attributes_copy(const struct edit_attributes *from, struct edit_attributes *ret);
#define EDIT_LABEL "security.selinux" /* a label of SELinux; the kernel keeps its NUL with it */
void edit_attributes_set_label(struct edit_attributes *attributes, const char *label);
struct json_object *edit_attributes_to_json(const struct edit_attributes *attributes);
/* -EINVAL where OBJECT makes no sense. */
int edit_attributes_from_json(struct json_object *object, struct edit_attributes *ret);
void edit_attributes_done(struct edit_attributes *attributes);
#define _cleanup_edit_attributes_ _cleanup_(edit_attributes_done)

/* What is at a place inside a root. */
struct edit_file {
	char *path;       /* in-root, every symlink resolved */
	bool exists;      /* all that follows is of the file, but for folder_flags and is_read_only */
	char *bytes;      /* NUL-terminated */
	size_t length;
	char *checksum;   /* digest_sha256 of bytes; EDIT_MISSING where there is no file */
	uint64_t links;   /* names that it has */
	unsigned folder_flags;
	bool is_read_only; /* the filesystem is mounted so */
	struct edit_attributes attributes;
};

#define EDIT_MISSING "" /* in place of a checksum: there must be no file */

/*
 * Looks at PATH and changes nothing, not even its time of access. A missing file is no failure, a missing
 * folder is. -EINVAL for what is no regular file, -EFBIG above EDIT_BYTES_MAX.
 */
int edit_look(const struct root *root, const char *path, struct edit_file *ret, struct problem *why);
void edit_file_done(struct edit_file *file); /* wipes the bytes */
#define _cleanup_edit_file_ _cleanup_(edit_file_done)

/* -ESTALE, with words, where FILE has not the checksum WAS. */
int edit_check_unchanged(const struct edit_file *file, const char *was, const char *path,
			 struct problem *why);

/* What becomes of a file with more than one name. */
enum edit_links {
	EDIT_LINKS_REFUSE, /* -EMLINK */
	EDIT_LINKS_BREAK,  /* this name gets the new file, the others keep the old one */
	EDIT_LINKS_WRITE,  /* written in place, for all names, which is not done in one act */
};

/* The words for a filesystem that is read-only, and what to do then; -EROFS. */
int edit_refuse_read_only(const char *path, struct problem *why);

/*
 * Whether FILE, which was looked at, could be changed so: -EROFS, -EMLINK, -EPERM (a flag of its own or of its
 * folder), with the words that edit_apply has for them. PATH is its name in these.
 */
int edit_check(const struct edit_file *file, enum edit_links links, bool lifts_flags, const char *path,
	       struct problem *why);

struct edit {
	const struct root *root;
	const char *path;
	const void *bytes;  /* NULL: the file is removed; not for an empty one */
	size_t length;
	const char *was;    /* the checksum that it must have, or EDIT_MISSING; NULL: whatever is there */
	/* NULL: those of the old file; for a new one owner, mode and label as below. Where given, the
	 * times are set, too. */
	const struct edit_attributes *attributes;
	mode_t mode;        /* of a new file */
	uid_t uid;
	gid_t gid;
	/* EDIT_LABEL of a new file (NULL: what its filesystem gives it), or in place of an old one's (NULL: it
	 * stays; not where attributes are given) */
	const char *label;
	enum edit_links links;
	bool lifts_flags;   /* immutable and append-only flags, of the file and its folder, are taken off
			       and put back */
	const char *temporary; /* its name beside the file until it is whole; NULL: a fresh one */
};

/*
 * Does it. On failure the old file is whole and nothing else is left; only where EDIT_LINKS_WRITE was
 * used and the disk takes neither the new bytes nor the old ones back, WHY says so.
 * -ESTALE: it is not what it was. -EMLINK, -EPERM (a flag), -EROFS, -ENOSPC, -EBUSY (something is
 * mounted on it): WHY has the words and what to do next.
 */
int edit_apply(const struct edit *edit, struct problem *why);

/* Removes what an edit that was killed has left: TEMPORARY beside the file at resolved in-root PATH. */
bool edit_has_left(const struct root *root, const char *path, const char *temporary);
int edit_clear(const struct root *root, const char *path, const char *temporary);

/* A name for edit.temporary beside a file called NAME that nothing else has; the caller frees. */
char *edit_temporary_name(const char *name);

/*
 * Puts back flags that a killed edit has left lifted: those of the file at in-root PATH (FLAGS; a missing
 * one is passed over) and of its folder. Only immutable and append-only are looked at.
 */
int edit_restore_flags(const struct root *root, const char *path, unsigned flags,
		       unsigned folder_flags);

/* Owner and mode, each where it is wanted. */
struct edit_owner {
	bool has_mode, has_uid, has_gid;
	mode_t mode; /* 07777 */
	uid_t uid;
	gid_t gid;
};

/* Looks at the regular file or folder at PATH, of which no part may be a symlink (-ELOOP) or "..". */
int edit_owner_look(const struct root *root, const char *path, struct edit_owner *ret,
		    unsigned *ret_flags, uint64_t *ret_links, struct problem *why);

/*
 * Gives it what is WANTED; capabilities stay. A file with more names than one is refused (-EMLINK) unless
 * ALLOWS_LINKS: the other may be a file that somebody wants to be given. Flags as in struct edit.
 */
int edit_owner_set(const struct root *root, const char *path, const struct edit_owner *wanted,
		   bool allows_links, bool lifts_flags, struct problem *why);

/* Puts back flags of it that a killed edit_owner_set has left lifted. */
int edit_owner_flags(const struct root *root, const char *path, unsigned flags,
		     struct problem *why);

/* Whether what has so many LINKS and these FLAGS would be refused by edit_owner_set. */
int edit_owner_check(const char *path, uint64_t links, unsigned flags, bool allows_links,
		     bool lifts_flags, struct problem *why);

/* A folder that is made whole: nobody finds it with another owner or mode. */
struct edit_folder {
	const char *path; /* in-root; no part of it may be a symlink or ".." */
	mode_t mode;
	uid_t uid;
	gid_t gid;
	const char *label; /* security.selinux; NULL: what its filesystem gives it */
};

/* Makes it where the one above it is there. -EEXIST where something is at its place. */
int edit_folder_make(const struct root *root, const struct edit_folder *folder,
		     struct problem *why);
/* Removes an empty one: 0 also where it is gone; -ENOTEMPTY, -ENOTDIR, -ELOOP. */
int edit_folder_remove(const struct root *root, const char *path);

#define EDIT_FLAGS_LIFTED 0x30u /* FS_IMMUTABLE_FL | FS_APPEND_FL */

/* The flags of an open file; 0 where its filesystem has none. */
unsigned edit_flags_read(int fd);
/* Puts the WANTED ones of the MASKed flags in place. */
int edit_flags_set(int fd, unsigned mask, unsigned wanted);
/* "chattr +i", "chattr +a" or "chattr +ia" for FLAGS that keep a file from being changed. */
const char *edit_flags_words(unsigned flags);

#endif
