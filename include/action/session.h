/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a front end has open: where the disks come from, what was found, where it is mounted.
 *
 * Parts are found out when first asked for and kept until session_forget. A front end that must
 * not wait fills machine and survey itself.
 */
#ifndef REFLOAT_ACTION_SESSION_H
#define REFLOAT_ACTION_SESSION_H

#include "base/problem.h"
#include "plan/journal.h"
#include "storage/scan.h"
#include "system/system.h"

#define SESSION_TARGET "/mnt"

/* What of the chosen system is mounted, as the journal and mountinfo have it together. */
struct mounted_system {
	char *id;           /* system id; NULL: nothing is mounted by refloat */
	char *summary;      /* "Debian 12 of web01" */
	char *target;       /* where */
	bool is_read_only;
	unsigned operation; /* its number in the journal */
};

struct session {
	struct scan_options scan;          /* images, sysroot, deadline */
	char *target;                      /* absolute, no trailing slash */
	const char *journal_folder;        /* JOURNAL_FOLDER */
	scan_on_progress_fn on_progress;   /* while waiting for disks; may be NULL */
	void *progress_data;
	struct machine *machine;           /* NULL until found out */
	struct text_list attached;         /* block devices of images, for as long as machine is kept */
	struct survey *survey;             /* NULL until found out */
	struct journal *journal;           /* NULL until opened */
};

void session_init(struct session *session);
void session_done(struct session *session);
#define _cleanup_session_ _cleanup_(session_done)

int session_get_machine(struct session *session, const struct machine **ret, struct problem *why);
/* The machine, where somebody has it, gets the dormant devices that are found meanwhile. Asked for first,
 * it is found out in the same turn as the survey (storage/look_turn.h). */
int session_get_survey(struct session *session, const struct survey **ret, struct problem *why);
int session_get_journal(struct session *session, struct journal **ret, struct problem *why);

/* Drops machine and survey: the next question looks again. */
void session_forget(struct session *session);

/* The same as session_choose_system below, without a look at its places. */
int session_find_system(struct session *session, const char *text, const struct system **ret_system,
			struct problem *why);

/* The system named by TEXT, or, with NULL, the only one. -ENOENT: none (what to do is said);
 * -ENOTUNIQ: several, or TEXT fits several (they are listed); its places are filled. */
int session_choose_system(struct session *session, const char *text,
			  const struct system **ret_system, struct problem *why);

/* What refloat has mounted. RET is filled, its texts the caller's (mounted_system_done). */
int session_get_mounted(struct session *session, struct mounted_system *ret, struct problem *why);
void mounted_system_done(struct mounted_system *mounted);

#endif
