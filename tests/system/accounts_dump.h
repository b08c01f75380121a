/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is read and judged of a root's accounts, as text: a line each for the system and for every
 * account (kind, keys, the answers for console, password and key over SSH), below it, with a blank
 * in front, what stands in the way: kind, weight, ways, mend, file:line, "subject", number and
 * second.
 */
#ifndef REFLOAT_TESTS_SYSTEM_ACCOUNTS_DUMP_H
#define REFLOAT_TESTS_SYSTEM_ACCOUNTS_DUMP_H

#include "base/root.h"

/* On 2026-02-16, through JSON and back; the caller frees. */
char *accounts_dump(const struct root *root);

#endif
