/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mends what keeps logins over SSH out: settings of sshd, its account, its host keys, its start. */
#include "action/mend_ssh.h"
#include "action/mend_units.h"
#include "base/i18n.h"
#include "base/printable.h"

/*
 * Root gets in by key, which is what distributions mean it to be: with a password only where that
 * is asked for in so many words, and root has no key. Others, who have a key, keep passwords off
 * unless they are asked for.
 */
static bool opens_password(const struct mending *mending)
{
	const struct account_state *account = mending->account;
	bool is_all = answers_has(mending->answers, "all");

	if (!account || !account_opens_ssh_password(account))
		return false;
	if (account->uid)
		return !is_all || !account->keys;
	return !is_all && account->has_password;
}

/* Of root, which gets in by no key that is not there. */
static void note_no_key(struct mending *mending, const char *user)
{
	bool has_password = mending->account->has_password;
	_cleanup_free_ char *key = mending_command(mending, MEND_KEY);
	_cleanup_free_ char *other =
		mending_command(mending, has_password ? MEND_SSHD : MEND_PASSWORD);

	if (has_password)
		mending_tell(mending,
			     _("%s has no SSH key, and its password is not let in over SSH. \"%s\" "
			       "gives it a key; \"%s\" lets its password in, which whole networks "
			       "try."),
			     user, key, other);
	else
		mending_tell(mending,
			     _("%s has neither an SSH key nor a password, and no more is changed "
			       "for passwords over SSH. \"%s\" gives it a key, \"%s\" a password."),
			     user, key, other);
}

static void note_ways(struct mending *mending, bool by_password)
{
	const struct account_state *account = mending->account;
	_cleanup_free_ char *user = account ? printable_text(account->name) : NULL;
	_cleanup_free_ char *command = account ? mending_command(mending, MEND_KEY) : NULL;

	if (!account || (account->uid && by_password))
		return;
	if (by_password)
		text_list_format(&mending->plan->notes,
				 _("%s has no SSH key: it may log in with its password then, which "
				   "whole networks try. \"%s\" lets it in by key alone."),
				 user, command);
	else if (!account->keys)
		note_no_key(mending, user);
	else
		mending_tell(
			mending,
			_("Over SSH %s is let in by key, and no more is changed for passwords."),
			user);
}

int mend_sshd(struct mending *mending, struct problem *why)
{
	bool by_password = opens_password(mending), is_changed = false;
	size_t before = mending->plan->count;
	/* without an account --all mends what keeps sshd from starting, and opens nothing more */
	bool is_for_all = !mending->account && !answers_has(mending->answers, "all");
	int r = is_for_all ? mending_open_sshd_for_all(mending, &is_changed, why)
			   : mending_open_sshd(mending, by_password, true, &is_changed, why);

	if (r == 0)
		r = mend_sshd_account(mending, &is_changed, why);
	if (r == 0)
		r = mend_sshd_host_keys(mending, why);
	if (r == 0)
		r = mend_sshd_start(mending, why);
	if (r < 0)
		return r;
	note_ways(mending, by_password);
	if (!is_changed && mending->plan->count == before)
		mending_note(mending,
			     mending->account
				     ? _("The settings of sshd keep nobody of that name out.")
				     : _("Nothing keeps sshd from starting."));
	return 0;
}
