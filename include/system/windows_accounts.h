/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The local accounts of a Windows system, from its registry hives (libhivex): what they are, and hives
 * with changes.
 *
 * A hive is hostile: it is read in a worker (the caller's), sizes are bounded, offsets checked. A change
 * is made on a copy of the bytes; writing them is the edit's (base/edit.h).
 */
#ifndef REFLOAT_SYSTEM_WINDOWS_ACCOUNTS_H
#define REFLOAT_SYSTEM_WINDOWS_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/problem.h"
#include "base/root.h"
#include "base/text.h"

#define WINDOWS_HIVE_MAX_BYTES (64u << 20)

enum windows_password { WINDOWS_PASSWORD_SET, WINDOWS_PASSWORD_BLANK };

struct windows_account {
	char *name;
	char *full_name; /* "" where it has none */
	uint32_t rid;	 /* 500 is the built-in Administrator, 501 the guest */
	enum windows_password password;
	bool is_disabled;
	bool is_locked;	 /* too many wrong passwords */
	unsigned failures;
	bool is_administrator;	/* in the group Administrators */
	bool is_expired;   /* the account, not the password */
	bool must_change;	/* at the next login */
	bool needs_no_password; /* PASSWD_NOTREQD */
	char *online_name; /* the Microsoft account behind it; NULL: a local account */
	int64_t last_login; /* seconds since 1970; 0: never */
};

struct windows_accounts {
	struct windows_account *items; /* by RID */
	size_t count;
	size_t capacity;
	char *domain;	  /* the domain (or Entra tenant) the machine has joined; NULL: none */
	char *sam_path;	  /* in-root, as it is spelt there: "/Windows/System32/config/SAM" */
	bool is_dirty;	  /* the hive was being written when Windows ended, and no log completes it: what
			     is shown may be old, or half new */
	bool is_replayed; /* what its logs held and the file had not got yet was put in */
	bool is_controller; /* of a domain: these accounts only count in its restore mode */
	bool is_entra;	  /* domain is an Entra tenant */
	bool is_hibernated; /* hiberfil.sys holds a session: fast start or hibernation */
	unsigned lockout_threshold; /* wrong passwords that lock; 0: none do */
	struct text_list unread;
};

int windows_accounts_read(const struct root *root, struct windows_accounts *ret_accounts,
			  struct problem *why);
void windows_accounts_done(struct windows_accounts *accounts);
#define _cleanup_windows_accounts_ _cleanup_(windows_accounts_done)

/* The account that USER names, in any case, or else by its RID in decimal; NULL: none; borrowed. */
const struct windows_account *windows_accounts_find(const struct windows_accounts *accounts,
						    const char *user);

struct json_object *windows_accounts_to_json(const struct windows_accounts *accounts);
int windows_accounts_from_json(struct json_object *object, struct windows_accounts *ret_accounts);

/* A hive as Windows would see it at its next start. */
struct windows_hive {
	char *path;   /* in-root, as it is spelt there */
	char *bytes;  /* with what its logs held and the file had not got yet */
	size_t length;
	bool is_dirty; /* as above */
	bool is_replayed;
};

/*
 * The hive NAME ("SAM") below Windows/System32/config. -ENOENT: there is none; -EUCLEAN: it makes no
 * sense; -EFBIG: it has more than WINDOWS_HIVE_MAX_BYTES.
 */
int windows_hive_read(const struct root *root, const char *name, struct windows_hive *ret_hive,
		      struct problem *why);
void windows_hive_done(struct windows_hive *hive); /* wipes the bytes: they may be password hashes */
#define _cleanup_windows_hive_ _cleanup_(windows_hive_done)

enum windows_mend {
	WINDOWS_BLANK_PASSWORD = 1 << 0,
	WINDOWS_UNLOCK = 1 << 1,
	WINDOWS_ENABLE = 1 << 2,
	WINDOWS_ADMINISTRATOR = 1 << 3,
};

/*
 * The SAM hive of BYTES with MENDS (bits) of the account with number RID; *RET_BYTES is the caller's, of the
 * same hive, nothing else in it changed. -ENOENT: no such account; -EUCLEAN: a hive that makes no sense;
 * 1: nothing was to be changed, and the bytes are as they were. WINDOWS_ENABLE also lifts an expiry that is over.
 */
int windows_accounts_mend(const void *bytes, size_t length, uint32_t rid, unsigned mends,
			  char **ret_bytes, size_t *ret_length, struct problem *why);

#endif
