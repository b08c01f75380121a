/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How things stand, beside each line of the first screen. */
#ifndef REFLOAT_TUI_SCREENS_HOME_STATES_H
#define REFLOAT_TUI_SCREENS_HOME_STATES_H

#include "tui/app.h"
#include "tui/widgets/menu.h"

/* Sets the state of each line of MENU that has one, and why it cannot be used where that is so. */
void home_states_set(struct app *app, struct menu *menu);

/* "web01: Debian 12 on sda2"; the caller frees. */
char *home_states_format_system(const struct system *system);

#endif
