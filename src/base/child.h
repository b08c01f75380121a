/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a new child process does first, before it runs a function or a program. */
#ifndef REFLOAT_BASE_CHILD_H
#define REFLOAT_BASE_CHILD_H

#include <signal.h>
#include <sys/types.h>

/*
 * Around a fork: no signal is handled in between, neither by the child with the parent's handlers
 * nor, by default, before it is out of the terminal's group. The parent puts *SAVED back.
 */
void child_hold_signals(sigset_t *ret_saved);
void child_release_signals(const sigset_t *saved);

/* Every signal to its default, none blocked: what was held comes now. */
void child_reset_signals(void);

/* SIGKILL when the parent dies, also when it died just now. PARENT: its getpid() before the fork. */
void child_die_with_parent(pid_t parent);

/* SIGHUP in its place, for a shell: it ends in order, and its jobs with it. */
void child_hang_up_with_parent(pid_t parent);

/*
 * Out of the terminal's foreground group: Ctrl-C and a line that drops are for the parent, which
 * then still needs its children to put things back. Signals are held still: what the group was sent
 * meanwhile is forgotten, SIGTERM from the parent alone is not.
 */
void child_leave_terminal(pid_t parent);

/* Closes every descriptor but 0, 1, 2 and KEEP (-1: none). */
void child_close_all_but(int keep);

/* Closes every descriptor from FIRST on but KEEP (-1: none). */
void child_close_from(int first, int keep);

#endif
