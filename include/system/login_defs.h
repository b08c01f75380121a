/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a target's own settings say of accounts: login.defs, the defaults of useradd, the shells,
 * the terminals that root may use.
 *
 * Distributions that keep /etc for the administrator have the originals in /usr/etc (or
 * /usr/share); a file in /etc takes the place of the whole one there. A missing file is an empty
 * one.
 */
#ifndef REFLOAT_SYSTEM_LOGIN_DEFS_H
#define REFLOAT_SYSTEM_LOGIN_DEFS_H

#include "base/root.h"
#include "system/password_field.h"

struct login_setting {
	char *name;
	char *value;
	char *file; /* in-root path */
	unsigned line;
};

/* Settings in the order they were read; of several with a name the last one counts. */
struct login_defs {
	struct login_setting *settings;
	size_t count;
	size_t capacity;
};

/* /etc/login.defs, or /usr/etc/login.defs, and *.defs in login.defs.d of both. */
void login_defs_read(const struct root *root, struct login_defs *ret_defs);

/* /etc/default/useradd, or /usr/etc/default/useradd: SHELL, HOME, GROUP, INACTIVE, EXPIRE, SKEL. */
void useradd_defaults_read(const struct root *root, struct login_defs *ret_defs);

/* Takes the text of a login.defs apart (getdef.c of shadow-utils); adds to DEFS. FILE is its path.
 */
void login_defs_parse(const char *text, size_t length, const char *file, struct login_defs *defs);

void login_defs_done(struct login_defs *defs);
#define _cleanup_login_defs_ _cleanup_(login_defs_done)

/* The setting that counts for NAME; NULL where there is none; borrowed. */
const struct login_setting *login_defs_find(const struct login_defs *defs, const char *name);
const char *login_defs_get(const struct login_defs *defs,
			   const char *name); /* its value, or NULL */

/* Its value as a number, decimal, octal or hexadecimal; FALLBACK where it is missing or none. */
int64_t login_defs_get_number(const struct login_defs *defs, const char *name, int64_t fallback);
bool login_defs_get_bool(const struct login_defs *defs, const char *name); /* "yes" in any case */

/* How the target would hash a password, as far as one of its settings says. */
struct hash_wish {
	enum hash_scheme scheme; /* HASH_NONE: it does not say */
	unsigned long rounds;	 /* rounds (sha*), cost (bcrypt, yescrypt); 0: the default */
	char *file;		 /* where that is said; NULL with HASH_NONE */
	unsigned line;
};

/* What ENCRYPT_METHOD (or the old MD5_CRYPT_ENAB) and its numbers say. */
void login_defs_get_hash(const struct login_defs *defs, struct hash_wish *ret_wish);
void hash_wish_done(struct hash_wish *wish);
#define _cleanup_hash_wish_ _cleanup_(hash_wish_done)

/* The least and the last number that useradd gives to people: UID_MIN, UID_MAX. */
uint32_t login_defs_uid_min(const struct login_defs *defs);
uint32_t login_defs_uid_max(const struct login_defs *defs);

/* The shells of /etc/shells (getusershell(3)); the C library's two where the file is missing. */
void login_shells_read(const struct root *root, struct text_list *ret_shells);

/*
 * The terminals in securetty ("tty1", "ttyS0"; /dev/ is cut off). False where the file is missing:
 * root may use any. It only counts where PAM has pam_securetty, or for a login without PAM where
 * CONSOLE of login.defs names it.
 */
bool login_securetty_read(const struct root *root, struct text_list *ret_terminals);

#endif
