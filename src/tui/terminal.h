/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one terminal: what of it curses does not do by itself, and the only user of curses.
 *
 * There is one at a time (curses has one screen). The terminal's settings as they were are put
 * back on every way out: terminal_stop, exit, a fatal signal (with bytes prepared beforehand).
 * While it is up, standard error goes to the log, so that nothing but the canvas reaches the
 * screen.
 */
#ifndef REFLOAT_TUI_TERMINAL_H
#define REFLOAT_TUI_TERMINAL_H

#include <stdbool.h>

#include "base/problem.h"
#include "tui/canvas.h"
#include "tui/key.h"

struct terminal_options {
	bool is_ascii; /* --ascii */
	bool no_mouse;
};

/*
 * Takes the terminal on standard input and output. Problems, each with what to do next: no terminal
 * there; TERM not set, unknown, or too dumb to move the cursor (what to set TERM to is
 * said). Chooses the theme. What comes next is terminal_get_size.
 */
int terminal_start(const struct terminal_options *options, struct problem *why);

/* Gives it back as it was. Harmless when it is not up. */
void terminal_stop(void);

/* Gives it to a program (a shell, Ctrl-Z) for a while, and takes it again: everything is drawn
 * anew. */
void terminal_suspend(void);
int terminal_resume(struct problem *why);

int terminal_fd(void); /* to poll for POLLIN */

/* The size now. Asks a serial line that says 0x0 where its cursor can go (cursor position
 * report, waits at most a second for it), else 80x24. Called at start, after SIGWINCH and after
 * terminal_resume (whoever had it meanwhile got the SIGWINCH). */
void terminal_get_size(int *ret_rows, int *ret_columns);

/* Shows CANVAS: sends what differs from what stands there. -EIO: the terminal is gone. */
int terminal_show(const struct canvas *canvas);
void terminal_redraw(void); /* next time everything is sent (Ctrl-L) */

/*
 * The next key that has come: 1, or 0 when there is none now, -EIO when the terminal is gone (end
 * of file, hang-up), from then on for good. Never blocks longer than an escape sequence on a slow
 * line may take. Keys that were read and not asked for yet make terminal_fd readable as well.
 */
int terminal_read_key(struct key *ret_key);

#endif
