/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * passwd, shadow, group and gshadow as lines, to be read and edited without touching what is not
 * meant.
 *
 * A file is kept as the bytes it has: comments, broken lines, duplicates, NIS lines, NUL bytes,
 * carriage returns and a missing last newline come out of account_file_write as they went in.
 * Nothing is ever removed. Which line counts is decided as getpwnam(3) of glibc does (nss_files):
 * blanks in front are skipped, a line that cannot be read is passed over, and the first of several
 * with a name wins. Lines are numbered from 0 here; a person is told line + 1.
 */
#ifndef REFLOAT_SYSTEM_ACCOUNT_FILE_H
#define REFLOAT_SYSTEM_ACCOUNT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/problem.h"
#include "base/root.h"
#include "base/text.h"

/* A file with more is not read: part of it must not be written, and memory is short on a rescue
 * system. */
#define ACCOUNT_FILE_MAX_BYTES (16u << 20)
#define ACCOUNT_FILE_MAX_LINES 1000000

enum account_file_kind {
	ACCOUNT_FILE_PASSWD,
	ACCOUNT_FILE_SHADOW,
	ACCOUNT_FILE_GROUP,
	ACCOUNT_FILE_GSHADOW,
	ACCOUNT_FILE_KINDS
};

/* Fields by number: passwd(5), shadow(5), group(5), gshadow(5). */
enum {
	PASSWD_NAME,
	PASSWD_PASSWORD,
	PASSWD_UID,
	PASSWD_GID,
	PASSWD_GECOS,
	PASSWD_HOME,
	PASSWD_SHELL,
	PASSWD_FIELDS
};
enum {
	SHADOW_NAME,
	SHADOW_HASH,
	SHADOW_LAST_CHANGE,
	SHADOW_MIN,
	SHADOW_MAX,
	SHADOW_WARN,
	SHADOW_INACTIVE,
	SHADOW_EXPIRE,
	SHADOW_FLAG,
	SHADOW_FIELDS
};
enum { GROUP_NAME, GROUP_PASSWORD, GROUP_GID, GROUP_MEMBERS, GROUP_FIELDS };
enum { GSHADOW_NAME, GSHADOW_PASSWORD, GSHADOW_ADMINISTRATORS, GSHADOW_MEMBERS, GSHADOW_FIELDS };

enum account_line_kind {
	ACCOUNT_LINE_ENTRY,   /* the C library reads it */
	ACCOUNT_LINE_NIS,     /* starts with + or -: +::::::, -user, +@netgroup */
	ACCOUNT_LINE_COMMENT, /* starts with # */
	ACCOUNT_LINE_EMPTY,   /* nothing, or blanks */
	ACCOUNT_LINE_BROKEN   /* the C library passes it over */
};

/*
 * What is odd about a line; the first four make it broken. Of the others SHORT, LONG and BLANK let
 * a login pass; CARRIAGE_RETURN and RANGE are to be mended.
 */
enum account_fault {
	ACCOUNT_FAULT_NUL = 1 << 0,    /* a NUL byte in it */
	ACCOUNT_FAULT_NAME = 1 << 1,   /* the name is empty */
	ACCOUNT_FAULT_FIELDS = 1 << 2, /* too few fields to be read */
	ACCOUNT_FAULT_NUMBER = 1 << 3, /* a number is none */
	ACCOUNT_FAULT_SHORT = 1 << 4,  /* fewer fields than shadow-utils write */
	ACCOUNT_FAULT_LONG =
		1 << 5, /* more of them: the last field holds the rest, colons and all */
	ACCOUNT_FAULT_BLANK = 1 << 6, /* blanks in front of the name; only glibc skips them */
	/* a carriage return at the end: the C library takes it for part of the last field, so that
	 * no shell of that name exists, and passes a line of shadow over */
	ACCOUNT_FAULT_CARRIAGE_RETURN = 1 << 7,
	/* a number is negative or above 32 bits: old versions of glibc take it, newer pass the line
	   over */
	ACCOUNT_FAULT_RANGE = 1 << 8
};

struct account_line {
	char *text;	  /* owned; without its newline; may hold NUL bytes */
	size_t length;	  /* bytes of text */
	bool has_newline; /* false only for the last line of a file that ends without */
	enum account_line_kind kind;
	unsigned faults; /* enum account_fault */
};

struct account_file {
	enum account_file_kind kind;
	struct account_line *lines;
	size_t count;
	size_t capacity;
	size_t *by_name; /* entries and broken lines with a name, sorted by name, then by place */
	size_t named_count; /* elements of by_name */
};

/* The lines that have one name. */
struct account_match {
	size_t entry_count;  /* lines the C library reads; above 1: duplicates, the first wins */
	size_t entry;	     /* the first of them, where there is one */
	size_t duplicate;    /* the second of them, where there is one */
	size_t broken_count; /* broken lines that start with the name */
	size_t broken;	     /* the first of them, where there is one */
};

const char *account_file_path(enum account_file_kind kind); /* "/etc/passwd", ...; borrowed */

