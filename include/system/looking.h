/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole of looking into a machine: through its stacks, into its filesystems, and down again.
 *
 * Arrays, volumes and containers are brought up to be looked into (storage/stack.h), the systems
 * are surveyed (system/system.h), key files that a crypttab names are tried on the containers that
 * they are for, with what these open it goes on, the places of each system's mount points are seen,
 * and all is taken down. Without stacks it is the survey alone.
 */
#ifndef REFLOAT_SYSTEM_LOOKING_H
#define REFLOAT_SYSTEM_LOOKING_H

#include "system/system.h"

struct looking;

/*
 * Starts to look into MACHINE, which is borrowed until looking_free and gets the dormant devices
 * that are found. DEADLINE_MS is for each device that is asked; 0: the default.
 */
int looking_start(struct machine *machine, unsigned deadline_ms, struct looking **ret_looking,
		  struct problem *why);

int looking_fd(const struct looking *looking); /* another one with each stage; -1: none now */
int looking_timeout_ms(const struct looking *looking);	 /* -1: none */
int looking_dispatch(struct looking *looking);		 /* how much is new */
bool looking_is_finished(const struct looking *looking); /* and everything is down again */
void looking_list_pending(const struct looking *looking, struct text_list *names);
struct survey *looking_take(struct looking *looking); /* once it is finished; the caller's */

/* Ends it without waiting: what is still up is taken down by the process that holds it. */
struct looking *looking_free(struct looking *looking);
DEFINE_CLEANUP_POINTER(struct looking, looking_free);
#define _cleanup_looking_ _cleanup_(looking_free_cleanup)

/* Called while the look waits, with the names of what is being looked into. */
typedef void (*looking_on_progress_fn)(void *data, const struct text_list *pending);

struct looking_options {
	unsigned deadline_ms; /* for each device that is asked; 0: SCAN_DEADLINE_MS */
	bool has_turn;	      /* the caller holds the turn to look (storage/look_turn.h) */
	looking_on_progress_fn on_progress;
	void *data;
};

/* Start, wait until finished, take. OPTIONS may be NULL. */
int looking_wait(struct machine *machine, const struct looking_options *options,
		 struct survey **ret_survey, struct problem *why);

#endif
