/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminals of a target on which a login waits: systemd's getty units, inittab, upstart, OpenRC.
 *
 * As the init would start them: units that are enabled, masked or generated from the kernel's command
 * line (systemd-getty-generator), lines of inittab that its run level starts, jobs of /etc/init.
 */
#ifndef REFLOAT_SYSTEM_CONSOLE_H
#define REFLOAT_SYSTEM_CONSOLE_H

#include <stdbool.h>

#include "base/root.h"
#include "base/text.h"

enum console_state {
	CONSOLE_LOGIN,	  /* a login waits there */
	CONSOLE_NONE,	  /* nothing starts one */
	CONSOLE_DISABLED, /* a line that is commented out, a unit that nothing wants */
	CONSOLE_MASKED,	  /* a unit is masked */
	CONSOLE_BROKEN	  /* something starts one, and its program is missing */
};

struct console {
	char *terminal; /* "tty1", "ttyS0", "hvc0" */
	bool is_serial;
	bool is_kernels; /* console= of the kernel's command line in the boot loader's files names it */
	unsigned speed;	 /* of console=ttyS0,115200; 0: not said */
	bool is_generated; /* systemd starts one by itself, were it not for a mask and the like */
	enum console_state state;
	char *file;    /* in-root: what says so, or where one would be added; NULL: nothing does */
	unsigned line; /* in it, from 1; 0 */
};

struct consoles {
	struct console *items;
	size_t count;
	size_t capacity;
	char *init; /* "systemd", "upstart", "sysvinit", "openrc", "busybox"; NULL unknown */
};

/*
 * INIT as struct system has it; NULL: found out from ROOT. Tells of tty1, of each that the kernel's
 * command line names, and of each that has a login. Where the init is not known, or its files are
 * elsewhere (a /usr that is not there), nothing can be said: then there are no items.
 */
void consoles_read(const struct root *root, const char *init, struct consoles *ret_consoles);
void consoles_done(struct consoles *consoles);
#define _cleanup_consoles_ _cleanup_(consoles_done)

/* Whether a login is missed on CONSOLE where it has none: on tty1, on the kernel's, and where one was
 * before; a line of inittab for other run levels says nothing of that. */
bool console_is_wanted(const struct console *console);

const struct console *consoles_find(const struct consoles *consoles, const char *terminal);

#endif
