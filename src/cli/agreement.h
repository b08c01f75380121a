/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks whether what lacks members (arrays, filesystems on several devices) is to be mounted. */
#ifndef REFLOAT_CLI_AGREEMENT_H
#define REFLOAT_CLI_AGREEMENT_H

#include "cli/command.h"

/*
 * Where the system that ANSWERS name lies on something with members missing, says what is missing
 * and asks once for all of it. 1: agreed, and that is in ANSWERS now, so that the plan must be made
 * anew; 0: there is nothing to ask, or the answer was no.
 */
int agreement_ask(struct cli *cli, const struct action *action, struct answers *answers);

#endif
