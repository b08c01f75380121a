/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mends of an account in the SAM hive.
 *
 * What keeps its length (flags, counters, the lengths of the hashes) is changed in the bytes
 * themselves, so that not one other byte of the hive differs. Only who becomes an administrator
 * makes two values longer, for which libhivex puts them elsewhere in the hive.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/i18n.h"
#include "storage/bytes.h"
#include "system/windows_domain.h"
#include "system/windows_sam.h"

#define TYPE_BINARY 3u

/* A hive that is being changed. */
struct mending {
	char *bytes;
	size_t length;
	uint32_t rid;
	bool is_changed;
};

static int refuse(int error, struct problem *why)
{
	if (error == -ENOENT)
		return problem_set(why, error, "SAM", _("has no such account"));
	return problem_set(why, error, "SAM", _("has an account or a group that makes no sense"));
}

static void put(struct mending *mending, const struct hive_value *value, size_t at,
		const void *bytes, size_t length)
{
	char *place = mending->bytes + value->offset + at;

	if (memcmp(place, bytes, length) == 0)
		return;
	memcpy(place, bytes, length);
	mending->is_changed = true;
}

static void put_number(struct mending *mending, const struct hive_value *value, size_t at,
		       uint64_t number, size_t length)
{
	uint64_t little = htole64(number);

	put(mending, value, at, &little, length);
}

/* Value NAME of KEY, with a place of its own in the bytes where it really stands. */
static int read_in_place(struct mending *mending, struct hive *hive, hive_key key, const char *name,
			 struct hive_value *value)
{
	int r = hive_read(hive, key, name, value);

	if (r < 0)
		return r == -ENOENT ? -EUCLEAN : r;
	if (!value->offset || value->offset > mending->length ||
	    value->length > mending->length - value->offset ||
	    memcmp(mending->bytes + value->offset, value->bytes, value->length) != 0)
		return -EUCLEAN;
	return 0;
}

/* As the known tools do: hashes of no length are none, and Windows puts new ones in when a password
 * is set. */
static void blank_password(struct mending *mending, const struct hive_value *v)
{
	static const size_t places[] = {SAM_V_LM_HASH, SAM_V_NT_HASH};

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		if (sam_v_has_hash(v->bytes, v->length, places[i]))
			put_number(mending, v, places[i] + 4, 0, 4);
	}
}

static void mend_flags(struct mending *mending, const struct hive_value *f, unsigned mends)
{
	uint32_t flags = get_le32(f->bytes + SAM_F_FLAGS);

	if (mends & WINDOWS_UNLOCK) {
		flags &= ~SAM_LOCKED;
		put_number(mending, f, SAM_F_FAILURES, 0, 2);
	}
	if (mends & WINDOWS_ENABLE) {
		uint64_t expires = get_le64(f->bytes + SAM_F_EXPIRES);

		flags &= ~SAM_DISABLED;
		if (expires && expires < sam_time(time(NULL)))
			put_number(mending, f, SAM_F_EXPIRES, (uint64_t)SAM_NEVER, 8);
	}
	put_number(mending, f, SAM_F_FLAGS, flags, 4);
}

static int mend_in_place(struct mending *mending, unsigned mends, struct problem *why)
{
	_cleanup_hive_ struct hive *hive = NULL;
	_cleanup_hive_value_ struct hive_value f = {0}, v = {0};
	_cleanup_sam_user_ struct sam_user user = {0};
	hive_key key;
	int r = hive_open(mending->bytes, mending->length, false, "SAM", &hive, why);

	if (r < 0)
		return r;
	key = sam_find_user(hive, mending->rid);
	if (!key)
		return refuse(-ENOENT, why);
	r = read_in_place(mending, hive, key, "F", &f);
	if (r == 0)
		r = read_in_place(mending, hive, key, "V", &v);
	if (r == 0)
		r = sam_read_user(f.bytes, f.length, v.bytes, v.length, &user);
	if (r < 0 || user.rid != mending->rid)
		return refuse(r < 0 ? r : -EUCLEAN, why);
	if (mends & WINDOWS_BLANK_PASSWORD)
		blank_password(mending, &v);
	mend_flags(mending, &f, mends);
	return 0;
}

/* A key for the account that was in no group: the type of its machine's value is how many such keys
 * there are. */
static int add_member_key(struct hive *hive, hive_key machine, const char *name, hive_key *ret_key)
{
	_cleanup_hive_value_ struct hive_value counter = {0};
	_cleanup_free_ hive_key *keys = NULL;
	size_t count = 0;
	int r = hive_list(hive, machine, &keys, &count);

	if (r == 0)
		r = hive_add_key(hive, machine, name, ret_key);
	if (r < 0 || hive_read(hive, machine, "", &counter) < 0 || counter.type != count)
		return r;
	return hive_set(hive, machine, "", counter.type + 1, counter.bytes, counter.length);
}

/*
 * The groups that an account is in also stand in a value of its own, whose type is their number,
 * below the SID of the machine.
 */
