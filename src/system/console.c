/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminals of a target on which a login waits: whoever starts it. */
#include "system/console.h"

#include <string.h>

#include "base/alloc.h"
#include "system/console_parts.h"
#include "system/inittab.h"
#include "system/inspect_parts.h"
#include "system/systemd.h"

#define CONSOLES_MAX 200

const struct console *consoles_find(const struct consoles *consoles, const char *terminal)
{
	for (size_t i = 0; i < consoles->count; i++) {
		if (text_is_equal(consoles->items[i].terminal, terminal))
			return &consoles->items[i];
	}
	return NULL;
}

bool console_is_wanted(const struct console *console)
{
	if (console->is_kernels || strcmp(console->terminal, "tty1") == 0)
		return true;
	if (console->state == CONSOLE_DISABLED)
		return !text_is_equal(console->file, INITTAB_PATH);
	return console->state != CONSOLE_NONE;
}

static struct console *get(struct consoles *consoles, const char *terminal)
{
	struct console *console = (struct console *)consoles_find(consoles, terminal);

	if (console || consoles->count >= CONSOLES_MAX)
		return console;
	consoles->items = alloc_grow(consoles->items, consoles->count, &consoles->capacity,
				     sizeof(*consoles->items));
	console = &consoles->items[consoles->count++];
	console->terminal = text_copy(terminal);
	console->is_serial = terminal_is_serial(terminal);
	console->state = CONSOLE_NONE;
	return console;
}

/* What of two answers counts: a login that one of them starts is there. */
static int rank(enum console_state state)
{
	static const int ranks[] = {
		[CONSOLE_LOGIN] = 4,  [CONSOLE_NONE] = 0,   [CONSOLE_DISABLED] = 1,
		[CONSOLE_MASKED] = 2, [CONSOLE_BROKEN] = 3,
	};

	return ranks[state];
}

const char *console_primary(const struct console_reading *reading)
{
	const struct consoles *consoles = reading->consoles;
	struct kernel_console console;
	const char *primary = "tty1";

	for (size_t at = 0; kernel_line_next_console(reading->line, &at, &console);
	     free(console.name)) {
		const struct console *known = consoles_find(consoles, console.name);

		primary = known ? known->terminal : "tty1";
	}
	return primary;
}

void console_say(const struct console_reading *reading, const char *terminal,
		 enum console_state state, const char *file, unsigned line)
{
	struct console *console;

	if (strcmp(terminal, "console") == 0)
		terminal = console_primary(reading);
	console = get(reading->consoles, terminal);
	if (!console || (console->file && rank(state) <= rank(console->state)))
		return;
	console->state = state;
	text_set(&console->file, file);
	console->line = line;
}

/* tty1 and those that the kernel is told of. */
static void add_wanted(const struct console_reading *reading)
{
	struct kernel_console named;

	(void)get(reading->consoles, "tty1");
	for (size_t at = 0; kernel_line_next_console(reading->line, &at, &named);
	     free(named.name)) {
		struct console *console =
			strcmp(named.name, "tty0") != 0 ? get(reading->consoles, named.name) : NULL;

		if (!console)
			continue;
		console->is_kernels = true;
		if (named.speed)
			console->speed = named.speed;
	}
}

static void find_init(const struct root *root, struct consoles *consoles)
{
	struct system system = {0};

	inspect_init(root, &system);
	consoles->init = system.init;
	free(system.architecture);
}

/* OpenRC is started by another init: sysvinit or busybox. */
static bool is_busybox_init(const struct root *root)
{
	_cleanup_free_ char *target = NULL;

	return root_read_link(root, "/sbin/init", &target) == 0 && strstr(target, "busybox");
}

/* Asks what starts the logins; false where nothing can be said. */
static bool ask(const struct console_reading *reading)
{
	const char *init = reading->consoles->init;
	bool is_known;

	if (text_is_equal(init, "systemd"))
		return console_read_systemd(reading);
	if (text_is_equal(init, "upstart"))
		return console_read_upstart(reading);
	if (text_is_equal(init, "busybox"))
		return console_read_inittab(reading, true);
	if (text_is_equal(init, "runit"))
		return console_read_runit(reading);
	if (!text_is_equal(init, "openrc"))
		return console_read_inittab(reading, false);
	is_known = console_read_openrc(reading);
	return console_read_inittab(reading, is_busybox_init(reading->root)) || is_known;
}

void consoles_read(const struct root *root, const char *init, struct consoles *ret_consoles)
{
	_cleanup_kernel_line_ struct kernel_line line = {0};
	struct consoles consoles = {0};
	struct console_reading reading = {.root = root, .line = &line, .consoles = &consoles};

	if (init)
		text_set(&consoles.init, init);
	else
		find_init(root, &consoles);
	kernel_line_read(root, &line);
	add_wanted(&reading);
	if (!ask(&reading)) {
		consoles_done(&consoles);
	}
	*ret_consoles = consoles;
}

void consoles_done(struct consoles *consoles)
{
	for (size_t i = 0; i < consoles->count; i++) {
		free(consoles->items[i].terminal);
		free(consoles->items[i].file);
	}
	free(consoles->items);
	free(consoles->init);
	*consoles = (struct consoles){0};
}
