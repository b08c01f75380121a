/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the planners that mend accounts share: the target's root, its account files as they become,
 * and one step a file at the end, whatever many things were asked for.
 */
#ifndef REFLOAT_ACTION_MENDING_H
#define REFLOAT_ACTION_MENDING_H

#include "action/accounts.h"
#include "action/edit.h"
#include "base/root.h"
#include "system/account_edit.h"

struct mending_file {
	bool is_read;
	bool exists;
	struct edit_file seen;
	struct account_file file;
	struct text_list reasons; /* what it is changed for, in a few words each */
	mode_t mode;		  /* of one that is made (seen.exists is false) */
	uid_t uid;
	gid_t gid;
};

/* Any other file as it becomes. */
struct mending_text {
	struct edit_file seen; /* path, resolved; exists; its bytes as they are now */
	char *bytes;	       /* what it becomes; NULL: it is removed, or not made */
	size_t length;
	struct text_list reasons;
	mode_t mode; /* of a new one, which is root's; 0: 0644 */
};

struct mending {
	struct session *session;
	const struct answers *answers;
	struct plan *plan; /* the mending's until somebody takes it */
	struct account_target target;
	struct root *root;
	struct accounts accounts; /* as they are now */
	const char *user;	  /* its name, also where it has no line; NULL; borrowed */
	const struct account_state *account; /* to mend; NULL: the system alone; borrowed */
	int64_t now;			     /* seconds since 1970 */
	int64_t today;			     /* days */
	bool is_done;  /* a mend that was asked for needs nothing: notes say so */
	bool is_quiet; /* what is mended now was not asked for by its name */
	struct mending_file files[ACCOUNT_FILE_KINDS];
	struct mending_text **texts;
	size_t text_count;
	size_t text_capacity;
};

/*
 * Opens what a planner of ANSWERS needs: the target, checked for being writable, its accounts, the
 * one called USER (NULL: none; -ENOENT with the likest name where there is no such account).
 * RET_MENDING is to be ended with mending_done after a failure, too.
 */
int mending_open(struct session *session, const struct answers *answers, const char *user,
		 const char *action, struct mending *ret_mending, struct problem *why);
/* The account called USER of an opened one; -ENOENT as above, and then user is set all the same. */
int mending_choose(struct mending *mending, const char *user, struct problem *why);
void mending_done(struct mending *mending);
#define _cleanup_mending_ _cleanup_(mending_done)

/* One of the account files, parsed; *RET_FILE is NULL where the target has none. Changes of it
 * become a step in mending_finish. */
int mending_get(struct mending *mending, enum account_file_kind kind,
		struct account_file **ret_file, struct problem *why);
/* passwd and shadow for the functions of account_edit.h. */
int mending_get_pair(struct mending *mending, struct account_pair *ret_pair, struct problem *why);

/* Why file KIND is changed, for the sentence of its step: "unlock root", no full stop. Once for
 * each reason. */
void mending_say(struct mending *mending, enum account_file_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The file at in-root PATH, whether there or not, as it becomes: what several mends change in it is
 * one step. A missing one has no bytes. *RET_TEXT is the mending's. Not for passwd, shadow, group
 * and gshadow.
 */
int mending_get_text(struct mending *mending, const char *path, struct mending_text **ret_text,
		     struct problem *why);
/* What it becomes: BYTES, which are taken over (NULL: removed), and what for. */
void mending_set_text(struct mending_text *text, char *bytes, size_t length, const char *reason);
/* Line NUMBER, from 1, as it becomes, without its end; the caller frees; NULL: there are not so
 * many. */
char *mending_get_line(const struct mending_text *text, unsigned number);
/* LINE in front of all others. */
void mending_insert_line(struct mending_text *text, const char *line, const char *reason);
/* LINE at its end, and a newline in front where its last line has none. */
void mending_append_line(struct mending_text *text, const char *line, const char *reason);
/* Puts NEW (NULL: nothing) in place of line NUMBER, from 1, which stays above it behind a "#".
 * -ERANGE. */
int mending_replace_line(struct mending_text *text, unsigned number, const char *new,
			 const char *reason);

/* The plan's summary, which is taken over. */
void mending_set_summary(struct mending *mending, char *summary);
/* A note where today's date, which is written, is before one that the target knows. */
void mending_check_clock(struct mending *mending);
/* A note that the person should have, once. */
void mending_tell(struct mending *mending, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* A note on something that was asked for and needs nothing done; not where it is only one of all.
 */
void mending_note(struct mending *mending, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Adds the steps for the files that have changed; mode, owner, ACL and label are kept. Account
 * files are written under /etc/.pwd.lock with a backup ("-") of each, what others point at before
 * what points at it: shadow, gshadow, group, passwd. So a password that moves from passwd to shadow
 * is in both for a moment, never in neither, and a new account is there only once all of it is.
 */
int mending_finish(struct mending *mending, struct problem *why);

/* --- one mend each: adds its steps (or changes the account files) for mending->account and the
 * whole system; 0 also where there is nothing to mend (then a note says so). In files of their own.
 */
typedef int (*mend_fn)(struct mending *mending, struct problem *why);
int mend_unlock(struct mending *mending, struct problem *why);
int mend_unexpire(struct mending *mending, struct problem *why);
int mend_line(struct mending *mending, struct problem *why);
int mend_lockout(struct mending *mending, struct problem *why);
int mend_shell(struct mending *mending, struct problem *why); /* answer "shell", or the best */
int mend_home(struct mending *mending, struct problem *why);
int mend_nologin(struct mending *mending, struct problem *why);
int mend_gate(struct mending *mending, struct problem *why);
int mend_admin(struct mending *mending, struct problem *why);
int mend_modes(struct mending *mending, struct problem *why);	/* mend_keys.c */
int mend_sshd(struct mending *mending, struct problem *why);	/* mend_sshd.c */
int mend_console(struct mending *mending, struct problem *why); /* mend_console.c */

/* The public keys of KEYS (lines) are added to the account's authorized_keys, with the folders,
 * owners, modes and labels that sshd wants; what is there already is not added twice. mend_keys.c
 */
int mend_add_keys(struct mending *mending, const struct text_list *keys, struct problem *why);

/*
 * Fields that the account actions share: what they work in, and what the action mount is asked
 * where that is not mounted and front ends mount it first. The menu mounts by the form of that.
 */
#define FIELDS_ACCOUNT_TARGET                                                                      \
	{.name = "system",                                                                         \
	 .kind = FIELD_TEXT,                                                                       \
	 .metavar = N_("SYSTEM"),                                                                  \
	 .help = N_("which system, where there are several and none is mounted yet")},             \
		{.name = "root",                                                                   \
		 .kind = FIELD_TEXT,                                                               \
		 .metavar = N_("FOLDER"),                                                          \
		 .help = N_("the system whose root somebody has mounted in this folder")},         \
		{.name = "passphrase-file",                                                        \
		 .kind = FIELD_TEXT,                                                               \
		 .metavar = N_("FILE"),                                                            \
		 .is_for_scripts = true,                                                           \
		 .help = N_("where it is mounted first, open encrypted containers with the "       \
			    "passphrase or key in this file (-: standard input)")},                \
		{.name = "degraded",                                                               \
		 .kind = FIELD_FLAG,                                                               \
		 .is_for_scripts = true,                                                           \
		 .help = N_("where it is mounted first, also with members missing")},              \
	{                                                                                          \
		.name = "accept-guesses", .kind = FIELD_FLAG, .is_for_scripts = true,              \
		.help = N_("where it is mounted first, also what was found by guessing")           \
	}

#endif
