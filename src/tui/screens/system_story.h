/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is to be said of a line of a system's fstab. */
#ifndef REFLOAT_TUI_SCREENS_SYSTEM_STORY_H
#define REFLOAT_TUI_SCREENS_SYSTEM_STORY_H

#include "system/resolve.h"

/* Why ENTRY is mounted or not, with the options left out; then lines with how, and with what the
 * fstab has. The caller frees. */
char *system_story(const struct resolved_entry *entry);

#endif
