/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may become root on a target: the groups and users that sudoers and doas.conf trust with
 * everything.
 *
 * sudoers with its includes (@include, #include, and their folders), aliases of users, line
 * continuations; a rule counts where it lets run ALL commands as root. A later rule that takes it
 * back (!ALL) takes it back.
 */
#ifndef REFLOAT_SYSTEM_SUDOERS_H
#define REFLOAT_SYSTEM_SUDOERS_H

#include "base/root.h"
#include "base/text.h"

/* A rule about all commands as root: the last one that matches decides. */
struct sudoers_rule {
	struct text_list who; /* "anna", "%wheel", "ALL", "!bob"; aliases filled in */
	bool allows;
};

struct sudoers {
	struct sudoers_rule *rules;
	size_t count;
	size_t capacity;
	struct text_list
		groups;		/* names; a group that does not exist in the target is among them */
	struct text_list users; /* "ALL" where everybody is */
	bool has_program;	/* sudo or doas is installed */
	struct text_list files; /* all that were read, in-root */
};

void sudoers_read(const struct root *root, struct sudoers *ret_sudoers);
void sudoers_done(struct sudoers *sudoers);
#define _cleanup_sudoers_ _cleanup_(sudoers_done)

/* USER, who is in GROUPS, may become root. */
bool sudoers_trusts(const struct sudoers *sudoers, const char *user,
		    const struct text_list *groups);

#endif
