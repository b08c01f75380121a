/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pseudo-terminal for a program that asks: nobody sees it, we answer.
 *
 * A program that waits for one key has switched off the gathering of lines for that, which we see
 * from our end. So nothing that it only prints can look like a question.
 */
#ifndef REFLOAT_BASE_QUESTION_H
#define REFLOAT_BASE_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

/* Opens one: *RET_OURS is our end, *RET_ITS its 0 and 1; the caller closes both. What it writes comes
 * as it is, and no key means anything but itself. A negative errno. */
int question_open(int *ret_ours, int *ret_its);

/* Whether the program behind OURS waits for one key, or is about to. */
bool question_waits(int ours);

#endif