static int add_to_groups_of(struct hive *hive, const struct sam_rules *rules, uint32_t rid)
{
	_cleanup_free_ char *sid = sam_format_sid(rules);
	_cleanup_free_ char *path = text_format(SAM_ALIASES "/Members/%s", sid);
	_cleanup_free_ char *name = text_format("%08X", rid);
	_cleanup_free_ unsigned char *longer = NULL;
	_cleanup_hive_value_ struct hive_value groups = {0};
	hive_key machine = hive_find(hive, 0, path);
	hive_key key = machine ? hive_find(hive, machine, name) : 0;
	uint32_t group = htole32(SAM_ADMINISTRATORS);
	int r = 0;

	if (!machine)
		return -EUCLEAN;
	if (!key)
		r = add_member_key(hive, machine, name, &key);
	else
		r = hive_read(hive, key, "", &groups);
	if (r < 0 && r != -ENOENT)
		return r;
	if (groups.length % 4 || groups.length > SAM_V_TABLE * 16)
		return -EUCLEAN;
	for (size_t i = 0; i < groups.length; i += 4) {
		if (get_le32(groups.bytes + i) == SAM_ADMINISTRATORS)
			return 0;
	}
	longer = alloc_zero(groups.length + 4, 1);
	if (groups.length)
		memcpy(longer, groups.bytes, groups.length);
	memcpy(longer + groups.length, &group, 4);
	return hive_set(hive, key, "", (uint32_t)(groups.length / 4 + 1), longer,
			groups.length + 4);
}

/* 1: it is one already. */
static int add_to_administrators(struct hive *hive, uint32_t rid)
{
	hive_key key = hive_find(hive, 0, SAM_ADMINISTRATORS_KEY);
	_cleanup_free_ unsigned char *longer = NULL;
	_cleanup_hive_value_ struct hive_value group = {0};
	unsigned char sid[SAM_SID_BYTES + 4];
	struct sam_rules rules;
	size_t length;
	int r;

	if (!sam_find_user(hive, rid))
		return -ENOENT;
	if (!key || sam_open_rules(hive, &rules) < 0 || !rules.has_sid ||
	    hive_read(hive, key, "C", &group) < 0)
		return -EUCLEAN;
	sam_make_sid(&rules, rid, sid);
	r = sam_group_has(group.bytes, group.length, sid, sizeof(sid));
	if (r != 0)
		return r;
	r = sam_group_add(group.bytes, group.length, sid, sizeof(sid), &longer, &length);
	if (r == 0)
		r = hive_set(hive, key, "C", group.type, longer, length);
	return r < 0 ? r : add_to_groups_of(hive, &rules, rid);
}

static int make_administrator(struct mending *mending, struct problem *why)
{
	_cleanup_hive_ struct hive *hive = NULL;
	char *bytes;
	size_t length;
	int r = hive_open(mending->bytes, mending->length, true, "SAM", &hive, why);

	if (r < 0)
		return r;
	r = add_to_administrators(hive, mending->rid);
	if (r != 0)
		return r < 0 ? refuse(r, why) : 0;
	r = hive_take(hive, &bytes, &length);
	if (r < 0)
		return refuse(r, why);
	explicit_bzero(mending->bytes, mending->length);
	free(mending->bytes);
	mending->bytes = bytes;
	mending->length = length;
	mending->is_changed = true;
	return 0;
}

/* What was made is read back: it must be what was asked for. */
static int check(const struct mending *mending, unsigned mends, struct problem *why)
{
	_cleanup_windows_accounts_ struct windows_accounts accounts = {.sam_path =
									       text_copy("SAM")};
	const struct windows_account *account = NULL;
	int r = windows_accounts_read_hive(mending->bytes, mending->length, &accounts, why);

	if (r < 0)
		return r;
	for (size_t i = 0; i < accounts.count; i++) {
		if (accounts.items[i].rid == mending->rid)
			account = &accounts.items[i];
	}
	if (!account ||
	    ((mends & WINDOWS_BLANK_PASSWORD) && account->password != WINDOWS_PASSWORD_BLANK) ||
	    ((mends & WINDOWS_UNLOCK) && account->is_locked) ||
	    ((mends & WINDOWS_ENABLE) && (account->is_disabled || account->is_expired)) ||
	    ((mends & WINDOWS_ADMINISTRATOR) && !account->is_administrator))
		return refuse(-EUCLEAN, why);
	return 0;
}

int windows_accounts_mend(const void *bytes, size_t length, uint32_t rid, unsigned mends,
			  char **ret_bytes, size_t *ret_length, struct problem *why)
{
	struct mending mending = {.bytes = alloc_copy(bytes, length), .length = length, .rid = rid};
	int r = mends & WINDOWS_ADMINISTRATOR ? make_administrator(&mending, why) : 0;

	if (r == 0)
		r = mend_in_place(&mending, mends, why);
	if (r == 0)
		r = check(&mending, mends, why);
	if (r < 0) {
		explicit_bzero(mending.bytes, mending.length);
		free(mending.bytes);
		return r;
	}
	*ret_bytes = mending.bytes;
	*ret_length = mending.length;
	return mending.is_changed ? 0 : 1;
}
