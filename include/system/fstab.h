/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A target's fstab, read line by line.
 *
 * One bad line never stops the others: it stays in the list of bad lines with its number and what
 * is wrong. Escapes (\040) are resolved and quotes around a tag's value taken off; a byte order
 * mark and carriage returns are forgiven and noted.
 */
#ifndef REFLOAT_SYSTEM_FSTAB_H
#define REFLOAT_SYSTEM_FSTAB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define FSTAB_SIZE_MAX (4u * 1024 * 1024) /* bytes read; what is beyond is noted, not read */
#define FSTAB_ENTRY_MAX 20000u            /* entries kept; more are noted */

struct fstab_entry {
	unsigned line;    /* 1.. */
	char *source;     /* as written, unescaped: "UUID=...", "/dev/hda1", "/srv/www", "tmpfs" */
	char *tag;        /* "UUID", "LABEL", "PARTUUID", "PARTLABEL"; NULL otherwise */
	char *tag_value;  /* without quotes; NULL where tag is */
	char *mountpoint; /* "none" and "swap" as written */
	char *type;       /* "ext4", "auto", "ext4,ext3", "none", ... */
	char *options;    /* as written, "defaults" where missing */
	int frequency;    /* fifth field, 0 where missing */
	int pass;         /* sixth field, 0 where missing */
};

struct fstab_bad_line {
	unsigned line;
	char *text;   /* the line, printable, cut to 200 characters */
	char *reason; /* what is wrong with it */
};

struct fstab {
	struct fstab_entry *entries; /* in file order */
	size_t count;
	size_t capacity;
	struct fstab_bad_line *bad_lines;
	size_t bad_count;
	size_t bad_capacity;
	struct text_list notes; /* "the file is longer than 4 MiB; the rest was not read", ... */
};

/* Reads LENGTH bytes at TEXT. Never fails: what is wrong stands in the result. */
void fstab_parse(const char *text, size_t length, struct fstab *fstab);
void fstab_done(struct fstab *fstab);
#define _cleanup_fstab_ _cleanup_(fstab_done)

bool fstab_has_option(const char *options, const char *name); /* "name" or "name=..." */
/* The value of the last NAME=VALUE in OPTIONS, or NULL; the caller frees. */
char *fstab_get_option(const char *options, const char *name);

#endif
