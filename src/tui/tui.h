/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The menu: the front end that "refloat" alone opens. */
#ifndef REFLOAT_TUI_TUI_H
#define REFLOAT_TUI_TUI_H

#include <stdbool.h>

#include "base/problem.h"
#include "tui/app.h"

struct tui_options {
	struct app_options app;
	bool is_ascii;         /* --ascii */
	const char *keys_path; /* --keys; NULL: none */
};

/*
 * Opens the menu and stays in it until the user leaves. 0; a negative errno with why where it could
 * not open, a key file could not be played, or the terminal has gone. A signal that ended it is
 * raised again once the terminal is back as it was.
 */
int tui_run(const struct tui_options *options, struct problem *why);

#endif
