/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: all files that the judge of accounts reads, with lines of "%%" between them. */
#include "fuzz_root.h"

#include <string.h>

#include "system/accounts.h"

static const char *const paths[] = {
	"/etc/passwd",		"/etc/shadow",
	"/etc/group",		"/etc/pam.d/login",
	"/etc/ssh/sshd_config", "/etc/sudoers",
	"/etc/nsswitch.conf",	"/etc/login.defs",
	"/etc/securetty",	"/home/anna/.ssh/authorized_keys",
};

static const struct accounts_options options = {.now = 1771200000};

/* Nobody gets in by a way that something blocks. */
static void check(const struct accounts *accounts, const struct account_state *state)
{
	for (size_t i = 0; i < state->obstacles.count; i++) {
		const struct account_obstacle *obstacle = &state->obstacles.items[i];

		if (i && obstacle->weight < obstacle[-1].weight)
			abort();
		for (size_t way = 0; way < LOGIN_WAYS; way++) {
			if (obstacle->weight == OBSTACLE_BLOCKS &&
			    (obstacle->ways & LOGIN_BIT(way)) && state->answers[way] != LOGIN_NO)
				abort();
		}
	}
	if (!accounts_find(accounts, state->name))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_accounts_ struct accounts accounts = {0};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		const uint8_t *end = size ? memmem(data, size, "%%\n", 3) : NULL;
		size_t length = end ? (size_t)(end - data) : size;

		fuzz_root_write(paths[i], data, length < 4096 ? length : 4096);
		data += end ? length + 3 : length;
		size -= end ? length + 3 : length;
	}
	accounts_read(fuzz_root(), &options, &accounts);
	for (size_t i = 0; i < accounts.count; i++)
		check(&accounts, &accounts.items[i]);
	return 0;
}
