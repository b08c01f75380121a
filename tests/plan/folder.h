/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of a test's own, and the files in it. */
#ifndef REFLOAT_TESTS_PLAN_FOLDER_H
#define REFLOAT_TESTS_PLAN_FOLDER_H

#include <stddef.h>

/* cmocka setup and teardown: *STATE is the folder's name. */
int folder_setup(void **state);
int folder_teardown(void **state);

/* FOLDER/NAME; the caller frees. */
char *folder_path(const char *folder, const char *name);

/* The whole of FOLDER/NAME, which must be there; the caller frees. */
char *folder_read(const char *folder, const char *name, size_t *ret_length);
void folder_write(const char *folder, const char *name, const char *bytes, size_t length);

#endif
