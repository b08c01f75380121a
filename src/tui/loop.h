/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one loop: the terminal, signals, probes and runs, and nothing that waits anywhere else. */
#ifndef REFLOAT_TUI_LOOP_H
#define REFLOAT_TUI_LOOP_H

#include "tui/app.h"
#include "tui/keys_file.h"

/*
 * Shows APP on the terminal, which is up, until it is done. KEYS (may be NULL) are pressed first.
 * *RET_SIGNAL is the signal that ended it, 0 where none did. -EIO: the terminal has gone; other
 * negative errnos with why.
 */
int loop_run(struct app *app, struct keys_file *keys, int *ret_signal, struct problem *why);

#endif