/* Takes LENGTH bytes apart. Any bytes are a file; RET_FILE is the caller's to end with _done. */
void account_file_parse(enum account_file_kind kind, const void *bytes, size_t length,
			struct account_file *ret_file);

/*
 * Reads PATH inside ROOT (NULL: where KIND is kept). -ENOENT where it is missing, -EFBIG where it
 * is too long to be edited, -EINVAL where it is no regular file.
 */
int account_file_read(const struct root *root, enum account_file_kind kind, const char *path,
		      struct account_file *ret_file, struct problem *why);

/* The file's bytes as they now are; the caller wipes and frees. */
char *account_file_write(const struct account_file *file, size_t *ret_length);

/* Frees the file and wipes its lines: they hold hashes. */
void account_file_done(struct account_file *file);
#define _cleanup_account_file_ _cleanup_(account_file_done)

/* The line that NAME has, as the C library finds it. 0, or -ENOENT. */
int account_file_find(const struct account_file *file, const char *name, size_t *ret_line);

/* All that there is of NAME. */
void account_file_match(const struct account_file *file, const char *name,
			struct account_match *ret_match);

/* The first entry with user or group number ID; passwd and group only. 0, or -ENOENT. */
int account_file_find_id(const struct account_file *file, uint32_t id, size_t *ret_line);

/*
 * Field FIELD of line LINE, an entry; the caller frees. NULL where the line is too short to have
 * it. A carriage return at the end of the line is not part of it (the line's faults tell); the last
 * field of the kind holds all the rest.
 */
char *account_file_get(const struct account_file *file, size_t line, unsigned field);

/*
 * Makes VALUE the field FIELD of line LINE. Nothing else of the line changes, but that one with
 * fewer fields than are written gets the colons it lacks. -EINVAL for a value with a colon, a
 * newline or a carriage return, for one that is no number where the field is one, for the name,
 * which is not to be changed, and for a line that is no entry.
 */
int account_file_set(struct account_file *file, size_t line, unsigned field, const char *value,
		     struct problem *why);

/* Takes the carriage return off the end of line LINE. True where there was one. */
bool account_file_drop_carriage_return(struct account_file *file, size_t line);

/*
 * Adds a line of the kind's number of fields from VALUES: before the first NIS line, else at the
 * end, where a last line without newline gets one. -EEXIST where the name has an entry, -EINVAL for
 * a value as above. *RET_LINE (may be NULL) is the new line; lines behind it have moved by one.
 */
int account_file_add(struct account_file *file, const char *const *values, size_t *ret_line,
		     struct problem *why);

/* An entry of passwd, typed. */
struct account {
	char *name;
	char *password; /* "x" where shadow has the hash */
	uint32_t uid;
	uint32_t gid;
	char *gecos; /* "" where missing, and so below */
	char *home;
	char *shell;	 /* "": the system's /bin/sh */
	unsigned faults; /* of its line */
};

/* The entry at LINE of a passwd file. 0, or -EINVAL where that is no entry. */
int account_file_get_account(const struct account_file *file, size_t line,
			     struct account *ret_account);
void account_done(struct account *account);
#define _cleanup_account_ _cleanup_(account_done)

/*
 * The names of the groups that ACCOUNT is in by file GROUP (kind ACCOUNT_FILE_GROUP), added to
 * RET_GROUPS: its own by number, and those that list it.
 */
void account_list_groups(const struct account *account, const struct account_file *group,
			 struct text_list *ret_groups);

#define SHADOW_NOT_SET (-1) /* the field is empty, or -1, which means the same to the C library */

/* An entry of shadow, typed. Days since 1970-01-01, and numbers of days; SHADOW_NOT_SET where
 * empty. */
struct shadow_entry {
	char *name;
	char *hash;	     /* the field as it is: a hash, "!", "*", "" ... */
	int64_t last_change; /* 0: the password must be changed at the next login */
	int64_t min;
	int64_t max;
	int64_t warn;
	int64_t inactive;
	int64_t expire;
	unsigned faults; /* of its line */
};

/* The entry at LINE of a shadow file. 0, or -EINVAL where that is no entry. */
int account_file_get_shadow(const struct account_file *file, size_t line,
			    struct shadow_entry *ret_entry);
void shadow_entry_done(struct shadow_entry *entry);
#define _cleanup_shadow_entry_ _cleanup_(shadow_entry_done)

/* What the dates of a shadow entry mean for a login. */
enum shadow_state {
	SHADOW_ACCOUNT_EXPIRED = 1 << 0, /* nobody gets in, by key neither */
	SHADOW_PASSWORD_EXPIRED = 1
				  << 1, /* too old by more than the days of grace: nobody gets in */
	SHADOW_MUST_CHANGE = 1 << 2,	/* gets in, and must give a new password */
	SHADOW_CHANGED_LATER =
		1 << 3 /* changed in the future: a wrong clock; nothing else counts */
};

/* The states (bits) on day TODAY, as pam_unix judges them (passverify.c, check_shadow_expiry). */
unsigned shadow_entry_judge(const struct shadow_entry *entry, int64_t today);

#endif
