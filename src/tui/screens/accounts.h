/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens about accounts share: which system they are about, what stands below a list of
 * them, and that the system must be mounted before anything is mended. */
#ifndef REFLOAT_TUI_SCREENS_ACCOUNTS_H
#define REFLOAT_TUI_SCREENS_ACCOUNTS_H

#include "action/action.h"
#include "tui/app.h"
#include "tui/screens/listing.h"

/* Opens the list of accounts of SYSTEM (id; NULL: the one that is mounted, else the first). */
void accounts_open(struct app *app, const char *system);
/* Why there is none to open; NULL: there is. */
const char *accounts_why_not_open(const struct app *app);

/* What is known of the accounts that a screen has asked for last. */
const struct accounts_watch *accounts_of(const struct app *app);

/* What a person wants done on a screen whose state this is. */
typedef void (*accounts_wish_fn)(struct app *app, void *state);

/* The state of each of these screens begins with it. */
struct accounts_base {
	struct listing listing;		  /* first: it is what the keys go to */
	const struct screen_class *class; /* of the screen */
	char *system;			  /* its id */
	char *title;
	accounts_wish_fn wish; /* the system is being mounted for it; NULL: for nothing */
};

/* All but the title. COLUMNS as listing_init has them. */
void accounts_base_init(struct accounts_base *base, const struct screen_class *class,
			const struct list_column *columns, size_t count, const char *system);
void accounts_base_done(struct app *app, struct accounts_base *base);

/* Does WISH now; or once the system is mounted, which is asked first; or it is said why it cannot
 * be. */
enum reaction accounts_ask_for(struct app *app, void *state, accounts_wish_fn wish);

/* For the classes and tables of these screens. */
void accounts_resume(struct app *app, void *state);
const char *accounts_get_title(const void *state);
enum reaction accounts_read_again(struct app *app, void *state);
enum reaction accounts_open_undo(struct app *app, void *state);
/* In place of the screen the accounts of the next system. */
enum reaction accounts_open_next(struct app *app, void *state);
const char *accounts_why_not_next(const struct app *app, const void *state);

/* --- lists of accounts */

void accounts_close_list(struct app *app, void *state);
void accounts_set_list_title(const struct app *app, struct accounts_base *base);
/* What stands below any of them, in front of all else and behind it. */
void accounts_add_first_remarks(const struct accounts_watch *watch, struct text_list *remarks);
void accounts_add_last_remarks(const struct accounts_watch *watch, struct text_list *remarks);
/* In place of accounts that have not been read; the caller frees. */
char *accounts_format_unread(const struct accounts_watch *watch);

/* --- plans */

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

/* What screen_account is told, and screen_password and screen_add_key. */
struct account_argument {
	const char *system;
	const char *name; /* NULL: a new account */
};

#endif
