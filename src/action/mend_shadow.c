/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mends of what shadow says of an account: the lock in front of its password, and its dates. */
#include <errno.h>

#include "action/mending_parts.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/password_field.h"

/* The file that has the account's password: its step is what is spoken of. */
static enum account_file_kind find_place(const struct account_pair *pair, const char *name)
{
	_cleanup_account_ struct account account = {0};
	size_t line = 0, shadow_line;

	if (account_file_find(pair->passwd, name, &line) < 0 ||
	    account_file_get_account(pair->passwd, line, &account) < 0)
		return ACCOUNT_FILE_SHADOW;
	return password_find_place(&account, pair->shadow, &shadow_line) == PASSWORD_IN_PASSWD
		       ? ACCOUNT_FILE_PASSWD
		       : ACCOUNT_FILE_SHADOW;
}

int mend_unlock(struct mending *mending, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(mending->user);
	_cleanup_free_ char *command = mending_command(mending, MEND_PASSWORD);
	_cleanup_problem_ struct problem own = {0};
	struct account_pair pair = {0};
	int r = mending_get_pair(mending, &pair, why);

	if (r < 0)
		return r;
	r = account_edit_unlock(&pair, mending->user, &own);
	if (r == 0)
		mending_say(mending, find_place(&pair, mending->user), _("unlock %s"), shown);
	else if (r == 1)
		mending_note(mending, _("The password of %s is not locked."), shown);
	else if (r == -ENODATA)
		mending_note(mending, _("%s has no password behind the lock: \"%s\" sets one."),
			     shown, command);
	else if (r == -ENOENT)
		mending_note(mending,
			     _("%s has no line in the file of passwords: \"%s\" makes one."), shown,
			     command);
	else
		problem_move(why, &own);
	return r == 1 || r == -ENODATA || r == -ENOENT ? 0 : r;
}

/* The words for what was mended, for the step's sentence. */
static void say_dates(struct mending *mending, unsigned states)
{
	_cleanup_free_ char *shown = printable_text(mending->user);

	if (states & SHADOW_ACCOUNT_EXPIRED)
		mending_say(mending, ACCOUNT_FILE_SHADOW,
			    _("take off the date on which %s expired"), shown);
	if (states & (SHADOW_PASSWORD_EXPIRED | SHADOW_MUST_CHANGE | SHADOW_CHANGED_LATER)) {
		mending_say(mending, ACCOUNT_FILE_SHADOW,
			    _("have the password of %s count as changed today"), shown);
		mending_check_clock(mending);
	}
}

int mend_unexpire(struct mending *mending, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(mending->user);
	_cleanup_problem_ struct problem own = {0};
	struct account_pair pair = {0};
	int r = mending_get_pair(mending, &pair, why);

	if (r < 0)
		return r;
	r = account_edit_unexpire(&pair, mending->user, mending->today, &own);
	if (r > 0)
		say_dates(mending, (unsigned)r);
	else if (r == 0 || r == -ENOENT) /* without a line there are no dates */
		mending_note(mending, _("Nothing of %s has expired."), shown);
	else
		problem_move(why, &own);
	return r > 0 || r == -ENOENT ? 0 : r;
}
