/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lock under which shadow-utils and the C library change passwd, shadow, group and gshadow:
 * a write lock on /etc/.pwd.lock by fcntl, as lckpwdf(3) takes it, and the lock files beside each of
 * them that older programs make.
 *
 * It is a lock of the process, as POSIX has it: it goes when the process ends, and when any
 * descriptor of that file is closed.
 */
#ifndef REFLOAT_BASE_ACCOUNT_LOCK_H
#define REFLOAT_BASE_ACCOUNT_LOCK_H

#include "base/cleanup.h"
#include "base/problem.h"
#include "base/root.h"

#define ACCOUNT_LOCK_TIMEOUT_MS 15000 /* as long as lckpwdf waits */

/*
 * Takes it inside ROOT, waiting for TIMEOUT_MS at most. Returns a descriptor that holds it until it
 * is closed; -EBUSY where somebody else has it, with words that name him. Where the file is not there and
 * cannot be made since a flag forbids it (chattr +i), nobody else can take it either: -EPERM, without words.
 *
 * A lock file whose process is none of that root's is left by a machine that died: it is passed over,
 * and stays.
 */
int account_lock_take(const struct root *root, unsigned timeout_ms, struct problem *why);

#endif
