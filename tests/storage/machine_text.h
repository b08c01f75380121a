/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A machine as text, for comparing one with another or with what is expected. */
#ifndef REFLOAT_TESTS_MACHINE_TEXT_H
#define REFLOAT_TESTS_MACHINE_TEXT_H

#include "storage/machine.h"

/* Every device in the machine's order, one line each; the caller frees. */
char *machine_text(const struct machine *machine);

/* One device; the caller frees. */
char *machine_device_text(const struct device *device);

/* Makes the recorded machine NAME (tests/machines) in FOLDER; fails the test where it cannot. */
void machine_make(const char *name, const char *folder);

/* Scans recorded machine FOLDER; fails the test where it cannot. */
struct machine *machine_scan(const char *folder);

#endif
