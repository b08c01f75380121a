/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that plan a change of sshd's settings share. */
#ifndef REFLOAT_SYSTEM_SSHD_EDITOR_H
#define REFLOAT_SYSTEM_SSHD_EDITOR_H

#include "system/sshd_edit.h"
#include "system/sshd_lines.h"
#include "system/sshd_version.h"

struct sshd_editor {
	const struct root *root;
	const struct sshd_wish *wish;
	struct sshd_edit *edit;
	struct sshd_config config; /* as it is with the changes of the rounds before */
	struct sshd_files files;
	struct sshd_version version;
	bool has_changed;    /* in this round */
	bool knows_prohibit; /* the target's sshd has the word "prohibit-password" */
};

/* The line of SETTING gets VALUES (NULL: it becomes a comment), unless this round changed it.
 * IS_WIDE: that counts for others, too. */
void sshd_editor_change(struct sshd_editor *editor, const struct sshd_setting *setting,
			const char *values, bool is_wide);
/* A line for what has its default. */
void sshd_editor_add(struct sshd_editor *editor, const char *keyword, const char *values);
/* Tells what stays, once. SETTING may be NULL. */
void sshd_editor_say(struct sshd_editor *editor, enum sshd_rest_kind kind, const char *keyword,
		     const char *subject, const struct sshd_setting *setting);

/* One round: changes each line that keeps the login of the wish out. */
void sshd_editor_let_in(struct sshd_editor *editor);

#endif
