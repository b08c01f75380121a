/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Made-up roots for tests of what looks into one, a line a file:
 *
 *   PATH/                        an empty folder
 *   PATH = TEXT                  a file; \n, \r, \t, \e and \\ as in C, in PATH too
 *   PATH                         an empty file
 *   PATH -> TARGET               a symlink
 *   PATH elf MACHINE BITS ORDER  an ELF header: e_machine, 32 or 64, le or be
 *   PATH program WORD...         a whole 64-bit ELF file for x86_64: loader=PATH; needs=LIBRARY or
 *                                needs=LIBRARY:VERSION; folder=PATH (RUNPATH); gives=VERSION
 *   PATH repeat BYTES = TEXT     TEXT again and again until the file has BYTES
 *   PATH hive NAME=VALUE;...     a Windows registry hive with these text values
 *   PATH hex BYTES...            a file of bytes: "6c6f", or "12*00" for twelve of them
 *   PATH mode OCTAL              of a file or folder that a line above made
 *   PATH owner UID GID           likewise; for root only
 *   PATH fifo
 *   PATH @ SECONDS               last changed then; everything else in TREE_TIME
 *
 * Folders above are made as needed. PATH has no blank; "#" starts a comment.
 */
#ifndef REFLOAT_TESTS_SYSTEM_TREE_H
#define REFLOAT_TESTS_SYSTEM_TREE_H

#include "base/root.h"

/* A root of a test's own. */
struct tree {
	char *path;
	struct root *root;
};

#define TREE_TIME 1000000000

/* Makes the tree that LENGTH bytes at TEXT describe in ROOT; asserts on words it does not know. */
void tree_make(const struct root *root, const char *text, size_t length);

/* Makes a folder with what TEXT describes ("": nothing), and opens it; it goes with tree_leave. */
void tree_enter(struct tree *tree, const char *text);
void tree_leave(struct tree *tree);

#endif
