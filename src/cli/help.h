/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Help, the version, and the words for completion, made from the tables of commands. */
#ifndef REFLOAT_CLI_HELP_H
#define REFLOAT_CLI_HELP_H

#include <stdio.h>

#include "action/action.h"

void help_print_overview(FILE *stream);
void help_print_command(const struct action *command);
void help_print_version(void);

/*
 * One line a word, for data/refloat.bash: "command NAME", "common OPTION [METAVAR]",
 * "option COMMAND OPTION [METAVAR]", "word COMMAND METAVAR". Never translated.
 */
void help_print_words(void);

#endif
