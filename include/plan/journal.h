/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The journal: what refloat has done on this machine and not yet undone.
 *
 * A file of JSON lines under /run/refloat, appended to before and after each step, so that the
 * death of the program at any instant leaves what was begun known to the next start. A line that
 * was cut off while being written is ignored. It carries the boot ID and the mount namespace it
 * speaks of. One program at a time changes it (a lock that dies with its holder); any number read.
 */
#ifndef REFLOAT_PLAN_JOURNAL_H
#define REFLOAT_PLAN_JOURNAL_H

#include <stdint.h>
#include <sys/types.h>

#include "plan/plan.h"

#define JOURNAL_FOLDER "/run/refloat"

enum journal_step_state {
	JOURNAL_STEP_STARTED, /* begun, and no word of its end: the program died in it */
	JOURNAL_STEP_DONE,
	JOURNAL_STEP_FAILED,
	JOURNAL_STEP_UNDONE,
};

enum operation_state {
	OPERATION_RUNNING, /* its process lives, and holds the lock or is a job */
	OPERATION_CUT_OFF, /* its process is gone and said nothing */
	OPERATION_DONE,
	OPERATION_PARTIAL, /* done, with optional steps failed */
	OPERATION_FAILED,  /* failed; what could not be undone is still here */
	OPERATION_UNDONE,  /* by itself, bit by bit later, or it died before it did anything */
};

struct journal_step {
	unsigned number; /* 1.. within its operation */
	enum journal_step_state state;
	struct step *step;
	char *error;     /* FAILED: why, or why undoing failed; NULL otherwise */
};

struct operation {
	unsigned number;   /* 1.. since boot */
	char *action;
	char *summary;
	int64_t started;   /* seconds since 1970 */
	pid_t pid;
	unsigned job;      /* the job that does it (plan/job.h); 0: none */
	char *who;         /* "root from 192.0.2.7 on pts/0", as far as known */
	enum operation_state state;
	struct journal_step *steps;
	size_t count;
	size_t capacity;
};

struct journal;

/*
 * Opens the journal in FOLDER (JOURNAL_FOLDER; tests have their own), made where missing, and
 * reads it. Needs no lock. What another boot wrote, or a mount namespace that has no process any
 * more, is not there: its mounts went with it; the next lock puts that file aside (journal.old). In
 * another mount namespace than the one that it speaks of, and while there is something to undo,
 * journal_is_foreign is true and nothing may be done.
 */
int journal_open(const char *folder, struct journal **ret_journal, struct problem *why);
/* The same for reading only: a missing one is empty, nothing is made. */
int journal_open_read_only(const char *folder, struct journal **ret_journal, struct problem *why);
struct journal *journal_free(struct journal *journal); /* also gives up the lock */
DEFINE_CLEANUP_POINTER(struct journal, journal_free);
#define _cleanup_journal_ _cleanup_(journal_free_cleanup)

/* What is begun from now on is begun by job NUMBER, which is this process and which WHO has started. */
void journal_set_job(struct journal *journal, unsigned number, const char *who);
bool journal_is_of_job(const struct journal *journal);

/* Stands for all that was done and undone: another number in another process, or later, and somebody
 * has done something that a plan may depend on. What leaves nothing (a check) changes it not. */
uint64_t journal_mark(const struct journal *journal);

/*
 * Takes the lock and reads the journal anew; DOING is what others are told meanwhile. Returns 1
 * where its mark has changed since it was last read, so that a plan made before is worth nothing.
 * -EBUSY says which process holds it, since when, and what it does; -EXDEV: see above.
 */
int journal_lock(struct journal *journal, const char *doing, struct problem *why);
void journal_unlock(struct journal *journal);
/*
 * Takes it again in the middle of an operation: waits for as long as others hold it, who may have changed
 * what they like. ON_WAIT hears about once a second who that is.
 */
int journal_lock_again(struct journal *journal, const char *doing,
		       void (*on_wait)(void *data, const struct problem *why), void *data,
		       struct problem *why);
bool journal_is_locked(const struct journal *journal);
bool journal_is_foreign(const struct journal *journal);
/* The words for that: sets WHY and returns -EXDEV. */
int journal_refuse_foreign(const struct journal *journal, struct problem *why);

/* All operations of this boot, oldest first; borrowed, valid until the next lock or write. */
const struct operation *journal_operations(const struct journal *journal, size_t *ret_count);
/*
 * Whether OPERATION may be undone now. -EBUSY, with words that name the job and say what to do, where
 * one still works on it, or has since done what would have to be undone first.
 */
int journal_check_undo(const struct journal *journal, unsigned operation, struct problem *why);
/* Operations that still have something to undo, newest first; the caller frees the array. */
size_t journal_list_undoable(const struct journal *journal, const struct operation ***ret_list);
bool journal_step_is_undoable(const struct journal_step *step); /* DONE, STARTED or FAILED, with an undo */

/* Writing; each needs the lock and is on disk when it returns. */
int journal_begin(struct journal *journal, const struct plan *plan, unsigned *ret_operation,
		  struct problem *why);
int journal_step_started(struct journal *journal, unsigned operation, unsigned number,
			 const struct step *step, struct problem *why);
int journal_step_ended(struct journal *journal, unsigned operation, unsigned number,
		       const struct step *step, enum journal_step_state state, const char *error,
		       struct problem *why);
int journal_end(struct journal *journal, unsigned operation, enum operation_state state,
		struct problem *why);

const char *operation_state_name(enum operation_state state); /* stable, for JSON */
const char *journal_step_state_name(enum journal_step_state state);

#endif
