/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys from a file, in place of fingers: for tests and demonstrations (--keys FILE).
 *
 * Words separated by blanks: names of keys as key_format gives them ("m", "Down", "Ctrl-L"), texts to
 * type in double quotes, `wait "TEXT"` until TEXT is on the screen, `sleep MILLISECONDS`. From
 * "#" to the end of the line is a comment. A key is pressed once nothing is going on any more.
 */
#ifndef REFLOAT_TUI_KEYS_FILE_H
#define REFLOAT_TUI_KEYS_FILE_H

#include <stddef.h>

#include "base/cleanup.h"
#include "base/problem.h"

enum keys_item_kind {
	KEYS_PRESS, /* a key */
	KEYS_WAIT,  /* for a text */
	KEYS_SLEEP,
};

struct keys_item {
	enum keys_item_kind kind;
	int code;              /* PRESS */
	unsigned milliseconds; /* SLEEP */
	char *text;            /* WAIT */
	unsigned line;         /* of the file, from 1 */
};

struct keys_file {
	struct keys_item *items;
	size_t count;
	size_t capacity;
	size_t next; /* for whoever plays it */
};

/* Reads PATH. -EINVAL with the line and the word where one is not understood. */
int keys_file_read(const char *path, struct keys_file **ret_keys, struct problem *why);
struct keys_file *keys_file_free(struct keys_file *keys);
DEFINE_CLEANUP_POINTER(struct keys_file, keys_file_free);
#define _cleanup_keys_file_ _cleanup_(keys_file_free_cleanup)

#endif
