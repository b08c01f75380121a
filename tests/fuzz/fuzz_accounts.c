/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: all files that the judge of accounts reads, with lines of "%%" between them. */
#include "fuzz_root.h"

#include <string.h>

#include "system/accounts.h"
#include "words.h"

static const char *const paths[] = {
	"/etc/passwd",
	"/etc/shadow",
	"/etc/group",
	"/etc/pam.d/login",
	"/etc/ssh/sshd_config",
	"/etc/sudoers",
	"/etc/nsswitch.conf",
	"/etc/login.defs",
	"/etc/securetty",
	"/home/anna/.ssh/authorized_keys",
	"/etc/pam.d/sshd",
	"/etc/security/access.conf",
	"/etc/shells",
	"/run/faillock/anna",
	"/etc/security/limits.conf",
};

/* What is there, so that more is to be found out than that it is missing. */
static void write_programs(void)
{
	static const char *const programs[] = {"/bin/sh", "/bin/bash", "/usr/sbin/sshd",
					       "/usr/bin/sudo", "/sbin/agetty"};
	static const char *const modules[] = {
		"unix",	 "nologin",  "securetty", "access", "time",  "listfile", "shells",
		"wheel", "faillock", "tally2",	  "tcb",    "unix2", "limits"};

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		fuzz_root_write(programs[i], (const uint8_t *)"#!x\n", 4);
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		_cleanup_free_ char *path = text_format("/lib/security/pam_%s.so", modules[i]);

		fuzz_root_write(path, (const uint8_t *)"x", 1);
	}
}

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

const char *const fuzz_words[] = {ACCOUNT_WORDS, LOGIN_WORDS, PAM_WORDS, SSHD_WORDS,
				  SUDOERS_WORDS, "\n%%\n",    NULL};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_accounts_ struct accounts accounts = {0};
	static bool has_programs;

	if (!has_programs)
		write_programs();
	has_programs = true;
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
