/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What reading and mending accounts of Windows have in common. */
#ifndef REFLOAT_ACTION_WINDOWS_PARTS_H
#define REFLOAT_ACTION_WINDOWS_PARTS_H

#include <sys/resource.h>

#include "action/windows_accounts.h"

/* In a worker: a hive that makes a parser ask for more memory than any real one ends the parser. */
void windows_bound_memory(struct rlimit *ret_was);

#endif
