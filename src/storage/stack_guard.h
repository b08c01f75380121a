/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that holds a look's stacks up. */
#ifndef REFLOAT_STORAGE_STACK_GUARD_H
#define REFLOAT_STORAGE_STACK_GUARD_H

#include "storage/stack.h"

#define GUARD_READY "ready" /* the message that all that can be up is up */

/*
 * In a worker: waits for its turn, brings up what lies dormant on MACHINE, sends each device
 * to FD as device_to_json has it and then GUARD_READY, waits for SIGTERM, takes all down. Returns the
 * worker's exit status.
 */
int guard_run(struct machine *machine, const struct stack_options *options, int fd);

#endif
