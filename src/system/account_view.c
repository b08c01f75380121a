/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entries of passwd and shadow, typed, and what the dates of a shadow entry mean. */
#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "system/account_file.h"
#include "system/account_line.h"

static char *get_or_empty(const struct account_file *file, size_t line, unsigned field)
{
	char *value = account_file_get(file, line, field);

	return value ? value : text_copy("");
}

static uint32_t get_id(const struct account_file *file, size_t line, unsigned field)
{
	_cleanup_free_ char *value = account_file_get(file, line, field);
	uint32_t id = 0;

	(void)account_line_parse_id(value, &id); /* an entry has one */
	return id;
}

int account_file_get_account(const struct account_file *file, size_t line,
			     struct account *ret_account)
{
	if (file->kind != ACCOUNT_FILE_PASSWD || line >= file->count ||
	    file->lines[line].kind != ACCOUNT_LINE_ENTRY)
		return -EINVAL;
	*ret_account = (struct account){
		.name = get_or_empty(file, line, PASSWD_NAME),
		.password = get_or_empty(file, line, PASSWD_PASSWORD),
		.uid = get_id(file, line, PASSWD_UID),
		.gid = get_id(file, line, PASSWD_GID),
		.gecos = get_or_empty(file, line, PASSWD_GECOS),
		.home = get_or_empty(file, line, PASSWD_HOME),
		.shell = get_or_empty(file, line, PASSWD_SHELL),
		.faults = file->lines[line].faults,
	};
	return 0;
}

void account_done(struct account *account)
{
	if (account->password)
		explicit_bzero(account->password, strlen(account->password));
	free(account->name);
	free(account->password);
	free(account->gecos);
	free(account->home);
	free(account->shell);
	*account = (struct account){0};
}

static bool is_member(const struct account_file *group, size_t line, const struct account *account)
{
	_cleanup_free_ char *members = account_file_get(group, line, GROUP_MEMBERS);
	_cleanup_free_ char *id = account_file_get(group, line, GROUP_GID);
	_cleanup_text_list_ struct text_list list = {0};
	uint32_t gid;

	if (id && account_line_parse_id(id, &gid) >= 0 && gid == account->gid)
		return true;
	text_list_split(&list, members ? members : "", ", \t");
	return text_list_contains(&list, account->name);
}

void account_list_groups(const struct account *account, const struct account_file *group,
			 struct text_list *ret_groups)
{
	for (size_t i = 0; i < group->count; i++) {
		_cleanup_free_ char *name = account_file_get(group, i, GROUP_NAME);

		if (name && is_member(group, i, account) && !text_list_contains(ret_groups, name))
			text_list_add(ret_groups, name);
	}
}

/* As glibc: 32 bits with their sign, empty is -1. */
static int64_t get_days(const struct account_file *file, size_t line, unsigned field)
{
	_cleanup_free_ char *value = account_file_get(file, line, field);
	uint32_t number;

	if (!value || !*value || account_line_parse_id(value, &number) < 0)
		return SHADOW_NOT_SET;
	return (int32_t)number;
}

int account_file_get_shadow(const struct account_file *file, size_t line,
			    struct shadow_entry *ret_entry)
{
	if (file->kind != ACCOUNT_FILE_SHADOW || line >= file->count ||
	    file->lines[line].kind != ACCOUNT_LINE_ENTRY)
		return -EINVAL;
	*ret_entry = (struct shadow_entry){
		.name = get_or_empty(file, line, SHADOW_NAME),
		.hash = get_or_empty(file, line, SHADOW_HASH),
		.last_change = get_days(file, line, SHADOW_LAST_CHANGE),
		.min = get_days(file, line, SHADOW_MIN),
		.max = get_days(file, line, SHADOW_MAX),
		.warn = get_days(file, line, SHADOW_WARN),
		.inactive = get_days(file, line, SHADOW_INACTIVE),
		.expire = get_days(file, line, SHADOW_EXPIRE),
		.faults = file->lines[line].faults,
	};
	return 0;
}

void shadow_entry_done(struct shadow_entry *entry)
{
	if (entry->hash)
		explicit_bzero(entry->hash, strlen(entry->hash));
	free(entry->name);
	free(entry->hash);
	*entry = (struct shadow_entry){0};
}

unsigned shadow_entry_judge(const struct shadow_entry *entry, int64_t today)
{
	int64_t age = today - entry->last_change;
	unsigned states = 0;

	if (entry->expire >= 0 && today >= entry->expire)
		states |= SHADOW_ACCOUNT_EXPIRED;
	if (entry->last_change == 0)
		return states | SHADOW_MUST_CHANGE;
	if (age < 0)
		return states | SHADOW_CHANGED_LATER;
	if (entry->last_change < 0 || entry->max < 0 || age <= entry->max)
		return states;
	if (entry->inactive >= 0 && age > entry->max + entry->inactive)
		return states | SHADOW_PASSWORD_EXPIRED;
	return states | SHADOW_MUST_CHANGE;
}
