/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looks and what brings devices up or takes them down take turns, also those of other processes.
 *
 * The kernel runs an array once, knows a btrfs filesystem once, and lets nothing be stopped that
 * somebody has open; and a look has, in its mount namespace, all that was mounted when it began. So
 * one look at a time holds the turn from its first layer to its last, and the runner holds it while
 * a step is at work that looks would be in the way of. Who waits for a step goes before looks that
 * wait, however many follow each other. Nobody waits for ever: after some seconds each goes on
 * without.
 */
#ifndef REFLOAT_STORAGE_LOOK_TURN_H
#define REFLOAT_STORAGE_LOOK_TURN_H

/*
 * Wait for the turn, until *STOP is not 0 (STOP may be NULL), TIMEOUT_MS at most (0: as long as
 * looks or steps may take). The caller closes what comes back when it is done; so does its death.
 * -1: it could not be had.
 */
int look_turn_for_look(const volatile int *stop, unsigned timeout_ms);
int look_turn_for_step(const volatile int *stop);

#endif
