/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a gate of PAM lets an account through: pam_nologin, pam_securetty, pam_access, pam_time,
 * pam_listfile, pam_shells, pam_limits, by the files that decide for them, and pam_succeed_if by its
 * rule.
 *
 * What hangs on the terminal, the host or the hour depends, and is said to.
 */
#ifndef REFLOAT_SYSTEM_PAM_GATE_H
#define REFLOAT_SYSTEM_PAM_GATE_H

#include "system/pam.h"

/* Who would log in. */
struct pam_person {
	const char *user;
	bool is_root;			/* user number 0 */
	uint32_t uid;
	uint32_t gid;
	const char *shell;		/* "" is /bin/sh */
	const struct text_list *groups; /* names of the groups the user is in */
};

enum pam_answer { PAM_REFUSED, PAM_DEPENDS, PAM_PASSES };

struct pam_verdict {
	enum pam_answer answer;
	char *file;    /* what says so, in-root; NULL for one that passes */
	unsigned line; /* where in it; 0: the file as a whole */
};

/* What GATE says to PERSON. */
void pam_gate_judge(const struct root *root, const struct pam_gate *gate,
		    const struct pam_person *person, struct pam_verdict *ret_verdict);
void pam_verdict_done(struct pam_verdict *verdict);
#define _cleanup_pam_verdict_ _cleanup_(pam_verdict_done)

/*
 * The text of an access.conf for PERSON, its fields between FIELD_SEPARATORS (":"), the items of a
 * list between LIST_SEPARATORS (" ,\t"): the first line that matches decides (pam_access.c,
 * login_access). *RET_LINE is that line, or the one it depends on; 0: none matches, and the file is
 * passed.
 */
enum pam_answer pam_access_judge(const char *text, size_t length, const char *field_separators,
				 const char *list_separators, const struct pam_person *person,
				 unsigned *ret_line);

#endif
