/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which password hashes a target understands, and which of them a new password should get.
 *
 * A login checks a password with the target's libcrypt (musl and dietlibc have it in libc). What it
 * can do is told by the prefixes that stand in its bytes: nothing of the target is run.
 */
#ifndef REFLOAT_SYSTEM_HASH_SUPPORT_H
#define REFLOAT_SYSTEM_HASH_SUPPORT_H

#include "system/login_defs.h"

struct hash_support {
	char *path; /* the library, in-root; NULL: none was found, and schemes is empty */
	const char *architecture; /* elf.h's word; NULL: not ELF; static */
	unsigned schemes;	  /* bits 1 << enum hash_scheme */
};

/* Looks for the library in ROOT: the newest libcrypt, else musl. */
void hash_support_read(const struct root *root, struct hash_support *ret_support);
void hash_support_done(struct hash_support *support);
#define _cleanup_hash_support_ _cleanup_(hash_support_done)

/* The schemes that a libcrypt of LENGTH BYTES knows. VERSION is glibc's that its name tells
 * ("2.17"), or NULL. */
unsigned hash_support_find(const void *bytes, size_t length, const char *version);

bool hash_support_has(const struct hash_support *support, enum hash_scheme scheme);

enum hash_reason {
	HASH_BY_PAM,	    /* its PAM's word for new passwords */
	HASH_BY_LOGIN_DEFS, /* login.defs' */
	HASH_BY_SUPPORT,    /* neither says: the best that its libcrypt knows */
	HASH_STRONGER,	    /* their word is weak (DES, MD5), and better is understood */
	HASH_NOT_SUPPORTED, /* their word is not understood by its libcrypt, or cannot be made here
			     */
	HASH_UNKNOWN /* no libcrypt was found: what all systems of the last fifteen years know */
};

struct hash_choice {
	enum hash_scheme scheme;
	unsigned long rounds; /* 0: the default */
	enum hash_reason reason;
	char *file; /* where the wish stands that was followed, or was not; NULL */
	unsigned line;
};

/*
 * What a new password is to be hashed with, from the wishes of PAM and of login.defs (either may be
 * without one), from what SUPPORT knows and from MAKEABLE, the schemes that the rescue system's own
 * libcrypt can make (bits). Rounds are kept within what crypt(5) allows.
 */
void hash_choose(const struct hash_wish *pam, const struct hash_wish *login_defs,
		 const struct hash_support *support, unsigned makeable,
		 struct hash_choice *ret_choice);
void hash_choice_done(struct hash_choice *choice);
#define _cleanup_hash_choice_ _cleanup_(hash_choice_done)

#endif
