/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program of a target lacks to start: its loader, the interpreter of a script, a shared library,
 * a version of one. Found by the files alone, as ld.so of the GNU C library looks for them.
 *
 * More places are looked into than ld.so does, and what cannot be read or is another loader's is taken
 * to be right: what is said to be missing is.
 */
#ifndef REFLOAT_SYSTEM_PROGRAM_LACK_H
#define REFLOAT_SYSTEM_PROGRAM_LACK_H

#include "base/root.h"

struct program_lack {
	char *name; /* "libc.so.6", "libc.so.6 (GLIBC_2.38)", "/bin/perl"; NULL: nothing is known to lack */
	struct text_list places; /* folders (a path's: itself) that were looked into for it */
};

void program_lack_find(const struct root *root, const char *path, struct program_lack *ret_lack);
void program_lack_done(struct program_lack *lack);
#define _cleanup_program_lack_ _cleanup_(program_lack_done)

/* The program that runs what is in file PATH: a loader, or what stands behind "#!"; the caller frees;
 * NULL: none is named. */
char *program_find_interpreter(const struct root *root, const char *path);

#endif
