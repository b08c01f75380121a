/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Advice as the menu gives it.
 *
 * What is advised stands in sentences as a command line of ours, or an option of one, in double
 * quotes ("refloat umount", "--repair"): it is what the advice is, and all that the command line
 * has to say. The menu has a line, a key or a field for most of these, and names that.
 */
#ifndef REFLOAT_TUI_MENU_WORDS_H
#define REFLOAT_TUI_MENU_WORDS_H

#include "base/text.h"

/* TEXT (NULL: NULL) with the menu's own words for the commands in it; what the menu has no words for
 * stays. The caller frees. */
char *menu_words(const char *text);

/* LIST, in place. */
void menu_words_list(struct text_list *list);

#endif
