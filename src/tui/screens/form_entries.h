/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The entries of a system's fstab as lines of the form of a mount, each to be left out or taken in.
 */
#ifndef REFLOAT_TUI_SCREENS_FORM_ENTRIES_H
#define REFLOAT_TUI_SCREENS_FORM_ENTRIES_H

#include "action/action.h"
#include "system/resolve.h"
#include "tui/app.h"
#include "tui/widgets/form.h"

/* Fields of an action that the entries stand for. */
#define FIELD_GUESSES "accept-guesses"
#define FIELD_LEAVE "skip"
#define FIELD_TAKE "with"

/* An entry of fstab that can be switched. */
struct form_entry {
	char *field;		     /* its name in the form */
	char *name;		     /* what --skip and --with take */
	enum resolved_action action; /* without anybody's choice */
};

struct form_entries {
	struct form_entry *items;
	size_t count;
	size_t capacity;
	size_t unusable; /* that cannot be switched on */
};

/* Adds what RESOLUTION has to FORM: what can be switched, then what cannot, with the reason. */
void form_entries_add(const struct app *app, const struct resolution *resolution, struct form *form,
		      struct form_entries *entries);
void form_entries_clear(struct form_entries *entries); /* the form is made anew */
void form_entries_done(struct form_entries *entries);

/* Puts the cursor of FORM on the first that is only a guess, if there is one. */
void form_entries_select_guess(const struct form_entries *entries, struct form *form);
/* What was switched in FORM. */
void form_entries_answer(const struct form_entries *entries, const struct form *form,
			 struct answers *answers);

#endif
