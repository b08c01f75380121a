/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a recording, and how each is written. */
#ifndef REFLOAT_STORAGE_RECORD_PARTS_H
#define REFLOAT_STORAGE_RECORD_PARTS_H

#include "base/problem.h"
#include "base/root.h"
#include "storage/machine.h"

/* Where a recording comes from and goes to. Paths are the same in both. */
struct recording {
	const struct root *from;
	const struct root *to;
	struct problem *why;
};

/* Writes TEXT as file PATH, with the folders above it. 0 or negative errno, said in why. */
int recording_write(const struct recording *recording, const char *path, const char *text);

/* Makes symlink PATH with text TARGET; one that is there already is left. */
int recording_link(const struct recording *recording, const char *path, const char *target);

/* Copies file PATH where it can be read; one that cannot is none of our business. */
int recording_copy(const struct recording *recording, const char *path);

/* Copies symlink PATH where there is one. */
int recording_copy_link(const struct recording *recording, const char *path);

int record_sysfs(const struct recording *recording); /* sys/, run/udev/data and dev/ */
int record_proc(const struct recording *recording);
int record_probes(const struct recording *recording, const struct machine *machine);
int record_stacks(const struct recording *recording, const struct machine *machine);
int record_health(const struct recording *recording, const struct machine *machine);

/* Adds what record_stacks has written to the recorded MACHINE at ROOT, whose other devices are
 * there already. What makes no sense is left out. */
void record_read_stacks(const struct root *root, struct machine *machine);

/* mountinfo without options and sources that may hold a secret; the caller frees. */
char *record_clean_mounts(const char *mountinfo);

/* The kernel's command line with the values of all but well-known words cut; the caller frees. */
char *record_clean_command_line(const char *line);

#endif
