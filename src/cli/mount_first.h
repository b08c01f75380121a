/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The system that an action works in is mounted first, by a plan of its own. */
#ifndef REFLOAT_CLI_MOUNT_FIRST_H
#define REFLOAT_CLI_MOUNT_FIRST_H

#include "cli/command.h"

/*
 * Mounts the system of ANSWERS where WHY, for which an action in it could not be planned, is that
 * it is not mounted, and a person agrees or has said --yes. 0: it is mounted now; else the exit
 * status that the program ends with, all being said.
 */
int mount_first(struct cli *cli, const struct answers *answers, const struct problem *why);

/* Whether WHY is of that kind, and mounting may be planned. */
bool mount_first_helps(struct cli *cli, const struct answers *answers, const struct problem *why);

#endif
