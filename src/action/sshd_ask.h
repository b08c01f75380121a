/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the target's own sshd says of its settings: "sshd -T", run apart.
 *
 * It runs in namespaces of its own (mounts, processes, no network), in the target as its root, of
 * which nothing can be written, with a /dev and a /run of its own, without capabilities, without a
 * terminal and without any descriptor of ours, for seconds at most.
 */
#ifndef REFLOAT_ACTION_SSHD_ASK_H
#define REFLOAT_ACTION_SSHD_ASK_H

#include "base/process.h"
#include "system/accounts.h"
#include "system/sshd_config.h"

/*
 * Runs "sshd -T" of the target at ROOT for USER (NULL: for nobody in particular). 0 once it has
 * run, whatever it said; a negative errno and WHY where it is not there, or cannot run here.
 */
int sshd_run(const struct root *root, const char *user, unsigned timeout_ms,
	     struct process_result *result, struct problem *why);

/*
 * Asks it for each account of ACCOUNTS, which were read from ROOT, that could log in and is among
 * NAMES (empty: all), once for those whom no Match block tells apart: what it says counts in place
 * of our own reading, but for what hangs on where a login comes from. 0; a negative errno and WHY
 * where our own reading stays.
 */
int sshd_ask_apply(const struct root *root, const struct text_list *names, unsigned deadline_ms,
		   struct accounts *accounts, struct problem *why);

/* A line that sshd has written about LENGTH bytes at TEXT of its settings: fills FAULT, whose texts
 * are the caller's to free. False where it names no line, or that did not stop it. */
bool sshd_ask_parse_fault(const char *text, struct sshd_fault *ret_fault);

#endif
