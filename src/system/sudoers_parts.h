/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the reader of sudoers share. */
#ifndef REFLOAT_SYSTEM_SUDOERS_PARTS_H
#define REFLOAT_SYSTEM_SUDOERS_PARTS_H

#include "system/sudoers.h"

#define SUDOERS_FILES_MAX 300
#define SUDOERS_BYTES_MAX (4u << 20) /* of all files */
#define SUDOERS_RULES_MAX 5000
#define SUDOERS_NAMES_MAX 20000 /* in all rules, aliases filled in */
#define SUDOERS_TRUSTED_MAX 500

enum sudoers_alias_kind { SUDOERS_USERS, SUDOERS_RUNAS, SUDOERS_COMMANDS, SUDOERS_HOSTS };

struct sudoers_alias {
	enum sudoers_alias_kind kind;
	char *name;
	struct text_list members;
};

struct sudoers_aliases {
	struct sudoers_alias *items;
	size_t count;
	size_t capacity;
	size_t filled; /* names that were put into lists so far */
};

/* Adds a rule unless there are too many; takes WHO over. */
void sudoers_add_rule(struct sudoers *sudoers, struct text_list *who, bool allows);

/* TEXT defines aliases: they are added. */
bool sudoers_take_aliases(struct sudoers_aliases *aliases, const char *text);
void sudoers_aliases_done(struct sudoers_aliases *aliases);

/* TEXT is a rule: what it says of all commands as root is added. */
void sudoers_take_rule(struct sudoers *sudoers, struct sudoers_aliases *aliases, const char *text);

/* doas.conf and its like, added behind what sudo says. */
void sudoers_read_doas(const struct root *root, struct sudoers *sudoers);

#endif
