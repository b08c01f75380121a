/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SELinux on the target: whether it uses it, and the labels of its files.
 *
 * A file that is changed keeps its label, since it is copied with the rest (base/edit.h). A new one, made
 * by a rescue system that knows nothing of SELinux, has none, and an enforcing system then keeps the very
 * programs from it that it is for. So its label is taken from a file of its kind beside it, or from its
 * folder; where neither has one the system must label itself at its next start.
 */
#ifndef REFLOAT_SYSTEM_SELINUX_H
#define REFLOAT_SYSTEM_SELINUX_H

#include "base/root.h"

#define SELINUX_RELABEL_FILE "/.autorelabel" /* there: the system labels all files when it starts */

enum selinux_mode {
	SELINUX_NONE,     /* no configuration: not installed */
	SELINUX_DISABLED, /* labels are not looked at; what is made meanwhile has none */
	SELINUX_PERMISSIVE,
	SELINUX_ENFORCING,
};

struct selinux {
	enum selinux_mode mode; /* as etc/selinux/config has it; the kernel's command line may say otherwise */
	char *policy;           /* "targeted"; NULL: not named */
	bool is_labelled;       /* its root folder has a label: it was in use once */
	bool will_relabel;      /* SELINUX_RELABEL_FILE is there already */
};

/* The mode in LENGTH bytes of etc/selinux/config; *RET_POLICY may become NULL; the caller frees it. */
enum selinux_mode selinux_parse_config(const char *text, size_t length, char **ret_policy);

/* Reads it all from ROOT. A root without SELinux is no failure. */
void selinux_read(const struct root *root, struct selinux *ret);
void selinux_done(struct selinux *selinux);
#define _cleanup_selinux_ _cleanup_(selinux_done)

/* Whether labels matter there: it enforces or would, with files that have some. */
bool selinux_is_used(const struct selinux *selinux);
const char *selinux_mode_name(enum selinux_mode mode); /* as the configuration has it */

/* The label of what PATH leads to inside ROOT; -ENODATA where it has none. The caller frees. */
int selinux_read_label(const struct root *root, const char *path, char **ret_label);

/* Whether a file at in-root PATH has LABEL only by mistake: one for what has none, or in /etc one of a home or of /tmp,
 * where it was made and moved from. */
bool selinux_is_stray(const char *path, const char *label);

/* LABEL (user:role:type:level) with another TYPE; NULL where it is no label. The caller frees. */
char *selinux_change_type(const char *label, const char *type);

/*
 * The label for a new file or folder at in-root PATH, after what is known of its kind: a shadow file gets
 * the label of another one (else type shadow_t), passwd and group that of each other, .ssh and what is in it
 * ssh_home_t; anything else what its folder has. Stray labels count for none. -ENODATA: nothing there is labelled.
 * The caller frees.
 */
int selinux_label_new(const struct root *root, const char *path, char **ret_label);

/*
 * What a person should know where a file at PATH is made without a label although SELINUX is used: the sentence
 * for the plan's notes, which says that the next start takes longer. NULL: nothing. The caller frees.
 */
char *selinux_relabel_note(const struct selinux *selinux, const char *path);

#endif
