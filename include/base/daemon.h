/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Functions that run in a process of a session of their own, which outlives whoever started it.
 *
 * No terminal reaches it: it leads no session, has /dev/null for its standard streams, none of our
 * descriptors, "/" as its folder, and SIGHUP is ignored. Where that is possible it leaves the
 * control group of the login, which some systems end with the login. It keeps our session keyring.
 */
#ifndef REFLOAT_BASE_DAEMON_H
#define REFLOAT_BASE_DAEMON_H

#include <stddef.h>
#include <sys/types.h>

#include "base/problem.h"

#define DAEMON_WORD_MAX (64u * 1024) /* bytes */

/*
 * Runs in the daemon; its return value is the daemon's exit status, which nobody sees. It calls
 * daemon_say once with FD when it needs nobody any more, or cannot go on.
 */
typedef int (*daemon_fn)(void *data, int fd);

/* Hands the LENGTH bytes, at most DAEMON_WORD_MAX, to whoever started it, and closes FD. That nobody
 * listens any more is no failure. */
void daemon_say(int fd, const void *bytes, size_t length);

/*
 * Starts FUNCTION in a daemon and waits for its word (daemon_say), the caller's to free. -EIO where it
 * died without one.
 */
int daemon_start(daemon_fn function, void *data, char **ret_word, size_t *ret_length,
		 struct problem *why);

/*
 * A process as a descriptor, which never means another one that got its number later. Negative errno:
 * -ESRCH where there is none, -ENOSYS where the kernel is older than 5.3.
 */
int daemon_open_process(pid_t pid);

/* Signals the process behind such a descriptor. -ESRCH: it has ended. */
int daemon_signal(int process, int number);

#endif
