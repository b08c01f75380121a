/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a filesystem is, in words. */
#ifndef REFLOAT_ACTION_FILESYSTEM_WORDS_H
#define REFLOAT_ACTION_FILESYSTEM_WORDS_H

#include "action/filesystems.h"

/* "clean", "its journal must be replayed": of ROW, which is filled but for this, on DEVICE. The
 * caller frees. */
char *filesystem_row_condition(const struct filesystem_row *row, const struct device *device);

#endif
