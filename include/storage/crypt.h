/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * LUKS containers, through libcryptsetup: trying keys, opening, closing.
 *
 * A passphrase or key file is tried once, in a child process; what it opens is the container's
 * volume key, which then lies in this program's session keyring (base/keyring.h) until it ends, so
 * that looking, mounting and the processes that do these need to ask nobody again. No passphrase is
 * kept. Built without libcryptsetup, everything here says so and is -ENOSYS.
 */
#ifndef REFLOAT_STORAGE_CRYPT_H
#define REFLOAT_STORAGE_CRYPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "storage/device.h"

/*
 * Tries the LENGTH bytes at KEY on container DEVICE, which is read through a read-only loop device,
 * so that not a byte of it changes. 0: they fit, and its volume key is in the keyring. -EPERM: they
 * do not; -EINVAL: no LUKS header, or a damaged one; -ENOKEY: all its keys are in a token or
 * hardware; -ENOSYS; -ENOMEM; -ETIMEDOUT after DEADLINE_MS. WHY says it in words, with what to do next.
 */
int crypt_try_key(const struct device *device, const char *key, size_t length, unsigned deadline_ms,
		  struct problem *why);

/* Whether the keyring has the volume key of container DEVICE. */
bool crypt_has_key(const struct device *device);

/*
 * Opens the container on NODE, whose LUKS UUID is UUID, as /dev/mapper/NAME with the key in the
 * keyring. -ENOKEY: the keyring has none; -EEXIST: there is a mapping of that name.
 */
int crypt_open(const char *node, const char *uuid, const char *name, bool is_read_only,
	       struct problem *why);

/* The same for looking: read-only, and udev and those who listen to it leave it alone. */
int crypt_open_look(const char *node, const char *uuid, const char *name, struct problem *why);

/* Closes mapping NAME, if it is one of the container UUID; one that is not there is closed. -EBUSY:
 * in use. */
int crypt_close(const char *name, const char *uuid, struct problem *why);

#endif
