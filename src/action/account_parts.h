/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sources about accounts share. */
#ifndef REFLOAT_ACTION_ACCOUNT_PARTS_H
#define REFLOAT_ACTION_ACCOUNT_PARTS_H

#include "action/accounts.h"

/* How long a whole system may take to answer: several of its disks are read. */
unsigned account_deadline_ms(const struct session *session);

#endif
