/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Command lines that put a login on a terminal: getty and its kin. */
#ifndef REFLOAT_SYSTEM_LOGIN_PROGRAM_H
#define REFLOAT_SYSTEM_LOGIN_PROGRAM_H

#include <stdbool.h>

/*
 * Whether COMMAND starts a getty; *RET_PROGRAM is that word, *RET_TERMINAL the terminal that it names
 * ("ttyS0", "console"; NULL: none). Both are the caller's to free.
 */
bool login_program_find(const char *command, char **ret_program, char **ret_terminal);

/* A terminal's name or "console". */
bool login_program_is_terminal(const char *word);

#endif
