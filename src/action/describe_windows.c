/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts of Windows in words. */
#include <errno.h>
#include <time.h>

#include "action/windows_accounts.h"
#include "base/i18n.h"
#include "base/printable.h"

#define RID_FIRST_OF_PEOPLE 1000u
#define RID_ADMINISTRATOR 500u
#define TIME_LAST 253402300799 /* 9999-12-31 */

bool windows_account_could_log_in(const struct windows_account *account)
{
	return account->rid == RID_ADMINISTRATOR || account->rid >= RID_FIRST_OF_PEOPLE;
}

char *describe_windows_account(const struct windows_account *account)
{
	_cleanup_text_list_ struct text_list parts = {0};

	if (account->is_disabled)
		text_list_add(&parts, _("disabled"));
	if (account->is_locked && account->failures)
		text_list_format(&parts,
				 P_("locked after %u wrong password",
				    "locked after %u wrong passwords", account->failures),
				 account->failures);
	else if (account->is_locked)
		text_list_add(&parts, _("locked"));
	if (account->is_expired)
		text_list_add(&parts, _("expired"));
	if (account->online_name) {
		_cleanup_free_ char *shown = printable_text(account->online_name);

		text_list_format(&parts, _("Microsoft account %s"), shown);
	} else if (account->password == WINDOWS_PASSWORD_BLANK) {
		text_list_add(&parts, _("no password"));
	} else if (account->must_change) {
		text_list_add(&parts, _("must change its password at the next login"));
	}
	return text_list_join(&parts, "; ");
}

char *describe_windows_login(const struct windows_account *account)
{
	time_t seconds = (time_t)account->last_login;
	char text[sizeof("9999-12-31 23:59")];
	struct tm parts;

	if (account->last_login <= 0 || account->last_login > TIME_LAST ||
	    !gmtime_r(&seconds, &parts) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &parts))
		return text_copy(_("never"));
	return text_copy(text);
}

static void describe_joined(const struct windows_accounts *accounts, struct text_list *notes)
{
	_cleanup_free_ char *shown = printable_text(accounts->domain);

	if (accounts->is_controller) {
		text_list_format(
			notes,
			_("It is a domain controller (%s): the accounts of the domain are in "
			  "its directory and out of reach. The ones here only count when it "
			  "is started in Directory Services Restore Mode."),
			*shown ? shown : "?");
	} else if (accounts->is_entra) {
		text_list_format(
			notes,
			_("It has joined the Entra (Azure AD) tenant %s: accounts of that are "
			  "out of reach, since their passwords are not kept here."),
			shown);
	} else if (accounts->domain) {
		text_list_format(notes,
				 _("It has joined the domain %s: accounts of the domain are out of "
				   "reach, since its controllers keep them."),
				 shown);
	}
}

static bool has_online(const struct windows_accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++) {
		if (accounts->items[i].online_name)
			return true;
	}
	return false;
}

void describe_windows_notes(const struct windows_accounts *accounts, struct text_list *notes)
{
	_cleanup_problem_ struct problem why = {0};

	if (windows_check_changeable(accounts, NULL, &why) < 0) {
		_cleanup_free_ char *sentence = printable_sentence(why.why);

		text_list_format(notes, _("Nothing can be changed now: %s. %s"), sentence,
				 why.next ? why.next : "");
	}
	if (accounts->is_dirty)
		text_list_add(notes,
			      _("Windows ended while it was writing its accounts, and no log "
				"completes them: what is shown may be old."));
	if (accounts->is_replayed)
		text_list_add(notes,
			      _("Windows was not shut down: what the log of its registry has and "
				"the registry has not yet is shown as if it was there."));
	describe_joined(accounts, notes);
	if (has_online(accounts))
		text_list_add(notes,
			      _("Passwords of Microsoft accounts are out of reach, since Microsoft "
				"keeps them: they are changed on another computer, at "
				"account.live.com/password/reset. The built-in administrator "
				"(500) gets in without."));
	for (size_t i = 0; i < accounts->unread.count; i++) {
		_cleanup_free_ char *sentence = printable_sentence(accounts->unread.items[i]);

		text_list_format(notes, "%s.", sentence);
	}
}

int windows_check_changeable(const struct windows_accounts *accounts, const char *title,
			     struct problem *why)
{
	if (!accounts->is_hibernated)
		return 0;
	(void)problem_set(why, -EBUSY, title ? title : "Windows",
			  _("Windows is hibernated (after a shutdown with fast start, too), and "
			    "goes on with the files as it remembers them"));
	problem_set_next(
		why,
		_("Start it and shut it down whole, with \"shutdown /s /f /t 0\" or with Shift "
		  "held at \"Shut down\". Where it does not start any more: \"mount -t "
		  "ntfs-3g -o remove_hiberfile DEVICE FOLDER\" throws the hibernated session "
		  "away, with whatever was not saved in it; then --root FOLDER."));
	return -EBUSY;
}
