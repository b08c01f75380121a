/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading something of a target, wherever its files are: where it is mounted, in the tree of a
 * system that is not (which is brought up and mounted read-only for that, and taken down again), or
 * in a recording.
 */
#ifndef REFLOAT_ACTION_TARGET_LOOK_H
#define REFLOAT_ACTION_TARGET_LOOK_H

#include "action/accounts.h"
#include "system/tree_look.h"

struct target_look;

/*
 * Starts to run FUNCTION over the root of TARGET, in a worker. DATA is borrowed until
 * target_look_free. A tree that is mounted already has no machine and nothing beside it. Nothing of
 * SESSION is held.
 */
int target_look_start(struct session *session, const struct account_target *target,
		      tree_look_fn function, void *data, struct target_look **ret_look,
		      struct problem *why);
int target_look_fd(const struct target_look *look); /* another one with each stage; -1: none now */
int target_look_timeout_ms(const struct target_look *look); /* -1: none */
bool target_look_dispatch(struct target_look *look);	    /* true: it still goes on */

/* Once it does not: what FUNCTION has put into its record, borrowed; or -ETIMEDOUT, -EIO, ... and
 * WHY. */
int target_look_take(struct target_look *look, struct json_object **ret_record,
		     struct problem *why);

/* Ends it without waiting: what is still up is taken down by the process that holds it. */
struct target_look *target_look_free(struct target_look *look);
DEFINE_CLEANUP_POINTER(struct target_look, target_look_free);
#define _cleanup_target_look_ _cleanup_(target_look_free_cleanup)

/* Start, wait until it has ended, take: *RET_RECORD is the caller's to put. */
int target_look_wait(struct session *session, const struct account_target *target,
		     tree_look_fn function, void *data, struct json_object **ret_record,
		     struct problem *why);

#endif
