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

/* Whether ANSWERS are of an action that works in a mounted system, which is mounted by another
 * plan. */
bool mount_first_may_be_needed(const struct answers *answers);

/* What ANSWERS say for the action mount, MOUNT being its own: the system, --passphrase-file and so
 * on. */
void mount_first_pass_on(const struct answers *answers, struct answers *mount);

/* Says that what was mounted so stays, and how it is taken down; IS_CHANGED: something in it was
 * changed. */
void mount_first_tell(struct cli *cli, bool is_changed);

/* The same as a member of OBJECT. */
void mount_first_add_json(struct cli *cli, struct json_object *object);

/* Whether WHY is of that kind, and mounting may be planned. */
bool mount_first_helps(struct cli *cli, const struct answers *answers, const struct problem *why);

#endif
