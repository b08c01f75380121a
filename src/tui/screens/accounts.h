/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens about accounts share: which system they are about, and that it must be mounted
 * before anything is mended. */
#ifndef REFLOAT_TUI_SCREENS_ACCOUNTS_H
#define REFLOAT_TUI_SCREENS_ACCOUNTS_H

#include "action/action.h"
#include "tui/app.h"

/* Opens the list of accounts of SYSTEM (id; NULL: the one that is mounted, else the first). */
void accounts_open(struct app *app, const char *system);
/* In place of the top screen, the accounts of the system behind SYSTEM. */
enum reaction accounts_open_next(struct app *app, const char *system);
const char *accounts_why_not_next(const struct app *app, const void *state);
/* Why there is none to open; NULL: there is. */
const char *accounts_why_not_open(const struct app *app);

/* What is known of the accounts that a screen has asked for last. */
const struct accounts_watch *accounts_of(const struct app *app);

/*
 * Whether something can be changed there now. False: it was said why, or a question was asked
 * whether to mount it first. When the screen of class BACK_TO, the top one, is resumed,
 * accounts_are_ready tells whether it has been.
 */
bool accounts_make_ready(struct app *app, app_on_answer_fn on_answer);
/* For ON_ANSWER: the plan of the mount, which leads back to BACK_TO; where a line of fstab is only
 * a guess, its form first, in which that is switched on. */
void accounts_open_mount(struct app *app, const struct screen_class *back_to);
bool accounts_are_ready(const struct app *app);

/* ANSWERS, freshly made for ACTION, are about USER (may be NULL) of the system that is shown. */
void accounts_answer(const struct app *app, const struct action *action, const char *user,
		     struct answers *answers);
/* Opens the plan of ACTION for USER (may be NULL) with flag OPTION (may be NULL); it leads back to
 * BACK_TO. */
void accounts_open_plan(struct app *app, const char *action, const char *user, const char *option,
			const struct screen_class *back_to);

/* Says how OBSTACLE, a filesystem that is not mounted, comes to be mounted. */
enum reaction accounts_explain_mount(struct app *app, const struct account_obstacle *obstacle);

/* What it is and where, without a full stop; the caller frees. */
char *accounts_format_obstacle(const struct account_obstacle *obstacle);

/* For the screens' tables: reads them again. */
enum reaction accounts_read_again(struct app *app, void *state);

/* What screen_account is told, and screen_password and screen_add_key. */
struct account_argument {
	const char *system;
	const char *name; /* NULL: a new account */
};

#endif
