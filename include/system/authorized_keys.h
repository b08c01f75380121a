/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether sshd would take an account's keys from where they lie: StrictModes.
 *
 * sshd refuses a file of keys that others than the user and root own or may write, and so for each
 * folder above it up to the home folder, or to / for one outside of it (OpenSSH, misc.c,
 * safe_path). Debian lets a group write that nobody but the user is in.
 */
#ifndef REFLOAT_SYSTEM_AUTHORIZED_KEYS_H
#define REFLOAT_SYSTEM_AUTHORIZED_KEYS_H

#include <stdint.h>

#include "base/root.h"
#include "system/account_file.h"

enum key_path_fault {
	KEY_PATH_OWNER = 1 << 0, /* neither the user's nor root's */
	KEY_PATH_GROUP_WRITES = 1 << 1,
	KEY_PATH_OTHERS_WRITE = 1 << 2,
	KEY_PATH_NOT_FILE = 1 << 3, /* a folder, a device: no file of keys */
	KEY_PATH_UNREADABLE =
		1 << 4 /* the user, as whom sshd reads, may not; also above the home */
};

/* A file or folder on the way that sshd objects to. */
struct key_path {
	char *path; /* in-root, symlinks resolved */
	unsigned faults;
	uint32_t uid; /* who owns it */
	uint32_t gid;
	uint32_t mode; /* permission bits */
};

/* What a line says of its key that keeps it from letting anybody in, or may; the best first. */
enum key_line_fault {
	KEY_LINE_FIT,
	KEY_LINE_FROM,	    /* from=: only from some hosts */
	KEY_LINE_COMMAND,   /* command=: it runs that, and not the shell */
	KEY_LINE_AUTHORITY, /* cert-authority: it signs others, and is none itself */
	KEY_LINE_REFUSED,   /* this sshd does not take its kind or length: accounts_keys.c */
	KEY_LINE_EXPIRED,   /* expiry-time= is over */
	KEY_LINE_DAMAGED,   /* cut off, or broken into several lines */
	KEY_LINE_REVOKED,   /* sshd's RevokedKeys has it: accounts_revoked.c */
	KEY_LINE_FAULTS
};

struct key_line {
	unsigned line; /* from 1 */
	enum key_line_fault fault;
	char *type; /* NULL where it is damaged */
	unsigned bits;
	int64_t expires; /* seconds since 1970; 0: never */
};

struct key_file {
	char *path;		/* in-root, as sshd_config names it, tokens filled in */
	bool exists;		/* something is there, symlinks followed */
	struct key_line *lines; /* with a key that is not commented out */
	size_t keys;		/* how many */
	size_t key_capacity;
	struct key_path *objections; /* the file first, then upwards */
	size_t objection_count;
	size_t objection_capacity;
};

struct key_files {
	struct key_file *files;
	size_t count;
	size_t capacity;
};

/*
 * The files that PATTERNS, the values of AuthorizedKeysFile, name for ACCOUNT: %h, %u, %U and %%
 * are filled in, what is not absolute starts at the home folder, "none" is none. They are judged
 * whether StrictModes is on or not.
 */
void authorized_keys_read(const struct root *root, const struct text_list *patterns,
			  const struct account *account, struct key_files *ret_files);
void key_files_done(struct key_files *files);
#define _cleanup_key_files_ _cleanup_(key_files_done)

/* What sshd would object to on the way to a file at in-root PATH that is not there yet: the folders
 * that are. One file in RET_FILES. */
void authorized_keys_judge_way(const struct root *root, const char *path,
			       const struct account *account, struct key_files *ret_files);

/* What LINE, which has a key, says of it; faults that hang on sshd and the hour are not looked for. */
void key_line_read(const char *text, struct key_line *ret_line);
void key_line_done(struct key_line *line);

/* TEXT, one line of such a file, has a key: a type that sshd knows, behind options or not. */
bool authorized_keys_is_key(const char *text);

#endif
