/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changes of one account in passwd, shadow, group and gshadow. */
#include "system/account_edit.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "system/password_field.h"

/* The line of NAME in FILE, or its absence said. */
static int find(const struct account_file *file, const char *name, size_t *ret_line,
		struct problem *why)
{
	if (account_file_find(file, name, ret_line) < 0)
		return problem_set(why, -ENOENT, account_file_path(file->kind),
				   _("there is no %s in it"), name);
	return 0;
}

static char *format_day(int64_t day)
{
	return day > 0 ? text_format("%" PRId64, day) : text_copy("");
}

/* FIELD of a line that was found, and whose other end must not shut the account. */
static int set_field(struct account_file *file, size_t line, unsigned field, const char *value,
		     struct problem *why)
{
	int error = account_file_set(file, line, field, value, why);

	if (error >= 0)
		(void)account_file_drop_carriage_return(file, line); /* mostly there is none */
	return error;
}

static int set_shadow(struct account_file *shadow, const char *name, const char *hash,
		      int64_t today, struct problem *why)
{
	_cleanup_free_ char *day = format_day(today);
	const char *const values[SHADOW_FIELDS] = {name, hash, day, "0", "99999", "7", "", "", ""};
	size_t line;
	int error;

	if (account_file_find(shadow, name, &line) < 0)
		return account_file_add(shadow, values, NULL, why);
	error = set_field(shadow, line, SHADOW_HASH, hash, why);
	return error < 0 ? error : set_field(shadow, line, SHADOW_LAST_CHANGE, day, why);
}

int account_edit_hash(const struct account_pair *files, const char *name, const char *hash,
		      int64_t today, struct problem *why)
{
	_cleanup_account_ struct account account = {0};
	size_t line = 0, shadow_line;
	int error = find(files->passwd, name, &line, why);

	if (error < 0)
		return error;
	if (!files->shadow)
		return set_field(files->passwd, line, PASSWD_PASSWORD, hash, why);
	error = account_file_get_account(files->passwd, line, &account);
	if (error < 0)
		return error;
	error = set_shadow(files->shadow, name, hash, today, why);
	if (error < 0)
		return error;
	(void)account_file_drop_carriage_return(files->passwd, line); /* mostly there is none */
	if (password_find_place(&account, files->shadow, &shadow_line) == PASSWORD_IN_SHADOW)
		return 0;
	return set_field(files->passwd, line, PASSWD_PASSWORD, "x", why);
}

/* Where NAME's password field is: file, line and field. */
static int find_field(const struct account_pair *files, const char *name,
		      struct account_file **ret_file, size_t *ret_line, unsigned *ret_field,
		      struct problem *why)
{
	_cleanup_account_ struct account account = {0};
	size_t line = 0;
	int error = find(files->passwd, name, &line, why);

	if (error >= 0)
		error = account_file_get_account(files->passwd, line, &account);
	if (error < 0)
		return error;
	switch (password_find_place(&account, files->shadow, ret_line)) {
	case PASSWORD_IN_PASSWD:
		*ret_file = files->passwd;
		*ret_line = line;
		*ret_field = PASSWD_PASSWORD;
		return 0;
	case PASSWORD_IN_SHADOW:
		*ret_file = files->shadow;
		*ret_field = SHADOW_HASH;
		return 0;
	default:
		return problem_set(why, -ENOENT, account_file_path(ACCOUNT_FILE_SHADOW),
				   _("there is no %s in it"), name);
	}
}

int account_edit_unlock(const struct account_pair *files, const char *name, struct problem *why)
{
	struct account_file *file = NULL;
	struct password_field field;
	_cleanup_free_ char *old = NULL;
	unsigned number = 0;
	size_t line = 0;
	int error = find_field(files, name, &file, &line, &number, why);

	if (error < 0)
		return error;
	old = account_file_get(file, line, number);
	password_field_parse(old ? old : "", &field);
	if (field.kind == PASSWORD_NEVER)
		return problem_set(why, -ENODATA, name,
				   _("the account is locked and has no password behind the lock"));
	if (field.kind == PASSWORD_LOCKED)
		error = set_field(file, line, number, old + field.lock_length, why);
	if (old)
		explicit_bzero(old, strlen(old));
	return error < 0 ? error : field.kind != PASSWORD_LOCKED;
}

int account_edit_unexpire(const struct account_pair *files, const char *name, int64_t today,
			  struct problem *why)
{
	_cleanup_shadow_entry_ struct shadow_entry entry = {0};
	_cleanup_free_ char *day = format_day(today);
	unsigned states;
	size_t line = 0;
	int error;

	if (!files->shadow)
		return problem_set(why, -ENOENT, account_file_path(ACCOUNT_FILE_SHADOW),
				   _("there is no such file"));
	error = find(files->shadow, name, &line, why);
	if (error >= 0)
		error = account_file_get_shadow(files->shadow, line, &entry);
	if (error < 0)
		return error;
	states = shadow_entry_judge(&entry, today);
	if (states & SHADOW_ACCOUNT_EXPIRED)
		error = set_field(files->shadow, line, SHADOW_EXPIRE, "", why);
	if (error >= 0 && (states & ~SHADOW_ACCOUNT_EXPIRED))
		error = set_field(files->shadow, line, SHADOW_LAST_CHANGE, day, why);
	return error < 0 ? error : (int)states;
}

int account_edit_shell(const struct account_pair *files, const char *name, const char *shell,
		       struct problem *why)
{
	size_t line = 0;
	int error = find(files->passwd, name, &line, why);

	return error < 0 ? error : set_field(files->passwd, line, PASSWD_SHELL, shell, why);
}

/* Adds USER to the list in the last field of LINE. 0, or 1 where it is there. */
static int add_to_list(struct account_file *file, size_t line, unsigned field, const char *user,
		       struct problem *why)
{
	_cleanup_free_ char *members = account_file_get(file, line, field), *longer = NULL;
	_cleanup_text_list_ struct text_list list = {0};

	text_list_split(&list, members ? members : "", ",");
	if (text_list_contains(&list, user))
		return 1;
	longer = list.count ? text_format("%s,%s", members, user) : text_copy(user);
	return set_field(file, line, field, longer, why);
}

int account_edit_add_member(struct account_file *group, struct account_file *gshadow,
			    const char *name, const char *user, struct problem *why)
{
	size_t line = 0, shadow_line = 0;
	int error = find(group, name, &line, why);

	if (error < 0)
		return error;
	if (!*user || user[strcspn(user, ",:\n\r")] != '\0')
		return problem_set(why, -EINVAL, account_file_path(group->kind),
				   _("the value cannot stand in a field of this file"));
	error = add_to_list(group, line, GROUP_MEMBERS, user, why);
	if (error >= 0 && gshadow && account_file_find(gshadow, name, &shadow_line) == 0) {
		int other = add_to_list(gshadow, shadow_line, GSHADOW_MEMBERS, user, why);

		error = other < error ? other : error;
	}
	return error;
}
