/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the steps that bring devices up have in common: lists in arguments, waiting for a node. */
#ifndef REFLOAT_ACTION_NODE_H
#define REFLOAT_ACTION_NODE_H

#include <stdbool.h>

#include "base/text.h"
#include "plan/plan.h"

#define NODE_TIMEOUT_MS 10000 /* for a node to appear once its device is up: udev may be busy */

bool node_is_there(const char *path); /* a block device, links followed */

/* Waits for block device PATH; false where it does not appear within TIMEOUT_MS. */
bool node_wait(const char *path, unsigned timeout_ms);

/* The paths in argument NAME of STEP, one a line. */
void node_get_list(const struct step *step, const char *name, struct text_list *paths);
void node_set_list(struct step *step, const char *name, const struct text_list *paths);

/* The argument NAME of STEP as a number; 0 where it is not set. */
uint64_t node_get_number(const struct step *step, const char *name);

#endif
