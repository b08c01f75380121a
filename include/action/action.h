/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be done: one struct action an operation, one table of all of them.
 *
 * An action is described once. Its fields become the options of the subcommand, its --help, its
 * completion and the form of the menu; its planner turns the answers into a plan without touching
 * a device. To add one: a file with one struct action in src/action/, a line in actions.c, a
 * section of the man page, its tests.
 */
#ifndef REFLOAT_ACTION_ACTION_H
#define REFLOAT_ACTION_ACTION_H

#include "action/session.h"
#include "plan/plan.h"

/* What must hold before the planner is called; tested once, by action_check. Bits. */
enum action_need {
	NEEDS_ROOT = 1 << 0,    /* to run; --plan is possible without where nothing is looked into */
	NEEDS_SYSTEM = 1 << 1,  /* an installed system is chosen */
	NEEDS_CHANGES = 1 << 2, /* cannot run on a recorded machine; --plan can */
};

enum field_kind {
	FIELD_FLAG,   /* yes or no: --read-only */
	FIELD_TEXT,   /* --with VALUE */
	FIELD_LIST,   /* may be repeated: --skip MOUNTPOINT */
	FIELD_SYSTEM, /* a positional SYSTEM */
	FIELD_STEP,   /* a positional STEP of the journal */
	FIELD_JOB,    /* a positional number of a job */
	FIELD_FOLDER, /* a positional folder of the rescue system */
	FIELD_FILESYSTEMS, /* positional names of filesystems, as many as wanted; the last positional */
	FIELD_ACCOUNT, /* a positional USER of the system */
	FIELD_ACCOUNTS, /* positional USERs, as many as wanted; the last positional */
	FIELD_COMMAND, /* everything behind "--" */
	FIELD_SECRET, /* no word of a command line, in no help and no form: a front end makes it, and it is
	               * wiped with the answers */
};

struct field {
	const char *name;     /* long option without dashes, or the key of a positional */
	enum field_kind kind;
	const char *metavar;  /* "MOUNTPOINT"; NULL for flags */
	const char *help;     /* N_() text for --help and the form */
	bool is_required;     /* a positional that must be given */
	const char *label;    /* N_(): in the form; NULL: its name */
	bool is_for_scripts;  /* not in the form, where people are asked in another way */
};

/* The user's answers: values by field name. */
struct answers {
	struct answer {
		const struct field *field;
		struct text_list values; /* FLAG: "yes" where given */
	} *items;                        /* as many as the action has fields, in their order */
	size_t count;
};

/* A command line worth knowing. */
struct example {
	const char *arguments; /* what stands behind "refloat ": "mount --read-only" */
	const char *help;      /* N_(): what it does, in a few words */
};

struct action {
	const char *name;    /* the subcommand */
	const char *label;   /* N_(): the menu line */
	const char *help;    /* N_(): one line for the list of commands */
	const char *details; /* N_(): a paragraph or two for --help and the help screen */
	const struct example *examples; /* for --help; ends with a NULL arguments; may be NULL */
	char key;            /* letter in the menu; 0: not in the menu */
	unsigned needs;      /* enum action_need bits */
	bool asks;           /* shows its plan and asks before it runs, unless --yes */
	bool is_direct;      /* the menu shows its plan at once; its form is a key away */
	bool is_job;         /* takes long: it runs as a job, which front ends then follow */
	bool owns_output;    /* what it runs owns standard output: nothing else is written there */
	const struct field *fields;
	size_t field_count;
	/* Makes the plan. Returns 0, or a negative errno with why; -ENOENT: nothing to work on
	 * (exit status 4). */
	int (*plan)(struct session *session, const struct answers *answers, struct plan **ret_plan,
		    struct problem *why);
};

extern const struct action *const actions[]; /* in menu order, NULL-terminated */
extern const struct step_class *const step_classes[]; /* every step class, NULL-terminated */

const struct action *action_find(const char *name);

/* Whether nothing takes back what STEP has written to the disks. Unless it IS_DONE, only those count
 * that write as they go, and have when they are stopped or fail in the middle. */
bool action_step_writes_for_good(const struct step *step, bool is_done);

/* Whether there is anything to say yes or no to, so that a form is worth showing. */
bool action_has_choices(const struct action *action);

void answers_init(struct answers *answers, const struct action *action);
void answers_done(struct answers *answers);
#define _cleanup_answers_ _cleanup_(answers_done)
/* Adds a value; -EINVAL for a name the action has no field for. */
int answers_add(struct answers *answers, const char *name, const char *value);
/* Adds all of FROM, of the same action, to TO. */
void answers_copy(struct answers *to, const struct answers *from);
bool answers_has(const struct answers *answers, const char *name);
const char *answers_get(const struct answers *answers, const char *name); /* last, or NULL */
const struct text_list *answers_list(const struct answers *answers, const char *name);

/* Whether nothing may be written to the disks: "read-only", or an answer that implies it. */
bool answers_only_read(const struct answers *answers);

/* Checks what ACTION needs, as below, for who asks a person before there is a plan. */
int action_check(const struct action *action, const struct session *session, bool is_dry_run,
		 struct problem *why);

/*
 * Checks what ACTION needs, then makes its plan. The one way front ends get a plan. With
 * IS_DRY_RUN what only running needs (root, a real machine) is not asked for. SESSION's journal is read
 * anew.
 */
int action_plan(const struct action *action, struct session *session,
		const struct answers *answers, bool is_dry_run, struct plan **ret_plan,
		struct problem *why);

/*
 * A plan that is not run after all, or has come to its end: what was kept of files for its steps, such as
 * hashes of passwords, is wiped now. Not for a job's, which begins by itself.
 */
void action_forget_plan(const struct plan *plan);

#endif
