/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logins that /etc/inittab starts. */
#include <string.h>

#include "system/config_lines.h"
#include "system/console_parts.h"
#include "system/inittab.h"
#include "system/systemd.h"

/* What busybox does without a file: shells that wait for Enter. */
static bool say_without_file(const struct console_reading *reading)
{
	static const char *const terminals[] = {"console", "tty2", "tty3", "tty4"};

	if (!root_has(reading->root, "/bin/busybox") &&
	    !root_has(reading->root, "/usr/bin/busybox"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(terminals); i++)
		console_say(reading, terminals[i], CONSOLE_LOGIN, "/bin/busybox", 0);
	return true;
}

bool console_read_inittab(const struct console_reading *reading, bool is_busybox)
{
	_cleanup_inittab_ struct inittab inittab = {0};
	_cleanup_free_ char *text = NULL;
	size_t length = 0;

	if (root_read_file(reading->root, INITTAB_PATH, CONFIG_MAX_BYTES, &text, &length) < 0)
		return is_busybox && say_without_file(reading);
	inittab_parse(text, length, is_busybox, &inittab);
	for (size_t i = 0; i < inittab.count; i++) {
		const struct inittab_entry *entry = &inittab.entries[i];
		enum console_state state = CONSOLE_DISABLED;

		/* an example, unless somebody waits for one there */
		if (entry->is_commented && !consoles_find(reading->consoles, entry->terminal))
			continue;
		if (inittab_starts(entry, is_busybox ? '\0' : inittab.level))
			state = systemd_has_program(reading->root, entry->program) ? CONSOLE_LOGIN
										   : CONSOLE_BROKEN;
		console_say(reading, entry->terminal, state, INITTAB_PATH, entry->line);
	}
	for (size_t i = 0; i < reading->consoles->count; i++)
		console_say(reading, reading->consoles->items[i].terminal, CONSOLE_NONE,
			    INITTAB_PATH, 0);
	return true;
}
