/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a filesystem's journal must be replayed: read from its superblock, a few bytes only. */
#ifndef REFLOAT_STORAGE_JOURNAL_STATE_H
#define REFLOAT_STORAGE_JOURNAL_STATE_H

#include "storage/device.h"

/* FD open for reading; the filesystem of TYPE (may be NULL) starts at byte OFFSET. */
enum journal_state journal_state_read(int fd, uint64_t offset, const char *type);

#endif
