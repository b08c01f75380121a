/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Jobs: plans that run in a process of a session of their own, which no terminal takes with it.
 *
 * A job is a folder under the journal's, JOBS/NUMBER/, made and written by the job alone and read by
 * anybody, while it runs and after:
 *
 *   job.json    what it is: plan, who, when, boot; written once, before anything begins
 *   state.json  how far it is, replaced whole at each step and about once a second
 *   events      what the runner told, a JSON line each: to follow from the beginning at any time
 *   log         headings of its steps, and what its programs wrote (the last lines where it is much)
 *   stop        it was asked to stop
 *   lock        held for as long as the process lives: that, and not what a file says, is "running"
 *
 * A job whose lock is free and that has no end written is cut off: killed, or its machine was
 * restarted. The work is in the journal as any other operation is.
 */
#ifndef REFLOAT_PLAN_JOB_H
#define REFLOAT_PLAN_JOB_H

#include "plan/runner.h"

enum job_state {
	JOB_RUNNING,
	JOB_STOPPING, /* it was asked to stop, and still runs */
	JOB_DONE,     /* everything, and nothing is left to do */
	JOB_PARTIAL,  /* optional steps failed, or something is left to do (notes say what) */
	JOB_UNDONE,   /* failed, and everything is as it was */
	JOB_FAILED,   /* failed, and not everything could be undone, or it could not begin */
	JOB_STOPPED,  /* as it was asked to */
	JOB_CUT_OFF,  /* its process is gone and said nothing */
};

struct job_progress {
	uint64_t done;
	uint64_t total;       /* 0: not known */
	char *unit;           /* as struct step_progress has it; NULL: no step tells how far it is */
	char *text;           /* may be NULL */
	double per_second;    /* 0: not known */
	int64_t seconds_left; /* -1: not known */
};

/* A job as its folder says now; texts as they were written, not printable. */
struct job {
	unsigned number;            /* 1.. since boot */
	enum job_state state;
	char *folder;
	char *who;                  /* as struct operation has it */
	pid_t pid;
	int64_t started;            /* seconds since 1970 */
	int64_t ended;              /* 0: not yet, or unknown (cut off) */
	int64_t updated;            /* when its state was last written */
	unsigned operation;         /* its number in the journal; 0: none yet */
	struct plan *plan;          /* never NULL */
	size_t step;                /* 1..: the one that runs or is taken back, at the end the last that ran;
	                               0: none yet */
	struct job_progress progress; /* of that step */
	char *stop_what;            /* what stopping it now means, sentences; NULL: it ends after this step
	                               and undoes what it did */
	int result;                 /* of runner_execute, once it has ended */
	struct step_report report;  /* notes and exit status, once it has ended */
	struct problem why;         /* error 0: none */
};

#define JOBS_KEPT 30 /* that have ended, with their logs; a new job removes the oldest of more */

struct job *job_free(struct job *job);
DEFINE_CLEANUP_POINTER(struct job, job_free);
#define _cleanup_job_ _cleanup_(job_free_cleanup)

struct job_list {
	struct job **items; /* oldest first */
	size_t count;
	size_t capacity;
};
void job_list_done(struct job_list *list);
#define _cleanup_job_list_ _cleanup_(job_list_done)

/*
 * Starts PLAN as a job that opens the journal in JOURNAL_FOLDER for itself, and returns once that
 * process is on its own feet: killing us costs it nothing from then on. -EINVAL where a step wants
 * the terminal. What keeps the plan from beginning (the journal is locked, has changed) is in the
 * job's result.
 */
int job_start(const struct step_class *const *classes, const char *journal_folder,
	      const struct plan *plan, unsigned *ret_number, struct problem *why);

/* All jobs of JOURNAL_FOLDER; none where there is no folder. What cannot be read is left out. */
int job_list_read(const char *journal_folder, struct job_list *ret_list, struct problem *why);

/* One of them. -ENOENT says which there are. */
int job_read(const char *journal_folder, unsigned number, struct job **ret_job,
	     struct problem *why);

char *job_log_path(const struct job *job); /* of its log, which is not printable; the caller frees */
bool job_is_running(const struct job *job); /* RUNNING or STOPPING */
const char *job_state_name(enum job_state state); /* "running", ...: stable, for JSON */

/* Whether a person has been shown how JOB, which runs no more, stands; that one has been now. A new
 * login is told of a job that was cut off until then. */
bool job_is_seen(const struct job *job);
void job_mark_seen(const struct job *job);

/* Asks a job to stop in the way that is safe for its work (job->stop_what). More than once is
 * harmless; -ESRCH: it does not run any more. Returns at once. */
int job_stop(const char *journal_folder, unsigned number, struct problem *why);

/* Removes the folder of a job that has ended; 0: of all that have. -EBUSY: it still runs. */
int job_forget(const char *journal_folder, unsigned number, struct problem *why);

/* Somebody who watches a job, from its beginning. Any number may, none is known to the job. */
struct job_follow;

int job_follow_start(const char *journal_folder, unsigned number, struct job_follow **ret_follow,
		     struct problem *why);
int job_follow_fd(const struct job_follow *follow);	    /* readable when there is news; borrowed;
							       -1: see job_follow_timeout_ms */
int job_follow_timeout_ms(const struct job_follow *follow); /* when to dispatch without; -1: never */

/*
 * Reads what is new: hands over the notices as the runner gave them (ON_NOTICE may be NULL; step is
 * borrowed from the job's plan, all is valid during the call only), then brings job_follow_job up to
 * date. True while the job runs; every notice has been handed over once it is false.
 */
bool job_follow_dispatch(struct job_follow *follow, runner_on_notice_fn on_notice, void *data);

/* The job as it was at the last dispatch; borrowed, valid until the next. */
const struct job *job_follow_job(const struct job_follow *follow);

/* Stops watching; the job goes on. */
struct job_follow *job_follow_free(struct job_follow *follow);
DEFINE_CLEANUP_POINTER(struct job_follow, job_follow_free);
#define _cleanup_job_follow_ _cleanup_(job_follow_free_cleanup)

#endif
