/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands in the password field of passwd or shadow: a hash and of which kind, a lock, nothing.
 *
 * Judged by its looks (crypt(5), shadow(5)); whether the target's libcrypt can do the kind is
 * hash_support.h's.
 */
#ifndef REFLOAT_SYSTEM_PASSWORD_FIELD_H
#define REFLOAT_SYSTEM_PASSWORD_FIELD_H

#include "system/account_file.h"

enum hash_scheme {
	HASH_NONE,
	HASH_DES,	    /* 13 characters without a prefix; 8 of the password count */
	HASH_BIG_DES,	    /* bigcrypt: more of them */
	HASH_BSDI,	    /* "_" */
	HASH_MD5,	    /* "$1$" */
	HASH_BCRYPT,	    /* "$2a$", "$2b$", "$2x$", "$2y$" */
	HASH_NT,	    /* "$3$" */
	HASH_SUN_MD5,	    /* "$md5" */
	HASH_SHA1,	    /* "$sha1$" */
	HASH_SHA256,	    /* "$5$" */
	HASH_SHA512,	    /* "$6$" */
	HASH_SCRYPT,	    /* "$7$" */
	HASH_YESCRYPT,	    /* "$y$" */
	HASH_GOST_YESCRYPT, /* "$gy$" */
	HASH_SM3,	    /* "$sm3$" */
	HASH_SM3_YESCRYPT,  /* "$sm3y$" */
	HASH_SCHEMES
};

enum password_kind {
	PASSWORD_EMPTY,	 /* no password is asked for, or none is taken, as PAM's nullok says */
	PASSWORD_SET,	 /* a hash: there is a password */
	PASSWORD_LOCKED, /* a lock with a hash behind it: unlocking brings the old password back */
	PASSWORD_NEVER,	 /* a lock with nothing behind it: "!", "!!", "*LK*" */
	PASSWORD_NONE,	 /* "*": an account that is not meant to have one */
	PASSWORD_SHADOWED, /* "x" (or "##name"): see shadow; in passwd only */
	PASSWORD_ODD	   /* no hash, and none that anything makes: no password fits it */
};

struct password_field {
	enum password_kind kind;
	enum hash_scheme scheme; /* of the hash, locked or not; HASH_NONE where there is none */
	size_t lock_length;	 /* bytes in front of the hash that lock it; 0 where nothing does */
};

/* What TEXT, the field of shadow (or of a passwd that is its own shadow) is. */
void password_field_parse(const char *text, struct password_field *ret_field);

/* "yescrypt", "sha512", ...: the word that pam_unix and login.defs have for it; borrowed. */
const char *hash_scheme_word(enum hash_scheme scheme);

/* The scheme that WORD of pam_unix or login.defs names, in any case: HASH_NONE for none. */
enum hash_scheme hash_scheme_find(const char *word);

/* What crypt_gensalt(3) wants as prefix to make a hash of SCHEME; NULL for one not to be made;
 * borrowed. */
const char *hash_scheme_prefix(enum hash_scheme scheme);

/* Where the password of an account is kept. */
enum password_place {
	PASSWORD_IN_PASSWD, /* passwd has the field itself; shadow, if there is one, is not asked */
	PASSWORD_IN_SHADOW, /* at the line that shadow has for it */
	PASSWORD_NOWHERE    /* passwd says shadow, and shadow has no (readable) line for it */
};

/*
 * Where the password of ACCOUNT is, as pam_unix finds it. SHADOW may be NULL: there is none.
 * *RET_LINE is written for PASSWORD_IN_SHADOW only.
 */
enum password_place password_find_place(const struct account *account,
					const struct account_file *shadow, size_t *ret_line);

#endif
