/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A form: labels on the left, what is filled in on the right, help for the current field below.
 *
 * Up, Down, Tab and Shift-Tab move between fields, Enter goes on to the next; on the last field
 * or on the button it submits, if no field has anything against it. A choice changes with Left,
 * Right and Space; a flag with Space; a device opens a list with Enter or Space; Tab in a path
 * completes it. Of the radio fields of a group one is on, chosen with Space: Enter only goes on, so
 * that nobody chooses the last one by going through. A field is checked when it is left and when the
 * form is submitted, and what is wrong stands beside it.
 */
#ifndef REFLOAT_TUI_WIDGETS_FORM_H
#define REFLOAT_TUI_WIDGETS_FORM_H

#include "base/text.h"
#include "tui/widgets/edit.h"
#include "tui/widgets/list.h"
#include "tui/widgets/widget.h"

enum form_kind {
	FORM_TEXT,
	FORM_SECRET,
	FORM_PATH,
	FORM_CHOICE,  /* one of several */
	FORM_DEVICE,  /* one of many, with columns: chosen in a list */
	FORM_FLAG,    /* yes or no */
	FORM_RADIO,   /* one of several, each a line with a help of its own */
	FORM_HEADING, /* no field: the name of a section */
	FORM_NOTE,    /* no field: a paragraph of explanation */
};

struct form;

/* What is wrong with field NAME as it is filled in: an allocated sentence, NULL when nothing. */
typedef char *(*form_check_fn)(void *data, const struct form *form, const char *name);

/* Adds what the path TYPED in field NAME could become, folders with a slash at their end. */
typedef void (*form_complete_fn)(void *data, const char *name, const char *typed,
				 struct text_list *candidates);

struct form_option {
	char *value;		/* what form_get returns */
	struct text_list texts; /* one a column; a choice has one */
};

struct form_field {
	char *name; /* NULL for a heading and a note */
	enum form_kind kind;
	char *label;		     /* or the heading, or the note */
	char *help;		     /* may be NULL */
	struct edit edit;	     /* TEXT, SECRET, PATH */
	struct form_option *options; /* CHOICE, DEVICE */
	size_t option_count, option_capacity;
	size_t chosen;			   /* of options */
	bool is_on;			   /* FLAG, RADIO */
	char *group;			   /* RADIO: what it belongs to; its own name is its value */
	const struct list_column *columns; /* DEVICE: of its list; borrowed */
	size_t column_count;
	char *detail; /* more about it, behind the value; may be NULL */
	enum role detail_role;
	char *message; /* what is wrong; NULL: nothing known */
};

struct form {
	struct form_field *fields;
	size_t count, capacity;
	size_t current;		   /* a field that can be filled in; count: the button */
	char *button;		   /* "Show the plan" */
	form_check_fn check;	   /* may be NULL */
	form_complete_fn complete; /* may be NULL */
	void *data;		   /* for both */
	char *candidates;	   /* what the path could be, after a Tab that could not decide */
	bool is_picking;	   /* the list of a device is open */
	struct list picker;
	struct widget_shown *shown;
};

void form_init(struct form *form, const char *button);
void form_done(struct form *form);
void form_set_callbacks(struct form *form, form_check_fn check, form_complete_fn complete,
			void *data);

void form_add_heading(struct form *form, const char *text);
void form_add_note(struct form *form, const char *text);
void form_add_text(struct form *form, const char *name, const char *label, const char *help,
		   const char *value);
void form_add_secret(struct form *form, const char *name, const char *label, const char *help);
void form_add_path(struct form *form, const char *name, const char *label, const char *help,
		   const char *value);
void form_add_flag(struct form *form, const char *name, const char *label, const char *help,
		   bool is_on);
/* An option of GROUP, called VALUE; the first one of a group is on until form_set says otherwise. */
void form_add_radio(struct form *form, const char *group, const char *value, const char *label,
		    const char *help);
void form_add_choice(struct form *form, const char *name, const char *label, const char *help);
/* COLUMNS are those of its list, as of a struct list; borrowed until form_done. */
void form_add_device(struct form *form, const char *name, const char *label, const char *help,
		     const struct list_column *columns, size_t column_count);
/* An option of the choice or device added last; TEXTS: one a column (a choice has one). The first
 * is chosen until form_set says otherwise. */
void form_add_option(struct form *form, const char *value, const char *const *texts);

/* Text: what is typed; choice, device: value of the option, NULL if there is none; flag: "yes" or
 * NULL; of a group of radio fields, by its name: the one that is on. NULL for a name the form does
 * not have. Borrowed until the next key. */
const char *form_get(const struct form *form, const char *name);
bool form_get_flag(const struct form *form, const char *name);
void form_set(struct form *form, const char *name, const char *value); /* as form_get gives it */
/* What stands behind the value, such as the device of a mount point; NULL: nothing. */
void form_set_detail(struct form *form, const char *name, enum role role, const char *detail);
/*
 * Says what is wrong with a field. Where there is a check callback, that decides anew at its next
 * turn; where there is none, it stays until the caller takes it away (NULL), and does not keep the
 * form from being submitted.
 */
void form_set_message(struct form *form, const char *name, const char *message); /* NULL: none */
const char *form_current(const struct form *form);     /* name; NULL on the button */
void form_select(struct form *form, const char *name); /* NULL: the button */
bool form_is_typing(const struct form *form);	       /* letters are for the form now */

void form_draw(const struct form *form, struct canvas *canvas, struct area area);

/* WIDGET_CHOSEN: submitted, and every field is right. */
enum widget_answer form_key(struct form *form, const struct key *key);

#endif
