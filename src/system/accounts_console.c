/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminals of a target, and whether a login waits on any of them. */
#include "base/alloc.h"
#include "system/accounts_parts.h"
#include "system/console.h"

static void add_terminal(struct accounts *accounts, const struct console *console)
{
	accounts->terminals =
		alloc_grow(accounts->terminals, accounts->terminal_count,
			   &accounts->terminal_capacity, sizeof(*accounts->terminals));
	accounts->terminals[accounts->terminal_count++] = (struct account_terminal){
		.name = text_copy(console->terminal),
		.is_serial = console->is_serial,
		.has_login = console->state == CONSOLE_LOGIN,
		.is_kernels = console->is_kernels,
		.is_wanted = console_is_wanted(console),
		.file = text_copy(console->file),
	};
}

bool accounts_have_login(const struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->terminal_count; i++) {
		if (accounts->terminals[i].has_login)
			return true;
	}
	return false;
}

/* Without a login on one terminal there may be one on another, which hangs on the machine. */
void judge_consoles(struct judge *judge)
{
	struct accounts *accounts = judge->accounts;
	_cleanup_consoles_ struct consoles consoles = {0};

	consoles_read(judge->root, judge->init, &consoles);
	for (size_t i = 0; i < consoles.count; i++)
		add_terminal(accounts, &consoles.items[i]);
	for (size_t i = 0; i < consoles.count; i++) {
		const struct account_terminal *terminal = &accounts->terminals[i];
		const struct obstacle_found found = {
			.kind = OBSTACLE_NO_CONSOLE,
			.weight = accounts_have_login(accounts) ? OBSTACLE_MAY : OBSTACLE_BLOCKS,
			.ways = LOGIN_BIT(LOGIN_CONSOLE),
			.subject = terminal->name,
			.file = terminal->file,
			.line = consoles.items[i].line,
		};

		if (terminal->is_wanted && !terminal->has_login)
			obstacle_add(&accounts->system, &found);
	}
}
