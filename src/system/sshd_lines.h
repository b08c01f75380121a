/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of an sshd_config as lines, some of which become others, and all the rest stays to the
 * byte.
 *
 * Lines have the numbers that sshd_config_read gives them until sshd_lines_settle; then those of the
 * changed files.
 */
#ifndef REFLOAT_SYSTEM_SSHD_LINES_H
#define REFLOAT_SYSTEM_SSHD_LINES_H

#include "system/sshd_parts.h"

struct sshd_line {
	char *text; /* with its end */
	size_t length;
	unsigned number; /* in the file as it was, from 1; 0: a new line */
	bool is_changed; /* since the last settling: it may be several lines now */
};

struct sshd_lines {
	char *path; /* in-root, symlinks resolved */
	struct sshd_line *lines;
	size_t count;
	size_t capacity;
	const char *end; /* of its lines: "\n" or "\r\n" */
	bool is_changed; /* at any time */
};

struct sshd_files {
	struct sshd_lines *files; /* those that were asked for */
	size_t count;
	size_t capacity;
};

/* FILE, a path as a setting has it, read from ROOT at the first time; NULL: it cannot be changed;
 * borrowed until the next call. */
struct sshd_lines *sshd_files_get(struct sshd_files *files, const struct root *root,
				  const char *file);

/* Line LINE (from 1) of FILE; NULL: none, or changed in this round already; borrowed. */
struct sshd_line *sshd_lines_at(struct sshd_lines *file, unsigned line);

/* LINE becomes a comment that starts with MARK, and behind it, where not NULL, a line NOW. */
void sshd_lines_replace(struct sshd_lines *file, struct sshd_line *line, const char *mark,
			const char *now);

/* A comment and a line are put in front of line BEFORE (from 1; 0: at the end). */
void sshd_lines_insert(struct sshd_lines *file, unsigned before, const char *comment,
		       const char *now);

/* The line without its end and blanks around it; the caller frees. */
char *sshd_line_text(const struct sshd_line *line);

/* Counts the lines anew. */
void sshd_files_settle(struct sshd_files *files);

/* The bytes of FILE as they now are; the caller frees. */
char *sshd_lines_join(const struct sshd_lines *file, size_t *ret_length);

void sshd_files_done(struct sshd_files *files);
#define _cleanup_sshd_files_ _cleanup_(sshd_files_done)

#endif
