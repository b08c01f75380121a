/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A configuration file of the target, line after line, with their numbers. */
#ifndef REFLOAT_SYSTEM_CONFIG_LINES_H
#define REFLOAT_SYSTEM_CONFIG_LINES_H

#include <stdbool.h>

#include "base/root.h"

#define CONFIG_MAX_BYTES (1u << 20) /* a longer file is read so far */

struct config_lines {
	const char *at; /* what is still to be given */
	const char *end;
	unsigned
		line; /* the number of the line that was given last, from 1; its first of several */
	unsigned next;	/* lines taken */
	bool continues; /* a backslash at the end of a line without # goes on in the next */
	bool had_return; /* a carriage return stood at the end of the line that was given last */
};

/* Over LENGTH bytes at TEXT, borrowed. */
void config_lines_init(struct config_lines *lines, const char *text, size_t length, bool continues);

/* The next line, without its end, a NUL byte in it ending it; the caller frees. NULL: no more. */
char *config_lines_next(struct config_lines *lines);

/* The contents of the first of COUNT PATHS in ROOT that is a file; the caller frees. *RET_PATH is
 * which; NULL: none. */
char *config_read_first(const struct root *root, const char *const *paths, size_t count,
			const char **ret_path, size_t *ret_length);

/* The same, to be taken line by line: LINES, which borrow what is returned; none where there is no file. */
char *config_open_first(const struct root *root, const char *const *paths, size_t count,
			const char **ret_path, struct config_lines *lines);

#endif
