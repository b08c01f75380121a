/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts of a Windows system as JSON: for programs, and for their way from the worker to the
 * parent. */
#include <errno.h>
#include <stddef.h>

#include "base/json.h"
#include "system/windows_domain.h"

#define ACCOUNTS_MAX 20000u

static const struct {
	const char *name;
	size_t offset;
} account_flags[] =
	{
		{"disabled", offsetof(struct windows_account, is_disabled)},
		{"locked", offsetof(struct windows_account, is_locked)},
		{"administrator", offsetof(struct windows_account, is_administrator)},
		{"expired", offsetof(struct windows_account, is_expired)},
		{"must_change", offsetof(struct windows_account, must_change)},
		{"needs_no_password", offsetof(struct windows_account, needs_no_password)},
},
  system_flags[] = {
	  {"dirty", offsetof(struct windows_accounts, is_dirty)},
	  {"replayed", offsetof(struct windows_accounts, is_replayed)},
	  {"hibernated", offsetof(struct windows_accounts, is_hibernated)},
	  {"controller", offsetof(struct windows_accounts, is_controller)},
	  {"entra", offsetof(struct windows_accounts, is_entra)},
};

static struct json_object *account_to_json(const struct windows_account *account)
{
	struct json_object *object = json_object_new_object();

	json_add_bytes(object, "name", account->name);
	json_add_bytes(object, "full_name", account->full_name);
	json_add_u64(object, "rid", account->rid);
	json_add_text(object, "password",
		      account->password == WINDOWS_PASSWORD_BLANK ? "blank" : "set");
	for (size_t i = 0; i < ARRAY_SIZE(account_flags); i++)
		json_add_bool(object, account_flags[i].name,
			      *(const bool *)((const char *)account + account_flags[i].offset));
	json_add_u64(object, "failures", account->failures);
	json_add_bytes(object, "online_name", account->online_name);
	json_add_u64(object, "last_login", (uint64_t)account->last_login);
	return object;
}

struct json_object *windows_accounts_to_json(const struct windows_accounts *accounts)
{
	struct json_object *object = json_object_new_object();
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < accounts->count; i++)
		(void)json_object_array_add(list, account_to_json(&accounts->items[i]));
	json_object_object_add(object, "accounts", list);
	json_add_bytes(object, "domain", accounts->domain);
	json_add_bytes(object, "sam", accounts->sam_path);
	for (size_t i = 0; i < ARRAY_SIZE(system_flags); i++)
		json_add_bool(object, system_flags[i].name,
			      *(const bool *)((const char *)accounts + system_flags[i].offset));
	json_add_u64(object, "lockout_threshold", accounts->lockout_threshold);
	json_add_bytes_list(object, "unread", &accounts->unread);
	return object;
}

static int account_from_json(struct json_object *object, struct windows_account *account)
{
	const char *password = json_get_text(object, "password");
	uint64_t rid = json_get_u64(object, "rid", UINT64_MAX);
	uint64_t failures = json_get_u64(object, "failures", 0);
	uint64_t last_login = json_get_u64(object, "last_login", 0);

	account->name = json_get_bytes(object, "name");
	account->full_name = json_get_bytes(object, "full_name");
	account->online_name = json_get_bytes(object, "online_name");
	if (!account->name || !account->full_name || rid > UINT32_MAX || failures > UINT16_MAX ||
	    last_login > INT64_MAX)
		return -EINVAL;
	account->rid = (uint32_t)rid;
	account->failures = (unsigned)failures;
	account->last_login = (int64_t)last_login;
	account->password =
		text_is_equal(password, "blank") ? WINDOWS_PASSWORD_BLANK : WINDOWS_PASSWORD_SET;
	for (size_t i = 0; i < ARRAY_SIZE(account_flags); i++)
		*(bool *)((char *)account + account_flags[i].offset) =
			json_get_bool(object, account_flags[i].name, false);
	return 0;
}

int windows_accounts_from_json(struct json_object *object, struct windows_accounts *ret_accounts)
{
	_cleanup_windows_accounts_ struct windows_accounts accounts = {0};
	struct json_object *list = json_get_array(object, "accounts");
	size_t count = list ? json_object_array_length(list) : 0;
	uint64_t threshold = json_get_u64(object, "lockout_threshold", 0);

	if (!list || count > ACCOUNTS_MAX || threshold > UINT16_MAX)
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		if (account_from_json(json_object_array_get_idx(list, i),
				      windows_accounts_add(&accounts)) < 0)
			return -EINVAL;
	}
	accounts.domain = json_get_bytes(object, "domain");
	accounts.sam_path = json_get_bytes(object, "sam");
	if (!accounts.sam_path)
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_SIZE(system_flags); i++)
		*(bool *)((char *)&accounts + system_flags[i].offset) =
			json_get_bool(object, system_flags[i].name, false);
	accounts.lockout_threshold = (unsigned)threshold;
	json_get_bytes_list(object, "unread", &accounts.unread);
	*ret_accounts = accounts;
	accounts = (struct windows_accounts){0};
	return 0;
}
