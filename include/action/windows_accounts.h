/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The local accounts of a Windows system for front ends, with words. */
#ifndef REFLOAT_ACTION_WINDOWS_ACCOUNTS_H
#define REFLOAT_ACTION_WINDOWS_ACCOUNTS_H

#include "action/accounts.h"
#include "system/windows_accounts.h"

/* Reads the accounts of TARGET (is_windows) in a worker, mounted or not; waits for it at most the
 * session's deadline. -ENOSYS: built without libhivex. */
int windows_list_read(struct session *session, const struct account_target *target,
		      struct windows_accounts *ret_accounts, struct problem *why);

/* The same without waiting, for a menu: poll its descriptor, dispatch until it is finished, take.
 */
struct windows_look;
int windows_look_start(struct session *session, const struct account_target *target,
		       struct windows_look **ret_look, struct problem *why);
int windows_look_fd(const struct windows_look *look); /* -1: nothing to wait for */
int windows_look_timeout_ms(const struct windows_look *look);
bool windows_look_dispatch(struct windows_look *look); /* true: it still goes on */
int windows_look_take(struct windows_look *look, struct windows_accounts *ret_accounts,
		      struct problem *why);
struct windows_look *windows_look_free(struct windows_look *look);
DEFINE_CLEANUP_POINTER(struct windows_look, windows_look_free);
#define _cleanup_windows_look_ _cleanup_(windows_look_free_cleanup)

/* Whether somebody could log in with ACCOUNT if nothing stood in the way: not for those that
 * Windows keeps for itself (the guest, WDAGUtilityAccount, DefaultAccount). */
bool windows_account_could_log_in(const struct windows_account *account);

/* "disabled; locked after 5 wrong passwords; no password": its state, printable; "" where there is
 * nothing to say; the caller frees. */
char *describe_windows_account(const struct windows_account *account);
/* "2025-01-31 12:00"; "never"; the caller frees. */
char *describe_windows_login(const struct windows_account *account);
/* What holds for the system as a whole, and what is out of reach: printable sentences. */
void describe_windows_notes(const struct windows_accounts *accounts, struct text_list *notes);
/* Why nothing may be changed in it now, and what to do; 0 where it may. -EBUSY: hibernated. */
int windows_check_changeable(const struct windows_accounts *accounts, const char *title,
			     struct problem *why);

#endif
