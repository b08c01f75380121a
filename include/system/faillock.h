/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counters of wrong passwords that lock accounts: faillock's files, pam_tally2's tallylog, the old
 * faillog; what they hold for one account, and which bytes reset it.
 *
 * faillock keeps a file for each user in its folder: records of 64 bytes (Linux-PAM,
 * modules/pam_faillock/faillock.h). tallylog has a record of 64 bytes for each user number
 * (pam_tally2, tallylog.h), faillog one of 32, or 24 on 32-bit machines (shadow-utils, faillog.h).
 * All are in the byte order of the target.
 */
#ifndef REFLOAT_SYSTEM_FAILLOCK_H
#define REFLOAT_SYSTEM_FAILLOCK_H

#include "system/pam.h"

enum faillock_source { FAILLOCK_FROM_SERVICE, FAILLOCK_FROM_HOST, FAILLOCK_FROM_TERMINAL };

/* One wrong password. */
struct faillock_record {
	char *source; /* host, terminal or service; as it stands there, not printable by itself */
	enum faillock_source kind;
	bool is_valid; /* counts */
	uint64_t time; /* seconds since 1970 */
};

struct faillock {
	struct faillock_record *records;
	size_t count;
	size_t capacity;
	size_t left_over; /* bytes behind the last whole record */
};

void faillock_parse(const void *bytes, size_t length, struct faillock *ret_faillock);

/* The in-root path of USER's file in FOLDER; the caller frees. NULL for a name that can be no
 * file's. */
char *faillock_path(const char *folder, const char *user);

/* Reads it: -ENOENT where there is none, which is no wrong password. A reset makes the file empty.
 */
int faillock_read(const struct root *root, const char *folder, const char *user,
		  struct faillock *ret_faillock);
void faillock_done(struct faillock *faillock);
#define _cleanup_faillock_ _cleanup_(faillock_done)

/* What a counter does to its account. */
struct lockout_state {
	uint64_t failures; /* that count */
	uint64_t latest;   /* time of the last one; 0: not known */
	bool is_locked;
	uint64_t opens; /* when it opens by itself; 0: never, or not locked */
};

/* As pam_faillock would say at NOW with the settings of LOCKOUT. */
void faillock_judge(const struct faillock *faillock, const struct pam_lockout *lockout,
		    bool is_root, uint64_t now, struct lockout_state *ret_state);

/* A record of tallylog or faillog. */
struct tally {
	uint16_t failures;
	uint16_t max;  /* faillog: failures that lock this account, whatever PAM says; 0: none */
	uint64_t time; /* of the last failure, seconds since 1970 */
	char *source;  /* terminal or host; as it stands there */
	uint64_t reset_offset; /* where in the file zeroes reset it */
	size_t reset_length;   /* how many of them */
};

/* Takes one record of KIND apart that stands at OFFSET in its file. ARCHITECTURE is elf.h's word
 * for the target (NULL: x86_64). -EINVAL where LENGTH is not that of a record. */
int tally_parse(enum pam_lockout_kind kind, const void *bytes, size_t length, uint64_t offset,
		const char *architecture, struct tally *ret_tally);

/* The record of user number UID in file PATH: -ENOENT where there is none, or no such file. */
int tally_read(const struct root *root, enum pam_lockout_kind kind, const char *path, uint32_t uid,
	       const char *architecture, struct tally *ret_tally);
void tally_done(struct tally *tally);
#define _cleanup_tally_ _cleanup_(tally_done)

/* As pam_tally2 or pam_tally would say at NOW with the settings of LOCKOUT. */
void tally_judge(const struct tally *tally, const struct pam_lockout *lockout, bool is_root,
		 uint64_t now, struct lockout_state *ret_state);

#endif
