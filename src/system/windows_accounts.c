/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The local accounts of a Windows system, read from its hives. */
#include "system/windows_accounts.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "base/printable.h"
#include "system/windows_domain.h"
#include "system/windows_files.h"
#include "system/windows_sam.h"

#define ACCOUNTS_MAX 20000u
#define UNREAD_MAX 20u

static void account_done(struct windows_account *account)
{
	free(account->name);
	free(account->full_name);
	free(account->online_name);
	*account = (struct windows_account){0};
}

void windows_accounts_done(struct windows_accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++)
		account_done(&accounts->items[i]);
	free(accounts->items);
	free(accounts->domain);
	free(accounts->sam_path);
	text_list_done(&accounts->unread);
	*accounts = (struct windows_accounts){0};
}

struct windows_account *windows_accounts_add(struct windows_accounts *accounts)
{
	accounts->items = alloc_grow(accounts->items, accounts->count, &accounts->capacity,
				     sizeof(*accounts->items));
	accounts->items[accounts->count] = (struct windows_account){0};
	return &accounts->items[accounts->count++];
}

const struct windows_account *windows_accounts_find(const struct windows_accounts *accounts,
						    const char *user)
{
	uint64_t rid;

	for (size_t i = 0; i < accounts->count; i++) {
		if (text_is_equal_ignoring_case(accounts->items[i].name, user))
			return &accounts->items[i];
	}
	if (text_parse_u64(user, &rid) < 0)
		return NULL;
	for (size_t i = 0; i < accounts->count; i++) {
		if (accounts->items[i].rid == rid)
			return &accounts->items[i];
	}
	return NULL;
}

/* The RID that KEY's name is, eight digits; false for "Names" and whatever else there is. */
static bool parse_rid(const char *name, uint32_t *ret_rid)
{
	char *end;

	if (!name || strlen(name) != 8 || strspn(name, "0123456789abcdefABCDEF") != 8)
		return false;
	*ret_rid = (uint32_t)strtoul(name, &end, 16);
	return true;
}

/* What the group of administrators has as its members; empty where it makes no sense. */
static void read_administrators(struct hive *hive, struct windows_accounts *accounts,
				struct hive_value *ret_group)
{
	hive_key key = hive_find(hive, 0, SAM_ADMINISTRATORS_KEY);

	if (!key || hive_read(hive, key, "C", ret_group) < 0)
		text_list_add(
			&accounts->unread,
			_("the group of administrators cannot be read: who is one is not known"));
}

static void note_unread(struct windows_accounts *accounts, const char *name)
{
	_cleanup_free_ char *shown = printable_text(name);

	if (accounts->unread.count < UNREAD_MAX)
		text_list_format(&accounts->unread, _("the account %s makes no sense"), shown);
}

static void read_account(struct hive *hive, hive_key key, const struct sam_rules *rules,
			 const struct hive_value *group, struct windows_accounts *accounts)
{
	_cleanup_free_ char *name = hive_get_name(hive, key);
	_cleanup_hive_value_ struct hive_value f = {0}, v = {0};
	_cleanup_sam_user_ struct sam_user user = {0};
	unsigned char sid[SAM_SID_BYTES + 4];
	struct windows_account *account;
	uint32_t rid;

	if (!parse_rid(name, &rid))
		return;
	if (hive_read(hive, key, "F", &f) < 0 || hive_read(hive, key, "V", &v) < 0 ||
	    sam_read_user(f.bytes, f.length, v.bytes, v.length, &user) < 0 || user.rid != rid) {
		note_unread(accounts, name);
		return;
	}
	if (user.flags & SAM_TRUSTS)
		return;
	account = windows_accounts_add(accounts);
	sam_judge(&user, rules, time(NULL), account);
	account->online_name = hive_read_text(hive, key, "InternetUserName");
	if (rules->has_sid) {
		sam_make_sid(rules, rid, sid);
		account->is_administrator =
			sam_group_has(group->bytes, group->length, sid, sizeof(sid)) > 0;
	}
}

static int compare_accounts(const void *a, const void *b)
{
	uint32_t left = ((const struct windows_account *)a)->rid;
	uint32_t right = ((const struct windows_account *)b)->rid;

	return left < right ? -1 : left > right;
}

static int read_users(struct hive *hive, struct windows_accounts *accounts, struct problem *why)
{
	hive_key users = hive_find(hive, 0, SAM_DOMAIN "/Users");
	_cleanup_hive_value_ struct hive_value group = {0};
	_cleanup_free_ hive_key *keys = NULL;
	struct sam_rules rules = {0};
	size_t count = 0;

	if (!users || sam_open_rules(hive, &rules) < 0 ||
	    hive_list(hive, users, &keys, &count) < 0 || count > ACCOUNTS_MAX)
		return problem_set(why, -EUCLEAN, accounts->sam_path,
				   _("has no accounts that make sense"));
	accounts->lockout_threshold = rules.threshold;
	read_administrators(hive, accounts, &group);
	for (size_t i = 0; i < count; i++)
		read_account(hive, keys[i], &rules, &group, accounts);
	if (accounts->count)
		qsort(accounts->items, accounts->count, sizeof(*accounts->items), compare_accounts);
	return 0;
}

int windows_accounts_read_hive(const void *bytes, size_t length, struct windows_accounts *accounts,
			       struct problem *why)
{
	_cleanup_hive_ struct hive *hive = NULL;
	int r = hive_open(bytes, length, false, accounts->sam_path, &hive, why);

	return r < 0 ? r : read_users(hive, accounts, why);
}

int windows_accounts_read(const struct root *root, struct windows_accounts *ret_accounts,
			  struct problem *why)
{
	_cleanup_windows_accounts_ struct windows_accounts accounts = {0};
	_cleanup_windows_hive_ struct windows_hive hive = {0};
	int r = windows_hive_read(root, "SAM", &hive, why);

	if (r < 0)
		return r;
	text_set(&accounts.sam_path, hive.path);
	accounts.is_dirty = hive.is_dirty;
	accounts.is_replayed = hive.is_replayed;
	accounts.is_hibernated = windows_is_hibernated(root);
	r = windows_accounts_read_hive(hive.bytes, hive.length, &accounts, why);
	if (r < 0)
		return r;
	windows_domain_read(root, &accounts);
	*ret_accounts = accounts;
	accounts = (struct windows_accounts){0};
	return 0;
}
