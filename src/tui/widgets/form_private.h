/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the form share. */
#ifndef REFLOAT_TUI_WIDGETS_FORM_PRIVATE_H
#define REFLOAT_TUI_WIDGETS_FORM_PRIVATE_H

#include "tui/widgets/form.h"

bool form_field_is_typed(const struct form_field *field);
bool form_field_has_value(const struct form_field *field); /* neither a heading nor a note */

void form_choose_radio(struct form *form, struct form_field *field);
void form_open_picker(struct form *form); /* of the current field, if there is something to pick */
void form_close_picker(struct form *form);

/* One line of the form as it is drawn. */
struct form_line {
	size_t field;	   /* form->count: the button */
	size_t start, end; /* bytes of a note */
	bool is_blank;	   /* the empty line in front of a heading and the button */
};

struct form_lines {
	struct form_line *items;
	size_t count, capacity;
	size_t current; /* line of the current field */
	size_t context; /* first line of the headings and notes just above it */
};

/* All lines of the form in AREA; in a low one without blank lines. */
void form_lay_out(const struct form *form, struct area area, struct form_lines *lines);
void form_lines_done(struct form_lines *lines);
#define _cleanup_form_lines_ _cleanup_(form_lines_done)

/* Where what a field holds is drawn in AREA; row is that of AREA. */
struct area form_value_area(const struct form *form, const struct form_field *field,
			    struct area area);

#endif
