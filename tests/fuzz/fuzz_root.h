/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that stands for a target, for what reads files by their names. */
#ifndef REFLOAT_TESTS_FUZZ_FUZZ_ROOT_H
#define REFLOAT_TESTS_FUZZ_FUZZ_ROOT_H

#include "base/root.h"
#include "fuzz.h"

/* The one folder of this process, empty at first; it goes when the process ends. Borrowed. */
const struct root *fuzz_root(void);

/* Makes DATA the contents of PATH in it, its folders too. */
void fuzz_root_write(const char *path, const uint8_t *data, size_t size);

#endif
