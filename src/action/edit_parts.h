/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What doing and undoing a change of a file have in common. */
#ifndef REFLOAT_ACTION_EDIT_PARTS_H
#define REFLOAT_ACTION_EDIT_PARTS_H

#include "action/edit.h"
#include "plan/plan.h"

/* Bytes out of the store: wiped. */
struct edit_kept {
	char *bytes;
	size_t length;
};
void edit_kept_done(struct edit_kept *kept);
#define _cleanup_edit_kept_ _cleanup_(edit_kept_done)

/* Where the file of STEP is, as a path of the rescue system; the caller frees. */
char *edit_step_path(const struct step *step);
/* Where its contents called NAME are kept; the caller frees. */
char *edit_step_stored(const struct step *step, const char *name);
/* The argument NAME, a checksum or EDIT_MISSING; borrowed. */
const char *edit_step_checksum(const struct step *step, const char *name);
bool edit_step_is_removal(const struct step *step); /* there is no file afterwards */
bool edit_step_is_making(const struct step *step);  /* there was none before */
unsigned edit_step_flags(const struct step *step, const char *name);
/* What edit_apply needs, but for the bytes. */
struct edit edit_step_to_edit(const struct step *step, const struct root *root);
/* The lock that STEP asks for: *RET_FD stays -1 where there is none to take. */
int edit_step_lock(const struct step *step, const struct root *root, int *ret_fd,
		   struct problem *why);
/* The chattr lines for what is lifted (SIGN '-') and put back ('+'). */
void edit_step_print_flags(const struct step *step, struct text_list *lines, char sign,
			   bool has_file);

/* The class's members that are not about doing it. */
int edit_step_undo(const struct step *step, struct step_report *report, struct problem *why);
char *edit_step_undo_what(const struct step *step);
void edit_step_undo_print(const struct step *step, struct text_list *lines);
bool edit_step_is_done(const struct step *step);

#endif
