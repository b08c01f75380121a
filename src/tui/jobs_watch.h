/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What jobs there are on this machine, kept up to date without waiting.
 *
 * The kernel says when a job comes or goes; those that run are read again each second. Where none
 * runs nothing is read and nobody is woken.
 */
#ifndef REFLOAT_TUI_JOBS_WATCH_H
#define REFLOAT_TUI_JOBS_WATCH_H

#include "base/text.h"
#include "plan/job.h"

struct jobs_watch {
	char *journal_folder;
	struct job_list list;  /* oldest first */
	struct text_list told; /* numbers of the ended ones that somebody was told of */
	int notify_fd;         /* inotify; -1: none */
	int notify_watch;      /* -1: none */
	int64_t next_ms;       /* when those that run are read again; 0: none does */
	int64_t settle_ms;     /* when all are read again, after word of a change; 0: no need */
	unsigned generation;   /* another one once anything is other than it was */
};

enum jobs_news {
	JOBS_ARE_SAME,
	JOBS_HAVE_MOVED,   /* some have come further */
	JOBS_HAVE_CHANGED, /* some have begun or ended, or are gone */
};

void jobs_watch_init(struct jobs_watch *watch, const char *journal_folder);
void jobs_watch_done(struct jobs_watch *watch);

int jobs_watch_fd(const struct jobs_watch *watch); /* -1: none */
int jobs_watch_timeout_ms(const struct jobs_watch *watch);
enum jobs_news jobs_watch_dispatch(struct jobs_watch *watch);
/* Reads all of them now: one was started, or removed. */
void jobs_watch_read(struct jobs_watch *watch);

const struct job *jobs_watch_find(const struct jobs_watch *watch, unsigned number); /* NULL: none */
size_t jobs_watch_count_running(const struct jobs_watch *watch);
/* Of those that run the one that will end first, as far as that is known, else the newest. */
const struct job *jobs_watch_nearest(const struct jobs_watch *watch);

/* Whether a step runs that brings devices up or takes them down: nobody else may meanwhile. */
bool jobs_watch_is_changing(const struct jobs_watch *watch);

/* The newest job that has ended and that nobody was told of; NULL: none. */
const struct job *jobs_watch_untold(const struct jobs_watch *watch);
bool jobs_watch_is_told(const struct jobs_watch *watch, const struct job *job);
/* Somebody has seen how JOB ended: no other menu needs to say so. */
void jobs_watch_tell(struct jobs_watch *watch, const struct job *job);

#endif
