/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for what there is to say of the accounts of a system as a whole. */
#include "action/accounts.h"
#include "base/i18n.h"
#include "base/printable.h"

char *describe_account_source(const struct account_source *source)
{
	_cleanup_free_ char *label =
		printable_text(source->label ? _(source->label) : source->name);
	_cleanup_free_ char *file = printable_text(source->file), *names = NULL, *joined = NULL;

	if (source->names.count) {
		joined = text_list_join(&source->names, ", ");
		names = printable_text(joined);
		return text_format(
			_("Accounts of %s are out of reach, since their passwords are not in "
			  "/etc/shadow: %s."),
			label, names);
	}
	if (!*file)
		return text_format(
			_("Accounts of %s are out of reach: they are kept elsewhere, not on "
			  "this disk."),
			label);
	return text_format(
		_("Accounts of %s (%s names it) are out of reach: they are kept elsewhere, not "
		  "on this disk."),
		label, file);
}

char *describe_mount_advice(const struct account_target *target, const char *place)
{
	_cleanup_free_ char *shown = printable_text(place);

	if (!target->root)
		return text_format(
			_("\"refloat mount --plan\" says whether %s would be mounted, and "
			  "why not."),
			shown);
	if (!target->system)
		return text_format(_("Mount it at %s%s."), target->title, shown);
	return text_format(_("Take the system down (\"refloat umount\"); \"refloat mount --plan\" "
			     "then says why %s is left out, and what takes it in."),
			   shown);
}

bool accounts_lack_root(const struct accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++) {
		if (accounts->items[i].uid == 0)
			return false;
	}
	return accounts->has_passwd;
}

static void note_no_root(const struct answers *answers, struct text_list *notes)
{
	_cleanup_free_ char *command = describe_mend_command(MEND_LINE, "root", answers);

	text_list_format(notes,
			 _("/etc/passwd has no line of root. \"%s\" puts one there, that of its "
			   "backup where there is one."),
			 command);
}

static void note_not_mounted(const struct accounts *accounts, const struct account_target *target,
			     struct text_list *notes)
{
	for (size_t i = 0; i < accounts->not_mounted.count; i++) {
		const char *place = accounts->not_mounted.items[i];
		_cleanup_free_ char *shown = printable_text(place);
		_cleanup_free_ char *advice = describe_mount_advice(target, place);

		text_list_format(notes,
				 _("%s is in /etc/fstab and not mounted: what is on it is not "
				   "known here. %s"),
				 shown, advice);
	}
}

void describe_accounts_notes(const struct accounts *accounts, const struct account_target *target,
			     const struct answers *answers, struct text_list *notes)
{
	if (!accounts->has_passwd)
		text_list_add(notes, _("There is no /etc/passwd: nobody can log in."));
	else if (accounts_lack_root(accounts))
		note_no_root(answers, notes);
	if (accounts->has_passwd && !accounts->has_shadow)
		text_list_add(notes, _("There is no /etc/shadow: passwords are looked for in "
				       "/etc/passwd, which every program can read."));
	if (accounts->broken_lines)
		text_list_format(
			notes,
			P_("%zu line of passwd and shadow cannot be read. It stays as it is.",
			   "%zu lines of passwd and shadow cannot be read. They stay as they "
			   "are.",
			   accounts->broken_lines),
			accounts->broken_lines);
	if (accounts->left_out)
		text_list_format(notes,
				 P_("%zu more account is not shown: there are too many. This "
				    "command shows it: refloat accounts NAME",
				    "%zu more accounts are not shown: there are too many. This "
				    "command shows one: refloat accounts NAME",
				    accounts->left_out),
				 accounts->left_out);
	for (size_t i = 0; i < accounts->unread.count; i++) {
		_cleanup_free_ char *file = printable_text(accounts->unread.items[i]);

		text_list_format(notes, _("%s could not be read, and may say something else."),
				 file);
	}
	note_not_mounted(accounts, target, notes);
	if (accounts->sshd_asked)
		text_list_add(notes,
			      _("What the SSH server allows is what it says itself (sshd -T)."));
}
