/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The domain that a Windows system has joined, from the policy in its SECURITY hive, or its Entra
 * tenant, from its SYSTEM hive.
 */
#include "system/windows_domain.h"

#include <string.h>

#include "base/i18n.h"
#include "base/printable.h"
#include "storage/bytes.h"
#include "system/hive.h"
#include "system/windows_files.h"

#define TENANT_NAME_MAX 512u
#define SETS_MAX 999u

/* The text in the default value of KEY, which is a length, a size, a place, and UTF-16 there. */
static char *read_counted_text(struct hive *hive, const char *path)
{
	hive_key key = hive_find(hive, 0, path);
	_cleanup_hive_value_ struct hive_value value = {0};
	size_t length, place;

	if (!key || hive_read(hive, key, "", &value) < 0 || value.length < 8)
		return NULL;
	length = get_le16(value.bytes);
	place = get_le32(value.bytes + 4);
	if (place > value.length || length > value.length - place)
		return NULL;
	return utf16_to_text(value.bytes + place, length / 2);
}

/* A workgroup has a name as well, but no SID. */
static bool has_domain_sid(struct hive *hive)
{
	hive_key key = hive_find(hive, 0, "Policy/PolPrDmS");
	_cleanup_hive_value_ struct hive_value value = {0};

	return key && hive_read(hive, key, "", &value) == 0 && value.length >= 12 &&
	       value.bytes[0] == 1;
}

static void note_unread(struct windows_accounts *accounts, struct problem *why)
{
	_cleanup_free_ char *text = problem_text(why), *shown = printable_sentence(text);

	text_list_format(&accounts->unread, _("%s: whether it has joined a domain is not known"),
			 shown);
}

static void read_policy(const struct root *root, struct windows_accounts *accounts)
{
	_cleanup_hive_ struct hive *hive = NULL;
	_cleanup_problem_ struct problem why = {0};

	if (windows_hive_open(root, "SECURITY", &hive, &why) < 0) {
		note_unread(accounts, &why);
		return;
	}
	accounts->domain = read_counted_text(hive, "Policy/PolDnDDN");
	if (!accounts->domain && has_domain_sid(hive))
		accounts->domain = read_counted_text(hive, "Policy/PolPrDmN");
}

/* The set of settings that Windows last started with; 0: none. */
static hive_key find_settings(struct hive *hive)
{
	hive_key select = hive_find(hive, 0, "Select");
	_cleanup_hive_value_ struct hive_value value = {0};
	_cleanup_free_ char *path = NULL;
	uint32_t number = 1;

	if (select && hive_read(hive, select, "Current", &value) == 0 && value.length >= 4)
		number = get_le32(value.bytes);
	if (number > SETS_MAX)
		return 0;
	path = text_format("ControlSet%03u", number);
	return hive_find(hive, 0, path);
}

/* The tenant's name that JOIN is of, else who has joined it, else the tenant's number; NULL:
 * nothing. */
static char *name_join(struct hive *hive, hive_key settings, hive_key join)
{
	_cleanup_free_ char *id = hive_read_text(hive, join, "TenantId"), *path = NULL;
	char *found = NULL;

	if (id && strlen(id) <= TENANT_NAME_MAX) {
		path = text_format("Control/CloudDomainJoin/TenantInfo/%s", id);
		found = hive_read_text(hive, hive_find(hive, settings, path), "DisplayName");
	}
	if (!found)
		found = hive_read_text(hive, join, "UserEmail");
	return found ? found : TAKE_PTR(id);
}

/* The name of the tenant that the first of the joins is of, or who has joined it. */
static char *find_tenant(struct hive *hive, hive_key settings)
{
	hive_key joins = hive_find(hive, settings, "Control/CloudDomainJoin/JoinInfo");
	_cleanup_free_ hive_key *keys = NULL;
	size_t count = 0;
	char *found = NULL;

	if (!joins || hive_list(hive, joins, &keys, &count) < 0)
		return NULL;
	for (size_t i = 0; !found && i < count; i++)
		found = name_join(hive, settings, keys[i]);
	return found;
}

static void read_settings(const struct root *root, struct windows_accounts *accounts)
{
	_cleanup_hive_ struct hive *hive = NULL;
	_cleanup_free_ char *type = NULL;
	hive_key settings;

	if (windows_hive_open(root, "SYSTEM", &hive, NULL) < 0)
		return;
	settings = find_settings(hive);
	if (!settings)
		return;
	type = hive_read_text(hive, hive_find(hive, settings, "Control/ProductOptions"),
			      "ProductType");
	accounts->is_controller = text_is_equal_ignoring_case(type, "LanmanNT");
	if (accounts->domain)
		return;
	accounts->domain = find_tenant(hive, settings);
	accounts->is_entra = accounts->domain != NULL;
}

void windows_domain_read(const struct root *root, struct windows_accounts *accounts)
{
	read_policy(root, accounts);
	read_settings(root, accounts);
}
