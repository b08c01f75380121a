/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the PAM reader share. */
#ifndef REFLOAT_SYSTEM_PAM_PARTS_H
#define REFLOAT_SYSTEM_PAM_PARTS_H

#include "system/pam.h"
#include "system/pam_gate.h"

/* Where the target's modules may be: in-root folders. */
void pam_module_folders(const struct root *root, struct text_list *folders);

/* The file of MODULE as a rule names it, in one of FOLDERS; the caller frees; NULL: not there. */
char *pam_module_find(const struct root *root, const struct text_list *folders, const char *module);

/* What the conditions of RULE, of pam_succeed_if, say to PERSON. */
enum pam_answer pam_succeed_if_judge(const struct pam_rule *rule, const struct pam_person *person);

/* What limits.conf, or the file that GATE names, has of logins for PERSON; *RET_FILE, the caller's to
 * free, and *RET_LINE are what refuses. */
enum pam_answer pam_limits_judge(const struct root *root, const struct pam_gate *gate,
				 const struct pam_person *person, char **ret_file,
				 unsigned *ret_line);

/* The words of a rule: blanks between them, [brackets] around one that has blanks. */
void pam_split_words(const char *text, struct text_list *words);

#endif
