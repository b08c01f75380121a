/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The accounts of the chosen system for front ends, with words; what the actions that mend them
 * work in; and passwords made into hashes.
 */
#ifndef REFLOAT_ACTION_ACCOUNTS_H
#define REFLOAT_ACTION_ACCOUNTS_H

#include "action/action.h"
#include "base/secret.h"
#include "system/accounts.h"
#include "system/hash_support.h"

/*
 * Where a target's files are. Its accounts can be read without its being mounted (a worker looks
 * into its tree, read-only, and takes that down); to change them it must be mounted and writable.
 */
struct account_target {
	char *root;	    /* "/mnt"; NULL: it is not mounted */
	char *title;	    /* "Debian 12 of web01", printable; the folder with --root */
	char *system;	    /* its id; NULL with --root */
	char *architecture; /* elf.h's word; NULL unknown */
	char *init;	    /* as in struct system; NULL unknown */
	bool is_windows;
	bool is_read_only; /* it is mounted, and so */
};

/*
 * The target that ANSWERS mean: the folder of their field "root" (a root that somebody has mounted;
 * "/" is refused), else the system of their field "system", else the one that is mounted, else the
 * only one.
 */
int account_target_find(struct session *session, const struct answers *answers,
			struct account_target *ret_target, struct problem *why);
/* -ENOTCONN where it is not mounted, -EROFS where it is read-only: a front end offers the action
 * mount for the first. */
int account_target_check_writable(const struct account_target *target, struct problem *why);
void account_target_done(struct account_target *target);
#define _cleanup_account_target_ _cleanup_(account_target_done)

/* Reads and judges the accounts of TARGET in a worker of its own; waits for it at most the
 * session's deadline. The target's own sshd is asked for those of NAMES alone (NULL, empty: for
 * all). Not for Windows (windows_accounts.h). */
int account_list_read(struct session *session, const struct account_target *target,
		      const struct text_list *names, struct accounts *ret_accounts, struct problem *why);

/* The same without waiting, for a menu: poll its descriptor, dispatch until it is finished, take.
 */
struct account_look;
int account_look_start(struct session *session, const struct account_target *target,
		       struct account_look **ret_look, struct problem *why);
int account_look_fd(const struct account_look *look); /* -1: nothing to wait for */
int account_look_timeout_ms(const struct account_look *look);
bool account_look_dispatch(struct account_look *look); /* true: it still goes on */
/* Once it is finished; -EIO and words where the disk has not answered. */
int account_look_take(struct account_look *look, struct accounts *ret_accounts,
		      struct problem *why);
struct account_look *account_look_free(struct account_look *look);

/* --- words; all printable, the caller's to free */

/* "the password is locked (\"!\" in front of it)", a sentence part without full stop. */
char *describe_obstacle(const struct account_obstacle *obstacle);
/* "line 14 of /etc/ssh/sshd_config", NULL where it has no place. */
char *describe_obstacle_place(const struct account_obstacle *obstacle);
/* "console, SSH with a password": the ways it stands in. */
char *describe_obstacle_ways(const struct account_obstacle *obstacle);
/*
 * The ways in which any of OBSTACLES stands that says the same as the one with INDEX: a module of
 * PAM is in many files. 0: one before it has said it.
 */
unsigned obstacles_join_ways(const struct account_obstacles *obstacles, size_t index);
char *describe_login_ways(unsigned ways); /* LOGIN_BIT()s, as above */
/* "unlock it", what mends it in a few words; NULL: nothing does, or nothing needs to; not to be
 * freed. */
const char *describe_mend(enum account_mend mend);
/*
 * "refloat mend-account root --unlock": the command that mends what is mended by MEND for USER
 * (NULL: for everybody), with what ANSWERS (may be NULL) say of the system; NULL: nothing does.
 */
char *describe_mend_command(enum account_mend mend, const char *user,
			    const struct answers *answers);
