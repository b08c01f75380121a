/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the inits have in common that tell of logins on terminals. */
#ifndef REFLOAT_SYSTEM_CONSOLE_PARTS_H
#define REFLOAT_SYSTEM_CONSOLE_PARTS_H

#include "system/console.h"
#include "system/kernel_line.h"

struct console_reading {
	const struct root *root;
	const struct kernel_line *line;
	struct consoles *consoles;
};

/* Something says of TERMINAL that it has STATE: what is best for a login counts. "console" is the one
 * that the kernel has last. */
void console_say(const struct console_reading *reading, const char *terminal,
		 enum console_state state, const char *file, unsigned line);
/* The kernel's last console; "tty1" where it has none or the text console. */
const char *console_primary(const struct console_reading *reading);

/* One each, in a file of its own. FALSE: nothing can be said. */
bool console_read_systemd(const struct console_reading *reading);
bool console_read_inittab(const struct console_reading *reading, bool is_busybox);
bool console_read_upstart(const struct console_reading *reading);
bool console_read_openrc(const struct console_reading *reading);
bool console_read_runit(const struct console_reading *reading);

#endif
