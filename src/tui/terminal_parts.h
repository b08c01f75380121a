/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the terminal is made of; only src/tui/terminal*.c use this.
 *
 * Each part keeps the little that it must remember about the one terminal in its own file.
 */
#ifndef REFLOAT_TUI_TERMINAL_PARTS_H
#define REFLOAT_TUI_TERMINAL_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "tui/canvas.h"
#include "tui/key.h"

/* --- terminal_check.c: what is known before anything is sent */

/* Whether this terminal can be drawn on; a sentence and what to do next where it cannot. */
int terminal_check(struct problem *why);

/* --- terminal_rescue.c: the settings as they were, put back on every way out */

int terminal_rescue_save(struct problem *why); /* before curses touches them */
void terminal_rescue_arm(void);	    /* from now on a crash or exit restores the terminal */
void terminal_rescue_prepare(void); /* again, for another size */
void terminal_rescue_disarm(void);
void terminal_rescue_settings(void); /* puts the settings back, where this is the foreground */
bool terminal_is_foreground(void);   /* also where nobody can tell */

/* --- terminal_errors.c: standard error while the screen is up */

void terminal_errors_capture(void);
void terminal_errors_release(void); /* what came meanwhile goes to the log and to the real one */
void terminal_errors_spill(void);   /* the same for a crash: safe in a signal handler */

/* --- terminal_draw.c: a canvas on the screen of curses */

void terminal_draw_start(void); /* colours by the theme */
void terminal_draw(const struct canvas *canvas);

/* --- terminal_keys.c: what the terminal sends */

bool terminal_keys_have_paste(void); /* by its description: Esc [ ? 2004 h */
int terminal_keys_start(bool wants_mouse, struct problem *why);
void terminal_keys_stop(void);
int terminal_keys_fd(void);		     /* readable when there may be keys */
void terminal_keys_take(void);		     /* asks the terminal for its keys and mouse */
void terminal_keys_leave(void);		     /* ... no more */
int terminal_keys_read(struct key *ret_key); /* 1, 0 when nothing has come, -EIO */
void terminal_keys_unread(const char *bytes, size_t length); /* to be read before what comes */

/* --- terminal_size.c */

void terminal_size_find(int *ret_rows, int *ret_columns);

#endif
