/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A passphrase in memory that is not swapped out, not dumped, and wiped when it is no longer
 * needed.
 *
 * Zeroed is empty and ready. Where the limit for locked memory is too low it works all the same,
 * unlocked.
 */
#ifndef REFLOAT_BASE_SECRET_H
#define REFLOAT_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#define SECRET_MAX_BYTES 8191 /* key files of 4096 are common; cryptsetup takes 512 typed ones */

struct secret {
	char *memory;	/* SECRET_MAX_BYTES and a NUL; NULL until secret_open */
	bool is_locked; /* the kernel keeps it out of swap */
};

/* Makes the memory, all zeroes, unless it is there. Its contents are the caller's to keep
 * NUL-terminated. */
void secret_open(struct secret *secret);
void secret_wipe(struct secret *secret); /* empty again; the memory stays */
void secret_done(struct secret *secret); /* wiped and given back */

#endif
