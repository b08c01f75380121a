/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The least change of a target's sshd_config that lets a login in.
 *
 * Each setting that stands in the way is changed where it stands, be that the main file, one that is
 * included or a Match block: its line is kept as a comment in front of the new one. What no line
 * sets gets a line in front of the first Match block of the main file, also where it is the
 * target's own sshd that says so of its defaults. Lines that keep sshd from
 * starting become comments. After each round the settings are read and judged again. Nothing is
 * written: the result is the new bytes of files. What cannot be changed without letting in others
 * than were meant is said, not guessed.
 */
#ifndef REFLOAT_SYSTEM_SSHD_EDIT_H
#define REFLOAT_SYSTEM_SSHD_EDIT_H

#include "system/sshd_config.h"

/*
 * Keywords (any case) that no line sets, and by whose default the target's own sshd refuses: a
 * patched or newer one. NULL: none.
 */
struct sshd_defaults {
	const char *user; /* whoever it is */
	const char *password;
	const char *key;
};

/* What is wanted. */
struct sshd_wish {
	const struct sshd_login *login; /* NULL: only that sshd starts */
	bool by_password;
	bool by_key;
	bool ways_only; /* passwords and keys as such, and not whether sshd lets this user in */
	/* Lines that the target's own sshd has refused; NULL. Only kind, file and line count. */
	const struct sshd_fault *faults;
	size_t fault_count;
	struct sshd_defaults refusing;
	bool sshd_starts; /* so it says itself: what is not known here is no fault */
};

enum sshd_change_kind {
	SSHD_CHANGE_VALUE,   /* a line has another value */
	SSHD_CHANGE_ADDED,   /* a line for what had its default */
	SSHD_CHANGE_REMOVED, /* a line of which nothing was left */
	SSHD_CHANGE_FAULT    /* a line that kept sshd from starting */
};

struct sshd_change {
	enum sshd_change_kind kind;
	enum sshd_fault_kind fault; /* of SSHD_CHANGE_FAULT */
	char *file;		    /* in-root, symlinks resolved */
	unsigned line;		    /* in the file as it was, from 1; 0: added */
	char *was;		    /* the line without blanks around it; NULL: added */
	char *now;		    /* NULL: a comment now */
	bool is_wide;		    /* it counts for others than the user, too */
};

enum sshd_rest_kind {
	SSHD_REST_PATTERN, /* the pattern (subject) denies the user, and others */
	SSHD_REST_NAME,	   /* the name (subject) would be read as a pattern */
	SSHD_REST_GROUPS,  /* in what groups the user is, is not known */
	SSHD_REST_LOCKED,  /* the password is locked, and sshd looks itself, without PAM */
	SSHD_REST_FORCED,  /* gets in, but only to what keyword says (subject) */
	SSHD_REST_FILE,	   /* the file cannot be changed: too long, or gone */
	SSHD_REST_INCLUDE, /* too many files are included */
	SSHD_REST_OTHER	   /* the answer hangs on what is not known here */
};

/* What still stands in the way. */
struct sshd_rest {
	enum sshd_rest_kind kind;
	char *keyword; /* lower case; NULL: none */
	char *subject; /* NULL */
	char *file;    /* NULL: a default */
	unsigned line; /* in the file as it was; 0 */
};

struct sshd_edit_file {
	char *path; /* in-root, symlinks resolved */
	char *bytes;
	size_t length;
};

struct sshd_edit {
	struct sshd_edit_file *files; /* those that change */
	size_t file_count;
	size_t file_capacity;
	struct sshd_change *changes;
	size_t change_count;
	size_t change_capacity;
	struct sshd_rest *rests;
	size_t rest_count;
	size_t rest_capacity;
	enum sshd_answer by_password; /* with the changes; SSHD_YES without a login */
	enum sshd_answer by_key;
};

/* Plans what WISH wants of the settings in ROOT. 0, or negative errno where they cannot be read. */
int sshd_edit_plan(const struct root *root, const struct sshd_wish *wish,
		   struct sshd_edit *ret_edit);
void sshd_edit_done(struct sshd_edit *edit);
#define _cleanup_sshd_edit_ _cleanup_(sshd_edit_done)

#endif
