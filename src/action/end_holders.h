/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ending the programs that keep a tree busy. */
#ifndef REFLOAT_ACTION_END_HOLDERS_H
#define REFLOAT_ACTION_END_HOLDERS_H

#include "plan/plan.h"

/*
 * Adds the step that ends the programs that use TARGET or what is mounted below it, each named;
 * none where there are none. What refloat was started from (the shell, the SSH session) is not
 * ended but noted.
 */
void end_holders_add(struct plan *plan, const char *target);

#endif
