/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which devices make up one btrfs filesystem. */
#ifndef REFLOAT_STORAGE_MEMBERS_H
#define REFLOAT_STORAGE_MEMBERS_H

#include "storage/machine.h"

/*
 * Sets members, member_of and copy_of of every device of MACHINE, anew each time. Of the devices
 * of one filesystem the newest stands for it, the lowest id first. Where one member is here twice,
 * nobody can tell which belongs to the rest: then each stands for itself.
 */
void machine_link_members(struct machine *machine);

#endif
