/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log of what was done: one line an event, with time, for --log and for later reading.
 *
 * Nothing is written before log_open. Secrets never come here. Lines are made printable.
 */
#ifndef REFLOAT_BASE_LOG_H
#define REFLOAT_BASE_LOG_H

#include <stdbool.h>

#include "base/problem.h"

/* Appends to PATH (mode 0600, created), from now on. */
int log_open(const char *path, struct problem *why);

/* Also prints each line to standard error (--verbose). */
void log_set_verbose(bool is_verbose);

/* One line; a newline in it becomes printable text. Keeps errno. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

void log_close(void);

/*
 * For a child made by fork: log_forget where all descriptors have been closed, so that no line ends
 * up in a file that has the old number; log_reopen to go on with the same file all the same.
 */
void log_forget(void);
void log_reopen(void);

#endif
