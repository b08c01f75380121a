/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders, images and a mount namespace of a test's own. */
#ifndef REFLOAT_TESTS_SCRATCH_H
#define REFLOAT_TESTS_SCRATCH_H

#include <stdbool.h>

/* A new empty folder; the caller frees the name and removes it with folder_remove. */
char *folder_make(void);
void folder_remove(const char *folder);

/* Runs a shell line; its output without the last newline; the caller frees; NULL: it failed. */
char *scratch_shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same where success is all that matters; fails the test otherwise. */
void scratch_do(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A mount namespace of our own with an empty /mnt. False where there can be none: not root. */
bool scratch_enter(void);

/* Whether a filesystem of TYPE can be made and mounted here. */
bool scratch_can_make(const char *type);

/* The checksum of a file; the caller frees. */
char *scratch_checksum(const char *file);

/* How many loop devices lie on FILE, after some time for those that are just going. */
int scratch_count_loops(const char *file);

#endif
