/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program in mount and PID namespaces of its own, which take everything with them when they go.
 *
 * The program's parent is process 1 of the PID namespace: it makes the mounts, starts the program,
 * reaps what is left over, and when it ends (because the program did, because we were killed or
 * the line dropped) the kernel ends every process in there and with the last of them every mount.
 */
#ifndef REFLOAT_BASE_NAMESPACE_H
#define REFLOAT_BASE_NAMESPACE_H

#include <stdbool.h>

#include "base/problem.h"

/* Called as process 1 in the new namespaces, whose mounts are private already. Makes the mounts,
 * enters the root. A negative errno with WHY ends it all before the program is started. */
typedef int (*namespace_setup_fn)(void *data, struct problem *why);

struct namespace_options {
	namespace_setup_fn setup;
	void *data;                     /* handed to setup */
	const char *const *arguments;   /* of the program, NULL-terminated; [0] is its path inside */
	const char *const *environment; /* "NAME=value", NULL-terminated */
	bool is_interactive;            /* a shell: gets the terminal's foreground to itself */
};

/*
 * Runs the program with our own standard streams and waits for it. 0 with its raw wait status, or
 * a negative errno where setup or the start failed. SIGINT and SIGQUIT are the program's while it
 * runs; SIGTERM and SIGHUP end it and are then delivered to us.
 */
int namespace_run(const struct namespace_options *options, int *ret_status, struct problem *why);

#endif
