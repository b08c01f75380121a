/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of a target's fstab whose device was inferred: the person is asked for each. */
#ifndef REFLOAT_CLI_GUESSES_H
#define REFLOAT_CLI_GUESSES_H

#include "cli/command.h"

/*
 * Asks for each unconfirmed guess that ACTION's plan leaves out, and puts what was said into
 * ANSWERS. Returns 1 where something was accepted, so that the plan must be made anew; 0 where
 * not, or where ACTION knows no guesses; negative errno with why.
 */
int guesses_ask(struct cli *cli, const struct action *action, struct answers *answers,
		struct problem *why);

#endif
