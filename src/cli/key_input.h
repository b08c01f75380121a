/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys from standard input. */
#ifndef REFLOAT_CLI_KEY_INPUT_H
#define REFLOAT_CLI_KEY_INPUT_H

#include "action/action.h"

/* Where a "key-file" of ANSWERS is "-", reads it, once for all plans, and adds it as a "key".
 * -EINVAL where standard input is to be read for two things. */
int key_input_read(struct answers *answers, struct problem *why);

#endif
