/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that a POSIX shell reads back as exactly the words meant. */
#ifndef REFLOAT_BASE_SHELL_H
#define REFLOAT_BASE_SHELL_H

#include "base/text.h"

/*
 * WORD as it must be typed: unchanged where that is safe, in single quotes, or as $'..' where it
 * has control characters or invalid UTF-8. The caller frees.
 */
char *shell_quote(const char *word);

/* All words of ARGUMENTS quoted, one space between; the caller frees. */
char *shell_command(const struct text_list *arguments);

/* The same for a NULL-terminated vector. */
char *shell_command_vector(const char *const *arguments);

#endif
