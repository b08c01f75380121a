/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mends the membership of the group that sudo or doas trust. */
#include <errno.h>

#include "action/mending_parts.h"
#include "base/i18n.h"
#include "base/printable.h"

int mending_find_admin_group(struct mending *mending, const char **ret_group, struct problem *why)
{
	const struct text_list *names = &mending->accounts.admin_groups;
	struct account_file *group = NULL;
	int r = mending_get(mending, ACCOUNT_FILE_GROUP, &group, why);
	size_t line;

	*ret_group = NULL;
	for (size_t i = 0; r == 0 && group && !*ret_group && i < names->count; i++) {
		if (account_file_find(group, names->items[i], &line) == 0)
			*ret_group = names->items[i];
	}
	return r;
}

void mending_note_no_admin_group(struct mending *mending)
{
	_cleanup_free_ char *names = text_list_join(&mending->accounts.admin_groups, ", ");
	_cleanup_free_ char *shown = printable_text(names);

	if (*shown)
		mending_note(mending,
			     _("sudo of %s trusts the groups %s, and none of them exists: nobody "
			       "can be added."),
			     mending->target.title, shown);
	else
		mending_note(mending,
			     _("No sudoers or doas.conf of %s trusts a group with everything: "
			       "there is none to be added to."),
			     mending->target.title);
}

int mending_join_group(struct mending *mending, const char *name, const char *user,
		       struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(user), *shown_group = printable_text(name);
	struct account_file *group = NULL, *gshadow = NULL;
	int r = mending_get(mending, ACCOUNT_FILE_GROUP, &group, why);

	if (r == 0)
		r = mending_get(mending, ACCOUNT_FILE_GSHADOW, &gshadow, why);
	if (r == 0)
		r = account_edit_add_member(group, gshadow, name, user, why);
	if (r < 0)
		return r;
	mending_say(mending, ACCOUNT_FILE_GROUP, _("make %s a member of %s"), shown, shown_group);
	mending_say(mending, ACCOUNT_FILE_GSHADOW, _("make %s a member of %s"), shown, shown_group);
	return 0;
}

int mend_admin(struct mending *mending, struct problem *why)
{
	_cleanup_free_ char *shown = printable_text(mending->user);
	const char *group = NULL;
	int r;

	if (mending->account->is_admin) {
		mending_note(mending, _("%s may become root already."), shown);
		return 0;
	}
	r = mending_find_admin_group(mending, &group, why);
	if (r < 0)
		return r;
	if (!group) {
		mending_note_no_admin_group(mending);
		return 0;
	}
	if (!mending->account->has_password) {
		_cleanup_free_ char *command = mending_command(mending, MEND_PASSWORD);

		text_list_format(&mending->plan->notes,
				 _("sudo asks %s for the password of that account, and it has "
				   "none: \"%s\" sets one."),
				 shown, command);
	}
	return mending_join_group(mending, group, mending->user, why);
}
