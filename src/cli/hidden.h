/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets that are typed, and do not show, or that come through standard input. */
#ifndef REFLOAT_CLI_HIDDEN_H
#define REFLOAT_CLI_HIDDEN_H

#include <sys/types.h>

#include "base/secret.h"

/*
 * The answer to QUESTION on the terminal, without its newline, in SECRET, which is open and empty.
 * Its length; -ECANCELED at the end of the input, -EINTR where a signal came, or what else went
 * wrong.
 */
ssize_t hidden_ask(const char *question, struct secret *secret);

/* The next line of standard input without its newline, likewise; no byte behind it is read. */
ssize_t hidden_read_line(struct secret *secret);

#endif
