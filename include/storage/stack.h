/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bringing arrays, volumes and containers up to be looked into, so that not one byte changes.
 *
 * A guard, a process of its own, works from the disks upwards: it assembles arrays, activates
 * volumes and opens containers whose keys are known, each over read-only loop devices of their
 * members, or over a copy-on-write layer in memory where the kernel would have to write to bring
 * them up. What appears is probed, and may hold the next layer. All this has names of its own
 * ("refloat-..."), and goes when the look ends, when this program dies, or, where the guard was
 * killed as well, at the next look (stack_clear). The devices it finds are added to the machine as
 * dormant ones.
 *
 * Used as a scan is (storage/scan.h): start, poll, dispatch until it is ready; then the filesystems
 * can be looked into (device_get_look_extent); then end it and dispatch until it is down.
 */
#ifndef REFLOAT_STORAGE_STACK_H
#define REFLOAT_STORAGE_STACK_H

#include <stdbool.h>

#include "base/problem.h"
#include "storage/machine.h"

struct stack;

/* Whether anything on MACHINE could be brought up that is not: a live machine or images only. */
bool stack_is_wanted(const struct machine *machine);

struct stack_options {
	unsigned deadline_ms; /* for each device that is asked; 0: SCAN_DEADLINE_MS */
	bool is_empty;	      /* bring nothing up: it is our turn to look while it is there */
	bool has_turn;	      /* the caller holds the turn (storage/look_turn.h) until it is down */
};

/*
 * Starts to bring up what lies dormant on MACHINE, which is borrowed, and changed by
 * stack_dispatch, until stack_free. The guard waits for its turn first. Needs root (-EPERM).
 */
int stack_start(struct machine *machine, const struct stack_options *options,
		struct stack **ret_stack, struct problem *why);

int stack_fd(const struct stack *stack);
int stack_timeout_ms(const struct stack *stack); /* -1: none */

/* Takes what has come into the machine, without waiting; how many devices are new. */
int stack_dispatch(struct stack *stack);

bool stack_is_ready(const struct stack *stack); /* everything that can be up is up */
void stack_end(struct stack *stack);		/* asks the guard to take it all down */
bool stack_is_down(const struct stack *stack);	/* and it has */

/* One that is not down yet is asked to end, and comes to its end without us. Takes NULL. */
struct stack *stack_free(struct stack *stack);
DEFINE_CLEANUP_POINTER(struct stack, stack_free);
#define _cleanup_stack_ _cleanup_(stack_free_cleanup)

/*
 * Tries the LENGTH bytes at KEY on container DEVICE of MACHINE, as crypt_try_key (storage/crypt.h)
 * does; where it lies on what is not up, that is brought up for it and taken down again. Waits.
 */
int stack_try_key(struct machine *machine, const struct device *device, const char *key,
		  size_t length, unsigned deadline_ms, struct problem *why);

/* Takes down what looks of programs that were killed have left behind. Needs root; harmless. */
void stack_clear(void);

/*
 * Waits until no look, of this or another program, has anything up, TIMEOUT_MS at most; whether that is so.
 * The kernel runs an array once only: it cannot be started in earnest while a look has it up.
 */
bool stack_wait_clear(unsigned timeout_ms);

#endif