/* "refloat mend-account root --all": the same for all that stands in the way. */
char *describe_mend_all_command(const char *user, const struct answers *answers);
/* "yes", "no", "depends"; not to be freed. */
const char *describe_login_answer(enum login_answer answer);
/* For a heading; not to be freed. */
const char *describe_login_way(enum login_way way);
/* A note that a list has: not that the account may not become root, nor what keeps it out, too. */
bool obstacle_is_worth_a_note(const struct account_state *account,
			      const struct account_obstacle *obstacle);
/* The obstacles of ACCOUNT that block, in a line: "locked; expired since 2025-01-31"; where none
 * does those that may: "perhaps: /home not mounted"; behind them "note: must change the password";
 * "" for none. */
char *describe_account(const struct account_state *account);
/*
 * What several accounts have in their way by one and the same line of a file: said once, and not for each of
 * them.
 */
#define SHARED_LEAST 3 /* accounts */
struct shared_obstacles {
	const struct account_obstacle **items; /* borrowed from the accounts; the first of each */
	size_t count;
	size_t capacity;
};
void shared_obstacles_find(const struct accounts *accounts, struct shared_obstacles *ret_shared);
void shared_obstacles_done(struct shared_obstacles *shared);
#define _cleanup_shared_obstacles_ _cleanup_(shared_obstacles_done)
bool shared_obstacles_have(const struct shared_obstacles *shared,
			   const struct account_obstacle *obstacle);
/* Those of the shared ones that are mended for everybody at once have a command without USER; of others
 * USER stands in it. NULL: nothing mends it; the caller frees. */
char *describe_shared_command(const struct account_obstacle *obstacle,
			      const struct answers *answers);
/* What blocks or may, as describe_account, without what is SHARED. */
char *describe_account_own(const struct account_state *account,
			   const struct shared_obstacles *shared);
/* "note: must change the password", "". */
char *describe_account_notes(const struct account_state *account);

/* Why accounts of SOURCE are out of reach, a sentence. */
char *describe_account_source(const struct account_source *source);
/* There is a passwd without the one account that every system has, and that all else can be mended
 * with: "mend-account root --line" puts it there. */
bool accounts_lack_root(const struct accounts *accounts);
/* What is odd about the files of TARGET as a whole: sentences. ANSWERS as above. */
void describe_accounts_notes(const struct accounts *accounts, const struct account_target *target,
			     const struct answers *answers, struct text_list *notes);
/* How PLACE, a mount point of TARGET on which nothing is mounted, comes to be: a sentence. */
char *describe_mount_advice(const struct account_target *target, const char *place);

/* --- passwords */

/*
 * Makes PASSWORD into a hash that TARGET (mounted) understands; *RET_HASH is the caller's to wipe
 * and free; RET_CHOICE (may be NULL) is why this kind. PASSWORD stays the caller's.
 */
int account_make_hash(const struct account_target *target, const struct secret *password,
		      char **ret_hash, struct hash_choice *ret_choice, struct problem *why);
/* "yescrypt, as its /etc/pam.d/common-password (line 25) asks for"; the caller frees. */
char *describe_hash_choice(const struct hash_choice *choice);

/* A fresh password of letters that stand at the same place on QWERTY, QWERTZ and AZERTY keyboards,
 * of more than 64 bits. */
int account_generate_password(struct secret *ret_password, struct problem *why);

/* What is weak about PASSWORD of USER, a sentence; NULL: nothing. Never a reason to refuse. */
char *account_judge_password(const struct secret *password, const char *user);

/* -EINVAL where no login could type or take it: empty, a newline or a NUL in it, longer than PAM
 * takes; notes are only judge_password's. */
int account_check_password(const struct secret *password, struct problem *why);

/* -EINVAL where TEXT is no hash that crypt(3) takes, such as --hash-stdin may be given. */
int account_check_hash(const char *text, struct problem *why);

#endif
