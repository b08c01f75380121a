/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plans: what an operation would do, as a list of steps.
 *
 * A step is data: the name of its class and named text arguments. So it can be shown, printed as
 * the shell command an administrator would type, written to the journal before it is done, and
 * undone by another process after this one was killed. What a class can do stands in its struct
 * step_class; the classes are found through the table that the runner is given.
 */
#ifndef REFLOAT_PLAN_PLAN_H
#define REFLOAT_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/problem.h"
#include "base/text.h"

enum step_risk {
	RISK_READS,    /* only looks */
	RISK_SYSTEM,   /* changes the running rescue system: mounts, arrays, processes */
	RISK_WRITES,   /* writes to the target */
	RISK_DESTROYS, /* destroys data */
};

/* What a step's failure means for the rest of the plan. */
enum step_policy {
	STEP_REQUIRED, /* the plan stops and everything it did is undone */
	STEP_OPTIONAL, /* the plan goes on; it ends as done in part */
};

struct step_argument {
	char *name;
	char *value;
};

struct step {
	char *class_name;
	char *what;              /* one sentence, no full stop: "Mount sda2 at /mnt/var read-only" */
	enum step_risk risk;
	enum step_policy policy;
	bool leaves_nothing;     /* there is nothing to undo of it; the runner asks its class */
	bool is_temporary;       /* the rest of the plan needs it: once that has come to its end, whatever
	                            it was, the runner undoes it, newest first. A plan whose steps are all
	                            temporary leaves nothing, and its operation ends as undone */
	struct step_argument *arguments;
	size_t argument_count;
	size_t argument_capacity;
};

struct plan {
	char *action;           /* name of the action: "mount" */
	char *summary;          /* "Mount Debian 12 of web01 under /mnt" */
	struct step **steps;
	size_t count;
	size_t capacity;
	struct text_list notes; /* what the person should know before agreeing: sentences */
	struct text_list guesses; /* what was inferred and must be agreed to: sentences */
	struct text_list options; /* what could be chosen otherwise on the command line: sentences */
	bool is_partial;        /* something asked for is not in it; notes say what */
	bool needs_no_question; /* it changes nothing that the person has not asked for in so many words */
	bool is_undo;           /* takes down what the journal has: no operation of its own */
	bool has_journal_mark;
	uint64_t journal_mark;  /* the journal's when the plan was made (plan/journal.h) */
};

struct step *step_new(const char *class_name, enum step_risk risk, enum step_policy policy,
		      const char *what_format, ...) __attribute__((format(printf, 4, 5)));
struct step *step_free(struct step *step);
void step_set(struct step *step, const char *name, const char *value); /* NULL removes */
const char *step_get(const struct step *step, const char *name);       /* NULL: not set */
const char *step_get_text(const struct step *step, const char *name);  /* "" where it is not set */
struct json_object *step_to_json(const struct step *step);             /* for the journal */
struct step *step_from_json(struct json_object *object);               /* NULL: not a step */

struct plan *plan_new(const char *action);
struct plan *plan_free(struct plan *plan);
DEFINE_CLEANUP_POINTER(struct plan, plan_free);
#define _cleanup_plan_ _cleanup_(plan_free_cleanup)
void plan_add(struct plan *plan, struct step *step); /* takes STEP over */
/* Adds a sentence to options, once. A menu, where nothing can be typed, has a form in its place. */
void plan_add_option(struct plan *plan, const char *sentence);

enum step_risk plan_risk(const struct plan *plan); /* the highest of its steps */
/* The names, made printable, of what a plan that can destroy data is done to: a person types them to
 * agree to it. NULL: it destroys nothing. The caller frees. */
char *plan_list_destroyed(const struct plan *plan);
const char *step_risk_name(enum step_risk risk);   /* "reads", "system", "writes", "destroys" */
const char *step_risk_label(enum step_risk risk);  /* for people, translated */

/* A whole plan for another process of ours; NULL: not a plan. */
struct json_object *plan_to_json(const struct plan *plan);
struct plan *plan_from_json(struct json_object *object);

/* How far a step has come. */
struct step_progress {
	uint64_t done;
	uint64_t total;   /* 0: not known */
	const char *unit; /* "bytes", "inodes", "percent", "phases", ...: stable, for JSON; borrowed */
	const char *text; /* what it does just now, translated: "checking directories"; may be NULL */
};

/* What a step that takes long tells whoever watches, while it runs; each may be NULL. Undoing has no
 * stop_signal: what is put back is put back. */
struct step_listener {
	void (*on_progress)(void *data, const struct step_progress *progress);
	/* A line that the program wrote, for the log; not printable yet. */
	void (*on_output)(void *data, bool is_error, const char *line, size_t length);
	void *data;
	const volatile int *stop_signal; /* not 0: end now, as stop_what of the class says */
};

