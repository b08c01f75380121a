/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the inits have in common that are to start a login on a terminal. */
#ifndef REFLOAT_ACTION_MEND_LOGINS_H
#define REFLOAT_ACTION_MEND_LOGINS_H

#include "action/mend_units.h"
#include "system/console.h"

struct login_mend {
	struct mending *mending;
	const struct consoles *consoles;
	const struct console *console; /* that has no login, and should */
	struct unit_mend units;
};

#define LOGIN_SPEED 115200 /* of a serial line of which nothing is said */
#define KERNEL_SPEED 9600 /* the kernel's for "console=ttyS0" */

/* The program of the target that puts a login on a terminal: "/sbin/agetty"; NULL: none; static. */
const char *login_mend_find_getty(const struct root *root, bool is_serial);
/* "/sbin/getty -L 115200 ttyS0 vt100"; the caller frees; NULL: the target has no program for it. */
char *login_mend_command(const struct login_mend *mend);

int login_mend_inittab(const struct login_mend *mend, struct problem *why);
int login_mend_upstart(const struct login_mend *mend, struct problem *why);

#endif
