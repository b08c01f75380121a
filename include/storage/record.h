/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Recording this machine for somebody else to look at.
 *
 * The folder holds sys/, proc/, dev/ (links only) and run/udev/data as far as a scan reads them,
 * refloat/probes.json with what the probes said, refloat/stacks.json with the dormant devices and
 * what a look found in them, and refloat/smart/ with what smartctl says of each disk. No file
 * contents of the target, no secrets.
 */
#ifndef REFLOAT_STORAGE_RECORD_H
#define REFLOAT_STORAGE_RECORD_H

#include "base/problem.h"
#include "storage/machine.h"

/* Writes to FOLDER, which is made, or must be empty (-ENOTEMPTY). What was written before a
 * failure is removed. */
int record_machine(const struct machine *machine, const char *folder, struct problem *why);

#endif
