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
#include <sys/resource.h>

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

/*
 * Keeps all of this process and of its children out of core files while secrets are about, wherever copies of
 * them are, and from others that would trace it. *RET_BEFORE is what secret_allow_dumps puts back; a process that
 * ends soon need not.
 */
struct secret_dumps {
	int is_dumpable;
	struct rlimit core;
};
void secret_forbid_dumps(struct secret_dumps *ret_before);
void secret_allow_dumps(const struct secret_dumps *before);

#endif
