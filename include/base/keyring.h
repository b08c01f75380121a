/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keys that more than one process of ours needs, kept by the kernel.
 *
 * The program gives itself a session keyring of its own at its start, which its children inherit
 * and nobody else can see. What lies in it is never swapped out, in no core file, and gone when the
 * last of these processes has ended.
 */
#ifndef REFLOAT_BASE_KEYRING_H
#define REFLOAT_BASE_KEYRING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/secret.h"

/* A new, empty session keyring. -ENOSYS where the kernel has none: the rest fails then. */
int keyring_start(void);

/* In a child that becomes somebody else's program: it gets an empty one, and none of our keys. */
int keyring_leave(void);

/* Keeps the LENGTH bytes (at most SECRET_MAX_BYTES) under NAME, in place of what was there. */
int keyring_put(const char *name, const char *bytes, size_t length);

/* What lies under NAME; *RET_LENGTH bytes of SECRET, which is the caller's to wipe. -ENOKEY. */
int keyring_get(const char *name, struct secret *secret, size_t *ret_length);

bool keyring_has(const char *name);
void keyring_drop(const char *name); /* harmless where there is none */

#endif