/* What a step may tell while and after it runs. */
struct step_report {
	struct text_list notes; /* sentences: "mounted without option acl, which the kernel refused" */
	int exit_status;        /* of the program it ran for the user (chroot); 0 otherwise */
	bool has_exit_status;
	bool is_unfinished;     /* it did what it could, and something is left to do: exit status 3 */
	const struct step_listener *listener; /* set by the runner, borrowed; NULL: nobody watches */
};
void step_report_done(struct step_report *report);
/* For steps: tell whoever listens, if anybody does. */
void step_report_progress(const struct step_report *report, const struct step_progress *progress);
void step_report_output(const struct step_report *report, bool is_error, const char *line,
			size_t length);
const volatile int *step_report_stop_signal(const struct step_report *report); /* NULL: none */

/* For another process of ours; what makes no sense is left out of REPORT, which is zeroed. */
struct json_object *step_report_to_json(const struct step_report *report);
void step_report_from_json(struct json_object *object, struct step_report *report);

/* Adds the notes of FROM to TO; its exit status, where it has one, becomes TO's; what is unfinished
 * of one is unfinished of both. */
void step_report_merge(struct step_report *to, const struct step_report *from);

struct step_class {
	const char *name;
	/* It gives the terminal to a program (a shell): nothing may stand half printed meanwhile. */
	bool is_interactive;
	/* Nothing of the plan stands on what its undo puts back: where a temporary step of it cannot be
	 * undone, those before it still are. */
	bool is_independent;
	/* It takes minutes or hours and keeps others off its devices by itself: in a job the journal's lock
	 * is given up while it runs, so that refloat can be used for other things meanwhile. */
	bool is_long;
	/* Looks would be in the way of what it does or undoes: none is made meanwhile. The runner sees to
	 * that (storage/look_turn.h), from there on to the end of the plan or the next step that is long or
	 * interactive. */
	bool needs_turn;
	/* What it has changed is on the server's own disks, and meant to stay: only "undo" takes it back,
	 * not "umount", which takes down what is there for the rescue. */
	bool stays;
	/* What ending it in the middle means, sentences: "e2fsck ends at once; what it has repaired so
	 * far stays, and a new check starts from the beginning." NULL: it is not ended in the middle, a
	 * stop takes effect after it. The caller frees. */
	char *(*stop_what)(const struct step *step);
	/* Adds the shell lines that do the same; never fails; must work when pasted. */
	void (*command)(const struct step *step, struct text_list *lines);
	/* Finds out what undo will need and sets it as arguments, changing nothing; called right before
	 * the step is noted as begun, so that undo knows it even if run is killed. Where
	 * the effect is there already it fails or remembers so: that is somebody else's, and undo must
	 * not take it. May be NULL. */
	int (*prepare)(struct step *step, struct problem *why);
	/* Does it. May set further arguments (they are journalled with "done"). */
	int (*run)(struct step *step, struct step_report *report, struct problem *why);
	/* Undoes it; must be harmless when it was never or only half done. NULL: nothing to undo. */
	int (*undo)(const struct step *step, struct step_report *report, struct problem *why);
	/* What undo does, in a sentence, caller frees; and its shell lines. NULL where undo is. */
	char *(*undo_what)(const struct step *step);
	void (*undo_command)(const struct step *step, struct text_list *lines);
	/* Whether its effect is there now (mounted, made), asked where run has failed: then undo is
	 * called. NULL: unknown, undo is called and decides. */
	bool (*is_done)(const struct step *step);
};

/* NULL-terminated table of classes; the program has one, tests have their own. */
const struct step_class *step_class_find(const struct step_class *const *classes,
					 const char *name);

/* -EINVAL where a step of PLAN wants the terminal to itself, which a process without one cannot give. */
int plan_check_unattended(const struct step_class *const *classes, const struct plan *plan,
			  struct problem *why);

/*
 * A step that undoes step NUMBER of OPERATION in the journal: DONE is that step, borrowed. It
 * prints what its class says of undoing, and the runner marks the journal's step as undone.
 */
struct step *step_new_undo(const struct step_class *const *classes, unsigned operation,
			   unsigned number, const struct step *done);
/* Whether STEP is one of these; then the step that it undoes (caller frees) and its place. */
struct step *step_get_undone(const struct step *step, unsigned *ret_operation,
			     unsigned *ret_number);

/* The lines of a step; LINES stays empty where its class is unknown. */
void step_command(const struct step_class *const *classes, const struct step *step,
		  struct text_list *lines);

#endif
