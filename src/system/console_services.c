/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logins that are services: agetty.TERMINAL of OpenRC, agetty-TERMINAL of runit. */
#include <string.h>

#include "system/console_parts.h"
#include "system/login_program.h"
#include "system/systemd.h"

#define NAMES_MAX 1000

static bool has_getty(const struct root *root)
{
	return systemd_has_program(root, "agetty") || systemd_has_program(root, "getty");
}

bool console_read_openrc(const struct console_reading *reading)
{
	static const char *const levels[] = {"default", "boot", "sysinit"};
	bool is_there = false;

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		_cleanup_free_ char *folder = text_format("/etc/runlevels/%s", levels[i]);
		_cleanup_text_list_ struct text_list names = {0};

		if (root_list(reading->root, folder, NAMES_MAX, &names) == 0)
			is_there = true;
		for (size_t j = 0; j < names.count; j++) {
			const char *terminal = text_after_prefix(names.items[j], "agetty.");
			_cleanup_free_ char *path = text_format("%s/%s", folder, names.items[j]);
			bool works = root_has_file(reading->root, path) && has_getty(reading->root);

			if (terminal && login_program_is_terminal(terminal))
				console_say(reading, terminal,
					    works ? CONSOLE_LOGIN : CONSOLE_BROKEN, path, 0);
		}
	}
	if (!is_there || root_has_file(reading->root, "/etc/inittab"))
		return is_there;
	for (size_t i = 0; i < reading->consoles->count; i++)
		console_say(reading, reading->consoles->items[i].terminal, CONSOLE_NONE,
			    "/etc/runlevels/default", 0);
	return true;
}

static void judge_runit(const struct console_reading *reading, const char *folder, const char *name)
{
	const char *terminal = text_after_prefix(name, "agetty-");
	_cleanup_free_ char *path = text_format("%s/%s", folder, name);
	_cleanup_free_ char *down = text_format("%s/down", path),
			    *run = text_format("%s/run", path);

	terminal = terminal ? terminal : text_after_prefix(name, "getty-");
	if (!terminal || !login_program_is_terminal(terminal))
		return;
	if (root_has(reading->root, down))
		console_say(reading, terminal, CONSOLE_DISABLED, down, 0);
	else if (!systemd_has_program(reading->root, run) || !has_getty(reading->root))
		console_say(reading, terminal, CONSOLE_BROKEN, path, 0);
	else
		console_say(reading, terminal, CONSOLE_LOGIN, path, 0);
}

bool console_read_runit(const struct console_reading *reading)
{
	static const char *const folders[] = {"/etc/runit/runsvdir/default",
					      "/etc/runit/runsvdir/current", "/etc/service"};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_text_list_ struct text_list names = {0};

		if (root_list(reading->root, folders[i], NAMES_MAX, &names) < 0 || !names.count)
			continue;
		for (size_t j = 0; j < names.count; j++)
			judge_runit(reading, folders[i], names.items[j]);
		for (size_t j = 0; j < reading->consoles->count; j++)
			console_say(reading, reading->consoles->items[j].terminal, CONSOLE_NONE,
				    folders[i], 0);
		return true;
	}
	return false;
}
