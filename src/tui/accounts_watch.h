/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The accounts of one system, as far as a screen has asked for them, read without waiting.
 *
 * They are read again when something was done, when the system is mounted or unmounted meanwhile,
 * and when a person asks for it; what is known stays until the new answer is there.
 */
#ifndef REFLOAT_TUI_ACCOUNTS_WATCH_H
#define REFLOAT_TUI_ACCOUNTS_WATCH_H

#include "action/windows_accounts.h"

struct accounts_watch {
	struct account_target target; /* target.system NULL: nobody has asked */
	struct account_look *look;    /* NULL: they are not being read now; of Windows the next */
	struct windows_look *windows_look;
	struct accounts accounts; /* good where has_accounts */
	bool has_accounts;
	struct windows_accounts windows; /* good where has_windows */
	bool has_windows;
	bool is_stale; /* to be read (again) as soon as that may be */
	struct problem
		why; /* why they could not be read; error 0: they could, or nobody has tried */
};

void accounts_watch_done(struct accounts_watch *watch);

/*
 * Those of SYSTEM are wanted: begins to read them where that is needed. MOUNTED is what is mounted
 * now. IS_HELD: it must not begin now, and will at the next call.
 */
void accounts_watch_want(struct accounts_watch *watch, struct session *session,
			 const struct mounted_system *mounted, const char *system, bool is_held);
bool accounts_watch_is_reading(const struct accounts_watch *watch);
/* What is known may not be so any more. */
void accounts_watch_set_stale(struct accounts_watch *watch);
/* Gives up what is being read; it is stale then. */
void accounts_watch_stop(struct accounts_watch *watch);

int accounts_watch_fd(const struct accounts_watch *watch); /* -1: none */
int accounts_watch_timeout_ms(const struct accounts_watch *watch);
bool accounts_watch_dispatch(struct accounts_watch *watch); /* true: they have been read */

#endif
