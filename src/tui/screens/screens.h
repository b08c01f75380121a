/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every screen, and what some of them must be told. */
#ifndef REFLOAT_TUI_SCREENS_SCREENS_H
#define REFLOAT_TUI_SCREENS_SCREENS_H

#include "action/action.h"
#include "base/secret.h"
#include "tui/screen.h"

/* The first screen. */
extern const struct screen_class screen_home;

/* Disks; one device. The argument of screen_device is its name. */
extern const struct screen_class screen_disks;
extern const struct screen_class screen_device;

/* Installed systems; one of them. The argument of screen_system is its id. */
extern const struct screen_class screen_systems;
extern const struct screen_class screen_system;

/* Encrypted containers, and their passphrases. */
extern const struct screen_class screen_unlock;

/* What ACTION asks, filled in. */
struct form_argument {
	const struct action *action;
	const char *system; /* id of the system it is for; NULL: not chosen yet */
	const struct answers *answers; /* what is filled in already (copied); NULL: nothing */
	const struct screen_class *back_to; /* as in struct plan_argument */
	bool begins_at_guess; /* with the cursor at the first entry of fstab that is only a guess */
};
extern const struct screen_class screen_form;

/*
 * What is worked out in the process that makes the plan, before that, from DATA: what takes time, and what
 * no other process should have (a hash). It may add to ANSWERS, and to NOTES what the plan is to say.
 */
typedef int (*plan_prepare_fn)(void *data, struct session *session, struct answers *answers,
			       struct text_list *notes, struct problem *why);

/* The plan of ACTION with ANSWERS (copied); it may be run from there. */
struct plan_argument {
	const struct action *action;
	const struct answers *answers;
	/* The screen (open below) that one comes back to once it has run; NULL: the first. */
	const struct screen_class *back_to;
	plan_prepare_fn prepare; /* NULL: nothing; then the answers are not to be chosen anew */
	void *data;		 /* of a screen below, as what is revealed is */
	/* A password that is shown once, when all is done, behind REVEAL_LABEL; NULL: none. */
	const struct secret *reveal;
	const char *reveal_label;
};
extern const struct screen_class screen_plan;

/* A plan as it runs, and what came of it. Takes PLAN over. */
struct run_argument {
	const struct action *action;
	struct plan *plan;
	const struct screen_class *back_to; /* these as in struct plan_argument */
	const struct secret *reveal;
	const char *reveal_label;
};
extern const struct screen_class screen_run;

/* All jobs; one of them, whose number is the argument (unsigned); what its programs wrote. */
extern const struct screen_class screen_jobs;
extern const struct screen_class screen_job;
extern const struct screen_class screen_job_log;

/* Filesystems with their states, to be checked; one of them (struct filesystem_argument). */
extern const struct screen_class screen_filesystems;
extern const struct screen_class screen_filesystem;

/* The accounts of a system, whose id is the argument; one of them (struct account_argument); its new
 * password, or a new account; its new SSH keys. */
extern const struct screen_class screen_accounts;
extern const struct screen_class screen_account;
extern const struct screen_class screen_password;
extern const struct screen_class screen_add_key;
/* Those of a Windows system, whose id is the argument. */
extern const struct screen_class screen_windows_accounts;

/* What refloat has done here, to undo it. The argument is the screen (its class) that one comes back to
 * then; NULL: the first. */
extern const struct screen_class screen_undo;

/* Everything done since boot, to read. */
extern const struct screen_class screen_log;

/* Explains a screen: the argument is its class. */
extern const struct screen_class screen_help;
extern const struct screen_class screen_glossary;

#endif
