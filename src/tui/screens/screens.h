/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screens of the menu, and what opening each of them is given. */
#ifndef REFLOAT_TUI_SCREENS_SCREENS_H
#define REFLOAT_TUI_SCREENS_SCREENS_H

#include "tui/screen.h"

struct action;

/* Of screen_form. */
struct form_argument {
	const struct action *action;
	const char *system; /* id of the system that it is about; NULL: the person chooses */
};

extern const struct screen_class screen_device;	  /* argument: name of the device */
extern const struct screen_class screen_disks;	  /* argument: none */
extern const struct screen_class screen_form;	  /* argument: struct form_argument */
extern const struct screen_class screen_glossary; /* argument: none */
extern const struct screen_class screen_help;	  /* argument: the struct screen_class explained */
extern const struct screen_class screen_log;	  /* argument: none */
extern const struct screen_class screen_system;	  /* argument: id of the system */
extern const struct screen_class screen_systems;  /* argument: none */

#endif
