/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a terminal of a given type sends for a key, and what it understands: from terminfo.
 */
#ifndef REFLOAT_TESTS_PLAY_KEYS_H
#define REFLOAT_TESTS_PLAY_KEYS_H

#include <stdbool.h>

#include "base/text.h"
#include "play_screen.h"

/* Loads the description of terminal TYPE, to be asked for below; false where there is none. */
bool keys_load(const char *type);
void keys_unload(void);

/* Adds to screen->input what the key NAME sends: as key_name() of the program has them ("Down",
 * "Enter", "Ctrl-L", "F5", "a"), and Shift-Tab, Alt-x. -EINVAL: no such key. */
int keys_press(struct screen *screen, const char *name);

/* Every string capability of the loaded description, as it stands there. */
void keys_list_capabilities(struct text_list *list);

#endif
