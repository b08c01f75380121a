/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /etc/inittab of sysvinit and busybox: its lines for logins, also those that are commented out. */
#ifndef REFLOAT_SYSTEM_INITTAB_H
#define REFLOAT_SYSTEM_INITTAB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cleanup.h"

#define INITTAB_PATH "/etc/inittab"

struct inittab_entry {
	char *id;
	char *levels; /* "2345"; "" for all */
	char *action; /* "respawn", "askfirst" */
	char *process;
	char *program;	/* of process, absolute or not */
	char *terminal; /* "tty1"; "console": the kernel's */
	bool is_commented;
	unsigned line; /* from 1 */
};

struct inittab {
	struct inittab_entry *entries; /* those that start a login */
	size_t count;
	size_t capacity;
	char level;	     /* of initdefault; 0: none */
	unsigned level_line; /* where it is */
};

void inittab_parse(const char *text, size_t length, bool is_busybox, struct inittab *ret_inittab);
void inittab_done(struct inittab *inittab);
#define _cleanup_inittab_ _cleanup_(inittab_done)

/* Whether ENTRY is started in run level LEVEL (0: not known, then any of 2 to 5). */
bool inittab_starts(const struct inittab_entry *entry, char level);

#endif
