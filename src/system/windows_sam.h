/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values in which the SAM hive keeps accounts, their groups and the rules for them: pure
 * readings of bytes.
 *
 * F of an account has a fixed shape (times, RID, flags, counters), V begins with a table of places
 * in the rest of it (names, hashes); C of a group likewise (name, members). As documented by the
 * winreg-kb project
 * ("Security accounts manager keys") and by what sampasswd(8) and impacket read.
 */
#ifndef REFLOAT_SYSTEM_WINDOWS_SAM_H
#define REFLOAT_SYSTEM_WINDOWS_SAM_H

#include "system/hive.h"
#include "system/windows_accounts.h"

#define SAM_DOMAIN "SAM/Domains/Account"
#define SAM_ALIASES "SAM/Domains/Builtin/Aliases"
#define SAM_ADMINISTRATORS 0x220u /* S-1-5-32-544 */
#define SAM_ADMINISTRATORS_KEY SAM_ALIASES "/00000220"
#define SAM_SID_BYTES 24u /* of the machine: S-1-5-21-A-B-C; an account's has 4 more */

/* Flags of an account (USER_ACCOUNT codes of [MS-SAMR] 2.2.1.12). */
#define SAM_DISABLED 0x0001u
#define SAM_NEEDS_NO_PASSWORD 0x0004u
#define SAM_TRUSTS 0x01c0u	  /* of a domain, a workstation, a server: nobody logs in with it */
#define SAM_NEVER_EXPIRES 0x0200u /* its password */
#define SAM_LOCKED 0x0400u

/* Places in F. */
#define SAM_F_LAST_LOGIN 0x08u
#define SAM_F_PASSWORD_SET 0x18u
#define SAM_F_EXPIRES 0x20u
#define SAM_F_LAST_FAILURE 0x28u
#define SAM_F_RID 0x30u
#define SAM_F_FLAGS 0x38u
#define SAM_F_FAILURES 0x40u
#define SAM_F_BYTES 0x44u /* at least */

/* Places in V: each of the entries of its table is a place behind it, a length, and something else.
 */
#define SAM_V_NAME 0x0cu
#define SAM_V_FULL_NAME 0x18u
#define SAM_V_LM_HASH 0x9cu
#define SAM_V_NT_HASH 0xa8u
#define SAM_V_TABLE 0xccu

#define SAM_NEVER INT64_MAX

/* What F and V of an account say. */
struct sam_user {
	char *name;
	char *full_name;
	uint32_t rid;
	unsigned flags;
	unsigned failures;
	bool has_password;
	uint64_t last_login; /* FILETIMEs: 100 ns since 1601 */
	uint64_t password_set;
	uint64_t expires;
	uint64_t last_failure;
};

/* -EUCLEAN where they make no sense. */
int sam_read_user(const unsigned char *f, size_t f_length, const unsigned char *v, size_t v_length,
		  struct sam_user *ret_user);
void sam_user_done(struct sam_user *user);
#define _cleanup_sam_user_ _cleanup_(sam_user_done)

/* The rules for all accounts, and what their SIDs start with. */
struct sam_rules {
	bool has_sid;
	unsigned char sid[SAM_SID_BYTES];
	unsigned threshold;    /* 0: no lockout */
	uint64_t lock_time;    /* 100 ns; 0: until somebody unlocks it */
	uint64_t password_age; /* 100 ns; 0: for ever */
};

void sam_read_rules(const unsigned char *f, size_t f_length, const unsigned char *v,
		    size_t v_length, struct sam_rules *ret_rules);

/* What USER is at NOW (seconds since 1970); its names move to RET_ACCOUNT. */
void sam_judge(struct sam_user *user, const struct sam_rules *rules, int64_t now,
	       struct windows_account *ret_account);

uint64_t sam_time(int64_t seconds);	/* since 1970, as a FILETIME */
int64_t sam_seconds(uint64_t filetime); /* since 1970; 0 for never */

/* The entry at PLACE of V's table: false where it does not lie in V. */
bool sam_v_find(const unsigned char *v, size_t v_length, size_t place, size_t *ret_offset,
		size_t *ret_length);
/* Whether the hash at PLACE of V is one; false as well where V makes no sense there. */
bool sam_v_has_hash(const unsigned char *v, size_t v_length, size_t place);

/* The SID of the account with RID. */
void sam_make_sid(const struct sam_rules *rules, uint32_t rid,
		  unsigned char ret_sid[SAM_SID_BYTES + 4]);
/* "S-1-5-21-1-2-3" of the machine; the caller frees. */
char *sam_format_sid(const struct sam_rules *rules);

/* Whether the group whose C this is has SID among its members; -EUCLEAN where C makes no sense. */
int sam_group_has(const unsigned char *c, size_t length, const unsigned char *sid,
		  size_t sid_length);
/* C with SID as a member more, at its place in order; the caller frees. */
int sam_group_add(const unsigned char *c, size_t length, const unsigned char *sid,
		  size_t sid_length, unsigned char **ret_c, size_t *ret_length);

/* The rules of an open SAM hive. -EUCLEAN where it is none. */
int sam_open_rules(struct hive *hive, struct sam_rules *ret_rules);
/* The key of the account with RID; 0: there is none. */
hive_key sam_find_user(struct hive *hive, uint32_t rid);

#endif
